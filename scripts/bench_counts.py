#!/usr/bin/env python3
"""Count synthetic trials in the database by any two dimensions, and build the report over them.

    .venv/bin/python scripts/bench_counts.py [--trials 1000000] [--rounds 3]

Prints for every pair of dimensions the best of `rounds` times of the query (wall and processor seconds; SQLite works in
this process, so the latter do not depend on what else the machine does) and of drawing up the table in words; then wall
time and peak memory of the report in a process of its own, and what counting in Python over a tenth of the rows in
memory takes.  Fails if a query takes a processor second or more.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations

from benching import bench

from mscminer.core.counts import Dimension
from mscminer.core.trials import CensusRow
from mscminer.core.vocabulary import Category, Donor, MscClass, Phase, Route, Tissue
from mscminer.jobs.assemble import census_fingerprint, keyed
from mscminer.jobs.count import count_in_store
from mscminer.store import Store, open_store
from mscminer.trials.counting import count, table_of_groups
from mscminer.trials.definitions import load_definition

DAY = date(2021, 3, 31)
COUNTRIES = [f"Country {n}" for n in range(80)]
CONDITIONS = [f"condition {n}" for n in range(3000)]


def rows(number: int, seed: int = 1) -> Iterator[CensusRow]:
    """Made-up trials with every dimension filled as real ones are, some with several values."""
    draw = random.Random(seed)
    for n in range(number):
        yield CensusRow(
            id=f"NCT{n:08d}",
            family=f"NCT{n - (n % 20 == 1):08d}",
            msc=draw.choices(list(MscClass), (80, 2, 4, 14))[0],
            study_type=draw.choices(("interventional", "observational", "expanded_access"), (92, 6, 2))[0],
            status=draw.choice(("completed", "recruiting", "unknown", "withdrawn", "terminated")),
            first_posted=f"{draw.randint(2004, 2022)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
            start=f"{draw.randint(2004, 2022)}-{draw.randint(1, 12):02d}",
            completion=f"{draw.randint(2006, 2026)}-{draw.randint(1, 12):02d}",
            phase=draw.choice([*Phase, "not stated"]),
            category=draw.choice(list(Category)),
            tissues=tuple(draw.sample(list(Tissue), draw.choices((0, 1, 2), (15, 75, 10))[0])),
            donors=tuple(draw.sample(list(Donor), draw.choices((0, 1, 2), (35, 60, 5))[0])),
            routes=tuple(draw.sample(list(Route), draw.choices((0, 1, 2), (15, 75, 10))[0])),
            conditions=tuple(draw.sample(CONDITIONS, draw.choices((1, 2), (80, 20))[0])),
            countries=tuple(draw.sample(COUNTRIES, draw.choices((0, 1, 2), (8, 86, 6))[0])),
            n=draw.randint(0, 300),
            sponsor_class=draw.choice(("industry", "other", "nih")),
            word_hit=draw.random() < 0.9,
            publications=("1",) if draw.random() < 0.2 else (),
        )


def fill(store: Store, number: int) -> None:
    """Write the census and mark it as fresh."""
    begin = time.perf_counter()
    with store.write() as tx:
        made_of, now = census_fingerprint(tx), datetime.now(UTC)
        tx.census.replace((keyed(row) for row in rows(number)), fingerprint=made_of, built_at=now)
    print(f"written: {number:,} trials in {time.perf_counter() - begin:.0f} s")


def measure(store: Store, rounds: int) -> float:
    """Time all pairs of dimensions, best of `rounds`; returns the slowest query's processor seconds."""
    definition, slowest, total = load_definition("msc-cells"), 0.0, 0
    print(f"{'rows':<16}{'columns':<16}{'query s':>8}{'CPU s':>7}{'table s':>9}  cells")
    for left, right in combinations([item for item in Dimension if item is not Dimension.ALL], 2):
        queries, work, tables = [], [], []
        for _ in range(rounds):
            begin, busy = time.perf_counter(), time.process_time()
            with store.read() as tx:
                groups = tx.census.groups(definition, DAY, left, right)
                middle = time.perf_counter()
                work.append(time.process_time() - busy)
                table = table_of_groups(groups, definition, DAY, left, right)
            queries.append(middle - begin)
            tables.append(time.perf_counter() - middle)
        slowest, total = max(slowest, min(work)), table.total
        print(f"{left:<16}{right:<16}{min(queries):>8.3f}{min(work):>7.3f}{min(tables):>9.3f}  {len(table.cells)}")
    print(f"slowest query: {slowest:.3f} CPU s; {total:,} trials count")
    begin = time.perf_counter()
    count_in_store(store, definition, DAY, Dimension.ALL, Dimension.ALL)
    print(f"with the flow from all records to them: {time.perf_counter() - begin:.2f} s")
    return slowest


def compare(number: int) -> None:
    """The pure functions over rows in memory, for comparison."""
    census = list(rows(number))
    begin = time.perf_counter()
    count(census, load_definition("msc-cells"), DAY, Dimension.TISSUE, Dimension.DONOR)
    print(f"in Python over {number:,} rows in memory, tissue x donor: {time.perf_counter() - begin:.2f} s")


def report(url: str) -> None:
    """Build the report in a process of its own and print time and peak memory."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "mscminer", "export", "report", "--as-of", DAY.isoformat()]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, "-o", f"{folder}/report.html", "--database", url], check=True)
        size = os.path.getsize(f"{folder}/report.html")  # noqa: PTH202 - a number is all that is wanted
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"report: {time.perf_counter() - begin:.1f} s, peak {peak:.0f} MiB, {size / 1024:.0f} KiB")


def main() -> None:
    with bench(__doc__, trials=1_000_000, rounds=3) as (url, options):
        with open_store(url) as store:
            with store.read() as tx:
                there, fresh = tx.census.total(), tx.census.fingerprint() == census_fingerprint(tx)
            if there != options.trials or not fresh:
                fill(store, options.trials)
            slowest = measure(store, options.rounds)
        report(url)
    compare(options.trials // 10)
    if slowest >= 1.0:
        sys.exit("a query took a second or more")


if __name__ == "__main__":
    main()
