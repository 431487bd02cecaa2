"""Form data into values of a field, and the choices that a form offers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData as Form

from mscminer.core.errors import ConfigError
from mscminer.core.facts import Value
from mscminer.core.vocabulary import OPEN_FIELDS, VOCABULARIES, Donor, Field, Tissue

LONGEST_TEXT = 4000
"""Characters of a note, a name or quoted words."""

BOOLEANS = frozenset({Field.RANDOMISED, Field.CONTROLLED, Field.BLINDED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """How a field's value is asked for: ``choice``, ``number``, ``yes_no``, ``dose``, ``product`` or ``text``."""

    kind: str
    choices: tuple[str, ...] = ()
    open: bool = False


def input_of(name: Field) -> Input:
    """How to ask for a value of this field."""
    if name in VOCABULARIES:
        return Input(kind="choice", choices=tuple(VOCABULARIES[name]), open=name in OPEN_FIELDS)
    if name in BOOLEANS:
        return Input(kind="yes_no", choices=("yes", "no"))
    kinds = {Field.N: "number", Field.DOSE: "dose", Field.PRODUCT: "product"}
    return Input(kind=kinds.get(name, "text"))


ARMS_JOINED_BY = "; "
"""Of a product that is given in several arms (ANNOTATION.md, 14)."""

TISSUES: Sequence[str] = tuple(Tissue)
DONORS: Sequence[str] = tuple(Donor)


def text_of(form: Form, name: str) -> str:
    """A text field, trimmed.

    Raises:
        ConfigError: it is a file, or too long.
    """
    value = form.get(name, "")
    if not isinstance(value, str):
        raise ConfigError("a file is not expected here.", where=name)
    if len(value) > LONGEST_TEXT:
        raise ConfigError(f"more than {LONGEST_TEXT} characters.", where=name, remedy="Shorten it.")
    return value.strip()


def texts_of(form: Form, name: str) -> list[str]:
    """All that was chosen of a list, in that order.

    Raises:
        ConfigError: a part is a file, or too long.
    """
    found = [item.strip() for item in form.getlist(name) if isinstance(item, str)]
    if sum(map(len, found)) > LONGEST_TEXT:
        raise ConfigError(f"more than {LONGEST_TEXT} characters.", where=name, remedy="Choose fewer.")
    return [item for item in found if item]


def number_of(form: Form, name: str, *, missing: int = 0) -> int:
    """A whole number.

    Raises:
        ConfigError: it is none.
    """
    text = text_of(form, name)
    if not text:
        return missing
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise ConfigError(f"{text[:40]!r} is no whole number.", where=name)
    return int(text)


def value_from_form(name: Field, form: Form) -> Value | None:
    """The value that a correction or addition gives; None if all its inputs are empty.

    Raises:
        ConfigError: it is no value that the field can have.
    """
    kind = input_of(name).kind
    if kind == "dose":
        return _dose(form)
    if kind == "product":
        return _product(form)
    other, chosen = text_of(form, "new_other"), text_of(form, "new_value")
    if other and name in OPEN_FIELDS:
        return "other:" + other.removeprefix("other:").strip()
    if not chosen:
        return None
    if kind == "number":
        return number_of(form, "new_value")
    if kind == "yes_no":
        return chosen == "yes"
    if name is Field.CONDITION:
        return {"name": chosen, "mesh": None, "mesh_name": None}
    return chosen


def _dose(form: Form) -> Mapping[str, Any] | None:
    text = text_of(form, "new_cells")
    if not text:
        return None
    try:
        cells = float(text.replace(" ", ""))
    except ValueError as error:
        raise ConfigError(f"{text[:40]!r} is no number of cells.", where="dose", remedy="Write 1e6.") from error
    if not math.isfinite(cells) or not 0 < cells < 1e15:
        raise ConfigError(f"{text[:40]!r} is no possible number of cells.", where="dose", remedy="Write 1e6.")
    return {"cells": cells, "per_kg": bool(text_of(form, "new_per_kg")), "times": number_of(form, "new_times") or None}


def _product(form: Form) -> Mapping[str, Any] | None:
    other = text_of(form, "new_other").removeprefix("other:").strip()
    named = [*texts_of(form, "new_tissue"), *([f"other:{other}"] if other else [])]
    tissue = sorted(set(named), key=_place(TISSUES))
    donor = sorted(set(texts_of(form, "new_donor")), key=_place(DONORS))
    arm = ARMS_JOINED_BY.join(texts_of(form, "new_arm"))
    if not tissue and not donor and not arm:
        return None
    return {"tissue": tissue, "donor": donor, "arm": arm or None}


def chosen_arms(arms: Sequence[str], given: str) -> dict[str, bool]:
    """The arms that a product may be given in, and whether it is; what stands now is among them."""
    apart = {given} if given in arms else set(given.split(ARMS_JOINED_BY))
    if given and not apart <= set(arms):
        apart = {given}
    return {arm: arm in apart for arm in dict.fromkeys([*arms, *apart]) if arm}


def _place(order: Sequence[str]) -> Any:
    return lambda item: (order.index(item) if item in order else len(order), item)


def spans_of(form: Form) -> tuple[tuple[str, int, int], ...]:
    """Marked words: each ``span`` is ``<section>:<start>:<end>``.

    Raises:
        ConfigError: one is nothing of the kind.
    """
    spans = []
    for item in form.getlist("span"):
        section, _, rest = str(item).partition(":")
        start, _, end = rest.partition(":")
        if not section or not all(part.isascii() and part.isdigit() and len(part) < 12 for part in (start, end)):
            raise ConfigError(f"{str(item)[:40]!r} marks no words.", where="span")
        spans.append((section, int(start), int(end)))
    return tuple(spans)
