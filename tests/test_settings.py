"""Settings: environment beats file beats default; mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError
from mscminer.settings import load_settings


def test_defaults_need_nothing(work_dir: Path) -> None:
    assert load_settings().database_url == "sqlite:///db/mscminer.sqlite"


def test_environment_beats_file(work_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work_dir / "mscminer.toml").write_text('email = "file@example.org"\nsmtp_port = 25\n')
    monkeypatch.setenv("MSCMINER_EMAIL", "environment@example.org")
    settings = load_settings()
    assert (settings.email, settings.smtp_port) == ("environment@example.org", 25)


def test_unknown_key_names_the_nearest(work_dir: Path) -> None:
    (work_dir / "mscminer.toml").write_text('databse_url = "sqlite://"\n')
    with pytest.raises(ConfigError, match=r"mscminer.toml: unknown key 'databse_url'. Did you mean 'database_url'"):
        load_settings()


def test_unknown_variable_names_the_nearest(work_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSCMINER_EMIAL", "x")
    with pytest.raises(ConfigError, match=r"MSCMINER_EMIAL.*'email'"):
        load_settings()


def test_secrets_are_refused_in_files_and_never_printed(work_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSCMINER_NCBI_API_KEY", "s3cret")
    assert "s3cret" not in repr(load_settings())
    (work_dir / "mscminer.toml").write_text('ncbi_api_key = "s3cret"\n')
    with pytest.raises(ConfigError, match="environment") as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"), [("smtp_port = 99999", "smtp_port"), ("= 1", "not TOML"), ('log_format = "x"', "log_format")]
)
def test_wrong_values_name_file_and_key(work_dir: Path, text: str, message: str) -> None:
    (work_dir / "mscminer.toml").write_text(text)
    with pytest.raises(ConfigError, match=f"mscminer.toml.*{message}"):
        load_settings()


def test_a_named_file_must_exist(work_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSCMINER_CONFIG", "elsewhere.toml")
    with pytest.raises(ConfigError, match=r"elsewhere.toml: cannot be read"):
        load_settings()
