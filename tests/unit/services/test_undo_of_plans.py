"""Undo takes back plans and plans for the rest of the day exactly, and redo brings them back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.board import Board, move, unassign
from app.domain.edits import Edit, LockBin, LockRoutes, SetRouteStatus
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderKind
from app.domain.problem import Plan, Problem, Reason, Unassigned
from app.domain.replan import ReplanMode
from app.domain.routes import Lock, RouteStatus
from app.services.planning import PlanningService
from tests.factories import DAY, make_order
from tests.unit.services.conftest import Desk
from tests.unit.services.undoing import History, facts, rows

_REASONS = (Reason.OUTSIDE_WINDOWS, Reason.WOULD_DISPLACE, Reason.NOT_FOUND)


def _any_plan(problem: Problem, chance: Random) -> Plan:
    """Some answer to it that keeps what is locked and frozen, and leaves something out."""
    routes: dict[RouteId, list[OrderId]] = {}
    free = list(problem.unassigned)
    for route in problem.routes:
        is_locked = route.lock is not Lock.NONE or problem.moves_nothing
        fixed = [
            stop.order
            for index, stop in enumerate(route.stops)
            if is_locked or stop.is_locked or index < route.frozen
        ]
        free += [order for order in route.orders if order not in fixed]
        routes[route.id] = fixed
    chance.shuffle(free)
    open_routes = [route for route in problem.routes if route.lock is Lock.NONE]
    left = []
    for order in free:
        if not open_routes or chance.random() < 0.3:
            why = f"drawn {chance.randrange(10)}"
            left.append(Unassigned(order=order, reason=chance.choice(_REASONS), detail=why))
        else:
            route = chance.choice(open_routes)
            sequence = routes[route.id]
            sequence.insert(chance.randint(min(route.frozen, len(sequence)), len(sequence)), order)
    return Plan(
        routes={route: tuple(orders) for route, orders in routes.items()},
        unassigned=tuple(left),
        cost=0.0,
        engine="drawn",
        seconds=0.0,
    )


def _planned(desk: Desk, board: Board, chance: Random) -> Edit:
    planning = PlanningService(desk.database)
    plan = _any_plan(planning.problem(board, seconds=1.0), chance)
    return planning.edit(board, plan)


def _replanned(desk: Desk, board: Board, chance: Random, *, loses: bool = False) -> Edit:
    """A plan from some moment of the day on, while released vans are on the road."""
    planning = PlanningService(desk.database)
    moments = [
        moment
        for each in board.routes
        if each.route.status is RouteStatus.RELEASED
        for moment in (stop.departure for stop in each.timetable.stops)
    ]
    now = chance.choice(moments or [board.routes[0].timetable.departure]) + timedelta(seconds=1)
    lost = {chance.choice(board.routes).id} if loses else set()
    asked = planning.replan(board, chance.choice(list(ReplanMode)), now, lost=lost)
    return planning.effect(board, asked, _any_plan(asked.problem, chance)).edit


def _lost(desk: Desk, board: Board, chance: Random) -> Edit:
    return _replanned(desk, board, chance, loses=True)


def _moved(_: Desk, board: Board, chance: Random) -> Edit:
    order, route = chance.choice(list(board.orders)), chance.choice(board.routes).id
    return move(board, [order], route, chance.randrange(4))


def _taken_off(_: Desk, board: Board, chance: Random) -> Edit:
    return unassign(board, [chance.choice(list(board.orders))])


def _locked(_: Desk, board: Board, chance: Random) -> Edit:
    route = chance.choice(board.routes).route
    lock = chance.choice(list(Lock))
    return LockRoutes(locks={route.id: lock}, seen={route.id: route.version})


def _released(_: Desk, board: Board, chance: Random) -> Edit | None:
    driven = [each.route for each in board.routes if each.route.stops]
    if not driven:
        return None
    route = chance.choice(driven)
    back = route.status is RouteStatus.RELEASED and chance.random() < 0.2
    status = RouteStatus.DRAFT if back else RouteStatus.RELEASED
    return SetRouteStatus(statuses={route.id: status}, seen={route.id: route.version})


_GESTURES: dict[str, Callable[[Desk, Board, Random], Edit | None]] = {
    "plan": _planned,
    "replan": _replanned,
    "lose a van": _lost,
    "release": _released,
    "move": _moved,
    "take off": _taken_off,
    "lock": _locked,
}
_DRAWN = st.lists(
    st.tuples(st.sampled_from(sorted(_GESTURES)), st.integers(0, 999)), min_size=1, max_size=7
)


@pytest.fixture
def busy_day(desk: Desk) -> Board:
    """Three shifts; deliveries and pickups, of which some are on a released route."""
    desk.add_shifts(3)
    kinds = (OrderKind.DELIVERY, OrderKind.PICKUP)
    orders = desk.add_orders(*(make_order(kind=kinds[n % 3 == 2], window=None) for n in range(9)))
    # A day of which nothing was ever said is as one that is open.
    desk.dispatch.apply(LockBin(day=DAY, is_locked=False))
    for number in range(2):
        route = desk.board.routes[number].id
        chosen = [order.id for order in orders[3 * number : 3 * number + 3]]
        desk.dispatch.apply(move(desk.board, chosen, route, 0))
    out = desk.board.routes[0].route
    desk.dispatch.apply(
        SetRouteStatus(statuses={out.id: RouteStatus.RELEASED}, seen={out.id: out.version})
    )
    return desk.board


@pytest.mark.usefixtures("busy_day")
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gestures=_DRAWN)
@example(gestures=[("plan", 1), ("release", 5), ("replan", 1), ("lose a van", 4), ("plan", 3)])
def test_undoing_plans_and_new_plans_for_vans_on_the_road_restores_the_day(
    desk: Desk, gestures: list[tuple[str, int]]
) -> None:
    start, stored = desk.board, rows(desk)
    history = History(desk)
    for name, seed in gestures:
        board = desk.board
        try:
            edit = _GESTURES[name](desk, board, Random(seed))
        except RuleError:
            continue
        if edit is not None:
            applied = history.make(edit)
            assert facts(desk.dispatch.refresh(board, applied.changes)) == facts(desk.board)
    after, stored_after = desk.board, rows(desk)
    for _ in range(2):
        for number in reversed(range(len(history.commands))):
            history.step(number)
        assert facts(desk.board) == facts(start)
        assert rows(desk) == stored
        for number in range(len(history.commands)):
            history.step(number)
        assert facts(desk.board) == facts(after)
        assert rows(desk) == stored_after
    # The next example begins with this database.
    for number in reversed(range(len(history.commands))):
        history.step(number)
