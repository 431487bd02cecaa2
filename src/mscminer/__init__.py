"""mscminer: which clinical trials give mesenchymal stem/stromal cells to whom, and how many there are."""

from __future__ import annotations

__version__ = "0.1.0"
