"""What the measuring scripts share: options, a heading that names the machine, a database that is kept or goes."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bench(doc: str | None, *, trials: int, rounds: int) -> Iterator[tuple[str, argparse.Namespace]]:
    """Read the options `trials`, `rounds` and `keep`, say what is measured on; gives the database's address, and them.

    Args:
        doc: the script's own words for ``--help``.
        trials: default of ``--trials``.
        rounds: default of ``--rounds``.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=trials)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--keep", metavar="FILE", help="Use this database, and make it if it is not there.")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{options.keep or folder + '/bench.sqlite'}", options
