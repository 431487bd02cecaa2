"""MEDLINE text: cutting, folding, fields, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.documents import Concept, Correction, DatedEvent
from mscminer.core.errors import RecordError
from mscminer.core.records import Media, Record, Rejected
from mscminer.harvest import byte_streams
from mscminer.harvest.medline import build_medline_record, read_fields
from mscminer.harvest.parsing import parse_record
from tests.conftest import NOW
from tests.harvest.examples import citation, read_bytes, reasons, summary

FULL = """\
PMID- 12345
OWN - NLM
STAT- MEDLINE
DCOM- 20200201
LR  - 20211231
VI  - 7
IP  - 3
DP  - 2019 Nov-Dec
TI  - Stromal cells for people with a title that is long enough to be folded over
      two lines.
PG  - 10-9
LID - 10.1/right [doi]
AB  - AIM: To give cells. METHODS AND MATERIALS: We gave them (n = 3). RESULTS: They
      helped: all walked.
FAU - Doe, Jane B
AU  - Doe JB
CN  - Cells for All group
LA  - ger
LA  - eng
SI  - ClinicalTrials.gov/NCT00000001
SI  - GENBANK/AF078607
PT  - Randomized Controlled Trial
TT  - Stromazellen
DEP - 20191005
JT  - Journal of Made-up Cells
RIN - J Made-up. 2021 Jan;3(1):2. PMID: 777
MH  - Mesenchymal Stem Cells/*cytology/immunology
MH  - *Knee
MH  - Humans
OAB - Publisher: Abstract available from the publisher.
OABL- ger
OT  - *stroma
OT  - knees
PMC - PMC99
EDAT- 2019/10/07 06:00
CRDT- 2019/10/06 06:00
PHST- 2019/01/02 00:00 [received]
AID - S0 [pii]
SO  - J Made-up Cells. 2019
"""


def test_fields_and_texts() -> None:
    document = parse_record(build_medline_record(FULL.encode(), fetched_at=NOW))
    assert [(section.name, section.label, section.text) for section in document.sections] == [
        ("title", "", "Stromal cells for people with a title that is long enough to be folded over two lines."),
        ("vernacular_title", "", "Stromazellen"),
        ("abstract.0", "AIM", "To give cells."),
        ("abstract.1", "METHODS AND MATERIALS", "We gave them (n = 3)."),
        ("abstract.2", "RESULTS", "They helped: all walked."),
        ("other_abstract.0", "", "Publisher: Abstract available from the publisher."),
        ("keyword.0", "", "stroma"),
        ("keyword.1", "", "knees"),
        ("databank.0", "ClinicalTrials.gov", "NCT00000001"),
        ("databank.1", "GENBANK", "AF078607"),
    ]
    article = document.article
    assert article is not None
    assert (article.published, article.entered, article.revised) == ("2019-11", "2019-10-06", "2021-12-31")
    assert article.authors == ("Jane B Doe", "Cells for All group")
    assert (article.doi, article.pmcid, article.databank_ids) == ("10.1/right", "PMC99", ("NCT00000001",))
    assert article.corrections == (Correction(type="RetractionIn", pmid="777", source="J Made-up. 2021 Jan;3(1):2."),)
    assert article.mesh == (
        Concept(name="Mesenchymal Stem Cells", major=True),
        Concept(name="Mesenchymal Stem Cells/cytology", major=True),
        Concept(name="Mesenchymal Stem Cells/immunology"),
        Concept(name="Knee", major=True),
        Concept(name="Humans"),
    )
    assert DatedEvent(kind="received", date="2019-01-02") in article.dates
    assert DatedEvent(kind="electronic", date="2019-10-05") in article.dates


@pytest.mark.parametrize("chunk_bytes", [7, 1 << 20])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("joint", ["", "\n", "\n\n\n"])
def test_citations_are_cut_apart(
    tmp_path: Path, joint: str, newline: str, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    content = "\n" + joint.join(citation(number) for number in (1, 2, 3))
    items = read_bytes(tmp_path, content.replace("\n", newline).encode(), name="citations.xml")
    assert summary(items) == ["1", "2", "3"]
    assert {item.media for item in items if isinstance(item, Record)} == {Media.MEDLINE}


def test_folding_makes_no_version(tmp_path: Path) -> None:
    unfolded = citation(1).replace("\n      ", " ")
    assert summary(read_bytes(tmp_path, f"{citation(1)}\n{unfolded}".encode())) == ["1", "=1"]


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (citation(2).replace("PMID- 2\n", ""), "no PMID"),
        (citation(2).replace("PMID- 2\n", "PMID- two\n"), "no PMID"),
        (citation(2).replace("OWN - NLM", "OWNED by NLM"), "neither a field"),
        ("stray words\n", "neither a field"),
    ],
)
def test_a_broken_citation_costs_only_itself(tmp_path: Path, broken: str, word: str) -> None:
    items = read_bytes(tmp_path, f"{citation(1)}\n{broken}\n{citation(3)}".encode())
    assert summary(items) == ["1", "!", "3"]
    assert word in reasons(items)[0]
    assert isinstance(items[1], Rejected)
    assert items[1].locator.startswith("citation 2 (line 8")


def test_another_encoding_and_a_break(tmp_path: Path) -> None:
    content = f"{citation(1)}\n{citation(2).replace('Made up', 'Ausgedacht in Zürich')}\n{citation(3)}"
    assert summary(read_bytes(tmp_path, content.encode("latin-1"))) == ["1", "!", "3"]
    many = "\n".join(citation(number).replace("Made", f"{number * 7919:x}") for number in range(1, 300))
    items = read_bytes(tmp_path, gzip.compress(many.encode())[:-200])
    assert summary(items)[-1] == "!"
    assert summary(items)[:-1] == [str(number) for number in range(1, len(items))]
    assert "cut off" in reasons(items)[0]


_WORDS = st.text(st.sampled_from("abc XYZ-:[]/* 0159äβ"), min_size=1, max_size=60).map(str.strip).filter(bool)


@given(fields=st.lists(st.tuples(st.sampled_from(["TI", "AB", "OT", "PHST", "CN"]), _WORDS), max_size=6))
def test_fields_come_out_as_they_went_in(fields: list[tuple[str, str]]) -> None:
    fields = [("PMID", "5"), *((tag, " ".join(text.split())) for tag, text in fields)]
    lines = "\n".join(f"{tag:<4}- {text}" for tag, text in fields)
    assert read_fields(lines.encode()) == fields
    record = build_medline_record(lines.encode(), fetched_at=NOW)
    assert read_fields(record.raw) == fields
    assert parse_record(record).version == parse_record(record).version


@given(st.binary(max_size=120))
def test_any_bytes_are_fields_or_a_record_error(raw: bytes) -> None:
    try:
        record = build_medline_record(b"PMID- 5\n" + raw, fetched_at=NOW)
    except RecordError:
        return
    parse_record(record)
