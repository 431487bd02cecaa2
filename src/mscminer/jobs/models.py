"""Parts of the extraction that were made here: the disease knowledge base, the trained weights."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mscminer.core.errors import ConfigError
from mscminer.extract.model_files import ABOUT, local_versions, use_local_models


def use_models(folder: Path | None) -> None:
    """Use the newest accepted parts of a folder in this process, and the shipped ones where it has none.

    Raises:
        ModelError: a version there is damaged.
    """
    use_local_models(folder)


def save_version(folder: Path, part: str, files: Mapping[str, str], about: Mapping[str, Any]) -> Path:
    """Write the next version of a part; it appears whole or not at all.

    Raises:
        ConfigError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{part}-", dir=folder))
        try:
            for name, text in {**files, ABOUT: json.dumps(about, indent=1, sort_keys=True) + "\n"}.items():
                (made / name).write_text(text, encoding="utf-8")
            made.chmod(0o755)
            return _named(made, folder, part)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise ConfigError(
            f"cannot be written: {error.strerror}.", where=str(folder), remedy="Set `models` to a folder that can."
        ) from error


def _named(made: Path, folder: Path, part: str) -> Path:
    earlier = local_versions(folder, part)
    number = int(earlier[-1].name.rpartition("-")[2]) + 1 if earlier else 1
    target = folder / f"{part}-{number:04d}"
    return made.rename(target)
