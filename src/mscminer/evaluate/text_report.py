"""The evaluation as plain text: one line a measure, then the errors with their quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mscminer.evaluate.calibration import Calibration
from mscminer.evaluate.comparing import Comparison
from mscminer.evaluate.gate import Fall
from mscminer.evaluate.intervals import Bootstrap
from mscminer.evaluate.scoring import Evaluation, Measure
from mscminer.evaluate.statements import StatementScore
from mscminer.evaluate.wording import fraction, number, show_predicted, show_values, span

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


def _evidence(evaluation: Evaluation) -> Iterator[str]:
    by_place = any(evidence.by_place for evidence in evaluation.evidence)
    yield f"evidence (quotes compared {'as spans' if by_place else 'by their words'}): gold quotes met, P"
    for strict, loose in zip(evaluation.evidence[::2], evaluation.evidence[1::2], strict=True):
        yield (
            f"{strict.name:<18}strict {strict.gold_met}/{strict.gold} = {number(strict.recall)}, "
            f"P {number(strict.precision)}; overlapping {loose.gold_met}/{loose.gold} = {number(loose.recall)}, "
            f"P {number(loose.precision)}; tokens F1 {number(loose.token_f1)}"
        )


def _errors(measure: Measure) -> Iterator[str]:
    if measure.errors:
        yield f"\n{measure.name}: {len(measure.errors)} of {len(measure.judgements)} texts not exactly right"
    for judgement in measure.errors:
        yield f"  {judgement.id}  gold {show_values(judgement.gold)}  predicted {show_predicted(judgement)}"
        yield from (f"      gold quote: {quote}" for quote in judgement.gold_quotes)
        yield from (f"      its quote:  {quote}" for quote in judgement.predicted_quotes)
        if judgement.note:
            yield f"      annotator: {judgement.note}"


def render_statements(name: str, note: str, scores: Iterable[StatementScore]) -> str:
    """Agreement with somebody's statements, with every disagreement."""
    lines = [f"{name}: {note}", f"{'field':<18}{'stated':>8}{'found':>8}{'agree':>8}"]
    for score in scores:
        lines.append(f"{score.name:<18}{score.stated:>8}{score.found:>8}{score.agree:>8}")
    return "\n".join(lines) + "\n"


def render_calibration(calibration: Calibration) -> str:
    """Confidence against truth: what was promised, what came true, by bins; values stated and not stated apart."""
    lines: list[str] = []
    for name, part in (("stated", calibration.of(stated=True)), ("not stated", calibration.of(stated=False))):
        lines.append(
            f"confidence of values {name}: {len(part.judged)} values, expected calibration error "
            f"{number(part.expected_error)}, Brier {number(part.brier)}"
        )
        lines += [
            f"  {item.low:.2f}–{item.high:.2f}: {item.count} values, mean confidence "
            f"{number(item.mean_confidence)}, right {number(item.share_right)}"
            for item in part.bins
            if item.count
        ]
    return "\n".join(lines) + "\n"


def render_comparison(comparison: Comparison) -> str:
    """What changed from one version to the next: a line a measure, then every text that changed."""
    lines = [
        f"{comparison.after_name} compared with {comparison.before_name}",
        f"{'measure':<18}{'before':>8}{'after':>8} {'difference 95 %':>16}{'repaired':>10}{'broken':>8}{'other':>7}",
    ]
    for measure in comparison.measures:
        counts = [len(measure.of(kind)) for kind in ("repaired", "broken", "other")]
        lines.append(
            f"{measure.name:<18}{number(measure.before.exact.value):>8}{number(measure.after.exact.value):>8} "
            f"{span(measure.difference):>16}{counts[0]:>10}{counts[1]:>8}{counts[2]:>7}"
        )
    for measure in comparison.measures:
        lines += [
            f"  {measure.name} {change.kind}: {change.id}  gold {show_values(change.gold)}  "
            f"before {show_predicted(change.before)}  after {show_predicted(change.after)}"
            for change in measure.changes
        ]
    return "\n".join(lines) + "\n"


def render_gate(falls: Iterable[Fall]) -> str:
    """Whether the quality gate is open, and what fell."""
    found = [f"  {fall}" for fall in falls]
    return "\n".join(["quality gate: closed", *found] if found else ["quality gate: open"]) + "\n"
