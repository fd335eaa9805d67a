"""Delivery slots as people write them: `08:00-10:00, 10:00-12:30`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from app.domain.fleet import Slot

_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_SLOT = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}")
_APART = re.compile(r"[,;|\n]")


def parse_slots(text: str) -> tuple[Slot, ...]:
    """The slots in the sequence of the day; one that ends before it starts ends the next day.

    Raises ValueError naming the part that is no slot.
    """
    slots = set()
    for part in filter(None, map(str.strip, _APART.split(text))):
        match = _SLOT.fullmatch(part)
        if match is None:
            raise ValueError(f"“{part}” is no slot; write it like 08:00-10:00.")
        first, first_minute, last, last_minute = (int(each or 0) for each in match.groups())
        try:
            start = time(first, first_minute)
            end = time(0 if last == 24 and not last_minute else last, last_minute)
        except ValueError as error:
            raise ValueError(f"“{part}” has no such time of day.") from error
        if start == end:
            raise ValueError(f"“{part}” ends when it starts.")
        slots.add((start, end))
    return tuple(Slot(start=start, end=end) for start, end in sorted(slots))


def slots_text(slots: Sequence[Slot]) -> str:
    return ", ".join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in slots)
