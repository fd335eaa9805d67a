"""Random shifts, orders and roads that ask for any rule at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from app.domain.fleet import Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.timetable import Travel
from app.domain.travel import UNREACHABLE, Pace, Profile, TravelMatrix
from tests.factories import at, window
from tests.unit.domain.routes_strategy import an_order, some_shifts, travel_over

HOURS = ("08:00", "09:30", "11:00", "12:30", "14:00", "16:00")
_minutes = st.integers(1, 90).map(lambda count: timedelta(minutes=count))


def rarely(strategy: st.SearchStrategy[object], default: object) -> st.SearchStrategy[object]:
    return st.one_of(st.just(default), st.just(default), strategy)


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    is_windowed = draw(st.booleans())
    begin = draw(st.integers(0, len(HOURS) - 2))
    return Pause(
        length=draw(_minutes),
        window=window(HOURS[begin], HOURS[begin + 1]) if is_windowed else None,
        after_driving=draw(rarely(st.just(timedelta(minutes=40)), None)),
        after_work=draw(rarely(st.just(timedelta(hours=2)), None)),
        most_aboard=draw(rarely(st.just((40_000, 10**9, 50, 1)), None)),
    )


@st.composite
def ruled_shifts(draw: st.DrawFn) -> Shift:
    shift = draw(some_shifts())
    room = shift.vehicle.capacity
    vehicle = replace(
        shift.vehicle,
        capacity=Load(
            weight_g=room.weight_g,
            volume_cm3=room.volume_cm3,
            parcels=room.parcels,
            more=draw(rarely(st.just((("cages", 2),)), ())),
        ),
    )
    rules = ShiftRules(
        pauses=tuple(draw(rarely(st.lists(pauses(), min_size=1, max_size=2), []))),
        max_driving=draw(rarely(st.just(timedelta(hours=1)), None)),
        max_work=draw(rarely(st.just(timedelta(hours=4)), None)),
        max_distance_m=draw(rarely(st.just(40_000), None)),
        max_stops=draw(rarely(st.just(3), None)),
        max_reloads=draw(rarely(st.integers(1, 2), 0)),
        reload_time=timedelta(minutes=10),
        overtime=draw(rarely(st.just(Overrun(most=timedelta(hours=1), per_hour=30)), None)),
        service_pace=draw(rarely(st.sampled_from([0.8, 1.5]), 1.0)),
        travel_pace=draw(rarely(st.sampled_from([0.9, 1.3]), 1.0)),
        vehicle_type=draw(st.sampled_from(["", "bike"])),
        per_service_hour=draw(rarely(st.just(3.0), 0.0)),
        per_driving_hour=draw(rarely(st.just(4.0), 0.0)),
    )
    return replace(shift, vehicle=vehicle, rules=rules)


@st.composite
def a_ruled_order(draw: st.DrawFn) -> Order:
    order = draw(an_order())
    begin = draw(st.integers(0, len(HOURS) - 2))
    rules = OrderRules(
        more_windows=draw(rarely(st.just((window(HOURS[begin], HOURS[begin + 1]),)), ())),
        released_at=draw(rarely(st.sampled_from(HOURS).map(at), None)),
        setup_time=draw(rarely(_minutes, timedelta())),
        service_by_type=draw(rarely(st.just((("bike", timedelta(minutes=7)),)), ())),
        setup_by_type=draw(rarely(st.just((("bike", timedelta(minutes=2)),)), ())),
        goods=draw(rarely(st.just(frozenset({"food"})), frozenset())),
        apart_from=draw(rarely(st.just(frozenset({"food"})), frozenset())),
        lateness=draw(rarely(st.just(Overrun(most=timedelta(hours=1), per_hour=12)), None)),
    )
    more = draw(rarely(st.just((("cages", 1),)), ()))
    return replace(order, rules=rules, more_load=more)


@st.composite
def ruled_orders(draw: st.DrawFn, max_size: int = 7) -> list[Order]:
    """Some of them pairs, whose two halves may be anywhere."""
    orders = [draw(a_ruled_order()) for _ in range(draw(st.integers(0, max_size)))]
    for number, order in enumerate(orders):
        if number and order.kind is OrderKind.DELIVERY and draw(st.integers(0, 3)) == 0:
            other = orders[draw(st.integers(0, len(orders) - 1))]
            orders[number] = replace(
                order, rules=replace(order.rules, collected_by=other.id, released_at=None)
            )
    return orders


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    starts = sorted(draw(st.sets(st.sampled_from(HOURS), min_size=1)))
    count = len(starts)
    return Pace(
        starts=tuple(int(at(start).timestamp()) for start in starts),
        travel=tuple(draw(st.floats(0.3, 4)) for _ in range(count)),
        service_s=draw(
            st.one_of(
                st.just(()),
                st.lists(st.integers(0, 1200), min_size=count, max_size=count).map(tuple),
            )
        ),
    )


@st.composite
def later_roads(draw: st.DrawFn, matrix: TravelMatrix) -> tuple[tuple[int, TravelMatrix], ...]:
    """Some ways are closed from an hour on, or longer, and open again at another one."""
    begin, end = sorted(draw(st.lists(st.sampled_from(HOURS), min_size=2, max_size=2, unique=True)))
    count = len(matrix.places)
    ways = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    seconds = [list(row) for row in matrix.seconds]
    for a, b in draw(st.lists(ways, min_size=1, max_size=12)):
        if a != b:
            more = draw(st.one_of(st.none(), st.integers(60, 3600)))
            seconds[a][b] = UNREACHABLE if more is None else seconds[a][b] + more
    closed = replace(matrix, seconds=seconds)
    return ((int(at(begin).timestamp()), closed), (int(at(end).timestamp()), matrix))


@st.composite
def roads(draw: st.DrawFn, *orders: Order) -> Travel:
    """Over the places of these orders, by the hour or at a price now and then."""
    matrix = next(iter(travel_over(*orders).values()))
    costs = draw(rarely(st.just([[m // 7 for m in row] for row in matrix.metres]), None))
    later = draw(rarely(later_roads(matrix), ()))
    matrix = replace(matrix, pace=draw(rarely(paces(), None)), costs=costs, later=later)
    return dict.fromkeys(Profile, matrix)


def paired(first: Order, second: Order, hours: int) -> tuple[Order, Order]:
    """These as a pickup that takes so many hours, and the delivery of its goods."""
    pickup = replace(first, kind=OrderKind.PICKUP, service_time=timedelta(hours=hours))
    rules = replace(second.rules, collected_by=pickup.id, released_at=None)
    return pickup, replace(second, kind=OrderKind.DELIVERY, rules=rules)
