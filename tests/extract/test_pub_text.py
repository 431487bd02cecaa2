"""Folding, sentences, headings and zones of publications."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.errors import ModelError
from mscminer.core.vocabulary import Field
from mscminer.extract.publications import model_files
from mscminer.extract.publications.calibration import calibrated, interpolate, switched_off
from mscminer.extract.publications.screening import may_concern_msc
from mscminer.extract.publications.text import Zone, fold, split_sentences, zone_of_label, zones_of_label
from mscminer.extract.publications.zones import ZONES, load_zone_model, read_publication, sentence_features


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text) or not text.isascii()


@given(st.text(alphabet="ab .A1)!?<>\n", max_size=80))
def test_sentences_lie_in_order_inside_the_text_and_lose_no_word(text: str) -> None:
    spans = list(split_sentences(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Pain fell. Walking improved.", 2),
        ("Pain fell (p < 0.05).Walking improved at once.", 2),
        ("Cells vs. saline were compared, e.g. at 1.5 mL.", 1),
        ("The dose was 2.5 million. It was given once! Was it safe?", 3),
        ("We used MFX.Eleven patients came.", 2),
    ],
)
def test_sentence_ends(text: str, count: int) -> None:
    assert len(list(split_sentences(text))) == count


@pytest.mark.parametrize(
    ("label", "zone"),
    [
        ("METHODS", Zone.METHODS),
        ("Patients and Methods", Zone.METHODS),
        ("RESULTS", Zone.RESULTS),
        ("FINDINGS", Zone.RESULTS),
        ("CONCLUSIONS AND RELEVANCE", Zone.CONCLUSION),
        ("INTERPRETATION", Zone.CONCLUSION),
        ("TRIAL REGISTRATION", Zone.REGISTRATION),
        ("OBJECTIVE", Zone.AIM),
        ("FUNDING", Zone.OTHER),
        ("", None),
        ("HOW WE DID IT", None),
        ("METHODS AND RESULTS", None),
        ("DESIGN, SETTING, AND PARTICIPANTS", Zone.METHODS),
        ("MAIN RESULTS AND THE ROLE OF CHANCE", Zone.RESULTS),
        ("SUMMARY ANSWER", Zone.CONCLUSION),
        ("R\u00c9SULTATS", Zone.RESULTS),
        ("M\u00e9todos:", Zone.METHODS),
        ("ERGEBNISSE", Zone.RESULTS),
        ("1. Background", Zone.BACKGROUND),
    ],
)
def test_headings(label: str, zone: Zone | None) -> None:
    assert zone_of_label(label) is zone


@pytest.mark.parametrize(
    ("label", "zones"),
    [
        ("METHODS AND RESULTS", (Zone.METHODS, Zone.RESULTS)),
        ("Methods/Results", (Zone.METHODS, Zone.RESULTS)),
        ("RESULTS & CONCLUSIONS", (Zone.RESULTS, Zone.CONCLUSION)),
        ("BACKGROUND/AIMS", (Zone.BACKGROUND, Zone.AIM)),
        ("HOW AND WHY", ()),
    ],
)
def test_a_heading_of_two_parts_allows_both(label: str, zones: tuple[Zone, ...]) -> None:
    assert zones_of_label(label) == zones


@pytest.mark.parametrize("heading", ["METHODS AND RESULTS: ", "Methods and Results "])
def test_under_a_heading_of_methods_and_results_the_findings_are_results(heading: str) -> None:
    text = read_publication(
        publication(
            "T",
            "BACKGROUND: Hearts fail. "
            + heading
            + "Thirty adults were randomised to cells or placebo. Ejection fraction rose by four points with cells "
            "(p = 0.01). No arrhythmia was seen. CONCLUSION: Cells may help.",
        )
    )
    zones = [sentence.zone for sentence in text.sentences[1:]]
    assert zones == [Zone.BACKGROUND, Zone.METHODS, Zone.RESULTS, Zone.RESULTS, Zone.CONCLUSION]


def test_a_sentence_that_begins_with_a_heading_word_is_no_heading() -> None:
    methods = ("METHODS", "Ten came. Patients A and B got cells. Outcome A was noted.")
    text = read_publication(publication("T", methods, ("RESULTS", "Pain fell.")))
    assert [sentence.zone for sentence in text.sentences[1:]] == [Zone.METHODS] * 3 + [Zone.RESULTS]


def test_headings_inside_the_text_set_zones() -> None:
    text = read_publication(
        publication("T", "Purpose To test cells. Methods Ten patients came. Results: Pain fell. Conclusion It works.")
    )
    assert [s.zone for s in text.sentences] == [Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION]
    assert text.sentences[2].text == "ten patients came."


def test_html_headings_are_headings() -> None:
    text = read_publication(
        publication("T", "<h3>Objective</h3> To test. <h3>Method</h3> Ten came. <h3>Results</h3> Pain fell.")
    )
    assert [s.zone for s in text.sentences][1:] == [Zone.AIM, Zone.METHODS, Zone.RESULTS]


def test_one_heading_over_everything_is_not_trusted() -> None:
    text = read_publication(
        publication(
            "Stromal cells",
            (
                "BACKGROUND",
                "Stroke is common. Twenty patients were randomised to cells or saline. Function improved significantly "
                "more with cells (p = 0.01). In conclusion, cells improved function after stroke.",
            ),
        )
    )
    assert {Zone.METHODS, Zone.RESULTS} <= {sentence.zone for sentence in text.sentences}


def test_zone_model_is_deterministic_and_keeps_given_zones() -> None:
    model = load_zone_model()
    texts = ["cells are many.", "we enrolled ten patients.", "pain fell (p = 0.01).", "cells may help."]
    free = model.decode(texts, [()] * 4)
    assert free == model.decode(texts, [()] * 4)
    assert model.decode(texts, [(Zone.METHODS,), (), (), (Zone.RESULTS,)])[0] is Zone.METHODS
    both = (Zone.METHODS, Zone.RESULTS)
    assert set(model.decode(texts, [both] * 4)) <= set(both)
    assert set(free) <= set(ZONES)


def test_a_publication_without_abstract_or_title_is_read() -> None:
    assert read_publication(publication("Stromal cells in stroke")).body == ""
    assert read_publication(publication("", "Ten patients came.")).title == ""


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Mesenchymal stem cells in stroke", True),
        ("Chondrocyte implantation in the knee", True),
        ("Statins in stroke: a trial of the nervous system", False),
        ("Fatigue in nurses", False),
        ("MSCs", True),
    ],
)
def test_prefilter(text: str, passes: bool) -> None:
    assert may_concern_msc(publication(text)) is passes


def test_calibration_lies_between_its_points() -> None:
    points = [(0.4, 0.4), (0.8, 0.9), (1.0, 1.0)]
    assert interpolate(points, 0.2) == 0.4
    assert interpolate(points, 0.6) == pytest.approx(0.65)
    assert interpolate(points, 1.0) == 1.0
    with switched_off():
        assert calibrated(Field.N, 0.61) == 0.61
    assert 0.4 <= calibrated(Field.N, 0.61) <= 1.0


def test_missing_weights_say_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(model_files, "_PLACES", ())
    with pytest.raises(ModelError, match="trained weights"):
        model_files.model_directory()
    with pytest.raises(ModelError):
        model_files.load_weights("no_such_weights")


_TOKENS = ("we", "found", "no", "difference", "p", "<", "0.05", "12.5%", "\u00b1", "\u03b2-cells", "(n=3)", "patients")


@given(words=st.lists(st.sampled_from(_TOKENS)), index=st.integers(0, 19))
def test_a_sentence_scores_the_sum_of_its_features(words: list[str], index: int) -> None:
    model, text = load_zone_model(), " ".join(words)
    rows = filter(None, (model.weights.get(name) for name in set(sentence_features(text, index, 20))))
    assert model.scores(text, index, 20) == tuple(map(sum, zip(model.bias, *rows, strict=True)))


def test_numbers_and_signs_are_features() -> None:
    features = sentence_features("pain fell by 12.5% (p<0.001)", 0, 3)
    assert features[:9] == ["pain", "fell", "by", "00", "0", "%", "p", "<", "0"]
    assert {"pain fell", "0 %", "^ pain", "@first0", "@last2"} <= set(features)
