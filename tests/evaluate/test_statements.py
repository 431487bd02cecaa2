"""Free words of a review mapped to the vocabulary, and agreement measured only where they speak."""

from __future__ import annotations

from typing import Any

import pytest

from mscminer.core.labels import Label
from mscminer.evaluate.seed import load_cited_trials, load_seed_labels
from mscminer.evaluate.statements import (
    Statement,
    abstract_statements,
    build_statement,
    review_statements,
    score_statements,
)


@pytest.mark.parametrize(
    ("field", "words", "name", "values"),
    [
        ("tissue", "bone marrow (title)", "tissue", ("bone_marrow",)),
        ("tissue", "umbilical cord (6) or placenta (5)", "tissue", ("placenta", "umbilical_cord")),
        ("tissue", "adipose (+ bone marrow HSC)", "tissue", ("adipose",)),
        ("tissue", "umbilical cord + bone marrow mononuclear cells", "tissue", ("umbilical_cord",)),
        ("donor", "both", "donor", ("allogeneic", "autologous")),
        ("donor", "allogenic UC-MSC + autologous BM cells", "donor", ("allogeneic",)),
        ("donor", "type not stated as allogeneic", "donor", None),
        ("phase", "I/IIa", "phase", ("1/2",)),
        ("phase", "IIb (title)", "phase", ("2",)),
        ("phase", "Ib", "phase", ("1",)),
        ("phase", "pilot", "phase", None),
        ("phase", "Phase 1 / Phase 2 depending on registry", "phase", None),
        ("n", {"treated": 15, "enrolled": 23}, "n", ("23",)),
        ("n", {"followed": 4}, "n", None),
        ("n", 12, "n", ("12",)),
        ("route", "portal + thymic circulation", "route", ("intraportal", "other:thymic")),
        ("route", "infusion", "route", None),
        ("design", "single arm", "randomised", ("false",)),
        ("design", "non-randomised", "randomised", ("false",)),
        ("design", "randomized, open-label", "blinded", ("false",)),
        ("design", "double-blind", "randomised", None),
        ("outcome", ["safe", "improved"], "safety", ("safe",)),
        ("outcome", ["improved", "no difference in walking"], "efficacy", ("mixed",)),
        ("outcome", ["trend, not significant"], "efficacy", ("no_difference",)),
        ("outcome", ["ongoing"], "efficacy", None),
        ("disease", "refractory SLE (four centres)", "condition", ("refractory systemic lupus erythematosus",)),
    ],
)
def test_free_words(field: str, words: Any, name: str, values: tuple[str, ...] | None) -> None:
    assert build_statement("1", {field: words}).values.get(name) == values


def test_silence_is_no_gold() -> None:
    """A field of which the statement says nothing is not counted, whatever is predicted."""
    statement = Statement(id="1", values={"tissue": ("adipose",)})
    scores = {item.name: item for item in score_statements([statement], [Label(id="1", tissue=("adipose",), n=5)])}
    assert (scores["tissue"].stated, scores["tissue"].found, scores["tissue"].agree) == (1, 1, 1)
    assert scores["n"].stated == 0


def test_paper_without_prediction_is_not_found() -> None:
    statement = Statement(id="1", values={"tissue": ("adipose",)})
    tissue = score_statements([statement], [])[0]
    assert (tissue.stated, tissue.found, tissue.agree) == (1, 0, 0)


def test_gold_labels_of_the_seed_agree_with_the_abstracts_facts() -> None:
    """Labels and facts were made apart from each other; where both speak they say the same, but for named doubts."""
    scores = score_statements(abstract_statements(load_cited_trials()), load_seed_labels())
    disputed = {
        (item.name, agreement.id)
        for item in scores
        for agreement in item.agreements
        if agreement.predicted and not agreement.agrees
    }
    assert disputed == {("condition", "21216483")}


def test_review_and_abstract_are_scored_apart() -> None:
    trials = load_cited_trials()
    labels = load_seed_labels()
    review = {item.name: item for item in score_statements(review_statements(trials), labels)}
    abstract = {item.name: item for item in score_statements(abstract_statements(trials), labels)}
    assert review["n"].agree < review["n"].stated
    assert abstract["n"].found == abstract["n"].agree
