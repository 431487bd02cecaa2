"""No reader of mentions looks more than in proportion at a text that repeats what a lexicon knows.

Every entry's own example is repeated, once for a publication and once for a registration, and the whole pipeline reads
it.  Reading is measured in processor time, which other work on the machine does not lengthen; sentences are cut at
3,000 characters, so that a text of 3,500 has passed whatever is quadratic within one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.extract.publications import publication
from tests.extract.registrations import a_study

from mscminer.core.documents import Document
from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.model_files import find_model
from mscminer.extract.pipeline import Extractor, load_extractor

_SHORT, _LONG = 3500, 10500
_TRIES = 3
"""Noise does not come three times."""
_GROWTH = 5.5
"""Three times the text takes three times as long, with noise; quadratic reading takes nine."""
_TOO_QUICK = 0.05
"""Seconds below which noise is larger than what is measured."""
_SIGNS = ("1 ", "10^6 ", "(", "((MSC", "MSC/", "MSCs (", "[", "-", ". ", "; ", "\u00a0", "NCT0123 ", "2012-01-01 ", "A")
_LABELS = ("product.", "tissue.", "donor.", "route.")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def _examples() -> Iterator[str]:
    """One example of each value that mentions have, and signs."""
    seen: set[str] = set()
    for entry in load_lexicon(find_model() / "mscminer_mentions").entries:
        if entry.id.startswith(_LABELS) and (entry.label + entry.value) not in seen:
            seen.add(entry.label + entry.value)
            yield entry.example.rstrip(".") + " "
    yield from _SIGNS


def _documents(piece: str, length: int) -> tuple[Document, Document]:
    text = piece * (length // len(piece))
    return (
        publication(
            "A trial of mesenchymal stem cells in patients", ("METHODS", f"Ten patients received MSCs. {text}")
        ),
        a_study("Mesenchymal stem cells in stroke", interventions=[{"name": "MSC", "description": text}], summary=text),
    )


def _seconds(extractor: Extractor, document: Document) -> float:
    began = time.process_time()
    next(extractor.extract([document]))
    return time.process_time() - began


def _grows_too_fast(extractor: Extractor, short: Document, long: Document) -> bool:
    return _seconds(extractor, long) > _GROWTH * max(_seconds(extractor, short), _TOO_QUICK)


@pytest.mark.parametrize("piece", list(_examples()))
def test_three_times_the_text_takes_about_three_times_as_long(extractor: Extractor, piece: str) -> None:
    for short, long in zip(_documents(piece, _SHORT), _documents(piece, _LONG), strict=True):
        assert not all(_grows_too_fast(extractor, short, long) for _ in range(_TRIES))
