"""How a job says how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Listens to a job."""

    def begin(self, what: str, total: int | None) -> None:
        """A piece of work begins; `total` is None where nobody knows."""

    def advance(self, done: int) -> None:
        """So much more is done."""

    def end(self) -> None:
        """The piece of work is over."""


class Silent:
    """Nobody listens."""

    def begin(self, what: str, total: int | None) -> None: ...

    def advance(self, done: int) -> None: ...

    def end(self) -> None: ...


def track(items: Iterable[T], progress: Progress, what: str, total: int | None = None) -> Iterator[T]:
    """Pass items on and say how many went by."""
    progress.begin(what, total)
    try:
        for item in items:
            yield item
            progress.advance(1)
    finally:
        progress.end()
