"""Predictions against the free words of others: what a review states, what an abstract's facts say.

Such statements are no labels: where they are silent, nothing follows, and they may be wrong.  So only agreement is
measured, where both speak: of the stated values, how many were found at all, and how many agree.

Free words are mapped to the vocabulary by the rules of this module:

* for tissue and donor, brackets hold remarks, and what follows a ``+`` is a co-given product: both are cut off;
* tissue, donor and route: every word of `_WORDS` that occurs; "both" is both donors; "not stated ..." is nothing;
* phase: Roman or Arabic at the beginning ("I/IIa" is 1/2, "IIb" is 2); "pilot" is nothing;
* n: a number, or of several the first of enrolled, randomized, planned, patients, aspirated;
* design: what `_DESIGN` finds;
* outcome: "safe" is safe; better, worse and unchanged results together are mixed, a mere trend is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mscminer.core.labels import DESIGN, Label
from mscminer.core.vocabulary import Donor, Efficacy, Route, Safety, Tissue
from mscminer.evaluate.matching import similar_condition
from mscminer.evaluate.seed import CitedTrial

_WORDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "tissue": (
        (r"bone marrow", Tissue.BONE_MARROW),
        (r"adipose", Tissue.ADIPOSE),
        (r"umbilical cord", Tissue.UMBILICAL_CORD),
        (r"wharton", Tissue.WHARTON_JELLY),
        (r"placenta", Tissue.PLACENTA),
    ),
    "donor": (
        (r"autologous|\bboth\b", Donor.AUTOLOGOUS),
        (r"allogen(e)?ic|unrelated donor|\bboth\b", Donor.ALLOGENEIC),
    ),
    "route": (
        (r"intravenous|peripheral vein", Route.INTRAVENOUS),
        (r"intra-?articular", Route.INTRA_ARTICULAR),
        (r"intramyocardial|transendocardial", Route.INTRAMYOCARDIAL),
        (r"intracoronary", Route.INTRACORONARY),
        (r"(hepatic|pancreatic) artery|endovascular", Route.INTRA_ARTERIAL),
        (r"portal", Route.INTRAPORTAL),
        (r"thymic", "other:thymic"),
        (r"subcutaneous", Route.SUBCUTANEOUS),
        (r"intramuscular", Route.INTRAMUSCULAR),
    ),
}

_DESIGN: Final = (
    ("randomised", r"non-?randomi[sz]ed|single arm|uncontrolled|case report|series", r"randomi[sz]ed"),
    (
        "controlled",
        r"uncontrolled|no control|non-placebo|single arm|case report|series|allo vs auto",
        r"control|placebo|\bvs\b",
    ),
    ("blinded", r"open[ -]label", r"blind"),
)
"""Sub-field, words that deny it, words that affirm it; denial is looked for first."""

_PHASE: Final = re.compile(
    r"(?:phase )?(?P<a>III|II|IV|I|[1-4])[ab]?(?:[/-](?P<b>III|II|I|[1-4])[ab]?)?\b(?! / )", re.I
)
_ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_LONG_FORMS: Final = {"SLE": "systemic lupus erythematosus", "T2DM": "type 2 diabetes"}
_NUMBERS: Final = ("enrolled", "randomized", "planned", "patients", "aspirated")
_BETTER: Final = r"effective(?! for)|improved|better|superior|remission|response|recovery|benefit|potential"
_SAME: Final = r"no[_ ]difference|not[_ ]efficacious|no[_ ]change|unchanged|undetectable|trend"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What somebody says of a paper, mapped to the vocabulary; a missing field says nothing."""

    id: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One field of one paper where the statement speaks."""

    id: str
    stated: tuple[str, ...]
    predicted: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True, kw_only=True)
class StatementScore:
    """One field over all papers whose statement speaks of it."""

    name: str
    agreements: tuple[Agreement, ...]

    @property
    def stated(self) -> int:
        return len(self.agreements)

    @property
    def found(self) -> int:
        """Papers for which any value was predicted."""
        return sum(bool(agreement.predicted) for agreement in self.agreements)

    @property
    def agree(self) -> int:
        """Papers whose predicted values are those of the statement."""
        return sum(agreement.agrees for agreement in self.agreements)


def build_statement(ident: str, words: Mapping[str, Any]) -> Statement:
    """Map free words by field (``review_statement`` or ``abstract_facts`` of the seed) to the vocabulary."""
    values = {name: _listed(name, words.get(name)) for name in _WORDS}
    values["condition"] = tuple(filter(None, [_disease(words.get("disease"))]))
    values["phase"] = _phase(words.get("phase"))
    values["n"] = _number(words.get("n"))
    values |= _design(words.get("design"))
    values |= _outcome(words.get("outcome"))
    return Statement(id=ident, values={name: found for name, found in values.items() if found})


def _listed(name: str, text: str | None) -> tuple[str, ...]:
    plain = (text or "").casefold()
    if name in ("tissue", "donor"):
        plain = re.sub(r"\([^)]*\)|\+.*", "", plain)
    if "not stated" in plain:
        return ()
    return tuple(sorted({str(value) for pattern, value in _WORDS[name] if re.search(pattern, plain)}))


def _disease(text: str | None) -> str:
    if not text or "not stated" in text:
        return ""
    plain = re.sub(r"\([^)]*\)", "", text).strip()
    return re.sub(r"[A-Z0-9]+", lambda match: _LONG_FORMS.get(match[0], match[0]), plain)


def _phase(text: str | None) -> tuple[str, ...]:
    match = _PHASE.match(text or "")
    if not match or (text and " / " in text):
        return ()
    parts = [_ROMAN.get(part.upper(), part) for part in (match["a"], match["b"]) if part]
    return ("/".join(parts),)


def _number(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        value = next((value[name] for name in _NUMBERS if name in value), None)
    return () if value is None else (str(value),)


def _design(text: str | None) -> dict[str, tuple[str, ...]]:
    plain = (text or "").casefold()
    found: dict[str, tuple[str, ...]] = {}
    for name, denies, affirms in _DESIGN:
        if re.search(denies, plain):
            found[name] = ("false",)
        elif re.search(affirms, plain):
            found[name] = ("true",)
    return found


def _outcome(words: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    plain = " ; ".join(words or ()).casefold()
    found: dict[str, tuple[str, ...]] = {}
    if re.search(r"\bsafe\b", plain):
        found["safety"] = (Safety.SAFE.value,)
    better, same = (bool(re.search(pattern, plain)) for pattern in (_BETTER, _SAME))
    if better or same:
        value = Efficacy.MIXED if better and same else Efficacy.POSITIVE if better else Efficacy.NO_DIFFERENCE
        found["efficacy"] = (value.value,)
    return found


def review_statements(trials: Iterable[CitedTrial]) -> tuple[Statement, ...]:
    """What the review says of the papers that have a record."""
    return tuple(build_statement(trial.record.id, trial.review) for trial in trials if trial.record)


def abstract_statements(trials: Iterable[CitedTrial]) -> tuple[Statement, ...]:
    """What the abstracts say, by the facts noted from them."""
    return tuple(
        build_statement(trial.record.id, trial.abstract) for trial in trials if trial.record and trial.abstract
    )


def score_statements(statements: Iterable[Statement], predicted: Iterable[Label]) -> tuple[StatementScore, ...]:
    """Agreement of predicted labels with statements, field by field; papers without a prediction count as not found."""
    labels = {label.id: label for label in predicted}
    stated = sorted(statements, key=lambda statement: statement.id)
    return tuple(StatementScore(name=name, agreements=_agreements(name, stated, labels)) for name in _PREDICTED)


def _agreements(name: str, statements: Iterable[Statement], labels: Mapping[str, Label]) -> tuple[Agreement, ...]:
    found: list[Agreement] = []
    for statement in statements:
        wanted = statement.values.get(name)
        if wanted is None:
            continue
        predicted = _PREDICTED[name](labels[statement.id]) if statement.id in labels else ()
        same = _similar(wanted, predicted) if name == "condition" else set(wanted) == set(predicted)
        found.append(Agreement(id=statement.id, stated=wanted, predicted=predicted, agrees=same))
    return tuple(found)


def _similar(wanted: tuple[str, ...], predicted: tuple[str, ...]) -> bool:
    return any(similar_condition(one, other) for one in wanted for other in predicted)


def _sub(name: str) -> Callable[[Label], tuple[str, ...]]:
    def values(label: Label) -> tuple[str, ...]:
        value = label.design.get(name)
        return () if value is None else (str(value).lower(),)

    return values


def _stated_only(value: str | None) -> tuple[str, ...]:
    return () if value in (None, Efficacy.NOT_REPORTED) else (str(value),)


_PREDICTED: Final[Mapping[str, Callable[[Label], tuple[str, ...]]]] = {
    "tissue": lambda label: tuple(sorted(label.tissue)),
    "donor": lambda label: tuple(sorted(label.donor)),
    "condition": lambda label: tuple(label.conditions),
    "phase": lambda label: () if label.phase is None else (label.phase,),
    "n": lambda label: () if label.n is None else (str(label.n),),
    "route": lambda label: tuple(sorted(label.route)),
    **{name: _sub(name) for name, _ in DESIGN},
    "efficacy": lambda label: _stated_only(label.efficacy),
    "safety": lambda label: _stated_only(label.safety),
}
