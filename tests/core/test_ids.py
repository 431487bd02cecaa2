"""Registration numbers: a table of good and bad forms, and exact offsets whatever stands round them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.ids import NUMBER_FORMS, NumberForm, find_registry_ids, normalise_registry_id

GOOD = [
    ("NCT01234567", "NCT01234567"),
    ("nct01234567", "NCT01234567"),
    ("NCT 01234567", "NCT01234567"),
    ("NCT-01234567", "NCT01234567"),
    ("NCT\u201001234567", "NCT01234567"),
    ("NCT: 01234567", "NCT01234567"),
    ("NCT #01234567", "NCT01234567"),
    ("NCT No. 01234567", "NCT01234567"),
    ("NCT number: 01234567", "NCT01234567"),
    ("NCT ID 01234567", "NCT01234567"),
    ("NCT\n01234567", "NCT01234567"),
    ("NCT0123\n4567", "NCT01234567"),
    ("NCT0123-\n4567", "NCT01234567"),
    ("NCT0123 4567", "NCT01234567"),
    ("NCT\u00a001234567", "NCT01234567"),
    ("NCT0123\u00ad4567", "NCT01234567"),
    ("Nct01234567.", "NCT01234567"),
    ("(NCT01234567)", "NCT01234567"),
    ("注册号NCT01234567。", "NCT01234567"),
    ("https://clinicaltrials.gov/study/NCT01234567?tab=history", "NCT01234567"),
    ("NCT01234567_protocol", "NCT01234567"),
    ("2011-006270-13", "2011-006270-13"),
    ("EudraCT2011-006270-13", "2011-006270-13"),
    ("EudraCT no. 2011 – 006270 – 13", "2011-006270-13"),
    ("EUCTR2011-006270-13-DE", "2011-006270-13"),
    ("UK-2011-006270-13", "2011-006270-13"),
    ("2011-006270-\n13", "2011-006270-13"),
    ("2022-501234-12-00", "2022-501234-12-00"),
    ("2022-501234-12-01", "2022-501234-12-00"),
    ("EU CT 2022-501234-12", "2022-501234-12-00"),
    ("CTIS2022-501234-12-00", "2022-501234-12-00"),
    ("ISRCTN12345678", "ISRCTN12345678"),
    ("isrctn 12345678", "ISRCTN12345678"),
    ("(ISRCTN): 12345678", "ISRCTN12345678"),
    ("ISRCTN, number 12345678", "ISRCTN12345678"),
    ("ISRCTN Registry 12345678", "ISRCTN12345678"),
    ("(ACTRN); 12612000516886", "ACTRN12612000516886"),
    ("ACTRN12612000516886http://www.anzctr.org.au", "ACTRN12612000516886"),
    ("ChiCTR-TRC-11001813", "ChiCTR-TRC-11001813"),
    ("chictr-trc-11001813", "ChiCTR-TRC-11001813"),
    ("ChiCTR–IPR–15001234", "ChiCTR-IPR-15001234"),
    ("ChiCTR2000012345", "ChiCTR2000012345"),
    ("ChiCTR-1900012345", "ChiCTR1900012345"),
    ("ChiCTR 1900012345", "ChiCTR1900012345"),
    ("JPRN-UMIN000012345", "UMIN000012345"),
    ("UMIN 000012345", "UMIN000012345"),
    ("UMIN-CTR: 000012345", "UMIN000012345"),
    ("umin000012345", "UMIN000012345"),
    ("JPRN-C000000123", "C000000123"),
    ("JPRN-jRCT2033190123", "jRCT2033190123"),
    ("jRCTs031190123", "jRCTs031190123"),
    ("JRCTB031190123", "jRCTb031190123"),
    ("JPRN-JapicCTI-132345", "JapicCTI-132345"),
    ("JapicCTI132345", "JapicCTI-132345"),
    ("JPRN-JMA-IIA00123", "JMA-IIA00123"),
    ("CTRI/2012/03/002506", "CTRI/2012/03/002506"),
    ("ctri/2009/091/000123", "CTRI/2009/091/000123"),
    ("CTRI/2012/ 03/002506", "CTRI/2012/03/002506"),
    ("IRCT138904074264N1", "IRCT138904074264N1"),
    ("IRCT20200413047063N3", "IRCT20200413047063N3"),
    ("irct ID: 20200413047063N3", "IRCT20200413047063N3"),
    ("KCT0002344", "KCT0002344"),
    ("ACTRN12612000516886", "ACTRN12612000516886"),
    ("ACTRN 126 120 005 16886", "ACTRN12612000516886"),
    ("ACTRN 126 120 005 168 86", "ACTRN12612000516886"),
    ("NTR1428", "NTR1428"),
    ("NTR 1369", "NTR1369"),
    ("NTR01583", "NTR1583"),
    ("Dutch trial register: NL7654", "NL7654"),
    ("NL7654", "NL7654"),
    ("NL-OMON49124", "NL-OMON49124"),
    ("DRKS00003801", "DRKS00003801"),
    ("DRKS-ID: 00003801", "DRKS00003801"),
    ("PACTR201105000291301", "PACTR201105000291301"),
    ("TCTR20140127001", "TCTR20140127001"),
    ("RBR-46ZQR8", "RBR-46zqr8"),
    ("RBR-10b2fs4g", "RBR-10b2fs4g"),
    ("SLCTR/2012/001", "SLCTR/2012/001"),
    ("LBCTR2019030193", "LBCTR2019030193"),
    ("RPCEC00000123", "RPCEC00000123"),
    ("PER-012-15", "PER-012-15"),
    ("HKUCTR-2345", "HKUCTR-2345"),
    ("PHRR160115-001098", "PHRR160115-001098"),
    ("SNCTP000001234", "SNCTP000001234"),
    ("ITMCTR2021000123", "ITMCTR2021000123"),
]

BAD = [
    "",
    "NCT",
    "NCT0123456",
    "NCT012345678",
    "NCT 4619792013",
    "XNCT01234567",
    "NCT01234567A",
    "NCT ID not yet assigned",
    "NCTO1234567",
    "grant R01-2004-123456-12",
    "2011-006270-1",
    "2011-006270-133",
    "11-006270-13",
    "1911-006270-13",
    "2011-006270-13-2014",
    "12011-006270-13",
    "2022-501234-12-001",
    "ISRCTN1234567",
    "ISRCTN123456789",
    "ChiCTR",
    "ChiCTR-TRC-110018",
    "ChiCTR20000",
    "UMIN00000356",
    "UMIN0000123456",
    "jRCT031190",
    "JapicCTI-13234",
    "CTRI/12/03/002506",
    "CTRI/2012/03/2506",
    "REF/2012/03/002506",
    "IRCT20200413047063",
    "KCT000234",
    "ACTRN126120005168",
    "p75NTR1428",
    "the NTR 12",
    "NL12345.018.12",
    "the isolate NL4321 grew",
    "DRKS0000380",
    "PACTR2011050",
    "TCTR2014012",
    "RBR-related",
    "SLCTR/12/001",
    "LBCTR201903",
    "RPCEC123",
    "per-012-15",
    "PER-012-15-3",
    "grant 81270681 of the foundation",
    "U01 HL107443",
    "telephone 0049 2011 006270 13",
    "U1111-1163-9410",
]


@pytest.mark.parametrize(("text", "ident"), GOOD)
def test_good_forms(text: str, ident: str) -> None:
    found = find_registry_ids(text)
    assert [number.id for number in found] == [ident]
    assert normalise_registry_id(text[found[0].start : found[0].end]) == ident


@pytest.mark.parametrize("text", BAD)
def test_bad_forms(text: str) -> None:
    assert find_registry_ids(text) == ()
    assert normalise_registry_id(text) is None


@pytest.mark.parametrize("form", NUMBER_FORMS, ids=lambda form: f"{form.registry}:{form.example}")
def test_every_form_has_an_example_and_a_counter_example(form: NumberForm) -> None:
    assert [number.registry for number in find_registry_ids(form.example)] == [form.registry]
    assert form.hint in form.example.lower()
    assert find_registry_ids(form.counter_example) == ()


@pytest.mark.parametrize("form", NUMBER_FORMS, ids=lambda form: form.registry)
def test_a_number_divided_by_the_ends_of_lines_is_not_passed_over(form: NumberForm) -> None:
    """What is asked of a text before the forms are tried holds for every form, however its digits are divided."""
    divided = re.sub(r"(?<=[0-9])(?=[0-9])", "\n", form.example)
    for text in (form.example, divided):
        assert form.pattern.search(text) is None or find_registry_ids(text)


def test_several_in_one_sentence_in_order() -> None:
    text = "Registered: NCT00413660, NCT0050446 (sic), ISRCTN 12345678/EudraCT 2011-006270-13; chictr-trc-11001813."
    assert [number.id for number in find_registry_ids(text)] == [
        "NCT00413660",
        "ISRCTN12345678",
        "2011-006270-13",
        "ChiCTR-TRC-11001813",
    ]


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("EudraCT Number: 2005-003674-14", "2005-003674-14"),
        (" NCT01234567 ", "NCT01234567"),
        ("ISRCTN: ISRCTN12345678", "ISRCTN12345678"),
        ("EUCTR2011-006270-13-DE", "2011-006270-13"),
        ("NCT01234567 and NCT01234568", None),
        ("see the parent study NCT01234567", None),
        ("UCLA-0303036", None),
    ],
)
def test_normalising_a_field(text: str, ident: str | None) -> None:
    assert normalise_registry_id(text) == ident


@given(before=st.text(max_size=30), form=st.sampled_from([text for text, _ in GOOD]), after=st.text(max_size=30))
def test_offsets_are_exact(before: str, form: str, after: str) -> None:
    text = before + form + after
    found = find_registry_ids(text)
    for number in found:
        assert normalise_registry_id(text[number.start : number.end]) == number.id
    assert list(found) == sorted(found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(
    before=st.text(alphabet=" .,;()\n", max_size=5), case=st.sampled_from(GOOD), after=st.text(" .,;)\n", max_size=5)
)
def test_punctuation_round_a_number_does_not_hide_it(before: str, case: tuple[str, str], after: str) -> None:
    text, ident = case
    if not text.startswith("NL"):
        assert ident in [number.id for number in find_registry_ids(f"{before} {text} {after}")]


@given(st.text(max_size=200))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for number in find_registry_ids(text):
        assert normalise_registry_id(text[number.start : number.end]) == number.id
