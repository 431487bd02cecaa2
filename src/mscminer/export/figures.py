"""Figures of the report: drawn from counted tables, each with words for those who do not see it.

matplotlib is imported when something is drawn.  The same table gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mscminer.core.counts import CountTable, FlowStep
from mscminer.core.vocabulary import Absence, Donor
from mscminer.export.names import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, PAPER, GRID, DEEP = "#1d2733", "#5d6b7a", "#ffffff", "#dde3e9", "#00456e"
OWN, DONOR, BOTH, UNKNOWN, CLASH = "#0072b2", "#d55e00", "#7a4fa3", "#b9c2cc", "#c9a100"
"""Own cells blue, donor cells vermilion: told apart by all common kinds of colour vision (after Okabe and Ito)."""
SERIES: Final[Mapping[str, str]] = {
    Donor.AUTOLOGOUS: OWN,
    Donor.ALLOGENEIC: DONOR,
    Absence.NOT_STATED: UNKNOWN,
    Absence.CONFLICT: CLASH,
    Absence.NOT_EXTRACTED: "#e3e7ec",
}
REVIEW_NUMBER: Final = 1000
"""The review: "almost 1000" trials registered as of March 2021."""
REVIEW_DAY: Final = "2021-03"
_ABSENT: Final = frozenset(absence.value for absence in Absence)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn figure.

    Args:
        alt: what it shows, in words with the main numbers.
        caption: how to read it.
    """

    name: str
    title: str
    alt: str
    caption: str
    svg: bytes
    png: bytes


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib as mpl

    mpl.use("Agg")
    settings = {
        "svg.hashsalt": "mscminer",
        "font.family": "DejaVu Sans",
        "font.size": 9.5,
        "axes.edgecolor": GRID,
        "axes.labelcolor": FAINT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "text.color": INK,
        "xtick.color": FAINT,
        "ytick.color": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "figure.facecolor": PAPER,
    }
    with mpl.rc_context(settings):
        yield


def _draw(
    paint: Callable[[Axes], None], *, name: str, title: str, alt: str, caption: str, size: tuple[float, float]
) -> Picture:
    with _style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        paint(figure.add_subplot())
        return Picture(
            name=name, title=title, alt=alt, caption=caption, svg=_bytes(figure, "svg"), png=_bytes(figure, "png")
        )


def _draw_panels(
    paints: Sequence[Callable[[Axes], None]],
    *,
    heights: Sequence[float],
    name: str,
    title: str,
    alt: str,
    caption: str,
    size: tuple[float, float],
) -> Picture:
    """Panels one above the other, sharing what runs from left to right."""
    with _style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(paints), 1, sharex=True, height_ratios=list(heights))
        for paint, axes in zip(paints, panels, strict=True):
            paint(axes)
        return Picture(
            name=name, title=title, alt=alt, caption=caption, svg=_bytes(figure, "svg"), png=_bytes(figure, "png")
        )


