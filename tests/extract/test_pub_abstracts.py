"""Short abstracts of our own: what a title and a sentence of the methods say of n, doses, kind of report and so on.

Each line of ``wordings/abstracts.txt`` is "title | methods | field: values", the values parted by "; ", "-" for none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.extract.publications import publication

from mscminer.core.labels import label_from_extraction
from mscminer.extract.pipeline import Extractor, load_extractor

_FILE = Path(__file__).parent / "wordings" / "abstracts.txt"
_DESIGN = ("randomised", "controlled", "blinded")
_RESULTS = "No patient had a serious adverse event, and scores improved significantly at 6 months (P < 0.05)."


def _cases() -> list[tuple[str, str, str, list[str]]]:
    """Title, methods, field and values of each line."""
    lines = [line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    cases = []
    for line in lines:
        title, methods, told = line.split(" | ")
        field, _, values = told.partition(": ")
        cases.append((title, methods, field, [] if values == "-" else values.split("; ")))
    return cases


def _dose(dose: Any) -> str:
    """A dose as the file tells it: "2e+06/kg x3"."""
    unit = "/kg" if dose["per_kg"] else ""
    return f"{dose['cells']:g}{unit}" + (f" x{dose['times']}" if dose["times"] else "")


def _values(label: Any, field: str) -> list[str]:
    found = label.design.get(field) if field in _DESIGN else getattr(label, field)
    if field == "dose":
        return [_dose(dose) for dose in found]
    if isinstance(found, str) or not hasattr(found, "__iter__"):
        return [] if found is None else [str(getattr(found, "value", found))]
    return [str(getattr(one, "value", one)) for one in found]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


@pytest.mark.parametrize(("title", "methods", "field", "values"), _cases())
def test_a_short_abstract(extractor: Extractor, title: str, methods: str, field: str, values: list[str]) -> None:
    begin = "" if field in ("report", *_DESIGN) else "In this prospective open-label trial patients were enrolled. "
    document = publication(title, ("METHODS", begin + methods), ("RESULTS", _RESULTS))
    label = label_from_extraction(next(extractor.extract([document])))
    assert sorted(one.lower() for one in _values(label, field)) == sorted(one.lower() for one in values)
