"""What the text formats of benchmark problems share: rows of numbers that know their line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import ImportErrors

MOST_NODES = 10_000
MOST_VEHICLES = 20_000
_MOST = 1e9
"""Of any number: beyond, sums of scaled times could leave the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One line of numbers."""

    line: int
    numbers: tuple[float, ...]


class ProblemText:
    """A file that is read line by line; it says what is wrong, and where."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        # Names and comments may be of any encoding; all that counts is plain ASCII.
        self.lines = content.decode("utf-8", errors="replace").splitlines()

    def flaw(self, line: int, text: str) -> ImportErrors:
        return ImportErrors(f"{self.name}, line {line}: {text}.")

    def missing(self, what: str) -> ImportErrors:
        return ImportErrors(f"{self.name} has no {what}: it is not whole, or of another format.")

    def row(self, line: int, words: Sequence[str]) -> NumberRow:
        """Raises ImportErrors for a word that is no number."""
        numbers = []
        for word in words:
            try:
                number = float(word)
            except ValueError as error:
                raise self.flaw(line, f"expected numbers, got {word[:40]!r}") from error
            if not math.isfinite(number) or abs(number) > _MOST:
                raise self.flaw(line, f"expected numbers up to {_MOST:.0f}, got {word[:40]!r}")
            numbers.append(number)
        return NumberRow(line=line, numbers=tuple(numbers))

    def whole(self, line: int, number: float, least: int, most: int, what: str) -> int:
        """`number` as an int. Raises ImportErrors where it is none, or out of range."""
        if not number.is_integer() or not least <= number <= most:
            raise self.flaw(line, f"expected {what} from {least} to {most}, got {number:g}")
        return int(number)

    def window(self, line: int, start: float, end: float) -> tuple[float, float]:
        if not 0 <= start <= end:
            raise self.flaw(
                line, f"expected a time window with 0 ≤ start ≤ end, got {start:g} to {end:g}"
            )
        return start, end

    def least_zero(self, line: int, number: float, what: str) -> float:
        if number < 0:
            raise self.flaw(line, f"expected {what} of at least 0, got {number:g}")
        return number
