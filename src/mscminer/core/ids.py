"""Registration numbers of clinical trial registries in any text."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class RegistryId:
    """A registration number found in a text.

    Args:
        id: the normalised number (``NCT01234567``).
        registry: its registry's short name (``NCT``).
        start: offset of its first character in the text.
        end: offset after its last character.
    """

    start: int
    end: int
    id: str
    registry: str


_NCT = re.compile(r"(?<![A-Za-z0-9])NCT[\s:#-]{0,3}(\d{8})(?!\d)", re.IGNORECASE)


def find_registry_ids(text: str) -> tuple[RegistryId, ...]:
    """Registration numbers in `text`, in order of their place."""
    return tuple(RegistryId(start=m.start(), end=m.end(), id=f"NCT{m[1]}", registry="NCT") for m in _NCT.finditer(text))


def normalise_registry_id(text: str) -> str | None:
    """The normalised form if `text` is one registration number and nothing else, else None."""
    found = find_registry_ids(text.strip())
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(text.strip()):
        return found[0].id
    return None
