"""The evaluation as plain text: one line a measure, then the errors with their quotes."""

from __future__ import annotations

from collections.abc import Iterator

from mscminer.evaluate.intervals import Bootstrap, Interval
from mscminer.evaluate.scoring import NOT_STATED, Evaluation, Judgement, Measure, Share

HEADING = (
    f"{'measure':<18}{'exact':>7} {'95 %':>13}{'P':>7}{'R':>7}{'F1':>7} {'95 %':>13}{'macro':>7}"
    f"{'found':>10}{'right/found':>13}{'silent right':>14}"
)


def render_text(evaluation: Evaluation, *, errors: bool = False, bootstrap: Bootstrap | None = None) -> str:
    """The whole evaluation for a terminal; `errors` adds every text that is not exactly right."""
    draws = bootstrap or Bootstrap()
    lines = [*_header(evaluation), "", HEADING, *(_row(measure, draws) for measure in evaluation.measures)]
    lines += ["", *_evidence(evaluation)]
    if errors:
        lines += [line for measure in evaluation.measures for line in _errors(measure)]
    return "\n".join(lines) + "\n"


def _header(evaluation: Evaluation) -> Iterator[str]:
    split = f", split {evaluation.split}" if evaluation.split else ""
    yield f"{evaluation.predicted_name} against {evaluation.gold_name}{split}: {len(evaluation.documents)} texts"
    if evaluation.missing:
        yield f"without a prediction (all misses): {len(evaluation.missing)}: {', '.join(evaluation.missing[:10])}"
    if evaluation.ignored:
        yield f"predictions for other texts, ignored: {evaluation.ignored}"
    yield from evaluation.notes


def _row(measure: Measure, draws: Bootstrap) -> str:
    tally = measure.tally
    return (
        f"{measure.name:<18}{number(measure.exact.value):>7} {span(draws.exact(measure)):>13}"
        f"{number(tally.precision):>7}{number(tally.recall):>7}{number(tally.f1):>7} {span(draws.f1(measure)):>13}"
        f"{number(measure.macro_f1):>7}"
        f"{fraction(measure.found):>10}{fraction(measure.right_given_found):>13}"
        f"{fraction(measure.rightly_not_stated):>14}"
    )


def number(value: float | None) -> str:
    """A ratio with three decimals, or a dash where there was nothing to count."""
    return "–" if value is None else f"{value:.3f}"


def span(interval: Interval | None) -> str:
    """An interval as ``0.91–0.98``."""
    return "" if interval is None else f"{interval.low:.3f}–{interval.high:.3f}"


def fraction(share: Share) -> str:
    """A share as ``12/14``."""
    return f"{share.part}/{share.whole}"


def _evidence(evaluation: Evaluation) -> Iterator[str]:
    by_place = any(evidence.by_place for evidence in evaluation.evidence)
    yield f"evidence (quotes compared {'as spans' if by_place else 'by their words'}): gold quotes met, P"
    for strict, loose in zip(evaluation.evidence[::2], evaluation.evidence[1::2], strict=True):
        yield (
            f"{strict.name:<18}strict {strict.gold_met}/{strict.gold} = {number(strict.recall)}, "
            f"P {number(strict.precision)}; overlapping {loose.gold_met}/{loose.gold} = {number(loose.recall)}, "
            f"P {number(loose.precision)}"
        )


def _errors(measure: Measure) -> Iterator[str]:
    if measure.errors:
        yield f"\n{measure.name}: {len(measure.errors)} of {len(measure.judgements)} texts not exactly right"
    for judgement in measure.errors:
        yield f"  {judgement.id}  gold {values(judgement.gold)}  predicted {_predicted(judgement)}"
        yield from (f"      gold quote: {quote}" for quote in judgement.gold_quotes)
        yield from (f"      its quote:  {quote}" for quote in judgement.predicted_quotes)
        if judgement.note:
            yield f"      annotator: {judgement.note}"


def values(found: tuple[str, ...]) -> str:
    """Values for reading; *not stated* if there are none."""
    return " | ".join(found) if found else NOT_STATED


def _predicted(judgement: Judgement) -> str:
    return values(judgement.predicted) if judgement.answered else "(no prediction)"
