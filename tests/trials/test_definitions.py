"""Definition files: all readable, explained, and never changed without a new version."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError, NotFound
from mscminer.trials.definitions import DEFAULT, load_definition, load_definitions, parse_definition

FROZEN = {
    ("msc-cells", "1"): "dd2f3d2fca87",
    ("msc-broadest", "1"): "35c47da6e9ca",
    ("msc-cells-all-studies", "1"): "bc7532218b40",
    ("msc-cells-with-withdrawn", "1"): "3163ccef3d26",
    ("msc-completed", "1"): "08db4e780418",
    ("msc-derivatives", "1"): "a69679ec363c",
    ("msc-families", "1"): "7ce7a0f4fbc8",
    ("msc-publications", "1"): "64674db89fb7",
    ("msc-started", "1"): "07360b411678",
    ("msc-uncultured", "1"): "5c3501a3cab7",
    ("msc-with-results", "2"): "0b1559db59fd",
    ("word-search", "1"): "fede56f154ae",
    ("word-search-all", "1"): "39bd91706887",
}
"""(name, version) -> first 12 digits of its digest.  A changed rule needs a new version and a new line here."""

HEAD = 'version = "1"\ntitle = "A title"\nrationale = "Because."\n'


def test_the_default_comes_first() -> None:
    assert next(iter(load_definitions())) == DEFAULT


@pytest.mark.parametrize("name", load_definitions())
def test_a_rule_does_not_change_under_its_version(name: str) -> None:
    definition = load_definition(name)
    assert definition.digest[:12] == FROZEN[name, definition.version]
    assert len(definition.rationale) > 100


def test_two_definitions_never_say_the_same() -> None:
    digests = [definition.digest for definition in load_definitions().values()]
    assert len(set(digests)) == len(digests)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(NotFound, match="Did you mean 'msc-cells'"):
        load_definition("msc-cell")


def test_a_users_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + 'statuses = ["completed"]\n', "utf-8")
    assert load_definition(str(path)).statuses == ("completed",)
    with pytest.raises(NotFound):
        load_definition(str(tmp_path / "other.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 1", "Key 'version'"),
        ('versoin = "1"', "Did you mean 'version'"),
        ("= 3", "Not TOML"),
        (HEAD + 'msc = ["cell"]', "msc cannot be 'cell'"),
        (HEAD + 'msc = "cells"', "is not a list"),
        (HEAD + 'unit = "trial"', "unit cannot be 'trial'.*registration, family, publication"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_definition(text, name="mine")
