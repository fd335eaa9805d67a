"""Random shifts and orders on a street grid."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from app.domain.fleet import Load, PlaceKind, Shift
from app.domain.geo import Location
from app.domain.orders import Order, OrderKind
from app.domain.timetable import Travel
from tests.factories import (
    DEPOT_PLACE,
    grid_travel,
    make_break,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)

HOME = Location(lat=53.60, lon=13.30)
_HOURS = st.sampled_from(
    [
        None,
        None,
        ("08:00", "12:00"),
        ("09:00", "09:30"),
        ("11:00", "13:00"),
        ("12:30", "12:40"),
        ("15:00", "17:00"),
    ]
)


@st.composite
def some_orders(draw: st.DrawFn, max_size: int = 8) -> list[Order]:
    return [draw(an_order()) for _ in range(draw(st.integers(0, max_size)))]


@st.composite
def an_order(draw: st.DrawFn) -> Order:
    hours = draw(_HOURS)
    return make_order(
        place=place(
            53.50 + draw(st.integers(0, 20)) * 0.005, 13.20 + draw(st.integers(0, 20)) * 0.01
        ),
        window=window(*hours) if hours else None,
        service_time=timedelta(minutes=draw(st.integers(0, 40))),
        weight_g=draw(st.sampled_from([0, 10_000, 40_000])),
        kind=draw(st.sampled_from(OrderKind)),
        requirements=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"cold"})])),
    )


@st.composite
def some_shifts(draw: st.DrawFn) -> Shift:
    return make_shift(
        driver=make_driver(home=HOME),
        vehicle=make_vehicle(
            features=draw(st.sampled_from([frozenset(), frozenset({"cold"})])),
            capacity=Load(
                weight_g=draw(st.sampled_from([60_000, 600_000])),
                volume_cm3=8_000_000,
                parcels=120,
            ),
        ),
        window=window(*draw(st.sampled_from([("08:00", "17:00"), ("09:00", "13:00")]))),
        rest=draw(st.sampled_from([None, make_break(), make_break("11:00", "11:45", minutes=45)])),
        start=draw(st.sampled_from([PlaceKind.DEPOT, PlaceKind.HOME])),
        end=draw(st.sampled_from(PlaceKind)),
    )


def travel_over(*orders: Order) -> Travel:
    return grid_travel([DEPOT_PLACE, HOME, *(o.location for o in orders if o.location)])
