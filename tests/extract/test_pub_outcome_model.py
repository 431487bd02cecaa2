"""The model of outcomes: what it sees, what it makes of it, how it is fitted and when it stands against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.outcome_features import CODES, Reading, sentence_features, text_features
from mscminer.extract.publications.outcome_fit import (
    Example,
    checked,
    coded_by_place,
    efficacy_of,
    example,
    fit_outcomes,
)
from mscminer.extract.publications.outcome_model import (
    OutcomeModel,
    load_outcome_model,
    outcome_model,
    quoted,
    shares,
)
from mscminer.extract.publications.outcomes import find_outcomes
from mscminer.extract.publications.packing import packed, unpacked
from mscminer.extract.publications.text import PublicationText, Sentence, Zone
from mscminer.extract.publications.zones import read_publication

_ROWS = st.lists(st.lists(st.integers(-(10**9), 10**9), min_size=6, max_size=6), max_size=100)


@given(rows=_ROWS)
def test_packed_rows_add_like_rows(rows: list[list[int]]) -> None:
    assert unpacked(sum(map(packed, rows)), 6) == [sum(column) for column in zip(*rows, strict=True)] or not rows


def test_nothing_packed_is_nothing() -> None:
    assert unpacked(0, 6) == [0] * 6


def sentence(text: str, zone: Zone = Zone.RESULTS, start: int = 0) -> Sentence:
    return Sentence(section="abstract.0", start=start, text=text, zone=zone, place=0.5, given=True)


def seen(text: str, zone: Zone = Zone.RESULTS) -> frozenset[str]:
    return sentence_features(sentence(text, zone), [], [], last=False)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("pain fell (p=0.03).", "#significant"),
        ("pain fell (p < .001).", "#significant"),
        ("pain fell (p = 0.3).", "#not_significant"),
        ("pain fell (p > 0.05).", "#not_significant"),
        ("the difference was 2 points (95% ci -1 to 5).", "#interval_across_0"),
        ("the difference was 2 points (95% ci 1.2 to 5).", "#interval_beside_0"),
        ("the hazard ratio was 0.9 (95% ci 0.7-1.2).", "#interval_across_1"),
        ("10 of 12 walked.", "#share_4"),
        ("1/12 walked.", "#share_0"),
        ("it was 4.1 versus 8.0 points.", "#pair_rises"),
        ("it was 8.0 and 4.1 points.", "#pair_falls"),
        ("it was 8.0 v 8.1 points.", "#pair_equal"),
        ("improvements were seen.", "improv"),
        ("pain fell.", "pain fell"),
        ("pain fell.", "^ pain"),
        ("pain fell by 3 points.", "by 0"),
    ],
)
def test_numbers_and_words_that_are_seen(text: str, feature: str) -> None:
    assert feature in seen(text)


def test_numbers_in_words_and_numbers_alone_tell_nothing() -> None:
    names = seen("ten walked, and 12 were seen on day 30.")
    assert not [name for name in names if name.startswith("#")]


def test_the_zone_and_the_sentence_before_are_seen() -> None:
    assert "zone=conclusion" in seen("pain fell.", Zone.CONCLUSION)
    assert "zone=results" in seen("pain fell.", Zone.METHODS)
    text = read_publication(publication("T", ("RESULTS", "Pain was reduced (p<0.01). Nothing else was told.")))
    told = example("a", text.document, None, [])
    assert any(name.startswith("before=better") for name in told.features[1])
    assert "rules=better" in told.features[0]


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=6))
def test_shares_are_probabilities(scores: list[float]) -> None:
    found = shares(scores)
    assert sum(found) == pytest.approx(1)
    assert found[scores.index(max(scores))] == max(found)


_GAINS = ("Pain fell by half.", "Walking was easier.", "Healing came sooner.", "Scores were better.")
_NULLS = ("Pain was as before.", "Walking was alike.", "Healing took as long.", "Scores were equal.")
_LOSSES = ("Pain grew.", "Walking was harder.", "Healing came later.", "Scores were poorer.")
_HARMS = ("Two had fever.", "No nurse was ill.", "Nobody bled.", "One had a rash.")
_TRENDS = ("Pain tended to fall.", "Walking tended to ease.", "Healing tended to hasten.", "Scores tended to rise.")
_BOTH = ("Pain fell, sleep was as before.", "Walking eased, grip was alike.", "Healing hastened, itch was equal.")
_MADE_OF = {"better": _GAINS, "level": _NULLS, "worse": _LOSSES, "none": _HARMS, "trend": _TRENDS, "both": _BOTH}
_VERDICTS = {
    "positive": ("better", "none", "better"),
    "no_difference": ("level", "trend", "level"),
    "negative": ("worse", "none", "worse"),
    "mixed": ("better", "both", "level"),
    "not_reported": ("none", "none", "none"),
}


def made_up(number: int, efficacy: str) -> Example:
    """An abstract of a known outcome: two result sentences and a conclusion."""
    codes = _VERDICTS[efficacy]
    said = [_MADE_OF[code][(number + at) % len(_MADE_OF[code])] for at, code in enumerate(codes)]
    document = publication("Rest for nurses", ("RESULTS", " ".join(said[:2])), ("CONCLUSIONS", said[2]))
    return example(f"{efficacy}{number}", document, efficacy, list(zip(said, codes, strict=True)))


def test_a_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("sklearn")
    examples = [made_up(number, efficacy) for number in range(20) for efficacy in _VERDICTS]
    assert all(len(one.codes) == 3 for one in examples)
    fitted, found = fit_outcomes(examples)
    assert (fitted, found) == fit_outcomes(examples)
    model = outcome_model(fitted)
    right = [checked(model, one) for one in examples]
    assert all(all(one.sentences) for one in right)
    assert sum(one.efficacy == (True,) for one in right) / len(right) > 0.95
    assert {one.name for one in found} == {one.name for one in examples}
    told = [right for one in found for right in one.sentences]
    assert sum(told) / len(told) > 0.8


def test_what_counts_more_moves_the_verdict() -> None:
    """The same sentences, judged in two ways: the heavier half decides."""
    pytest.importorskip("sklearn")
    rest = [made_up(number, efficacy) for number in range(20) for efficacy in _VERDICTS]
    for heavy in (0, 1):
        torn = [
            replace(
                made_up(0, "mixed"),
                name=f"torn{number}",
                efficacy=(Efficacy.POSITIVE, Efficacy.NEGATIVE)[number % 2],
                weight=3000.0 if number % 2 == heavy else 0.01,
            )
            for number in range(20)
        ]
        fitted, _ = fit_outcomes([*rest, *torn])
        assert efficacy_of(outcome_model(fitted), torn[0]) is (Efficacy.POSITIVE, Efficacy.NEGATIVE)[heavy]


def test_a_code_that_never_occurs_cannot_be_learnt() -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match="must show all 6 values"):
        fit_outcomes([made_up(number, "positive") for number in range(20)])


def test_codes_find_their_sentences_in_order_and_strangers_are_left_out() -> None:
    document = publication(
        "T", ("RESULTS", "Pain fell. Sleep was as before. Pain fell again."), ("CONCLUSIONS", "It helps.")
    )
    one = example("a", document, None, [("Pain fell", "better"), ("Nothing", "none"), ("Pain fell", "trend")])
    assert [(one.sentences[at].text, code) for at, code in one.codes.items()] == [
        ("pain fell.", "better"),
        ("pain fell again.", "trend"),
    ]
    assert one.judged is None
    placed = coded_by_place("b", document, "positive", {"abstract.0:11": "level", "abstract.9:0": "none"})
    assert [(placed.sentences[at].text, code) for at, code in placed.codes.items()] == [
        ("sleep was as before.", "level")
    ]
    assert placed.judged is Efficacy.POSITIVE


def model_that_says(code: str, verdict: Efficacy, weight: int) -> OutcomeModel:
    """A model that finds one code in every sentence and leans to one verdict."""
    order = tuple(sorted(Efficacy))
    return OutcomeModel(
        weights={},
        bias=[900 if one == code else 0 for one in CODES],
        verdicts=order,
        decision={f"all.most.{code}": [weight if one is verdict else 0 for one in order]},
        decision_bias=[0] * len(order),
    )


def gain() -> PublicationText:
    parts = (
        ("RESULTS", "Pain was significantly reduced against saline (p<0.01)."),
        ("CONCLUSIONS", "Cells reduce pain."),
    )
    return read_publication(publication("Cells for pain", *parts))


def test_the_rules_stand_where_the_model_is_not_sure() -> None:
    unsure = find_outcomes(gain(), model_that_says("level", Efficacy.NO_DIFFERENCE, 1000))
    assert unsure.efficacy is Efficacy.POSITIVE
    sure = find_outcomes(gain(), model_that_says("level", Efficacy.NO_DIFFERENCE, 9000))
    assert sure.efficacy is Efficacy.NO_DIFFERENCE
    assert sure.efficacy_confidence > 0.9
    assert sure.efficacy_evidence[0].quote.startswith("Pain was significantly reduced")


def test_what_is_not_reported_is_not_quoted() -> None:
    found = find_outcomes(gain(), model_that_says("none", Efficacy.NOT_REPORTED, 9000))
    assert (found.efficacy, found.efficacy_evidence) == (Efficacy.NOT_REPORTED, ())


def test_an_abstract_without_outcomes_is_left_to_the_rules() -> None:
    text = read_publication(publication("Cells for pain", ("OBJECTIVE", "To find out whether cells reduce pain.")))
    found = find_outcomes(text, model_that_says("better", Efficacy.POSITIVE, 9000))
    assert found.efficacy is Efficacy.NOT_REPORTED


def test_a_title_that_tells_the_outcome_or_harm_is_left_to_the_rules() -> None:
    gains = model_that_says("better", Efficacy.POSITIVE, 9000)
    recovered = ("RESULTS", "Two had emboli after the infusion."), ("CONCLUSIONS", "Both recovered fully.")
    harm = publication("Pulmonary embolism after infusion of mesenchymal stromal cells", *recovered)
    assert find_outcomes(read_publication(harm), gains).efficacy is not Efficacy.POSITIVE
    told = ("RESULTS", "Twelve were seen on day 90."), ("CONCLUSIONS", "Trials are needed.")
    eased = publication("Mesenchymal stem cells improve symptoms of lupus", *told)
    nothing = model_that_says("none", Efficacy.NOT_REPORTED, 9000)
    assert find_outcomes(read_publication(eased), nothing).efficacy is Efficacy.POSITIVE


def readings(*codes: str) -> Sequence[Reading]:
    return [
        Reading(
            sentence=sentence(f"sentence {at}.", start=100 * at),
            chances=tuple(0.9 - at / 100 if one == code else 0.02 for one in CODES),
        )
        for at, code in enumerate(codes)
    ]


def test_a_verdict_is_quoted_with_the_sentences_that_speak_for_it() -> None:
    some = readings("none", "better", "level", "worse")
    assert [one.text for one in quoted(some, Efficacy.POSITIVE)] == ["sentence 1."]
    assert [one.text for one in quoted(some, Efficacy.MIXED)] == ["sentence 1.", "sentence 2."]
    assert [one.text for one in quoted(some, Efficacy.NEGATIVE)] == ["sentence 2.", "sentence 3."]
    assert quoted(some, Efficacy.NOT_REPORTED) == []


def test_parts_of_an_abstract_are_seen_apart() -> None:
    told = [*readings("level", "better")]
    end = Reading(sentence=sentence("so it is.", Zone.CONCLUSION, start=900), chances=readings("trend")[0].chances)
    found = text_features([*told, end], Efficacy.POSITIVE, 0.8)
    assert found["first.most.level"] == pytest.approx(0.9)
    assert found["end.most.trend"] == pytest.approx(0.9)
    assert found["told.most.trend"] == pytest.approx(0.02)
    assert (found["rules=positive"], found["sure=positive"], found["primary"]) == (1.0, 0.8, 0.0)


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        (
            "Hop distance grew by a fifth, and limping went away in ten.",
            "Tendon cells gave these runners back their sport.",
            "positive",
        ),
        (
            "Walking pace on day 90 was 0.9 m/s in either arm.",
            "The infusion bought these people nothing.",
            "no_difference",
        ),
        (
            "Cartilage grew thicker (p=0.01). Pain scores were alike (p=0.8).",
            "Structure was better, symptoms were not.",
            "mixed",
        ),
        (
            "Survival was worse with cells (hazard ratio 1.8, 95% CI 1.1 to 2.9).",
            "The infusion did these people harm and shortened survival.",
            "negative",
        ),
        ("All infusions were given as planned. Two had fever.", "The infusion is feasible.", "not_reported"),
    ],
)
def test_the_shipped_model_reads_plain_endings(results: str, conclusion: str, expected: str) -> None:
    methods = "Forty people were randomised to mesenchymal stromal cells or saline."
    parts = (("METHODS", methods), ("RESULTS", results), ("CONCLUSIONS", conclusion))
    assert find_outcomes(read_publication(publication("Cells for runners", *parts))).efficacy.value == expected


def test_the_shipped_model_knows_every_code_and_verdict() -> None:
    model = load_outcome_model()
    assert len(model.bias) == len(CODES)
    assert set(model.verdicts) == set(Efficacy)
    assert all(len(row) == len(CODES) for row in model.weights.values())
    assert all(len(row) == len(Efficacy) for row in model.decision.values())
