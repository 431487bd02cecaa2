"""Exports: evidence tables, flow, unpublished studies, the census itself, figures and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mscminer.core.counts import Basis, CountLedgerEntry, CountTable, Definition, Dimension, members_hash
from mscminer.core.trials import RESULT_LINKS, CensusRow, RowKind, Trial
from mscminer.core.vocabulary import Absence, Field
from mscminer.evaluate.seed import load_cited_trials
from mscminer.export.evidence import (
    EvidenceRow,
    dose_words,
    evidence_of,
    evidence_row,
    own_against_donor_sheet,
    own_against_donor_summary,
    table1_sheet,
)
from mscminer.export.figures import (
    Picture,
    definitions_figure,
    flow_figure,
    grid_figure,
    silence_figure,
    stacked_figure,
    years_figure,
)
from mscminer.export.formats import render
from mscminer.export.report import Figured, Report, render_report
from mscminer.export.sheets import Cell, Sheet, Workbook, about_table, flow_sheet, grid_sheet
from mscminer.jobs.ledger import Asked, keep_export, provenance
from mscminer.jobs.view import View, view_of
from mscminer.store import Store
from mscminer.trials.assembly import paper_fields
from mscminer.trials.counting import select
from mscminer.trials.definitions import load_definition, load_definitions
from mscminer.trials.products import products_of
from mscminer.trials.unpublished import UnpublishedReport, find_unpublished

PAPERS = "msc-publications"
"""The definition by which papers without a registration are taken into the evidence."""
MOST_LISTED = 5000
"""The report lists records and evidence up to this number of them; beyond, it shows numbers only."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What an export is made from.

    Args:
        about: what its numbers rest on (`jobs.ledger.provenance`).
    """

    view: View
    definition: Definition
    as_of: date
    about: Mapping[str, str]

    @property
    def words(self) -> str:
        """Rule and day."""
        return f"{self.definition.label} as of {self.as_of.isoformat()}"

    def book(self, title: str, *sheets: Sheet) -> Workbook:
        """A workbook that says what it rests on."""
        definition = self.definition
        about = {
            "definition": definition.label,
            "definition says": definition.title,
            "definition hash": definition.digest,
            "as of": self.as_of.isoformat(),
            **self.about,
        }
        return Workbook(title=title, sheets=sheets, about=about)


def counted_ids(view: View, definition: Definition, as_of: date) -> frozenset[str]:
    """Ids of the records that count; of a rule on families, those of all their registrations that do."""
    return frozenset(row.id for row in select(view.rows(), definition, as_of))


def evidence_rows(view: View, definition: Definition, as_of: date) -> Iterator[EvidenceRow]:
    """The trials that count and the papers on people that belong to none of them, as rows of evidence, one by one."""
    wanted = counted_ids(view, definition, as_of)
    cited = load_cited_trials()
    cited_trials = {ident for item in cited for ident in item.registry_ids}
    cited_papers = {item.record.id for item in cited if item.record is not None}
    reported: set[str] = set()
    for trial in view.trials():
        if trial.id in wanted:
            papers = {link.a.id for link in trial.links if link.type in RESULT_LINKS}
            reported |= papers
            yield evidence_row(trial, cited=trial.id in cited_trials or bool(papers & cited_papers))
    counting = counted_ids(view, load_definition(PAPERS), as_of)
    for paper in view.papers():
        ident = paper.document.key.id
        if ident in counting and ident not in reported:
            reference = f"PMID {ident}"
            title = paper.document.title
            yield evidence_of(paper_fields(paper), reference=reference, title=title, cited=ident in cited_papers)


def table1(asking: Asking) -> Workbook:
    """The review's Table 1 continued: for all that count, and for the trials that it cites, beside its own words."""
    rows = list(evidence_rows(asking.view, asking.definition, asking.as_of))
    known = [row for row in rows if row.cited]
    label = asking.definition.label
    return asking.book(
        f"Trials with MSCs by disease: {asking.words}",
        table1_sheet(rows, name="all", title=f"All {len(rows)}: trials by {label}, and papers without one"),
        table1_sheet(known, name="cited", title=f"The {len(known)} of them that the review cites"),
        review_sheet(),
    )


REVIEW_COLUMNS = ("disease", "donor", "tissue", "phase", "n", "route", "outcome", "detail")


def review_sheet() -> Sheet:
    """What the review itself says of the papers that it cites, and where their abstracts disagree."""
    cited = load_cited_trials()
    return Sheet(
        name="review",
        title=f"What the review says of the {len(cited)} papers that it cites",
        columns=("ref", *REVIEW_COLUMNS, "reference", "title", "disagreements"),
        rows=tuple(
            (
                item.ref,
                *(_review_words(item.review.get(name)) for name in REVIEW_COLUMNS),
                "; ".join([f"PMID {item.record.id}" if item.record else "", *item.registry_ids]).strip("; "),
                item.title,
                " ".join(item.disagreements),
            )
            for item in cited
        ),
    )


