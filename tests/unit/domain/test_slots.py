from __future__ import annotations

from datetime import time

import pytest

from app.domain.fleet import Slot
from app.domain.slots import parse_slots, slots_text


def slot(start: tuple[int, int], end: tuple[int, int]) -> Slot:
    return Slot(start=time(*start), end=time(*end))


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("", ()),
        ("08:00-10:00", (slot((8, 0), (10, 0)),)),
        ("10–12.30; 8 - 10", (slot((8, 0), (10, 0)), slot((10, 0), (12, 30)))),
        ("22:00-02:00,", (slot((22, 0), (2, 0)),)),
        ("20-24\n20-24", (slot((20, 0), (0, 0)),)),
    ],
)
def test_slots_are_read_as_people_write_them(text: str, slots: tuple[Slot, ...]) -> None:
    assert parse_slots(text) == slots
    assert parse_slots(slots_text(slots)) == slots


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("8-10, noon", "“noon” is no slot"),
        ("8-25", "no such time"),
        ("8:60-10", "no such time"),
        ("8-8:00", "ends when it starts"),
    ],
)
def test_what_is_no_slot_is_named(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_slots(text)
