"""Cut texts into words by what each character is: several times quicker than by a pattern."""

from __future__ import annotations

from collections.abc import Callable


class CharacterTable(dict[int, str]):
    """What each character becomes, asked once per character.

    Args:
        become: tells what a character becomes; an ASCII character another one.

    >>> CharacterTable(lambda char: char if char.isalpha() else " ").applied("2 MSC-lines").split()
    ['MSC', 'lines']
    """

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become
        self._ascii = "".join(map(become, map(chr, range(128)))).encode().ljust(256)

    def __missing__(self, code: int) -> str:
        self[code] = become = self._become(chr(code))
        return become

    def applied(self, text: str) -> str:
        """The text with every character turned; bytes are turned several times as quickly as `str.translate` does."""
        return text.encode().translate(self._ascii).decode() if text.isascii() else text.translate(self)
