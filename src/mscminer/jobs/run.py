"""The main job in one go: load, extract, assemble, count, evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mscminer.evaluate.seed import seed_record_files
from mscminer.jobs.count import Census, build_census
from mscminer.jobs.extract import ExtractReport, extract
from mscminer.jobs.load import LoadReport, load_files
from mscminer.jobs.progress import Progress
from mscminer.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """What the main job did, stage by stage."""

    loaded: LoadReport
    extracted: ExtractReport
    census: Census


def run(store: Store, files: Sequence[Path], *, model: str = "", progress: Progress | None = None) -> RunReport:
    """Load files (the seed corpus, if none are given), extract what is new, assemble the census."""
    loaded = load_files(store, files or seed_record_files(), progress=progress)
    extracted = extract(store, model=model, progress=progress)
    return RunReport(loaded=loaded, extracted=extracted, census=build_census(store))