def _review_words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def evidence(asking: Asking) -> Workbook:
    """Own against donor cells by disease group, with outcomes."""
    sheet = own_against_donor_sheet(evidence_rows(asking.view, asking.definition, asking.as_of))
    return asking.book(sheet.title, sheet)


def flow(asking: Asking) -> Workbook:
    """From all records to those that count."""
    table = asking.view.table(asking.definition, asking.as_of, Dimension.ALL, Dimension.ALL)
    return asking.book(f"Flow of {asking.definition.label}", flow_sheet(table))


def unpublished(asking: Asking) -> Workbook:
    """Ended studies without results that we know of."""
    sheet = unpublished_sheet(find_unpublished(asking.view.rows(), asking.definition, asking.as_of))
    return asking.book(sheet.title, sheet)


def unpublished_sheet(found: UnpublishedReport) -> Sheet:
    """The studies, oldest first."""
    return Sheet(
        name="unpublished",
        title=f"Ended more than {found.months} months before {found.as_of.isoformat()}, no results known",
        columns=("trial", "title", "status", "completed", "months", "participants", "sponsor"),
        rows=tuple(
            (
                item.row.id,
                item.row.title,
                item.row.status,
                item.completed.isoformat(),
                item.months,
                item.row.n,
                item.row.sponsor,
            )
            for item in found.unpublished
        ),
        notes=(unpublished_words(found),),
    )


def unpublished_words(found: UnpublishedReport) -> str:
    """What was found, in a sentence."""
    number = len(found.unpublished)
    share = f" ({number / found.ended:.0%})" if found.ended else ""
    return (
        f"{number} of {found.ended} studies{share} that ended more than {found.months} months before "
        f"{found.as_of.isoformat()} have no results in the registry and no paper that our sources link to them"
        + (f"; {found.undated} more ended on a day that the registry does not give." if found.undated else ".")
    )


CENSUS_COLUMNS = (
    "id", "kind", "family", "title", "msc", "study_type", "status", "first_posted", "start", "completion", "phase",
    "category", "tissues", "donors", "donors_inferred", "routes", "conditions", "countries", "n", "sponsor",
    "publications", "confidence", "counts",
)  # fmt: skip


def census(asking: Asking) -> Workbook:
    """Every record as counting sees it, with whether it counts."""
    counted = counted_ids(asking.view, asking.definition, asking.as_of)
    sheet = Sheet(
        name="census",
        title=f"Every record; 'counts' is by {asking.words}",
        columns=CENSUS_COLUMNS,
        rows=tuple(_plain(row, row.id in counted) for row in asking.view.rows()),
    )
    return asking.book(sheet.title, sheet)


def _plain(row: CensusRow, counts: bool) -> tuple[str | int | float | bool | None, ...]:
    values = [getattr(row, name) for name in CENSUS_COLUMNS[:-1]]
    return (*("; ".join(value) if isinstance(value, tuple) else value for value in values), counts)


def links(asking: Asking) -> Workbook:
    """Every link between records with its type, basis, score and reason; and the families of several registrations."""
    found = asking.view.links()
    sheet = Sheet(
        name="links",
        title=f"{len(found)} links between records",
        columns=("from", "to", "type", "basis", "score", "reason"),
        rows=tuple((str(link.a), str(link.b), link.type.value, link.basis, link.score, link.reason) for link in found),
        notes=("Only 'result' and 'derived' let a paper speak for a trial; 'inferred' waits for a curator.",),
    )
    return asking.book(sheet.title, sheet, _families_sheet(asking.view.rows()))


def products(asking: Asking) -> Workbook:
    """Every MSC product of the trials that count: arm, tissue and donor of each, where a trial has several."""
    wanted = counted_ids(asking.view, asking.definition, asking.as_of)
    rows: list[tuple[Cell, ...]] = []
    for trial in asking.view.trials():
        if trial.id in wanted:
            rows += _product_rows(trial)
    sheet = Sheet(
        name="products",
        title=f"Products of the trials that count by {asking.words}",
        columns=("trial", "arm", "tissue", "donor", "dose", "route", "made_by", "quote"),
        rows=tuple(rows),
        notes=(
            "A table of tissue by donor pairs a trial's tissues with its donors; here each product has its own.",
            "Dose and route of a trial with several products: those of the product's arms, and those that no arm's "
            "text tells apart.",
        ),
    )
    return asking.book(sheet.title, sheet)


