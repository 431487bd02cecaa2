"""Names of conditions, as titles tell them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication
from tests.extract.registrations import a_study

from mscminer.extract.condition_phrases import CUES, parts_of, phrase_after
from mscminer.extract.conditions import find_conditions
from mscminer.extract.publications.conditions import find_condition_names
from mscminer.extract.publications.text import fold
from mscminer.extract.publications.zones import read_publication

_GIVEN = [{"name": "Mesenchymal stem cells"}]


@pytest.mark.parametrize(
    ("title", "listed", "names"),
    [
        (
            "Stromal Cells for Compensated Cirrhosis Due to Hepatitis C",
            ("Cirrhosis",),
            ["compensated cirrhosis due to hepatitis C"],
        ),
        (
            "Cells in Patients With Moderate to Severe Ulcerative Colitis",
            ("Colitis, Ulcerative",),
            ["moderate to severe ulcerative colitis"],
        ),
        ("Cells in Treating Hip Osteonecrosis", ("Osteonecrosis",), ["hip osteonecrosis"]),
        ("Marrow Cells for Degenerative Meniscus Tears", ("Meniscal Injury",), ["degenerative meniscus tears"]),
        (
            "Cells for Acute Graft-versus-host Disease",
            ("Graft Vs Host Disease", "Cancer"),
            ["acute graft-versus-host disease"],
        ),
        ("Cells for Osteoarthritis", ("Osteoarthritis, Knee",), ["knee osteoarthritis"]),
        ("Safety of Cord Cells for Joint Diseases", ("Rheumatoid Arthritis", "Gout"), ["rheumatoid arthritis", "gout"]),
        ("The HEAL Study", ("Liver Cirrhoses",), ["liver cirrhosis"]),
    ],
)
def test_a_registration_is_named_as_its_title_has_it(title: str, listed: tuple[str, ...], names: list[str]) -> None:
    document = a_study(title, conditions=listed, interventions=_GIVEN)
    found = find_conditions(document)
    assert [one.name for one in found] == names
    for one in found:
        assert one.evidence
        for evidence in one.evidence:
            text = document.text(evidence.span.section)
            assert text[evidence.span.start : evidence.span.end] == evidence.quote


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Frozen shoulder syndrome treated by cells of own fat", ["frozen shoulder syndrome"]),
        ("Cord cells for lupus nephritis or aplastic anaemia: two cases", ["lupus nephritis", "aplastic anaemia"]),
        ("Cells for heart failure and a low ejection fraction", ["heart failure"]),
        ("Cells for cartilage and bone defects", ["cartilage and bone defects"]),
        (
            "Cells to prevent chronic graft-versus-host disease after transplantation",
            ["chronic graft-versus-host disease"],
        ),
        ("Spinal cord injury patients transplanted with own marrow cells", ["spinal cord injury"]),
    ],
)
def test_a_publication_is_named_by_its_title(title: str, names: list[str]) -> None:
    assert [
        one.name for one in find_condition_names(read_publication(publication(title, "We gave the cells once.")))
    ] == names


def test_a_second_condition_stands_where_the_first_does() -> None:
    document = publication(
        "Cells for refractory angina", "We treated 20 patients with stenosis of a coronary artery disease."
    )
    assert [one.name for one in find_condition_names(read_publication(document))] == ["refractory angina"]


@given(st.text(alphabet="abc defo,-()aeiou knee disease and or of with to", max_size=200))
def test_phrases_are_whole_words_within_the_text(text: str) -> None:
    folded = fold(text)
    for _, cue in CUES:
        for match in cue.finditer(folded):
            span = phrase_after(folded, match.end())
            if span is None:
                continue
            assert match.end() <= span[0] < span[1] <= len(folded)
            parts = parts_of(folded, *span)
            assert all(span[0] <= start < end <= span[1] for start, end in parts)
