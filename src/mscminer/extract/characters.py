"""Cut texts into words by what each character is: several times quicker than by a pattern."""

from __future__ import annotations

from collections.abc import Callable


class CharacterTable(dict[int, str]):
    """For `str.translate`: what each character becomes, asked once per character.

    Args:
        become: tells what a character becomes.

    >>> "2 MSC-lines".translate(CharacterTable(lambda char: char if char.isalpha() else " ")).split()
    ['MSC', 'lines']
    """

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, code: int) -> str:
        self[code] = become = self._become(chr(code))
        return become
