"""Settings: one TOML file and the environment, read into one frozen object.

Order, first wins: environment (``MSCMINER_DATABASE_URL``), the TOML file named by ``MSCMINER_CONFIG`` or
``mscminer.toml`` in the working folder, defaults.  Secrets (``ncbi_api_key``, ``smtp_password``) are taken from the
environment only.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from mscminer.core.errors import ConfigError

CONFIG_VARIABLE = "MSCMINER_CONFIG"
DEFAULT_FILE = "mscminer.toml"
SECRETS = frozenset({"ncbi_api_key", "smtp_password"})


class Settings(BaseSettings):
    """What can be set; see docs/settings.md for the table with examples."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="MSCMINER_", frozen=True, extra="forbid", validate_default=True
    )

    database_url: str = Field("sqlite:///db/mscminer.sqlite", description="SQLAlchemy URL of the database")
    model: str = Field("", description="name of the extraction pipeline under models/; empty: the newest shipped")
    models: Path = Field(Path("db/models"), description="folder of what `vocab update` and `train` make")
    exports: Path = Field(Path("exports"), description="folder that exports, digests and reports are written to")
    log_format: str = Field(
        "auto", pattern="^(auto|console|plain|json)$", description="auto: console on a terminal, else plain"
    )
    email: str = Field("", description="your e-mail address, which NCBI asks every client to send")
    tool: str = Field("mscminer", description="the name that NCBI is told")
    ncbi_api_key: SecretStr = Field(SecretStr(""), description="environment only; 10 instead of 3 requests a second")
    entrez_url: str = Field("https://eutils.ncbi.nlm.nih.gov/entrez/eutils", description="E-utilities base address")
    ctgov_url: str = Field("https://clinicaltrials.gov/api/v2", description="ClinicalTrials.gov API v2 base address")
    smtp_host: str = Field("", description="mail server for the nightly digest; empty: no mail")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = Field(SecretStr(""), description="environment only")
    digest_from: str = ""
    digest_to: tuple[str, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file's values come in as init arguments; the environment must beat them.
        return (env_settings, init_settings)


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings.

    Raises:
        ConfigError: naming file and key, with the nearest known key where one is unknown.
    """
    file = path or _default_file()
    values = _read(file) if file else {}
    where = str(file) if file else "settings"
    for key in values:
        _check_key(key, where)
    _check_environment()
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        raise ConfigError(f"{key}: {first['msg']}.", where=where, remedy="See docs/settings.md.") from None


def _default_file() -> Path | None:
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).is_file() else None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}.",
            where=str(file),
            remedy=f"Correct the path or unset {CONFIG_VARIABLE}.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}.", where=str(file), remedy="Correct that line.") from error


def _check_key(key: str, where: str) -> None:
    if key in SECRETS:
        raise ConfigError(
            f"{key} is a secret and must not lie in a file.",
            where=where,
            remedy=f"Set MSCMINER_{key.upper()} in the environment.",
        )
    if key not in Settings.model_fields:
        raise ConfigError(f"unknown key {key!r}.", where=where, remedy=_nearest(key))


def _check_environment() -> None:
    prefix = "MSCMINER_"
    for name in os.environ:
        key = name.removeprefix(prefix).lower()
        if name.startswith(prefix) and name != CONFIG_VARIABLE and key not in Settings.model_fields:
            raise ConfigError(f"unknown variable {name}.", where="environment", remedy=_nearest(key))


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1, cutoff=0.0)
    return f"Did you mean {near[0]!r}?" if near else "See docs/settings.md."
