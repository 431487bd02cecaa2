"""A prefilter that proves at next to no cost that a publication cannot be about giving mesenchymal cells.

It may let anything pass; what it stops must be certain.  Every name in ``rules/products.toml`` contains one of
its strings (a test holds this), so a text without any of them has no product to find.
"""

from __future__ import annotations

from typing import Final

from mscminer.core.documents import Document

STRINGS: Final = (
    "mesench",
    "mesenq",
    "msc",
    "strom",
    " stem",
    "-stem",
    "/stem",
    "(stem",
    "stem-cell",
    "marrow",
    "progenitor",
    "precursor",
    "adipose",
    "svf",
    "bma",
    "exoso",
    "vesicle",
    "secretome",
    "conditioned",
    "signaling cell",
    "signalling cell",
    "mapc",
    "mpc",
    "mnc",
    "adrc",
    "shed cells",
    "wharton",
    "micro-fragmented",
    "souches",
    "madre",
    "troncales",
    "mononuclear",
    "mono-nuclear",
    "cell therap",
    "cellular therap",
    "paracrine factors",
)
"""Lower-case strings, one of which every product name contains."""

BRANDS: Final = (
    "remestemcel",
    "rexlemestrocel",
    "darvadstrocel",
    "lenzumestrocel",
    "amimestrocel",
    "obnitix",
    "cartistem",
    "pneumostem",
    "stempeucel",
    "multistem",
    "plx-pad",
    "plxpad",
    "lomecel",
    "cx601",
    "cx-601",
    "cx611",
    "cx-611",
    "alofisel",
    "prochymal",
    "temcell",
    "ryoncil",
    "cupistem",
    "cellgram",
    "neuronata",
    "nurown",
    "re-join",
    "rejoin",
    "joinstem",
    "stemirac",
    "kartigen",
    "elixcyte",
    "furestem",
    "smup",
    "descartes-30",
)


NEARBY: Final = (
    "chondrocyt",
    "cartilag",
    "chondral",
    "transplant",
    "regenerat",
    "tissue engineer",
    "tissue-engineer",
    "cell-based",
    "cell based",
    "stammzell",
    "knorpel",
    "autolog",
    "allogen",
)
"""Words of neighbouring work (other cell therapies, cartilage repair), read in full so that curators see why not."""

_ALL: Final = (*STRINGS, *BRANDS, *NEARBY)


def may_concern_msc(document: Document) -> bool:
    """False only if no word of the title, the abstract or the keywords can name a product or its neighbours."""
    low = "\n".join(section.text for section in document.sections).lower()
    return any(map(low.__contains__, _ALL))
