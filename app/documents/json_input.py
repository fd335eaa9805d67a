"""JSON from outside, read member by member; a flaw names its path and what is expected there."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import msgspec

from app.domain.errors import ImportErrors

MOST = 2**32 - 1
"""VROOM counts in 32 bits without a sign."""
_MOST_IN_TABLE = 2**31 - 1
_FARTHEST = 1e9
"""On a plane, in whatever it is measured."""
_SHOWN = 60


class Flaw(Exception):
    """A value that is not what its place asks for."""


class Json:
    """A value and the path that leads to it, such as `$.jobs[3].service`."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "$") -> None:
        self.value = value
        self.path = path

    def flaw(self, expected: str) -> Flaw:
        return Flaw(f"{self.path}: expected {expected}, got {_shown(self.value)}")

    def get(self, key: str) -> Json | None:
        """The member of this name; None where it is missing or null."""
        if not isinstance(self.value, dict):
            raise self.flaw("an object")
        value = self.value.get(key)
        return None if value is None else Json(value, f"{self.path}.{key}")

    def need(self, key: str, expected: str) -> Json:
        found = self.get(key)
        if found is None:
            raise Flaw(f"{self.path}.{key}: expected {expected}, got nothing")
        return found

    def members(self, expected: str) -> Iterator[tuple[str, Json]]:
        if not isinstance(self.value, dict):
            raise self.flaw(expected)
        for key, value in self.value.items():
            yield key, Json(value, f"{self.path}.{key}")

    def items(self, expected: str) -> list[Json]:
        if not isinstance(self.value, list):
            raise self.flaw(expected)
        return [Json(value, f"{self.path}[{n}]") for n, value in enumerate(self.value)]

    def whole(self, least: int = 0, most: int = MOST, what: str = "a whole number") -> int:
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.flaw(f"{what} from {least} to {most}")
        return value

    def number(self, least: float, most: float, what: str) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.flaw(what)
        if not least <= value <= most:
            raise self.flaw(what)
        return float(value)

    def text(self, what: str = "a text") -> str:
        if not isinstance(self.value, str):
            raise self.flaw(what)
        return self.value

    def wholes(self, what: str, most: int = MOST) -> tuple[int, ...]:
        return tuple(item.whole(most=most) for item in self.items(what))

    def location(self) -> tuple[float, float]:
        """Of [longitude, latitude]; an altitude after them is left out."""
        expected = "[longitude, latitude] in degrees"
        lon, lat = self._pair(expected)
        return (
            lon.number(-180, 180, "a longitude from -180 to 180"),
            lat.number(-90, 90, "a latitude from -90 to 90"),
        )

    def point(self) -> tuple[float, float]:
        """Of coordinates on the earth or on any plane."""
        x, y = self._pair("a pair of coordinates")
        return (
            x.number(-_FARTHEST, _FARTHEST, "a coordinate"),
            y.number(-_FARTHEST, _FARTHEST, "a coordinate"),
        )

    def _pair(self, expected: str) -> tuple[Json, Json]:
        found = self.items(expected)
        if len(found) < 2:
            raise self.flaw(expected)
        return found[0], found[1]

    def window(self) -> tuple[int, int]:
        expected = "[start, end] in seconds with start ≤ end"
        pair = self.items(expected)
        if len(pair) != 2:
            raise self.flaw(expected)
        start, end = pair[0].whole(what="seconds"), pair[1].whole(what="seconds")
        if end < start:
            raise self.flaw(expected)
        return start, end

    def table(self, what: str) -> list[array[int]]:
        """A square matrix of whole numbers, at least 0."""
        rows = self.value
        if not isinstance(rows, list) or not rows:
            raise self.flaw(f"a square matrix of {what}")
        size = len(rows)
        table = []
        for number, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != size:
                here = Json(row, f"{self.path}[{number}]")
                got = f"{len(row)} numbers" if isinstance(row, list) else _shown(row)
                raise Flaw(f"{here.path}: expected {size} numbers, one for each row, got {got}")
            table.append(self._row(row, number, what))
        return table

    def _row(self, row: list[Any], number: int, what: str) -> array[int]:
        try:
            numbers = array("i", row)
        except (TypeError, OverflowError):
            numbers = None
        if numbers is None or min(numbers) < 0:
            # Slowly, and only now: to name the entry. Whole numbers written as 12.0 pass here.
            return array(
                "i",
                [
                    Json(value, f"{self.path}[{number}][{column}]").whole(
                        most=_MOST_IN_TABLE, what=what
                    )
                    for column, value in enumerate(row)
                ],
            )
        return numbers


def decoded(content: bytes, name: str) -> Json:
    """The JSON value in `content`. Raises ImportErrors that says where it is not JSON."""
    try:
        return Json(msgspec.json.decode(content))
    except RecursionError as error:
        raise ImportErrors(f"{name} is nested too deeply to be a problem.") from error
    except UnicodeDecodeError as error:
        raise ImportErrors(
            f"{name} is not UTF-8 text: {error.reason}. Save it as UTF-8."
        ) from error
    except msgspec.DecodeError as error:
        raise ImportErrors(f"{name} is not JSON: {_where(str(error), content)}.") from error


def _where(message: str, content: bytes) -> str:
    """msgspec counts bytes; editors count lines."""
    before, found, after = message.partition("(byte ")
    digits = after.rstrip(")")
    if not found or not digits.isdigit():
        return message[:1].lower() + message[1:]
    text = content[: int(digits)]
    line = text.count(b"\n") + 1
    column = len(text) - (text.rfind(b"\n") + 1) + 1
    what = before.removeprefix("JSON is malformed:").strip()
    return f"line {line}, column {column}: {what}"


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode(errors="replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
