"""An evaluation with everything beside it, as text, as JSON and as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from mscminer.evaluate import text_report, wording
from mscminer.evaluate.calibration import Calibration
from mscminer.evaluate.comparing import Comparison
from mscminer.evaluate.evidence import EvidenceScore
from mscminer.evaluate.gate import Fall
from mscminer.evaluate.intervals import LEVEL, Bootstrap, Interval
from mscminer.evaluate.scoring import Evaluation, Judgement, Measure, Share, Tally
from mscminer.evaluate.statements import StatementScore

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StatementTable:
    """Agreement with somebody's statements: whose, and on which texts the predictions rest."""

    name: str
    note: str
    scores: tuple[StatementScore, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What ``mscminer evaluate`` hands out.

    Args:
        made_at: when, ISO 8601 in UTC.
        comparison: with an earlier version, or None.
        calibration: of the confidences, or None where there are only labels.
        gate: None if the gate was not asked; else what fell.
    """

    evaluation: Evaluation
    made_at: str
    statements: tuple[StatementTable, ...] = ()
    comparison: Comparison | None = None
    calibration: Calibration | None = None
    gate: tuple[Fall, ...] | None = None
    bootstrap: Bootstrap = field(default_factory=Bootstrap)


def render_text(report: Report, *, errors: bool = False) -> str:
    """The report for a terminal."""
    parts = [text_report.render_text(report.evaluation, errors=errors, bootstrap=report.bootstrap)]
    parts += [text_report.render_statements(table.name, table.note, table.scores) for table in report.statements]
    if report.calibration:
        parts.append(text_report.render_calibration(report.calibration))
    if report.comparison:
        parts.append(text_report.render_comparison(report.comparison))
    if report.gate is not None:
        parts.append(text_report.render_gate(report.gate))
    return "\n".join(parts)


def report_to_json(report: Report) -> Json:
    """The report for programs; every count and every ratio derived from it."""
    evaluation, draws = report.evaluation, report.bootstrap
    return {
        "made_at": report.made_at,
        "gold": evaluation.gold_name,
        "predicted": evaluation.predicted_name,
        "split": evaluation.split.value if evaluation.split else None,
        "notes": list(evaluation.notes),
        "documents": len(evaluation.documents),
        "missing": list(evaluation.missing),
        "ignored": evaluation.ignored,
        "intervals": {"level": LEVEL, "resamples": draws.resamples, "seed": draws.seed, "unit": "text"},
        "measures": [_measure(measure, draws) for measure in evaluation.measures],
        "evidence": [_evidence(evidence) for evidence in evaluation.evidence],
        "statements": [_statements(table) for table in report.statements],
        "calibration": _calibration(report.calibration) if report.calibration else None,
        "comparison": _comparison(report.comparison) if report.comparison else None,
        "gate": None if report.gate is None else [_fall(fall) for fall in report.gate],
    }


def _measure(measure: Measure, draws: Bootstrap) -> Json:
    tally = measure.tally
    return {
        "name": measure.name,
        "note": measure.rule.note,
        "texts": len(measure.judgements),
        "exact": {**_share(measure.exact), **_bounds(draws.exact(measure))},
        "tp": tally.tp,
        "fp": tally.fp,
        "fn": tally.fn,
        "precision": {"value": tally.precision, **_bounds(draws.precision(measure))},
        "recall": {"value": tally.recall, **_bounds(draws.recall(measure))},
        "f1": {"value": tally.f1, **_bounds(draws.f1(measure))},
        "macro_f1": {"value": measure.macro_f1, **_bounds(draws.macro_f1(measure))},
        "found": _share(measure.found),
        "right_given_found": _share(measure.right_given_found),
        "rightly_not_stated": _share(measure.rightly_not_stated),
        "classes": {name: _tally(tally) for name, tally in measure.classes.items()},
        "confusion": [
            {"gold": gold, "predicted": predicted, "texts": count}
            for (gold, predicted), count in measure.confusion.items()
        ],
        "errors": [_judgement(judgement) for judgement in measure.errors],
    }


def _share(share: Share) -> Json:
    return {"part": share.part, "whole": share.whole, "value": share.value}


def _bounds(interval: Interval | None) -> Json:
    return {"low": interval.low if interval else None, "high": interval.high if interval else None}


def _tally(tally: Tally) -> Json:
    return {"tp": tally.tp, "fp": tally.fp, "fn": tally.fn, "f1": tally.f1}


def _judgement(judgement: Judgement) -> Json:
    return {
        "id": judgement.id,
        "gold": list(judgement.gold),
        "predicted": list(judgement.predicted) if judgement.answered else None,
        "missed": list(judgement.missed),
        "spurious": list(judgement.spurious),
        "gold_quotes": list(judgement.gold_quotes),
        "predicted_quotes": list(judgement.predicted_quotes),
        "note": judgement.note,
    }


def _evidence(evidence: EvidenceScore) -> Json:
    return {
        "name": evidence.name,
        "strict": evidence.strict,
        "by_place": evidence.by_place,
        "gold": evidence.gold,
        "gold_met": evidence.gold_met,
        "predicted": evidence.predicted,
        "predicted_met": evidence.predicted_met,
        "recall": evidence.recall,
        "precision": evidence.precision,
        "token_f1": evidence.token_f1,
    }


def _statements(table: StatementTable) -> Json:
    return {
        "name": table.name,
        "note": table.note,
        "fields": [
            {
                "name": score.name,
                "stated": score.stated,
                "found": score.found,
                "agree": score.agree,
                "disagreements": [
                    {"id": item.id, "stated": list(item.stated), "predicted": list(item.predicted)}
                    for item in score.agreements
                    if not item.agrees
                ],
            }
            for score in table.scores
        ],
    }


def _calibration(calibration: Calibration) -> Json:
    return {
        kind: {
            "values": len(part.judged),
            "expected_error": part.expected_error,
            "brier": part.brier,
            "bins": [
                {
                    "low": item.low,
                    "high": item.high,
                    "values": item.count,
                    "right": item.right,
                    "mean_confidence": item.mean_confidence,
                    "share_right": item.share_right,
                }
                for item in part.bins
            ],
        }
        for kind, part in (("stated", calibration.of(stated=True)), ("not_stated", calibration.of(stated=False)))
    }


def _comparison(comparison: Comparison) -> Json:
    return {
        "before": comparison.before_name,
        "after": comparison.after_name,
        "measures": [
            {
                "name": measure.name,
                "exact_before": _share(measure.before.exact),
                "exact_after": _share(measure.after.exact),
                "difference": _bounds(measure.difference),
                "changes": [
                    {
                        "id": change.id,
                        "kind": change.kind,
                        "gold": list(change.gold),
                        "before": list(change.before.predicted),
                        "after": list(change.after.predicted),
                    }
                    for change in measure.changes
                ],
            }
            for measure in comparison.measures
        ],
    }


def _fall(fall: Fall) -> Json:
    band = fall.band
    return {
        "gold": band.gold,
        "measure": band.measure,
        "metric": band.metric,
        "least": band.least,
        "value": fall.value,
    }


_FILTERS: Final[dict[str, Callable[..., str]]] = {
    "number": wording.number,
    "span": wording.span,
    "fraction": wording.fraction,
    "title_of": wording.title,
    "values": wording.show_values,
    "predicted": wording.show_predicted,
}


def render_html(report: Report) -> str:
    """The report as one page that needs nothing from elsewhere: no script, no font, no image, no address."""
    environment = Environment(
        loader=PackageLoader("mscminer.evaluate", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    template = environment.get_template("evaluation.html.j2")
    return template.render(report=report, evaluation=report.evaluation, draws=report.bootstrap)
