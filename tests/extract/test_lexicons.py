"""Every lexicon entry finds its example and leaves its counter-examples alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ModelError
from mscminer.extract.lexicon import Entry, load_lexicon
from mscminer.extract.model_files import find_model

_FOLDERS = ("mscminer_mentions", "mscminer_categories")
_ENTRIES = [entry for folder in _FOLDERS for entry in load_lexicon(find_model() / folder).entries]


@pytest.mark.parametrize("entry", _ENTRIES, ids=lambda entry: entry.id)
def test_entry_finds_its_example_and_not_its_counter(entry: Entry) -> None:
    assert entry.pattern.compiled.search(entry.example)
    assert not entry.anchors or any(anchor in entry.example.lower() for anchor in entry.anchors)
    for counter in entry.counter:
        assert not entry.pattern.compiled.search(counter), counter


def test_every_entry_has_a_counter_example() -> None:
    assert all(entry.counter for entry in _ENTRIES)


def test_missing_folder_is_a_model_error(tmp_path: object) -> None:
    with pytest.raises(ModelError, match="no lexicon files"):
        load_lexicon(find_model() / "nowhere")


def test_a_piece_that_is_never_filled_in_is_a_model_error(tmp_path: Path) -> None:
    lines = (
        'label = "ROUTE"',
        "[parts]",
        "WORD = 'the'",
        "GIVE = 'give {WORD} cells'",
        "[[entry]]",
        'id = "a"',
        'value = "oral"',
        "pattern = '{GIVE}'",
        'example = "give the cells"',
    )
    (tmp_path / "a.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ModelError, match=r"no piece \{WORD\}"):
        load_lexicon(tmp_path)


def test_a_capital_for_texts_in_lower_case_is_a_model_error(tmp_path: Path) -> None:
    lines = (
        'label = "CATEGORY"',
        "lower = true",
        "[[entry]]",
        'id = "a"',
        'value = "eye"',
        "pattern = 'Cornea\\W'",
        'example = "Cornea."',
    )
    (tmp_path / "a.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ModelError, match="a capital letter"):
        load_lexicon(tmp_path)
    (tmp_path / "a.toml").write_text("\n".join(lines).replace("'Cornea", "'cornea"), encoding="utf-8")
    assert load_lexicon(tmp_path).find("the cornea, healed")
