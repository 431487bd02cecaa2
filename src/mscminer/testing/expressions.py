"""Boolean search expressions, as far as PubMed's and Essie's syntax agree: AND, OR, NOT, parentheses, leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


class ExpressionError(ValueError):
    """The expression cannot be parsed; the text names the piece."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """``leaf``, or ``AND``, ``OR``, ``NOT`` over parts (``NOT`` of two parts: the first without the second)."""

    kind: str
    leaf: str = ""
    parts: tuple[Node, ...] = ()

    def matches(self, match: Callable[[str], bool]) -> bool:
        """Whether the expression holds, given which leaves do."""
        if self.kind == "leaf":
            return match(self.leaf)
        if self.kind == "AND":
            return all(part.matches(match) for part in self.parts)
        if self.kind == "OR":
            return any(part.matches(match) for part in self.parts)
        return not self.parts[-1].matches(match) and (len(self.parts) == 1 or self.parts[0].matches(match))


_WORD = r'(?:"[^"]*"|[^\s()\[\]":]+)(?:\[[^\]]*\])?'
_PUBMED = re.compile(rf"\(|\)|{_WORD}(?:\s*:\s*{_WORD})?")
_ESSIE = re.compile(r'\(|\)|(?:AREA\[[^\]]*\]\s*)(?:RANGE\[[^\]]*\]|"[^"]*"|[^\s()\[\]"]+)|"[^"]*"|[^\s()\[\]"]+')


def parse_pubmed(text: str) -> Node:
    """PubMed: operators are taken from left to right, neighbours without one are joined by AND.

    Raises:
        ExpressionError: if it cannot be parsed.
    """
    return _Parser(_tokens(_PUBMED, text), by_precedence=False).parse()


def parse_essie(text: str) -> Node:
    """Essie: NOT binds closer than AND, AND closer than OR.

    Raises:
        ExpressionError: if it cannot be parsed.
    """
    return _Parser(_tokens(_ESSIE, text), by_precedence=True).parse()


def _tokens(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(_scan(pattern, text))


def _scan(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = pattern.match(text, position)
        if match is None:
            raise ExpressionError(text[position])
        yield match[0]
        position = match.end()


class _Parser:
    def __init__(self, tokens: Sequence[str], *, by_precedence: bool) -> None:
        self._tokens = tokens
        self._at = 0
        self._by_precedence = by_precedence

    def parse(self) -> Node:
        node = self._either() if self._by_precedence else self._left_to_right()
        if self._peek() is not None:
            raise ExpressionError(self._peek())
        return node

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, token: str) -> bool:
        if self._peek() == token:
            self._at += 1
            return True
        return False

    def _left_to_right(self) -> Node:
        node = self._primary()
        while (token := self._peek()) is not None and token not in (")",):
            kind = token if token in ("AND", "OR", "NOT") else "AND"
            if kind == token:
                self._at += 1
            # Chains stay flat: a search for a thousand ids must not nest a thousand deep.
            before = node.parts if node.kind == kind != "NOT" else (node,)
            node = Node(kind=kind, parts=(*before, self._primary()))
        return node

    def _either(self) -> Node:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Node(kind="OR", parts=tuple(parts))

    def _both(self) -> Node:
        parts = [self._primary()]
        while (token := self._peek()) is not None and token not in (")", "OR"):
            self._take("AND")
            parts.append(self._primary())
        return parts[0] if len(parts) == 1 else Node(kind="AND", parts=tuple(parts))

    def _primary(self) -> Node:
        if self._take("NOT"):
            return Node(kind="NOT", parts=(self._primary(),))
        if self._take("("):
            node = self._either() if self._by_precedence else self._left_to_right()
            if not self._take(")"):
                raise ExpressionError(self._peek() or "<EOF>")
            return node
        token = self._peek()
        if token is None or token in (")", "AND", "OR"):
            raise ExpressionError(token or "<EOF>")
        self._at += 1
        return Node(kind="leaf", leaf=token)


def normalise(text: str) -> str:
    """Lower-case words between single spaces, with a space at both ends, so that phrases match whole words."""
    return " " + " ".join(re.findall(r"\w+", text.lower())) + " "
