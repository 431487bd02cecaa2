"""Quotes: strict and overlapping, with and without the text at hand."""

from __future__ import annotations

import pytest

from mscminer.core.labels import Label
from mscminer.evaluate.evidence import EvidenceScore, find_places, score_evidence, token_f1

TEXT = ("Cells from own fat were given. Fat was drawn from the belly. Own fat is easy to get.",)


def _score(gold: str, predicted: str, *, texts: bool, strict: bool) -> EvidenceScore:
    wanted, proposed = ({"1": Label(id="1", quotes={"tissue": (quote,)})} for quote in (gold, predicted))
    scores = score_evidence(wanted, proposed, {"1": TEXT} if texts else None)
    return next(item for item in scores if item.name == "tissue" and item.strict is strict)


@pytest.mark.parametrize(
    ("predicted", "strict", "by_words", "by_place"),
    [
        ("Cells from own fat", 1.0, 1.0, 1.0),
        ("cells from  own fat", 1.0, 1.0, 1.0),
        ("own fat", 0.0, 1.0, 1.0),
        ("fat were given", 0.0, 0.0, 1.0),
        ("drawn from the belly", 0.0, 0.0, 0.0),
    ],
)
def test_overlap(predicted: str, strict: float, by_words: float, by_place: float) -> None:
    gold = "Cells from own fat"
    assert _score(gold, predicted, texts=False, strict=True).recall == strict
    assert _score(gold, predicted, texts=False, strict=False).recall == by_words
    assert _score(gold, predicted, texts=True, strict=False).recall == by_place


def test_places_are_all_found_in_all_sections() -> None:
    assert find_places("fat", ("fat and fat", "no", "fat")) == ((0, 0, 3), (0, 8, 11), (2, 0, 3))


def test_quotes_of_unasked_texts_do_not_count() -> None:
    """Only texts whose gold has quotes for the field are asked for evidence."""
    gold = {"1": Label(id="1"), "2": Label(id="2", quotes={"msc": ("cells",)})}
    predicted = {"1": Label(id="1", quotes={"msc": ("fat",)})}
    msc = next(item for item in score_evidence(gold, predicted) if item.name == "msc")
    assert (msc.gold, msc.gold_met, msc.predicted) == (1, 0, 0)
    assert msc.precision is None


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("own fat", "Own fat.", 1.0),
        ("cells from own fat", "own fat", 2 * 2 / 6),
        ("fat fat", "fat", 2 / 3),
        ("fat", "belly", 0.0),
        ("", "", 0.0),
    ],
)
def test_token_f1_by_hand(a: str, b: str, value: float) -> None:
    assert token_f1(a, b) == pytest.approx(value)
    assert token_f1(b, a) == pytest.approx(value)


def test_each_gold_quote_is_compared_with_the_most_alike() -> None:
    gold = {"1": Label(id="1", quotes={"tissue": ("cells from own fat", "marrow")})}
    predicted = {"1": Label(id="1", quotes={"tissue": ("own fat", "from the fat of others")})}
    score = next(item for item in score_evidence(gold, predicted) if item.name == "tissue")
    assert score.token_f1 == pytest.approx((2 / 3 + 0) / 2)
