"""Serve a folder of records: ``python -m mscminer.testing --records DIR [--port 8765]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mscminer.testing.server import ReplayServer
from mscminer.testing.world import World


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; the first line on standard output gives the addresses."""
    parser = argparse.ArgumentParser(prog="python -m mscminer.testing", description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="folder of studies (JSON) and articles (XML)")
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 (default) for any free one")
    parser.add_argument("--rate-limits", action="store_true", help="answer 429 above NCBI's limits")
    given = parser.parse_args(arguments)
    if not given.records.is_dir():
        parser.error(f"no such folder: {given.records}")
    world = World.from_folder(given.records)
    server = ReplayServer(world, port=given.port, rate_limits=given.rate_limits)
    print(f"eutils {server.eutils_url} ({len(world.articles)} articles)")
    print(f"ctgov  {server.ctgov_url} ({len(world.studies)} studies)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