def _bytes(figure: Figure, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "svg":
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    else:
        figure.savefig(out, format="png", dpi=160, metadata={"Software": None})
    return out.getvalue()


# -- trials per year ---------------------------------------------------------------------------------------------


def years_figure(table: CountTable) -> Picture:
    """New trials a year by donor, and their sum over time with the review's mark.

    Args:
        table: years by donor (inferred), counted once where two donors are given - shares are of entries.
    """
    years = [value for value in table.row_values if value not in _ABSENT]
    totals = [table.row_totals[year] for year in years]
    sums = [sum(totals[: place + 1]) for place in range(len(totals))]
    peak = max(zip(totals, years, strict=True), default=(0, "-"))
    alt = (
        f"Bars: new trials a year from {years[0]} to {years[-1]}, most in {peak[1]} ({peak[0]}). "
        f"Line: their sum, reaching {sums[-1]} as of {table.as_of.isoformat()}; "
        f"the review's 'almost 1000' of March 2021 is marked."
        if years
        else "No trials."
    )
    return _draw_panels(
        [lambda axes: _paint_sum(axes, years, sums), lambda axes: _paint_years(axes, table, years)],
        heights=(1.0, 1.35),
        name="years",
        title="New trials a year, and all trials so far",
        alt=alt,
        caption="By day of first posting; a trial with both kinds of cells is split between them. The last year ends "
        f"on {table.as_of.isoformat()}.",
        size=(8.6, 5.4),
    )


def _paint_years(axes: Axes, table: CountTable, years: Sequence[str]) -> None:
    bottoms = [0.0] * len(years)
    for column in table.column_values:
        heights = [_share(table, year, column) for year in years]
        axes.bar(years, heights, bottom=bottoms, color=_colour(column), width=0.78, label=words(column))
        bottoms = [low + high for low, high in zip(bottoms, heights, strict=True)]
    for year, height in zip(years, bottoms, strict=True):
        axes.annotate(
            f"{height:.0f}", (year, height), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8
        )
    axes.set_ylabel("new trials a year")
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    if years:
        axes.legend(loc="upper left", fontsize=8.5)


def _share(table: CountTable, row: str, column: str) -> float:
    """The row's records, shared out among its columns, so that bars sum to records."""
    entries = sum(table.number(row, value) for value in table.column_values)
    return table.number(row, column) * table.row_totals[row] / entries if entries else 0.0


def _paint_sum(axes: Axes, years: Sequence[str], sums: Sequence[int]) -> None:
    axes.fill_between(list(years), sums, color="#d9e8f2")
    axes.plot(list(years), sums, color="#00456e", linewidth=1.8, marker="o", markersize=3.5)
    axes.set_ylim(0, max([*sums, REVIEW_NUMBER]) * 1.16)
    axes.set_ylabel("all trials so far")
    axes.axhline(REVIEW_NUMBER, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        "“almost 1000” (the review, March 2021)",
        (0, REVIEW_NUMBER),
        xytext=(0, 3),
        textcoords="offset points",
        fontsize=8.5,
        color=FAINT,
    )
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.tick_params(axis="x", labelbottom=False)
    if years:
        end = (len(years) - 1, sums[-1])
        axes.annotate(f"{sums[-1]}", end, xytext=(0, -14), textcoords="offset points", ha="center", fontweight="bold")


def _colour(value: str) -> str:
    return SERIES.get(value, BOTH)


# -- bars --------------------------------------------------------------------------------------------------------


def stacked_figure(table: CountTable, *, name: str, title: str, caption: str, most: int = 24) -> Picture:
    """Horizontal bars, one a row of the table, split by its columns (or plain for a single one)."""
    absent = [value for value in table.row_values if value in _ABSENT]
    stated = [value for value in table.row_values if value not in _ABSENT]
    # What is not stated is never left out.
    kept = [*stated[: most - len(absent)], *absent]
    left_out = len(table.row_values) - len(kept)
    first = max(kept, key=lambda value: table.row_totals[value], default="-")
    alt = f"Bars. {title}: " + "; ".join(f"{words(value)} {table.row_totals[value]}" for value in kept) + "."
    if left_out:
        caption = f"{caption} {left_out} rarer values are left out here and stand in the table."
    assert first is not None
    return _draw(
        lambda axes: _paint_stacks(axes, table, kept),
        name=name,
        title=title,
        alt=alt,
        caption=caption,
        size=(8.6, 0.25 + 0.27 * max(len(kept), 3)),
    )


def _paint_stacks(axes: Axes, table: CountTable, rows: Sequence[str]) -> None:
    places = range(len(rows))
    lefts = [0.0] * len(rows)
    single = len(table.column_values) == 1
    for column in table.column_values:
        widths = [_share(table, row, column) for row in rows]
        colours: Any = [UNKNOWN if row in _ABSENT else OWN for row in rows] if single else _colour(column)
        axes.barh(places, widths, left=lefts, color=colours, height=0.74, label=words(column))
        lefts = [low + high for low, high in zip(lefts, widths, strict=True)]
    for place, row in zip(places, rows, strict=True):
        axes.annotate(
            str(table.row_totals[row]),
            (lefts[place], place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=INK,
        )
    axes.set_yticks(list(places), [words(row) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, max([*lefts, 1]) * 1.08)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    if not single and rows:
        axes.legend(loc="lower right", fontsize=8.5)


def grid_figure(table: CountTable, *, name: str, title: str, caption: str) -> Picture:
    """A grid of numbers, darker where more trials stand."""
    best = max(table.cells, key=lambda cell: cell.number, default=None)
    alt = f"Grid. {title}." + (
        f" Most: {words(best.row)} with {words(best.column)}, {best.number} trials. " if best else ""
    )
    alt += " ".join(
        f"{words(row)}: "
        + ", ".join(f"{words(column)} {table.number(row, column)}" for column in table.column_values)
        + "."
        for row in table.row_values
    )
    return _draw(
        lambda axes: _paint_grid(axes, table),
        name=name,
        title=title,
        alt=alt,
        caption=caption,
        size=(7.2, 1.0 + 0.3 * len(table.row_values)),
    )


def _paint_grid(axes: Axes, table: CountTable) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("shades", ["#f4f7fa", "#9cc6e0", OWN, "#00456e"])
    grid = table.grid()
    if not grid:
        axes.set_axis_off()  # nothing counts yet: an empty grid cannot be painted
        return
    most = max((max(row) for row in grid), default=1) or 1
    axes.imshow([[number**0.5 for number in row] for row in grid], cmap=shades, aspect="auto", vmin=0, vmax=most**0.5)
    for y, row in enumerate(grid):
        for x, number in enumerate(row):
            strong = (number / most) ** 0.5 > 0.45
            axes.text(x, y, str(number) if number else "·", ha="center", va="center", color=PAPER if strong else INK)
    axes.set_xticks(range(len(table.column_values)), [words(value) for value in table.column_values])
    axes.set_yticks(range(len(table.row_values)), [words(value) for value in table.row_values])
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, colors=INK)
    for side in axes.spines.values():
        side.set_visible(False)


# -- what is not stated ------------------------------------------------------------------------------------------


def silence_figure(tables: Mapping[str, CountTable]) -> Picture:
    """Share of a year's trials whose record does not say, for several fields.

    Args:
        tables: name of the field -> years by that field.
    """
    shares = {name: _silent_shares(table) for name, table in tables.items()}
    parts = [
        f"{name} from {values[0][1]:.0%} in {values[0][0]} to {values[-1][1]:.0%} in {values[-1][0]}"
        for name, values in shares.items()
        if values
    ]
    return _draw(
        lambda axes: _paint_silence(axes, shares),
        name="not_stated",
        title="How many records do not say",
        alt="Lines: share of a year's trials that do not state " + "; ".join(parts) + ".",
        caption="Share of the trials first posted in a year whose record does not state it. Years with fewer than five "
        "trials are left out.",
        size=(8.6, 3.2),
    )


def _silent_shares(table: CountTable, fewest: int = 5) -> list[tuple[str, float]]:
    return [
        (year, table.number(year, Absence.NOT_STATED.value) / table.row_totals[year])
        for year in table.row_values
        if year not in _ABSENT and table.row_totals[year] >= fewest
    ]


def _paint_silence(axes: Axes, shares: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    colours = (INK, DONOR, OWN, BOTH)
    for (name, values), colour in zip(shares.items(), colours, strict=False):
        years, heights = [year for year, _ in values], [share * 100 for _, share in values]
        axes.plot(years, heights, color=colour, marker="o", markersize=3, linewidth=1.6, label=name)
    axes.set_ylim(0, 100)
    axes.set_ylabel("not stated (%)")
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.tick_params(axis="x", rotation=45)
    if any(shares.values()):
        axes.legend(loc="upper right", fontsize=8.5, ncols=len(shares))


# -- definitions and flow ----------------------------------------------------------------------------------------


def definitions_figure(numbers: Sequence[tuple[str, int]], *, default: str, as_of: str) -> Picture:
    """How many trials each definition counts, beside the review's number."""
    said = "; ".join(f"{name} {number}" for name, number in numbers)
    return _draw(
        lambda axes: _paint_definitions(axes, numbers, default),
        name="definitions",
        title="One registry, many numbers",
        alt=f"Bars: records counted under each definition as of {as_of}: {said}. A line marks 1000.",
        caption="The same records counted by different rules. Dark: the default rule. Word counts are over our stored "
        "records and are not the registry's own search.",
        size=(8.6, 0.45 + 0.29 * max(3, len(numbers))),
    )


def _paint_definitions(axes: Axes, numbers: Sequence[tuple[str, int]], default: str) -> None:
    names, values = [name for name, _ in numbers], [number for _, number in numbers]
    colours = [DEEP if name == default else UNKNOWN if name.startswith("word") else "#7fb3d3" for name in names]
    axes.barh(range(len(names)), values, color=colours, height=0.72)
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        # At the foot of the bar, where the line at 1000 does not run through it.
        inside = value > max(values) / 15
        axes.annotate(
            str(value),
            (0 if inside else value, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold",
            color=PAPER if inside and colour == DEEP else INK,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max([*values, REVIEW_NUMBER]) * 1.1)
    axes.axvline(REVIEW_NUMBER, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate("1000", (REVIEW_NUMBER, -0.6), xytext=(0, 2), textcoords="offset points", ha="center", color=FAINT)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def flow_figure(steps: Sequence[FlowStep], *, title: str) -> Picture:
    """A flow diagram in the manner of PRISMA: what is left on the left, what fell out and why on the right."""
    said = "; ".join(f"{step.excluded} out ({step.reason}), {step.left} left" for step in steps[1:])
    return _draw(
        lambda axes: _paint_flow(axes, steps),
        name="flow",
        title=title,
        alt=f"Flow diagram. {steps[0].left if steps else 0} records at first; {said or 'none falls out'}.",
        caption="Each record falls out at the first test that it fails.",
        size=(8.6, 0.3 + 0.5 * max(2, len(steps))),
    )


def _paint_flow(axes: Axes, steps: Sequence[FlowStep]) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(len(steps) - 0.45, -0.55)
    box = {"boxstyle": "round,pad=0.45", "facecolor": "#eef4f9", "edgecolor": "#9cc6e0"}
    last = {**box, "facecolor": "#00456e", "edgecolor": "#00456e"}
    out = {"boxstyle": "round,pad=0.4", "facecolor": PAPER, "edgecolor": GRID}
    for place, step in enumerate(steps):
        final = place == len(steps) - 1
        text = f"{step.left} records" if place == 0 else f"{step.left} counted" if final else f"{step.left} left"
        axes.text(
            1.3, place, text, ha="center", va="center", bbox=last if final else box, color=PAPER if final else INK
        )
        if place:
            axes.annotate("", (1.3, place - 0.33), (1.3, place - 0.67), arrowprops={"arrowstyle": "->", "color": FAINT})
            axes.text(3.3, place - 0.5, f"{step.excluded}  {step.reason}", va="center", bbox=out, fontsize=8.8)
            axes.plot([1.3, 3.1], [place - 0.5, place - 0.5], color=GRID, linewidth=1, zorder=0)