def _product_rows(trial: Trial) -> Iterator[tuple[Cell, ...]]:
    for product in products_of(trial):
        fact, value = product.fact, product.value
        quote = fact.evidence[0].quote if fact.evidence else None
        tissue, donor = _joined(value["tissue"]), _joined(value["donor"])
        routes = _joined(str(route.value) for route in product.routes)
        arm = str(value["arm"]) if value.get("arm") else None
        yield trial.id, arm, tissue, donor, dose_words(product.doses), routes, str(fact.maker), quote
    state = trial[Field.PRODUCT]
    if not state.facts:
        yield (trial.id, None, *[str(state.absence)] * 4, None, None)


def _joined(values: object) -> str:
    assert isinstance(values, Iterable)
    return ", ".join(values) or Absence.NOT_STATED.value


def _families_sheet(rows: Iterable[CensusRow]) -> Sheet:
    members: dict[str, list[str]] = {}
    for row in rows:
        if row.kind is RowKind.REGISTRATION:
            members.setdefault(row.family, []).append(row.id)
    several = {family: ids for family, ids in sorted(members.items()) if len(ids) > 1}
    return Sheet(
        name="families",
        title=f"{len(several)} families of several registrations",
        columns=("family", "registrations", "members"),
        rows=tuple((family, len(ids), " ".join(ids)) for family, ids in several.items()),
    )


WORKBOOKS: Mapping[str, Callable[[Asking], Workbook]] = {
    "table1": table1,
    "evidence": evidence,
    "flow": flow,
    "unpublished": unpublished,
    "census": census,
    "links": links,
    "products": products,
}
"""What can be exported as a table: name -> how it is made."""
REPORT = "report"


@dataclass(frozen=True, kw_only=True)
class Made:
    """An export.

    Args:
        rows: number of rows of its main table; of the report, of what counts.
        entry: its place in the ledger; None while it is not kept.
    """

    output: bytes
    rows: int
    pictures: tuple[Picture, ...] = ()
    entry: CountLedgerEntry | None = None


def make(view: View, asked: Asked, about: Mapping[str, str]) -> Made:
    """One of `WORKBOOKS` in a format, or the report.

    Raises:
        NotFound: there is no such format.
    """
    asking = Asking(view=view, definition=asked.definition, as_of=asked.as_of, about=about)
    if asked.what == REPORT:
        return _report(asking)
    book = WORKBOOKS[asked.what](asking)
    return Made(output=render(book, asked.format), rows=len(book.main.rows))


def export(store: Store, what: str, definition: str, as_of: date, format: str, *, basis: Basis = Basis.NEWEST) -> Made:
    """Make one of `WORKBOOKS` or the report, and keep it in the ledger.

    Raises:
        NotFound: there is no such definition or format.
    """
    view = view_of(store, basis, as_of)
    asked = Asked(what=what, definition=load_definition(definition), as_of=as_of, format=format)
    about = provenance(store, view)
    made = make(view, asked, about)
    return replace(made, entry=keep_export(store, view, asked, about, made.output))


# -- figures and report ------------------------------------------------------------------------------------------


def _report(asking: Asking) -> Made:
    """The report as HTML, and its figures.

    It is drawn from numbers that the database counts; records are listed only where they are few, so its memory does
    not grow with the census.
    """
    view, chosen, as_of = asking.view, asking.definition, asking.as_of
    headline = view.table(chosen, as_of, Dimension.ALL, Dimension.ALL)
    small = headline.total <= MOST_LISTED
    figures = _figures(view, chosen, as_of)
    ended = find_unpublished(view.rows(), chosen, as_of) if small else None
    made = Report(
        headline=headline,
        statement=_statement(headline, as_of),
        grid=view.table(chosen, as_of, Dimension.TISSUE, Dimension.DONOR, members=small),
        figures=figures,
        definitions=_definitions_sheet(view, as_of),
        evidence=own_against_donor_summary(evidence_rows(view, chosen, as_of)) if small else None,
        unpublished=replace(unpublished_sheet(ended), notes=()) if ended else None,
        unpublished_note=unpublished_words(ended) if ended else "",
        about={
            **about_table(headline),
            "members hash": members_hash(view.counted(chosen, as_of)),
            **asking.about,
        },
    )
    pictures = tuple(item.picture for item in figures)
    return Made(output=render_report(made), rows=headline.total, pictures=pictures)


def _statement(table: CountTable, as_of: date) -> tuple[str, ...]:
    said = "The review that this census continues spoke of almost 1000 trials as of March 2021."
    if as_of.isoformat()[:7] == "2021-03":
        said += f" By the rule below there are {table.total} among the records at hand."
    return (said, "Every number below can be traced to its records; where texts do not say, it says so.")


