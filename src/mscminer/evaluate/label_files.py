"""Reading and writing labels as JSON Lines, one text a line (form: corpus/seed/ANNOTATION.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mscminer.core.errors import ConfigError, NotFound, UnreadableFile
from mscminer.core.labels import Label


def read_json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers, from 1; empty lines are skipped.

    Raises:
        NotFound: if there is no such file.
        UnreadableFile: at the first line that is no JSON object, or if the file is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound("there is no such file", where=str(path), remedy="Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"it cannot be read: {error}", where=str(path), remedy="Give JSON Lines in UTF-8."
        ) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _object(line, f"{path}:{number}")


def _object(line: str, where: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnreadableFile(f"no JSON: {error.msg}", where=where, remedy="Give one JSON object a line.") from None
    if not isinstance(data, dict):
        raise UnreadableFile("no JSON object", where=where, remedy="Give one JSON object a line.")
    return data


def read_labels(path: Path, *, part: str = "") -> tuple[Label, ...]:
    """The labels of a file, in its order.

    Args:
        part: only lines whose key ``part`` has this value; the key is no part of the form and may stand in any line.

    Raises:
        NotFound, UnreadableFile: as `read_json_lines`.
        RecordError: for an object that is no label, naming file, line and key.
        ConfigError: no line is of that part.
    """
    found = tuple(
        Label.from_json({key: value for key, value in data.items() if key != "part"}, where=f"{path}:{number}")
        for number, data in read_json_lines(path)
        if not part or data.get("part") == part
    )
    if part and not found:
        raise ConfigError(f"no label is of the part {part!r}", where=str(path), remedy="See its key 'part'.")
    return found


def write_labels(labels: Iterable[Label], path: Path) -> int:
    """Write labels as JSON Lines and return how many."""
    lines = [json.dumps(label.to_json(), ensure_ascii=False) + "\n" for label in labels]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def collapse(labels: Iterable[Label], *, what: str) -> dict[str, Label]:
    """Labels by id; the same label given twice counts once.

    Args:
        what: what the labels are, for the message (``gold``, ``predictions``).

    Raises:
        ConfigError: if two different labels have one id: which is meant is not for the scorer to guess.
    """
    by_id: dict[str, Label] = {}
    for label in labels:
        known = by_id.setdefault(label.id, label)
        if known.to_json() != label.to_json():
            raise ConfigError(
                f"two different labels for {label.id} among the {what}",
                remedy="Keep one of them, or score the two files against each other.",
            )
    return by_id
