"""Road conditions: made, undone, shared, and counted into the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.board import move, unassign
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import ChangeConditions, ChangeFleet
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.geo import Location
from app.domain.ids import ConditionId, RouteId
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.services.conditions import ConditionService
from app.services.planning import PlanningService
from app.services.sync import SyncService
from tests.databases import NOW
from tests.factories import DAY, make_order, new_id, window
from tests.unit.services.conftest import Desk

_HOUR = timedelta(hours=1)
TRIANGLE = tuple(
    Location(lat=lat, lon=lon) for lat, lon in [(53.5, 13.2), (53.6, 13.2), (53.5, 13.3)]
)


def make_condition(**changes: Any) -> RoadCondition:
    values: dict[str, Any] = {
        "id": ConditionId(new_id()),
        "name": "Ringstraße",
        "kind": ConditionKind.CLOSURE,
        "window": window("08:00", "12:00"),
        "area": TRIANGLE,
    }
    return RoadCondition(**(values | changes))


def test_a_closure_is_of_its_day_until_it_is_undone(desk: Desk) -> None:
    desk.add_shifts(1)
    closure = make_condition()
    applied = desk.dispatch.apply(ChangeConditions(put=(closure,)))
    assert applied.changes.are_roads_changed
    roads = desk.board.roads
    assert roads is not None
    assert roads.conditions == (replace(closure, version=1),)
    back = desk.dispatch.apply(applied.inverse)
    assert _areas(desk) == []
    desk.dispatch.apply(back.inverse)
    assert _areas(desk) == [TRIANGLE]


def _areas(desk: Desk) -> list[tuple[Location, ...]]:
    roads = desk.board.roads
    assert roads is not None
    return [each.area for each in roads.conditions]


def test_a_condition_of_another_day_does_not_concern_this_one(desk: Desk) -> None:
    desk.add_shifts(1)
    later = window("08:00", "12:00", DAY + timedelta(days=3))
    desk.dispatch.apply(ChangeConditions(put=(make_condition(window=later),)))
    assert desk.board.roads is not None
    assert desk.board.roads.conditions == ()


def test_two_dispatchers_do_not_overwrite_each_other_s_closure(desk: Desk) -> None:
    closure = make_condition()
    desk.dispatch.apply(ChangeConditions(put=(closure,)))
    seen = replace(closure, version=1)
    desk.dispatch.apply(ChangeConditions(put=(replace(seen, name="Market"),)))
    with pytest.raises(ConflictError, match="Market was changed"):
        desk.dispatch.apply(ChangeConditions(put=(replace(seen, name="Bridge"),)))
    desk.dispatch.apply(ChangeConditions(delete={closure.id: 2}))
    with pytest.raises(NotFoundError):
        desk.dispatch.apply(ChangeConditions(delete={closure.id: 2}))


def test_each_change_is_in_the_history(desk: Desk) -> None:
    closure = make_condition()
    desk.dispatch.apply(ChangeConditions(put=(closure,)))
    desk.dispatch.apply(ChangeConditions(put=(replace(closure, version=1, name="Market"),)))
    desk.dispatch.apply(ChangeConditions(delete={closure.id: 2}))
    events = desk.orders.history(closure.id)
    assert sorted(event.action for event in events) == ["changed", "created", "deleted"]
    (changed,) = (event for event in events if event.action == "changed")
    assert changed.before == {"name": "Ringstraße"}
    assert changed.after == {"name": "Market"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"area": TRIANGLE[:2]}, "3 to 200 corners"),
        (
            {"area": (*TRIANGLE, Location(lat=53.55, lon=13.15), Location(lat=53.55, lon=13.4))},
            "cross each other",
        ),
        ({"kind": ConditionKind.WEATHER, "travel_factor": 0.5}, "1 to 20 times"),
        ({"kind": ConditionKind.SLOW_ZONE, "travel_factor": 25.0}, "1 to 20 times"),
        ({"profiles": frozenset()}, "which vehicles"),
        (
            {
                "window": window("08:00", "08:01").__class__(
                    start=window("08:00", "09:00").start, end=window("08:00", "09:00").start
                )
            },
            "end after it starts",
        ),
    ],
)
def test_what_no_road_can_be_like_is_refused(
    desk: Desk, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuleError, match=words):
        desk.dispatch.apply(ChangeConditions(put=(make_condition(**changes),)))


def test_a_plan_made_before_a_closure_is_stale_until_the_day_is_planned_again(desk: Desk) -> None:
    (shift,) = desk.add_shifts(1)
    (order,) = desk.add_orders(make_order())
    assert not desk.board.is_planned_on_other_roads
    desk.dispatch.apply(move(desk.board, [order.id], RouteId(shift.id), 0))
    assert not desk.board.is_planned_on_other_roads
    applied = desk.dispatch.apply(ChangeConditions(put=(make_condition(),)))
    assert desk.board.is_planned_on_other_roads
    PlanningService(desk.database).keep_roads(desk.board)
    assert not desk.board.is_planned_on_other_roads
    desk.dispatch.apply(applied.inverse)
    assert desk.board.is_planned_on_other_roads


@pytest.mark.parametrize(
    ("hours", "is_stale"),
    [
        (("00:30", "07:30"), False),
        (("00:30", "08:30"), True),
        (("20:00", "23:00"), False),
    ],
)
def test_a_condition_outside_the_hours_of_every_van_makes_no_plan_stale(
    desk: Desk, hours: tuple[str, str], is_stale: bool
) -> None:
    (shift,) = desk.add_shifts(1)
    (order,) = desk.add_orders(make_order())
    desk.dispatch.apply(move(desk.board, [order.id], RouteId(shift.id), 0))
    applied = desk.dispatch.apply(ChangeConditions(put=(make_condition(window=window(*hours)),)))
    assert desk.board.is_planned_on_other_roads is is_stale
    # Nor does its end, once it is known; nor does a van that drives nowhere.
    PlanningService(desk.database).keep_roads(desk.board)
    desk.dispatch.apply(applied.inverse)
    assert desk.board.is_planned_on_other_roads is is_stale
    desk.dispatch.apply(unassign(desk.board, [order.id]))
    assert not desk.board.is_planned_on_other_roads


def test_a_condition_that_is_over_before_the_van_leaves_makes_no_plan_stale(desk: Desk) -> None:
    (shift,) = desk.add_shifts(1)
    (order,) = desk.add_orders(make_order(window=window("12:00", "12:10")))
    desk.dispatch.apply(move(desk.board, [order.id], RouteId(shift.id), 0))
    (each,) = desk.board.routes
    left, back = each.timetable.departure, each.timetable.end
    assert each.route.shift.window.start < left - timedelta(hours=1)
    for start, end, is_stale in (
        (left - timedelta(hours=2), left, False),
        (left - timedelta(hours=2), left + timedelta(minutes=1), True),
        (back - timedelta(minutes=1), back + timedelta(hours=2), True),
        (back, back + timedelta(hours=2), False),
    ):
        hours = TimeWindow(start=start, end=end)
        condition = make_condition(kind=ConditionKind.WEATHER, area=(), window=hours)
        applied = desk.dispatch.apply(ChangeConditions(put=(condition,)))
        assert desk.board.is_planned_on_other_roads is is_stale
        desk.dispatch.apply(applied.inverse)


def test_an_early_shift_learns_of_a_condition_that_was_none_of_the_others(desk: Desk) -> None:
    late, early = desk.add_shifts(2)
    desk.dispatch.apply(ChangeFleet(put=(replace(early, window=window("02:00", "12:00")),)))
    orders = desk.add_orders(make_order(), make_order(window=window("03:00", "04:00")))
    desk.dispatch.apply(move(desk.board, [orders[0].id], RouteId(late.id), 0))
    desk.dispatch.apply(ChangeConditions(put=(make_condition(window=window("03:00", "04:00")),)))
    assert not desk.board.is_planned_on_other_roads
    desk.dispatch.apply(move(desk.board, [orders[1].id], RouteId(early.id), 0))
    assert desk.board.is_planned_on_other_roads


def test_what_has_begun_ends_now_and_what_has_not_is_removed(desk: Desk) -> None:
    desk.add_shifts(1)
    service = ConditionService(desk.database, lambda: desk.now)
    begun, coming = (
        make_condition(window=TimeWindow(start=desk.now + hours, end=desk.now + 3 * _HOUR))
        for hours in (-_HOUR, _HOUR)
    )
    desk.dispatch.apply(ChangeConditions(put=(begun, coming)))
    assert len(service.current()) == 2
    now = desk.now
    applied = desk.dispatch.apply(service.end(service.current()))
    assert service.current() == ()
    (kept,) = service.within(TimeWindow(start=now - 2 * _HOUR, end=now + 9 * _HOUR))
    assert kept.window == TimeWindow(start=begun.window.start, end=now)
    desk.dispatch.apply(applied.inverse)
    assert {each.id for each in service.current()} == {begun.id, coming.id}


def test_another_console_sees_that_the_roads_changed(desk: Desk) -> None:
    desk.add_shifts(1)
    sync = SyncService(desk.database, desk.clock, desk.actor)
    sync.sweep(DAY)
    assert not sync.sweep(DAY).are_roads_changed
    desk.dispatch.apply(ChangeConditions(put=(make_condition(),)))
    changes = sync.sweep(DAY)
    assert changes.are_roads_changed
    assert DAY in changes.days


def test_a_refreshed_board_has_the_new_roads(desk: Desk) -> None:
    desk.add_shifts(1)
    before = desk.board
    applied = desk.dispatch.apply(
        ChangeConditions(
            put=(make_condition(kind=ConditionKind.WEATHER, area=(), travel_factor=1.5),)
        )
    )
    after = desk.dispatch.refresh(before, applied.changes)
    pace = after.travel[Profile.VAN].pace
    assert pace is not None
    assert pace.travel == (1.0, 1.5, 1.0)


def test_ending_a_condition_never_makes_it_longer(desk: Desk) -> None:
    desk.add_shifts(1)
    service = ConditionService(desk.database, desk.clock)
    past, now, later = (
        make_condition(window=window(*hours))
        for hours in (("01:00", "02:00"), ("01:00", "12:00"), ("14:00", "15:00"))
    )
    desk.dispatch.apply(ChangeConditions(put=(past, now, later)))
    roads = desk.board.roads
    assert roads is not None
    desk.dispatch.apply(service.end(roads.conditions))
    (left,) = service.within(window("00:00", "23:00"))
    assert left.id == now.id
    assert left.window.start == now.window.start
    assert abs((left.window.end - NOW).total_seconds()) < 60
