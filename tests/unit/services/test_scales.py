"""Amounts of files, by dimensions of a depot and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.fleet import UNLIMITED
from app.services.scales import Scales, parcels, scales_of

AMOUNTS = st.lists(st.integers(0, 2**31 - 1), max_size=12).map(tuple)


@given(amounts=AMOUNTS)
def test_amounts_come_back_as_they_were(amounts: tuple[int, ...]) -> None:
    scales = scales_of(len(amounts), [amounts])
    assert scales.amounts(scales.load(amounts)) == amounts
    assert scales.amounts(scales.room(amounts)) == amounts


def test_what_a_file_does_not_count_always_fits() -> None:
    room = Scales(dimensions=1).room((4,))
    assert (room.weight_g, room.volume_cm3, room.parcels) == (4, UNLIMITED, UNLIMITED)


def test_few_things_are_parcels_and_many_are_an_amount() -> None:
    few, many = scales_of(3, [(1, 1, 9)]), scales_of(3, [(1, 1, 9), (1, 1, 5000)])
    assert len(parcels(few.load((1, 1, 9)))) == 9
    assert many.load((1, 1, 9)).parcels == 0
    assert many.load((1, 1, 9)).more == (("amount 003", 9),)


def test_missing_amounts_are_none_at_all() -> None:
    scales = Scales(dimensions=3)
    assert scales.amounts(scales.load(())) == (0, 0, 0)
    assert scales.amounts(scales.room(())) == (0, 0, 0)
