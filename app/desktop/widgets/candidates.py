"""Found addresses in words: each once, and two houses of one address told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.formats import NARROW_SPACE, count_text
from app.domain.geo import Location, distance_m
from app.roads.addresses import Candidate

_SAME_PLACE_M = 30.0


def told_apart(candidates: Sequence[Candidate]) -> dict[Candidate, str]:
    """The candidates, best first, each with a line that no other one has.

    One that says and is the same as a better one is left out.
    """
    lines: dict[Candidate, str] = {}
    firsts: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        line = candidate.address.line
        alike = firsts.setdefault(line, [])
        here = candidate.place.location
        if any(distance_m(each.place.location, here) < _SAME_PLACE_M for each in alike):
            continue
        if alike:
            line = _another(line, alike[0].place.location, here)
        alike.append(candidate)
        lines[candidate] = line
    return lines


def _another(line: str, first: Location, here: Location) -> str:
    metres = round(distance_m(first, here), -1)
    return QCoreApplication.translate("candidates", "{0} (another, {1} to the {2})").format(
        line, f"{count_text(int(metres))}{NARROW_SPACE}m", _direction(first, here)
    )


def _direction(first: Location, here: Location) -> str:
    tr = QCoreApplication.translate
    east = (here.lon - first.lon) * math.cos(math.radians(first.lat))
    eighth = round(math.degrees(math.atan2(east, here.lat - first.lat)) / 45) % 8
    return (
        tr("candidates", "north"),
        tr("candidates", "north-east"),
        tr("candidates", "east"),
        tr("candidates", "south-east"),
        tr("candidates", "south"),
        tr("candidates", "south-west"),
        tr("candidates", "west"),
        tr("candidates", "north-west"),
    )[eighth]
