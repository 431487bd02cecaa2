"""Any text is read without an error, in good time, and every quote is the text's own."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.documents import Document
from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Absence, Field
from mscminer.extract.pipeline import load_extractor
from mscminer.extract.publications.resolve import publication_facts
from mscminer.extract.publications.text import split_sentences

_MAKER = Maker(name="test", version="1")
_WORDS = st.sampled_from(
    [
        "mesenchymal stem cells",
        "MSCs",
        "patients",
        "autologous",
        "allogeneic",
        "bone marrow",
        "n = 12",
        "twenty",
        "randomised",
        "improved",
        "no significant difference",
        "adverse events",
        "were",
        "in",
        "of",
        "and",
        ".",
        "(",
        ")",
        "Results",
        "Conclusion:",
        "\u03b2\u2011cells",
        "\u0130",
        "p < 0.05",
        "rabbits",
        "review",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=60), st.text(max_size=40))
def test_any_text_is_read(words: list[str], tail: str) -> None:
    document = publication("Mesenchymal stromal cells in patients", " ".join(words) + tail)
    for fact in publication_facts(document, _MAKER):
        for evidence in fact.evidence:
            assert document.quote(evidence.span) == evidence.quote


@pytest.mark.parametrize(
    "piece",
    [
        "patients ",
        "12 patients and ",
        "mesenchymal stem cells from bone marrow ",
        "a-",
        "A. ",
        "no significant ",
        "n = 3 ",
        "(",
        "adverse events were not ",
        "was compared with 12 ",
        "\u03b2",
        "autologous, allogeneic or ",
        "one hundred and ",
        "bone marrow MSCs ",
        "12 patients with pain and ",
        "MSC/",
        "(MSC) ",
        "intravenous ",
        "10^6 ",
        "2012-01-01 ",
        "Level ",
        "p = ",
    ],
)
def test_hostile_texts_take_time_in_proportion_to_their_length(piece: str) -> None:
    """Four times the text may take ten times as long, for noise; a quadratic pattern takes sixteen."""
    short, long = (_seconds(_hostile(piece, length)) for length in (3000, 12000))
    assert long < 10 * max(short, 0.02)


def test_a_sentence_longer_than_people_write_is_cut_at_blanks() -> None:
    text = "MSCs from marrow " * 1000
    pieces = list(split_sentences(text))
    assert max(end - start for start, end in pieces) <= 3000
    assert " ".join(text[start:end] for start, end in pieces) == text.strip()
    assert [end - start for start, end in split_sentences("x" * 7000)] == [3000, 3000, 1000]


def _hostile(piece: str, length: int) -> Document:
    return publication(
        "A trial of mesenchymal stem cells in patients",
        ("METHODS", "Ten patients were enrolled and received MSCs. " + piece * (length // len(piece))),
        ("RESULTS", "Pain improved. " + piece * (length // 2 // len(piece))),
    )


def _seconds(document: Document) -> float:
    """Seconds of processor time, which other work on the machine does not lengthen; the better of two."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        publication_facts(document, _MAKER)
        taken.append(time.process_time() - began)
    return min(taken)


def test_the_pipeline_gives_the_same_alone_and_in_a_batch_and_screens_out_the_rest() -> None:
    extractor = load_extractor()
    documents = [
        publication("Marrow stromal cells in stroke", "Ten patients received marrow stromal cells.", pmid="11"),
        publication("Sleep of nurses", "Ninety nurses were asked about sleep.", pmid="12"),
    ]
    together = list(extractor.extract(documents))
    assert together == [next(iter(extractor.extract([document]))) for document in documents]
    assert [one.screened_out for one in together] == [False, True]
    assert {fact.field for fact in together[0].facts} == {fact.field for fact in together[1].facts}
    assert together[1].value(Field.MSC) == "none"
    assert together[1].of(Field.N)[0].value is Absence.NOT_EXTRACTED
    assert together[1].of(Field.TISSUE)[0].value is Absence.NOT_APPLICABLE
