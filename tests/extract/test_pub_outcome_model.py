"""The model of outcomes: what it sees, what it makes of it, how it is fitted and when it stands against the rules."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.errors import ModelError
from mscminer.core.vocabulary import Efficacy, Field, Safety
from mscminer.extract.publications.model_files import weights_file
from mscminer.extract.publications.outcome_features import (
    CODES,
    Reading,
    RuledSentence,
    sentence_features,
    text_features,
)
from mscminer.extract.publications.outcome_fit import (
    Example,
    checked,
    coded_by_place,
    fit_outcomes,
    read_own_texts,
    verdict_of,
)
from mscminer.extract.publications.outcome_model import (
    Decision,
    OutcomeModel,
    load_outcome_model,
    outcome_model,
    quoted,
    read_outcome_model,
    shares,
)
from mscminer.extract.publications.outcome_numbers import of_numbers
from mscminer.extract.publications.outcomes import find_outcomes
from mscminer.extract.publications.packing import packed, unpacked
from mscminer.extract.publications.text import PublicationText, Sentence, Zone
from mscminer.extract.publications.zones import read_publication

_ROWS = st.lists(st.lists(st.integers(-(10**9), 10**9), min_size=6, max_size=6), max_size=100)


@given(rows=_ROWS)
def test_packed_rows_add_like_rows(rows: list[list[int]]) -> None:
    assert unpacked(sum(map(packed, rows)), 6) == tuple(map(sum, zip(*rows, strict=True))) or not rows


def test_nothing_packed_is_nothing() -> None:
    assert unpacked(0, 6) == (0,) * 6


def sentence(text: str, zone: Zone = Zone.RESULTS, start: int = 0) -> Sentence:
    return Sentence(section="abstract.0", start=start, text=text, zone=zone, place=0.5, given=True)


def seen(text: str, zone: Zone = Zone.RESULTS) -> frozenset[str]:
    return sentence_features(sentence(text, zone), RuledSentence(), RuledSentence(), last=False)


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
        ("it was 4.1 versus 8.0 points.", "#pair_beside_rises"),
        ("it was 4.1 (sd 1) versus 3.9 points.", "#pair_beside_equal"),
        ("it was 8.0 and 4.1 points.", "#pair_listed_falls"),
        ("it was 8.0 v 8.1 points.", "#pair_beside_equal"),
        ("it was 8.0 vs. 4.1 points.", "#pair_beside_falls"),
        ("it was 8.0 v. 4.1 points.", "#pair_beside_falls"),
        ("pain (serum 12 vs 5) was told.", "#pair_beside_falls"),
        ("pain fell (p value was 0.03).", "#significant"),
        ("pain fell (p=1.0).", "#not_significant"),
        ("the difference was 2 points (95% ci: [-1, 5]).", "#interval_across_0"),
        ("it was 8.0 \u00b1 9.5 versus 4.1 \u00b1 2.0.", "#pair_beside_falls"),
        ("they walked 1,240 m versus 980 m.", "#pair_beside_falls"),
        ("it fell from 6.1 points to 3.0.", "#pair_course_falls"),
        ("it was -12.6% vs +1.2%.", "#pair_beside_parts"),
        ("it was -12.6% vs -4.2%.", "#pair_beside_falls"),
        ("it was +49% in cells.", "#plus"),
        ("it was -7% in cells.", "#minus"),
        ("pain fell (p=0.03), sleep did not (p=0.4).", "#significant_in_part"),
        ("pain fell (p=0.03), sleep did not (p=0.4).", "#first_significant"),
        ("pain fell (p=0.03), sleep did not (p=0.4).", "#last_not_significant"),
        ("improvements were seen.", "improvem"),
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


@pytest.mark.parametrize(
    "text",
    [
        "they came from clinics, and were seen for 12 to 24 months.",
        "it was 8.0 \u00b1 9.5, and so it stayed.",
        "it was 8.0 +/-2 points.",
        "it was 8.0 (sd 1 to 3) in all.",
        "it was 8.0 (9 of 12). and 4 were men.",
    ],
)
def test_ranges_and_spreads_compare_nothing(text: str) -> None:
    assert not [name for name in seen(text) if "pair" in name or name in ("#plus", "#minus")]


_BITS_OF_TEXT = st.sampled_from(
    ["12", "1.2.3", " vs. ", " to ", "from ", "(", ")", "\u00b1", "p=", "0.", "95% ci ", "-", "+", "1,000"]
)


@given(st.lists(_BITS_OF_TEXT, max_size=40))
def test_whatever_numbers_a_sentence_holds_a_first_pair_is_among_its_pairs(bits: list[str]) -> None:
    names = set(of_numbers("".join(bits)))
    first = {name.replace("#first_", "#") for name in names if name.startswith("#first_pair")}
    assert first <= names
    assert bool(first) == any(name.startswith("#pair") for name in names)


_OPPOSITE = {"falls": "rises", "rises": "falls", "equal": "equal", "parts": "parts"}


@given(
    one=st.integers(-2000, 2000),
    other=st.integers(-2000, 2000),
    link=st.sampled_from(["vs", "vs.", "versus", "and", "against", "compared with"]),
    aside=st.sampled_from(["", " \u00b1 3.1", " (sd 4)", " (9 of 12)", " (n = 20)", " (45%)"]),
)
def test_a_pair_turned_round_is_told_the_other_way_whatever_stands_aside(
    one: int, other: int, link: str, aside: str
) -> None:
    def told(first: int, second: int) -> str:
        names = of_numbers(f"it was {first}{aside} {link} {second}{aside} in the other arm")
        (found,) = (name for name in names if name.startswith("#pair"))
        return found.rpartition("_")[2]

    assert told(one, other) == _OPPOSITE[told(other, one)]
    assert (told(one, other) == "parts") == (one * other < 0)


def test_long_rows_of_numbers_take_no_longer_than_their_length_asks() -> None:
    def taken(times: int) -> float:
        texts = ("12 vs ", "(sd 1 ", "p = 0.", "from 12 to ", "ci: [")
        began = time.process_time()
        for text in texts:
            list(of_numbers(text * times))
        return time.process_time() - began

    taken(100)
    assert taken(8000) < 40 * (taken(800) + 0.001)


def test_the_zone_and_the_sentence_before_are_seen() -> None:
    assert "zone=conclusion" in seen("pain fell.", Zone.CONCLUSION)
    assert "zone=results" in seen("pain fell.", Zone.METHODS)
    text = read_publication(publication("T", ("RESULTS", "Pain was reduced (p<0.01). Nothing else was told.")))
    told = coded_by_place(text.document, UNJUDGED, {})
    assert any(name.startswith("before=better") for name in told.features[1])
    assert "rules=better" in told.features[0]


def test_what_rules_read_of_harm_is_seen() -> None:
    harm = publication("T", ("RESULTS", "No adverse events occurred. Two of nine died of emboli after the infusion."))
    first, second = coded_by_place(harm, UNJUDGED, {}).features
    assert "harm=safe" in first
    assert "harm=nothing" not in second


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=6))
def test_shares_are_probabilities(scores: list[float]) -> None:
    found = shares(scores)
    assert sum(found) == pytest.approx(1)
    assert found[scores.index(max(scores))] == max(found)


UNJUDGED: Mapping[str, str | None] = {"id": "a", "efficacy": None, "safety": None}

_GAINS = ("Pain fell by half.", "Walking was easier.", "Healing came sooner.", "Scores were better.")
_NULLS = ("Pain was as before.", "Walking was alike.", "Healing took as long.", "Scores were equal.")
_LOSSES = ("Pain grew.", "Walking was harder.", "Healing came later.", "Scores were poorer.")
_REST = ("Ten were men.", "Nurses were kind.", "All came in May.", "Rooms were warm.")
_TRENDS = ("Pain tended to fall.", "Walking tended to ease.", "Healing tended to hasten.", "Scores tended to rise.")
_BOTH = ("Pain fell, sleep was as before.", "Walking eased, grip was alike.", "Healing hastened, itch was equal.")
_MADE_OF = {"better": _GAINS, "level": _NULLS, "worse": _LOSSES, "none": _REST, "trend": _TRENDS, "both": _BOTH}
_VERDICTS = {
    "positive": ("better", "none", "better"),
    "no_difference": ("level", "trend", "level"),
    "negative": ("worse", "none", "worse"),
    "mixed": ("better", "both", "level"),
    "not_reported": ("none", "none", "none"),
}
_HARMS = {
    "safe": ("Nobody came to harm.", "All bore it well."),
    "events": ("Two had fever.", "One had a rash."),
    "concern": ("Three had emboli from it.", "Tumours grew where it went."),
    "none": ("It was May.", "Rooms were large."),
}
_SAFETIES = {"safe": ("events", "safe"), "concern": ("events", "concern"), "not_reported": ("none", "none")}


def made_up(number: int, efficacy: str, weight: float = 1.0) -> Example:
    """An abstract of a known outcome: two result sentences, a conclusion and two sentences on harm."""
    codes = _VERDICTS[efficacy]
    safety = tuple(_SAFETIES)[number % 3]
    said = [_MADE_OF[code][(number + at) % len(_MADE_OF[code])] for at, code in enumerate(codes)]
    harms = [(_HARMS[code][number // 3 % 2], code) for code in _SAFETIES[safety]]
    results = [said[0], said[1], *(text for text, _ in harms)]
    document = publication("Rest for nurses", ("RESULTS", " ".join(results)), ("CONCLUSIONS", said[2]))
    places = [f"abstract.0:{sum(len(text) + 1 for text in results[:at])}" for at in range(4)]
    benefit = {places[0]: codes[0], places[1]: codes[1], places[2]: "none", places[3]: "none", "abstract.1:0": codes[2]}
    harm = {place: code for place, (_, code) in zip(places[2:], harms, strict=True) if code != "none"}
    given = {"id": f"{efficacy}{number}", "efficacy": efficacy, "safety": safety}
    return replace(coded_by_place(document, given, {"codes": benefit, "harm": harm}), weight=weight)


def test_a_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("sklearn")
    examples = [made_up(number, efficacy) for number in range(20) for efficacy in _VERDICTS]
    assert all(len(one.codes[field]) == 5 for one in examples for field in CODES)
    fitted, found = fit_outcomes(examples)
    assert (fitted, found) == fit_outcomes(examples)
    model = outcome_model(fitted)
    for field in CODES:
        right = [checked(model, one, field) for one in examples]
        assert all(all(one.sentences) for one in right)
        assert sum(one.verdict == (True,) for one in right) / len(right) > 0.95
        assert {one.name for one in found if one.field is field} == {one.name for one in examples}
        told = [right for one in found if one.field is field for right in one.sentences]
        assert sum(told) / len(told) > 0.8


def test_what_counts_more_moves_the_verdict() -> None:
    """The same sentences, judged in two ways: the heavier half decides."""
    pytest.importorskip("sklearn")
    rest = [made_up(number, efficacy) for number in range(20) for efficacy in _VERDICTS]
    for heavy in (0, 1):
        torn = [
            replace(
                made_up(0, "mixed", 3000.0 if number % 2 == heavy else 0.01),
                name=f"torn{number}",
                verdicts={Field.EFFICACY: (Efficacy.POSITIVE, Efficacy.NEGATIVE)[number % 2].value},
            )
            for number in range(20)
        ]
        fitted, _ = fit_outcomes([*rest, *torn])
        expected = (Efficacy.POSITIVE, Efficacy.NEGATIVE)[heavy]
        assert verdict_of(outcome_model(fitted), torn[0], Field.EFFICACY) == expected.value


def test_a_code_that_never_occurs_cannot_be_learnt() -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(ValueError, match="must show all 6 values"):
        fit_outcomes([made_up(number, "positive") for number in range(20)])


def told_of(one: Example, field: Field) -> list[tuple[str, str]]:
    """Sentences of an example with their codes."""
    return [(one.sentences[at].text, code) for at, code in sorted(one.codes[field].items())]


def own_text(folder: Path, **more: object) -> Example:
    """The example that a line of our own texts makes."""
    sections = [
        {"label": "RESULTS", "text": "Pain fell. Sleep was as before. Pain fell again."},
        {"label": "CONCLUSIONS", "text": "It helps."},
    ]
    codes = [["Pain fell", "better"], ["Nothing", "none"], ["Pain fell", "trend"]]
    given = {"id": "a", "title": "T", "sections": sections, "efficacy": None, "safety": "safe", "codes": codes, **more}
    path = folder / "texts.jsonl"
    path.write_text(json.dumps(given) + "\n", encoding="utf-8")
    return next(read_own_texts(path))


def test_codes_find_their_sentences_in_order_and_strangers_are_left_out(tmp_path: Path) -> None:
    one = own_text(tmp_path)
    assert told_of(one, Field.EFFICACY) == [("pain fell.", "better"), ("pain fell again.", "trend")]
    assert Field.SAFETY not in one.codes
    assert (one.judged(Field.EFFICACY), one.judged(Field.SAFETY)) == (None, "safe")


def test_a_reader_of_harm_writes_down_only_what_says_something(tmp_path: Path) -> None:
    one = own_text(tmp_path, harm=[["Sleep was", "events"]])
    assert [code for _, code in told_of(one, Field.SAFETY)] == ["none", "events", "none", "none"]


@pytest.mark.parametrize(("second", "judged"), [("safe", "safe"), ("concern", None), (None, "safe")])
def test_published_abstracts_are_coded_by_place_and_readers_must_agree(second: str | None, judged: str | None) -> None:
    document = publication("T", ("RESULTS", "Pain fell. Sleep was as before."), ("CONCLUSIONS", "It helps."))
    given = {"id": "b", "efficacy": "positive", "safety": "safe"}
    codes = {"codes": {"abstract.0:11": "level", "abstract.9:0": "none"}, "harm": {"abstract.1:0": "safe"}}
    one = coded_by_place(document, given, codes | ({"safety": second} if second else {}))
    assert told_of(one, Field.EFFICACY) == [("sleep was as before.", "level")]
    assert [code for _, code in told_of(one, Field.SAFETY)] == ["none", "none", "safe"]
    assert (one.judged(Field.EFFICACY), one.judged(Field.SAFETY)) == ("positive", judged)


def model_that_says(code: str, verdict: Efficacy | Safety, weight: int) -> OutcomeModel:
    """A model that finds one code in every sentence and leans to one verdict, and to none on the other question."""
    asked = Field.SAFETY if isinstance(verdict, Safety) else Field.EFFICACY
    orders = {Field.EFFICACY: tuple(sorted(Efficacy)), Field.SAFETY: tuple(sorted(Safety))}
    return OutcomeModel(
        weights={},
        bias=[900 if (field, one) == (asked, code) else 0 for field, codes in CODES.items() for one in codes],
        decisions={
            field: Decision(
                verdicts=order,
                weights={f"all.most.{code}": [weight if one is verdict else 0 for one in order]},
                bias=[0] * len(order),
            )
            for field, order in orders.items()
        },
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
    assert (found.safety, found.safety_evidence) == (Safety.NOT_REPORTED, ())


def test_safety_is_weighed_like_efficacy() -> None:
    told = ("RESULTS", "No adverse events occurred. Two had pneumothorax."), ("CONCLUSIONS", "Cells are safe.")
    text = read_publication(publication("Cells for pain", *told))
    unsure = find_outcomes(text, model_that_says("concern", Safety.CONCERN, 1000))
    assert unsure.safety is Safety.SAFE
    assert unsure.safety_evidence[0].quote == "No adverse"
    sure = find_outcomes(text, model_that_says("concern", Safety.CONCERN, 9000))
    assert (sure.safety, sure.efficacy) == (Safety.CONCERN, unsure.efficacy)
    assert sure.safety_confidence > 0.9
    assert sure.safety_evidence[0].quote == "No adverse events occurred."


def test_an_abstract_without_outcomes_is_left_to_the_rules() -> None:
    text = read_publication(publication("Cells for pain", ("OBJECTIVE", "To find out whether cells reduce pain.")))
    found = find_outcomes(text, model_that_says("better", Efficacy.POSITIVE, 9000))
    assert found.efficacy is Efficacy.NOT_REPORTED


def test_a_title_that_tells_the_outcome_or_harm_is_left_to_the_rules() -> None:
    gains = model_that_says("better", Efficacy.POSITIVE, 9000)
    recovered = ("RESULTS", "Two had emboli after the infusion."), ("CONCLUSIONS", "Both recovered fully.")
    harm = read_publication(publication("Pulmonary embolism after infusion of mesenchymal stromal cells", *recovered))
    assert find_outcomes(harm, gains).efficacy is not Efficacy.POSITIVE
    assert find_outcomes(harm, model_that_says("safe", Safety.SAFE, 9000)).safety is Safety.CONCERN
    told = ("RESULTS", "Twelve were seen on day 90."), ("CONCLUSIONS", "Trials are needed.")
    eased = publication("Mesenchymal stem cells improve symptoms of lupus", *told)
    nothing = model_that_says("none", Efficacy.NOT_REPORTED, 9000)
    assert find_outcomes(read_publication(eased), nothing).efficacy is Efficacy.POSITIVE


def readings(*codes: str) -> Sequence[Reading]:
    return [
        Reading(
            sentence=sentence(f"sentence {at}.", start=100 * at),
            chances={
                field: tuple(0.9 - at / 100 if one == code else 0.02 for one in names) for field, names in CODES.items()
            },
        )
        for at, code in enumerate(codes)
    ]


def test_a_verdict_is_quoted_with_the_sentences_that_speak_for_it() -> None:
    some = readings("none", "better", "level", "worse")
    assert [one.text for one in quoted(Field.EFFICACY, some, Efficacy.POSITIVE)] == ["sentence 1."]
    assert [one.text for one in quoted(Field.EFFICACY, some, Efficacy.MIXED)] == ["sentence 1.", "sentence 2."]
    assert [one.text for one in quoted(Field.EFFICACY, some, Efficacy.NEGATIVE)] == ["sentence 2.", "sentence 3."]
    assert quoted(Field.EFFICACY, some, Efficacy.NOT_REPORTED) == []
    harms = readings("none", "safe", "concern", "events")
    assert [one.text for one in quoted(Field.SAFETY, harms, Safety.SAFE)] == ["sentence 1.", "sentence 3."]
    assert [one.text for one in quoted(Field.SAFETY, harms, Safety.CONCERN)] == ["sentence 2."]


def test_parts_of_an_abstract_are_seen_apart() -> None:
    told = [*readings("level", "better")]
    end = Reading(sentence=sentence("so it is.", Zone.CONCLUSION, start=900), chances=readings("trend")[0].chances)
    found = text_features(Field.EFFICACY, [*told, end], "positive", 0.8)
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


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("Pain fell. Nothing untoward happened to anybody, and all bore the infusion without trouble.", "safe"),
        ("Pain fell. Two had a day of fever and one a sore arm, all gone by the third day.", "safe"),
        ("Pain fell. Three of nine had a pulmonary embolism that was put down to the cells, and one died.", "concern"),
        ("Pain fell by 3 points and walking pace rose.", "not_reported"),
    ],
)
def test_the_shipped_model_reads_plain_words_on_harm(results: str, expected: str) -> None:
    methods = "Forty people were given mesenchymal stromal cells."
    text = read_publication(publication("Cells for runners", ("METHODS", methods), ("RESULTS", results)))
    assert find_outcomes(text).safety.value == expected


def test_the_shipped_model_knows_every_code_and_verdict() -> None:
    model = load_outcome_model()
    codes = sum(map(len, CODES.values()))
    assert len(model.bias) == codes
    assert all(len(row) == codes for row in model.weights.values())
    for field, values in ((Field.EFFICACY, Efficacy), (Field.SAFETY, Safety)):
        decision = model.decisions[field]
        assert set(decision.verdicts) == set(values)
        assert all(len(row) == len(values) for row in decision.weights.values())


@pytest.mark.parametrize(
    "content",
    [
        '{"weights": {}}',
        '{"weights": [1], "bias": [], "decisions": {}}',
        '{"weights": {}, "bias": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "decisions": {}}',
        '{"weights": {"a": [1]}, "bias": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "decisions": {}}',
        '{"weights": {}, "bias": "x", "decisions": {}}',
        "[]",
        "{",
        None,
    ],
)
def test_weights_of_another_form_end_in_a_sentence_with_a_remedy(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "outcomes.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="Run scripts/train") as caught:
        read_outcome_model(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["decisions"].pop("safety"),
        lambda data: data["decisions"]["safety"].update(verdicts=["a", "b", "c"]),
        lambda data: data.update(bias=data["bias"][:3]),
        lambda data: data["decisions"]["efficacy"]["weights"].update(last=[1, 2]),
    ],
)
def test_weights_that_lack_a_verdict_or_a_number_are_told(tmp_path: Path, change: Callable[[Any], object]) -> None:
    data = json.loads(weights_file("outcomes").read_text(encoding="utf-8"))
    path = tmp_path / "outcomes.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read_outcome_model(path) == load_outcome_model()
    change(data)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match="Run scripts/train"):
        read_outcome_model(other)
