"""A replay server for tests and demonstrations: PubMed's E-utilities and ClinicalTrials.gov's API v2 on loopback.

It serves a folder or a collection of records as both services would, with their limits, sessions, paging and
error texts, lets the records change between two runs, and misbehaves on demand::

    python -m mscminer.testing --records DIR --port 8765

    with ReplayServer(World.from_folder(folder)) as server:
        server.add_fault(Fault(kind=FaultKind.TRUNCATED, path="efetch"))
        ...  # EntrezSettings(base_url=server.eutils_url), CtgovClient(base_url=server.ctgov_url)
"""

from mscminer.testing.faults import Fault, FaultKind
from mscminer.testing.server import LoggedRequest, ReplayServer
from mscminer.testing.world import Article, Descriptor, World

__all__ = ["Article", "Descriptor", "Fault", "FaultKind", "LoggedRequest", "ReplayServer", "World"]
