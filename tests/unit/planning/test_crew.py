"""What drivers and vans of a day can't do is asked of none of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.board import Board
from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy
from app.domain.rules import OrderRules
from app.planning.crew import Crew
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from tests.factories import make_driver, make_route, make_shift, make_vehicle, window
from tests.unit.planning.applied import make_day
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, served

_HOURS = (Mend.SHIFT_LATER, Mend.SHIFT_EARLIER)


def a_day(shifts: list[Shift], contents: list[list[Order]], *new: Order) -> Board:
    routes = [make_route(*each) for each in zip(shifts, contents, strict=True)]
    orders = [*(order for some in contents for order in some), *new]
    return make_day(routes, orders, travel_of(routes, orders))


def remedies(board: Board, asked: Order | None) -> list[Remedy]:
    """For an order on no route, or for the first route."""
    if asked is not None:
        return list(Ladders(board).ladder(asked).remedies)
    found = diagnosis(Ladders(board), board.routes[0], None)
    return [] if found is None else list(found.remedies)


def a_pair() -> tuple[Order, Order]:
    pickup = served(0.25, kind=OrderKind.PICKUP)
    return pickup, served(0.25, rules=OrderRules(collected_by=pickup.id))


@pytest.mark.parametrize("who", ["driver", "vehicle"])
@pytest.mark.parametrize("what", ["order", "pair", "route"])
def test_no_shift_is_longer_into_another_one_of_its_driver_or_van(who: str, what: str) -> None:
    morning = a_shift("08:00", "12:00")
    afternoon = make_shift(**{who: getattr(morning, who)}, window=window("12:00", "16:00"))
    new = {"order": (served(0.5),), "pair": a_pair(), "route": ()}[what]
    full = [served(3.9)] if new else [served(4.4)]
    board = a_day([morning, afternoon], [full, [served(4)]], *new)
    found = remedies(board, new[-1] if new else None)
    hours = {(r.kind, r.route) for r in found if r.kind in _HOURS}
    first, second = (each.id for each in board.routes)
    assert (Mend.SHIFT_LATER, first) not in hours
    assert (Mend.SHIFT_EARLIER, second) not in hours
    assert (Mend.SHIFT_EARLIER, first) in hours
    assert not new or (Mend.SHIFT_LATER, second) in hours


def test_shifts_that_are_at_once_already_may_be_longer() -> None:
    one = a_shift("08:00", "12:00")
    other = make_shift(driver=one.driver, window=window("11:00", "16:00"))
    crew = Crew([one, other])
    assert crew.is_free(one, replace(one, window=window("08:00", "12:30")))
    apart = replace(other, window=window("12:15", "16:00"))
    assert not Crew([one, apart]).is_free(one, replace(one, window=window("08:00", "12:30")))
    assert Crew([one, apart]).is_free(one, replace(one, window=window("08:00", "12:15")))


@pytest.mark.parametrize("what", ["order", "pair", "stop"])
def test_nobody_learns_what_only_vans_have(what: str) -> None:
    lift = frozenset({"tail-lift"})
    lifter = make_shift(vehicle=make_vehicle(features=lift), window=window("08:00", "08:05"))
    new = served(0.5, requirements=lift)
    asked = [new]
    if what == "pair":
        pickup, delivery = a_pair()
        asked = [pickup, replace(delivery, requirements=lift)]
    for skills, is_offered in ((frozenset[str](), False), (lift, True)):
        skilled = make_shift(driver=make_driver(skills=skills), window=window("08:00", "08:05"))
        content = [new] if what == "stop" else []
        unplanned = [] if what == "stop" else asked
        board = a_day([a_shift(), lifter, skilled], [content, [], []], *unplanned)
        if what == "stop":
            found = diagnosis(Ladders(board), board.routes[0], new.id)
            assert found is not None
            kinds = {remedy.kind for remedy in found.remedies}
        else:
            kinds = {remedy.kind for remedy in remedies(board, asked[-1])}
        assert (Mend.SKILL in kinds) is is_offered
