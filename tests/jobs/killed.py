"""A harvest or a whole night in a process of its own that is killed at its n-th write or request.

Hundreds of processes are needed, so they are forked off one that has imported everything: ``Nursery``.
"""

from __future__ import annotations

import gc
import itertools
import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import TracebackType

import httpx
import structlog
from sqlalchemy import Engine, event

from mscminer.harvest.ctgov_api import CtgovClient
from mscminer.harvest.entrez import EntrezClient, EntrezSettings
from mscminer.harvest.limiter import Limiter
from mscminer.jobs.harvest import Clients, harvest
from mscminer.jobs.lock import hold_lock
from mscminer.jobs.nightly import Plan, nightly
from mscminer.store import Store
from mscminer.store.engine import make_engine
from mscminer.testing import ReplayServer
from tests.conftest import ROOT
from tests.harvest.worlds import QUICK


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a run of one night needs to run anywhere.

    Args:
        whole_night: run ``nightly``, with its exports beside the database; else the harvest alone.
    """

    eutils_url: str
    ctgov_url: str
    moment: str
    whole_night: bool = False

    @classmethod
    def of(cls, server: ReplayServer, moment: datetime, *, whole_night: bool = False) -> Scene:
        return cls(
            eutils_url=server.eutils_url,
            ctgov_url=server.ctgov_url,
            moment=moment.isoformat(),
            whole_night=whole_night,
        )


@cache
def engine_of(file: Path) -> Engine:
    """One engine a file: what it has compiled is not compiled again by the next of hundreds of harvests."""
    return make_engine(f"sqlite:///{file}")


def harvest_file(file: Path, scene: Scene, *, die_at_write: int = 0) -> None:
    """Harvest into an SQLite file under its lock, in small batches; die at a write, counted from 1."""
    engine = engine_of(file)
    if die_at_write:
        _die_at_write(engine, die_at_write)
    moment = datetime.fromisoformat(scene.moment)
    settings = EntrezSettings(email="curator@example.org", base_url=scene.eutils_url, batch=2)
    entrez = EntrezClient(settings, limiter=Limiter(per_s=1e6), retry=QUICK)
    ctgov = CtgovClient(
        base_url=scene.ctgov_url,
        transport=httpx.HTTPTransport(verify=False),  # loopback: reading all certificates takes longer than the rest
        limiter=Limiter(per_s=1e6),
        retry=QUICK,
        page_size=2,
    )
    with Store(engine) as store, ctgov, hold_lock(store.lock_path, "harvest", at=moment):
        clients = Clients(entrez=entrez, ctgov=ctgov)
        if scene.whole_night:
            nightly(store, clients, _plan(file.parent / "exports"), now=lambda: moment)
        else:
            harvest(store, clients, now=lambda: moment)


def _plan(exports: Path) -> Plan:
    def write(_: Store, folder: Path, as_of: date) -> None:
        (folder / "one.txt").write_text(as_of.isoformat())
        (folder / "two.txt").write_text(as_of.isoformat())

    return Plan(exports=exports, judge=lambda _: (), write=write)


def _die_at_write(engine: Engine, number: int) -> None:
    """Kill this process before its n-th changing statement or commit."""
    writes = itertools.count(1)

    def count() -> None:
        if next(writes) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(*given: object) -> None:
        if str(given[2]).lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            count()

    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", lambda _: count())


class Nursery:
    """A process that forks harvests into one file; a context manager.

    It begins with an undisturbed harvest.
    """

    def __init__(self, file: Path, scene: Scene) -> None:
        self._file = file
        self._scene = scene

    def __enter__(self) -> Nursery:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        self._say(self._order(0))
        assert self._hear() == 0
        return self

    def _order(self, at_write: int) -> str:
        return json.dumps({"file": str(self._file), "scene": asdict(self._scene), "at_write": at_write})

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def harvest_and_die(self, server: ReplayServer, *, at_write: int = 0, at_request: int = 0) -> bool:
        """Harvest in another process that is killed at its n-th write or request; False if it ended before."""
        self._say(self._order(at_write))
        pid = self._hear()
        requests = itertools.count(1)

        def kill(_: int) -> None:
            if next(requests) == at_request:
                os.kill(pid, signal.SIGKILL)

        server.before_answer = kill
        self._say("go")
        status = self._hear()
        server.before_answer = None
        assert status in (0, -signal.SIGKILL), status
        return status != 0


def _serve() -> None:
    """Fork a harvest for every order on standard input; it starts at the line after.

    The first order is carried out here: it warms what all forks then share.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    first = json.loads(sys.stdin.readline())
    harvest_file(Path(first["file"]), Scene(**first["scene"]))
    print(0, flush=True)
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page
    for line in sys.stdin:
        order = json.loads(line)
        start, begin = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(start, 1)
            harvest_file(Path(order["file"]), Scene(**order["scene"]), die_at_write=order["at_write"])
            os._exit(0)
        print(pid, flush=True)
        sys.stdin.readline()
        os.write(begin, b"!")
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        os.close(start)
        os.close(begin)


if __name__ == "__main__":
    _serve()