def _definitions_sheet(view: View, as_of: date) -> Sheet:
    numbers = _definition_numbers(view, as_of)
    return Sheet(
        name="definitions",
        title=f"Definitions and what they count as of {as_of.isoformat()}",
        columns=("definition", "version", "count", "what", "why"),
        rows=tuple(
            (item.name, item.version, numbers[item.name], item.title, item.rationale)
            for item in load_definitions().values()
        ),
    )


def _definition_numbers(view: View, as_of: date) -> dict[str, int]:
    return {
        name: view.table(item, as_of, Dimension.ALL, Dimension.ALL, flow=False).total
        for name, item in load_definitions().items()
    }


def _figures(view: View, definition: Definition, as_of: date) -> tuple[Figured, ...]:
    def counted(rows: Dimension, columns: Dimension = Dimension.ALL) -> CountTable:
        return view.table(definition, as_of, rows, columns, flow=False)

    years = counted(Dimension.YEAR, Dimension.DONOR_INFERRED)
    silent = {
        "tissue": counted(Dimension.YEAR, Dimension.TISSUE),
        "donor (in words)": counted(Dimension.YEAR, Dimension.DONOR),
        "donor (inferred too)": years,
        "route": counted(Dimension.YEAR, Dimension.ROUTE),
    }
    steps = view.table(definition, as_of, Dimension.ALL, Dimension.ALL)
    return (
        Figured(picture=years_figure(years), sheet=grid_sheet(years)),
        *_what_is_given_to_whom(counted),
        *_how_far_and_where(counted),
        Figured(picture=silence_figure(silent), sheet=grid_sheet(silent["donor (in words)"])),
        _by_definition(view, definition, as_of),
        Figured(picture=flow_figure(steps.flow, title="From all records to those that count"), sheet=flow_sheet(steps)),
    )


Counted = Callable[..., CountTable]
"""A table of one definition on one day by the dimension of rows and, if given, of columns."""


def _what_is_given_to_whom(counted: Counted) -> Iterator[Figured]:
    tissues = counted(Dimension.TISSUE, Dimension.DONOR_INFERRED)
    picture = grid_figure(
        tissues,
        name="tissue_donor",
        title="Where the cells come from, and whose they are",
        caption="A trial with two tissues stands in two rows. Donor as stated, or as follows for any reader.",
    )
    yield Figured(picture=picture, sheet=grid_sheet(tissues))
    diseases = counted(Dimension.CATEGORY, Dimension.DONOR_INFERRED)
    picture = stacked_figure(
        by_number(diseases),
        name="disease",
        title="What they are meant to treat",
        caption="The main disease group of each trial, by donor.",
    )
    yield Figured(picture=picture, sheet=grid_sheet(diseases))


def _how_far_and_where(counted: Counted) -> Iterator[Figured]:
    phases = counted(Dimension.PHASE)
    picture = stacked_figure(phases, name="phase", title="Phase", caption="As the registry gives it.")
    yield Figured(picture=picture, sheet=grid_sheet(phases))
    countries = counted(Dimension.COUNTRY)
    picture = stacked_figure(
        by_number(countries),
        name="country",
        title="Where they are done",
        caption="Countries with a site; a trial in two countries stands in both rows.",
    )
    yield Figured(picture=picture, sheet=grid_sheet(countries))


def _by_definition(view: View, definition: Definition, as_of: date) -> Figured:
    """The count by every definition but that of papers, which are no trials; the default stands first."""
    numbers = {name: number for name, number in _definition_numbers(view, as_of).items() if name != PAPERS}
    ordered = sorted(numbers.items(), key=lambda item: (item[0] != definition.name, -item[1], item[0]))
    sheet = Sheet(name="definitions", title="By definition", columns=("definition", "count"), rows=tuple(ordered))
    return Figured(picture=definitions_figure(ordered, default=definition.name, as_of=as_of.isoformat()), sheet=sheet)


def by_number(table: CountTable) -> CountTable:
    """The table with its rows from the most frequent to the rarest, absences last."""
    absences = {absence.value for absence in Absence}
    order = sorted(table.row_values, key=lambda value: (value in absences, -table.row_totals[value], value))
    return replace(table, row_values=tuple(order))


def write_figures(pictures: tuple[Picture, ...], folder: Path) -> list[Path]:
    """Write each figure as SVG and PNG; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for picture in pictures:
        for ending, data in (("svg", picture.svg), ("png", picture.png)):
            file = folder / f"{picture.name}.{ending}"
            file.write_bytes(data)
            files.append(file)
    return files
