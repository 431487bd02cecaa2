"""Which version of each record is taken for a past day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mscminer.core.counts import Basis
from mscminer.core.records import RecordKey
from mscminer.store.documents import StoredVersion
from mscminer.store.parts import GONE
from mscminer.trials.dates import period_end


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One version of each record.

    Args:
        of_that_day: records whose version is of that day, as the basis has it.
        later: records of which only later versions are stored; the oldest of them is taken.
        undated: records whose version has no date of revision.
        left_out: records that came, or are gone, so that they are not part of that day.
    """

    basis: Basis
    day: date
    versions: Mapping[RecordKey, StoredVersion] = field(default_factory=dict)
    of_that_day: int = 0
    later: int = 0
    undated: int = 0
    left_out: int = 0

    @property
    def words(self) -> str:
        if self.basis is Basis.KNOWN:
            return (
                f"the versions that this database had by {self.day}: {self.of_that_day} records; "
                f"{self.left_out} that came later or were gone are left out"
            )
        return (
            f"the versions valid on {self.day} by the records' own dates: {self.of_that_day} records; of {self.later} "
            f"only later versions are stored and the oldest is taken; {self.undated} have no date; "
            f"{self.left_out} were gone"
        )


def choose(versions: Iterable[StoredVersion], basis: Basis, day: date) -> Chosen:
    """Take one version of each record: the one valid on a day, or known on it (pure).

    A state (removed, merged, retracted) counts from the day that it was noted.
    """
    by_record: dict[RecordKey, list[StoredVersion]] = {}
    for version in versions:
        by_record.setdefault(version.key, []).append(version)
    taken: dict[RecordKey, StoredVersion] = {}
    numbers = dict.fromkeys(("of_that_day", "later", "undated", "left_out"), 0)
    for key, stored in by_record.items():
        found, how = _choose_one(stored, basis, day)
        numbers[how] += 1
        if found is not None:
            taken[key] = found
    return Chosen(basis=basis, day=day, versions=taken, **numbers)


def _choose_one(stored: list[StoredVersion], basis: Basis, day: date) -> tuple[StoredVersion | None, str]:
    since = stored[0].since
    if stored[0].state in GONE and (since is None or since.date() <= day):
        return None, "left_out"
    ordered = sorted(stored, key=lambda item: (not item.restated, item.revised_at, item.version_id))
    if basis is Basis.KNOWN:
        known = [item for item in ordered if item.fetched_at.date() <= day]
        return (known[-1], "of_that_day") if known else (None, "left_out")
    valid = [item for item in ordered if (ended := period_end(item.revised_at)) is not None and ended <= day]
    if valid:
        return valid[-1], "of_that_day"
    return ordered[0], "later" if ordered[0].revised_at else "undated"
