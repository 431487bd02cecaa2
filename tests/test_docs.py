"""The documentation names what there is: every setting, every command, every exit code."""

from __future__ import annotations

import inspect
import re

import pytest

from mscminer.cli.main import COMMANDS, app
from mscminer.core import errors
from mscminer.settings import Settings
from tests.conftest import ROOT


def _docs() -> str:
    files = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_setting_is_documented_and_no_other() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == set(Settings.model_fields)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"mscminer {command}" in _docs()


def test_every_command_has_a_help_text() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__


def test_every_exit_code_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = {value for name, value in inspect.getmembers(errors) if name.startswith("EXIT_")}
    section = readme.split("## Exit codes")[1].split("##")[0]
    assert {int(code) for code in re.findall(r"(?:^|· )(\d)\b", section, flags=re.MULTILINE)} == codes
