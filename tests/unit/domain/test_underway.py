"""A van on the road: what it left with, what it can still load, and when it left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.underway import Underway
from app.domain.violations import ViolationKind
from tests.factories import at, window
from tests.unit.domain.ruled_days import (
    PICKUP,
    A,
    B,
    begins,
    minutes,
    only,
    order,
    pair,
    roads,
    shift,
    table,
)


def out(loading: int, *aboard: Order, reloads: int = 1, **rules: object) -> Shift:
    """A van that left at nine with these deliveries."""
    loads = tuple((order.id, 0) for order in aboard)
    underway = Underway(left_at=at("09:00"), loading=loading, loads=loads)
    return replace(shift(max_reloads=reloads, **rules), underway=underway)


def test_goods_that_are_not_aboard_come_after_the_next_reload_though_there_is_room() -> None:
    first, second, new = order(A), order(B), order(A)
    found = table(out(2, first, second, reload_time=minutes(6)), first, second, new)
    assert found.is_feasible
    (reload,) = found.reloads
    assert (reload.index, reload.load.weight_g) == (2, 1_000)
    assert found.start_load.weight_g == 2_000
    assert begins(found) == [at("09:10"), at("09:30"), at("10:11")]


def test_goods_that_are_aboard_stay_there_at_a_reload() -> None:
    first, second, new = order(A), order(B, weight_g=6_000), order(A, weight_g=5_000)
    found = table(out(1, first, second), first, new, second)
    assert [stop.load.weight_g for stop in found.stops] == [6_000, 6_000, 0]
    assert found.reloads[0].load.weight_g == 11_000
    assert only(found).amount == 1_000


def test_the_reload_is_no_stop_before_those_that_are_done() -> None:
    first, second, new = order(B), order(A), order(A)
    assert [r.index for r in table(out(2, first, second), first, second, new).reloads] == [2]
    earlier = table(out(1, first, second), first, new, second)
    assert [reload.index for reload in earlier.reloads] == [1]


def test_what_an_earlier_reload_brought_aboard_is_known_to_be_there() -> None:
    first, second, new = order(A), order(B), order(A)
    known = out(2, first)
    assert known.underway is not None
    loads = (*known.underway.loads, (second.id, 1))
    later = replace(known, underway=replace(known.underway, loads=loads))
    found = table(replace(later, rules=replace(later.rules, max_reloads=2)), first, second, new)
    assert [reload.index for reload in found.reloads] == [1, 2]


def test_without_a_reload_they_are_not_aboard() -> None:
    first, new = order(A), order(B)
    violation = only(table(out(1, first, reloads=0), first, new))
    assert (violation.kind, violation.order) == (ViolationKind.NOT_ABOARD, new.id)
    assert "not aboard" in violation.text
    sketch = RouteSketch(out(1, first, reloads=0), [first], roads(), frozen=1)
    assert not sketch.may_take(new)
    assert sketch.fitting(new) is None
    assert not sketch.cheapest(new).is_feasible


def test_a_place_is_found_only_behind_a_reload() -> None:
    first, second, new = order(A), order(B), order(A)
    sketch = RouteSketch(out(1, first, second), [first, second], roads(), frozen=1)
    assert sketch.may_take(new)
    found = sketch.fitting(new)
    assert found is not None
    assert sketch.with_order(new, found.index).agenda.layout.reloads != ()
    tired = RouteSketch(
        replace(sketch.frame.shift, window=window("08:00", "10:10")),
        [first, second],
        roads(),
        frozen=1,
    )
    assert tired.violations == []
    assert tired.fitting(new) is None


def test_collections_and_goods_of_a_pair_may_join_the_running_trip() -> None:
    first = order(A)
    collected = order(B, kind=PICKUP)
    assert table(out(1, first, reloads=0), first, collected).is_feasible
    assert table(out(1, first, reloads=0), first, *pair()).is_feasible


def test_a_van_that_has_left_leaves_no_later_for_a_window() -> None:
    first, late = order(A), order(B, kind=PICKUP, window=window("12:00", "12:30"))
    found = table(out(1, first), first, late)
    assert found.departure == at("09:00")
    assert begins(found) == [at("09:10"), at("12:00")]
    assert found.working - found.waiting < timedelta(hours=2)


def test_a_van_that_had_done_everything_drives_on_no_sooner_than_it_is_asked_to() -> None:
    first, more = order(A), order(A, kind=PICKUP)
    van = out(1, first)
    assert van.underway is not None
    asked = replace(van, underway=replace(van.underway, resumes=(1, at("14:00"))))
    found = table(asked, first, more)
    assert begins(found) == [at("09:10"), at("14:00")]
    far = table(asked, first, order(B, kind=PICKUP))
    assert begins(far)[1] == at("14:00") + timedelta(seconds=far.stops[1].leg_s)
    assert table(asked, first).end == table(van, first).end


@pytest.mark.parametrize("reloads", [0, 1])
def test_a_van_too_full_and_without_goods_names_both(reloads: int) -> None:
    first, new = order(A, weight_g=11_000), order(B)
    found = table(out(1, first, reloads=reloads), first, new)
    kinds = {violation.kind for violation in found.violations}
    missing = {ViolationKind.NOT_ABOARD} if not reloads else set()
    assert kinds == {ViolationKind.OVER_CAPACITY} | missing


def test_goods_for_more_reloads_than_there_are_leave_the_rest_of_the_route_as_it_is() -> None:
    first, second, third = order(A), order(B), order(A)
    known = out(2, first)
    assert known.underway is not None
    loads = (*known.underway.loads, (second.id, 1))
    found = table(
        replace(known, underway=replace(known.underway, loads=loads)), first, second, third
    )
    assert {violation.kind for violation in found.violations} == {ViolationKind.NOT_ABOARD}
    assert len(found.stops) == 3
