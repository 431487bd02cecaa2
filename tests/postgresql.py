"""A real PostgreSQL server of our own for the tests: a fresh cluster in a temporary folder.

``MSCMINER_TEST_POSTGRESQL`` may name a running server's URL instead.  With ``CI`` set, a missing server is a failure,
not a skip.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    candidates = [*folders, *([Path(found).parent] if found else [])]
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_server(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def server() -> Iterator[str]:
    """Start a server, give its URL, stop it.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    folder = binaries()
    if folder is None:
        raise FileNotFoundError("PostgreSQL's initdb is not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="mscminer-pg-") as name:
        home = Path(name)
        if os.geteuid() == 0:
            os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
        data, port = home / "data", _free_port()
        _run([str(folder / "initdb"), "-D", str(data), "-U", "mscminer", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
        control = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log")]
        _run([*control, "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://mscminer@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    subprocess.run(_as_server(command), check=True, stdout=subprocess.DEVNULL, cwd="/")
