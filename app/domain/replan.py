"""The day while it is under way: what is frozen, what may still change, and the edit that does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from app.domain.board import Board, BoardRoute, as_planned
from app.domain.edits import Compound, Edit, LockRoutes, SetRouteStatus
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderStatus
from app.domain.problem import Kept, Plan, Problem
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.rules import NO_AIMS, Aims
from app.domain.times import TimeWindow
from app.domain.timetable import StopTime
from app.domain.underway import Moments, Underway

Orders = tuple[OrderId, ...]

TOLERANCE = timedelta(minutes=15)
"""How far an ETA may move from the one that was promised and still be kept."""


class ReplanMode(StrEnum):
    """What a new plan for the rest of the day may change."""

    UNASSIGNED_ONLY = "unassigned_only"
    """Orders on no route find a place; all others keep driver and sequence."""
    KEEP_DRIVERS = "keep_drivers"
    """Each order stays with its driver; sequences are open."""
    KEEP_TIMES = "keep_times"
    """Drivers are open; every promised ETA is kept within TOLERANCE."""
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """A problem from now on, and what is no longer asked of it."""

    problem: Problem
    mode: ReplanMode
    lost: frozenset[RouteId] = frozenset()
    """Routes whose van or driver is gone."""
    leave: datetime
    """When vans that have not left yet can leave at the earliest."""
    stranded: Mapping[RouteId, Underway] = MappingProxyType({})
    """Lost vans that had left, as they went."""
    fetched: tuple[OrderId, ...] = ()
    """Deliveries whose goods are in a lost van: who gets them must take them over from there."""

    @property
    def promised(self) -> dict[OrderId, datetime]:
        """How soon each order may be served at most, where what people were told is kept."""
        if self.mode is not ReplanMode.KEEP_TIMES:
            return {}
        windows = {key: self.problem.orders[key].window for key in self.problem.kept}
        return {key: window.start for key, window in windows.items() if window is not None}

    @property
    def underway(self) -> dict[RouteId, Underway]:
        """The vans that have left, lost ones too."""
        known = {route.id: route.shift.underway for route in self.problem.routes}
        out = {route: each for route, each in known.items() if each is not None}
        return {**self.stranded, **out}


def frozen_stops(each: BoardRoute, now: datetime) -> int:
    """How many stops of a route are done, or have the van on its way to them.

    A draft has not left; a released route is where its timetable says that it is.
    """
    table = each.timetable
    if each.route.status is RouteStatus.DRAFT or now < table.departure:
        return 0
    left = [table.departure, *(stop.departure for stop in table.stops)]
    return sum(moment <= now for moment in left[: len(table.stops)])


def done_stops(each: BoardRoute, now: datetime) -> int:
    """How many stops of a route are done or being served: those of a van that is lost now."""
    return sum(stop.begin <= now for stop in each.timetable.stops[: frozen_stops(each, now)])


def replan(
    board: Board,
    mode: ReplanMode,
    now: datetime,
    *,
    lost: Collection[RouteId] = (),
    seconds: float = 10.0,
    seed: int = 1,
    aims: Aims = NO_AIMS,
    moves_nothing: bool = False,
) -> Replan:
    """What the optimizer may still change at this moment.

    Vans on the road keep what is done and what is aboard; goods that are still at the depot come
    with a van that has not left, or that comes back to load. The stops of `lost` routes are to be
    spread over the others, the one that the van was on its way to as well, and what is aboard of
    them any van can take over, be it on the road.
    Raises RuleError where no other route is left.

    With `moves_nothing` every mode inserts only.
    """
    leave = now.replace(second=0, microsecond=0)
    leave += timedelta(minutes=leave < now)
    routes: list[Route] = []
    orders: dict[OrderId, Order] = {}
    kept: dict[OrderId, Kept] = {}
    homeless = {} if board.is_bin_locked else {o.id: o for o in board.unassigned}
    fetched: list[OrderId] = []
    stranded: dict[RouteId, Underway] = {}
    for each in board.routes:
        if each.route.status is RouteStatus.FINISHED:
            continue
        known = {stop.order.id: stop for stop in each.timetable.stops}
        frozen = frozen_stops(each, now)
        if each.id in lost:
            done = done_stops(each, now)
            aboard = _aboard(each, frozen, done, leave)
            if done:
                stranded[each.id] = _underway(each, done, leave, aboard)
            for stop in each.timetable.stops[done:]:
                order = stop.order
                if order.id in aboard:
                    fetched.append(order.id)
                homeless[order.id] = order
            continue
        aboard = _aboard(each, frozen, frozen, leave)
        for key, stop in known.items():
            kept[key] = Kept(route=each.id, begin=stop.begin)
            is_kept = mode is ReplanMode.KEEP_TIMES
            orders[key] = _promised(stop) if is_kept else stop.order
        if each.timetable.shift.window.end > leave:
            routes.append(_from_now(each, mode, leave, frozen, aboard))
    if not routes:
        raise RuleError("No other shift is left today that could take a stop. Add one in Fleet.")
    orders |= homeless
    routes = [_taking_over(route, fetched) for route in routes]
    on_routes = {key for route in routes for key in route.orders}
    return Replan(
        problem=Problem(
            routes=tuple(routes),
            orders={
                key: _open(order)
                for key, order in orders.items()
                if key in on_routes or key in homeless
            },
            unassigned=tuple(homeless),
            travel=board.travel,
            seconds=seconds,
            seed=seed,
            aims=aims,
            kept={key: value for key, value in kept.items() if key in on_routes},
            moves_nothing=moves_nothing or mode is ReplanMode.UNASSIGNED_ONLY,
        ),
        mode=mode,
        lost=frozenset(lost),
        leave=leave,
        stranded=stranded,
        fetched=tuple(fetched),
    )


def replanned(board: Board, plan: Plan, lost: Collection[RouteId] = ()) -> dict[RouteId, Orders]:
    """The new sequence of every route that the plan changes."""
    now = {each.id: each.route.orders for each in board.routes}
    spread = {order for orders in plan.routes.values() for order in orders}
    spread |= {each.order for each in plan.unassigned}
    sequences = {
        route: tuple(order for order in now[route] if order not in spread) for route in lost
    }
    sequences |= {route: tuple(orders) for route, orders in plan.routes.items()}
    return {route: orders for route, orders in sequences.items() if now[route] != orders}


def replan_edit(
    board: Board,
    plan: Plan,
    lost: Collection[RouteId] = (),
    leaves_after: Mapping[RouteId, datetime] = MappingProxyType({}),
    underway: Mapping[RouteId, Underway] = MappingProxyType({}),
    promised: Mapping[RouteId, Moments] = MappingProxyType({}),
) -> Edit:
    """The plan as one edit; routes on the road are taken back, changed and released again.

    Lost ones are locked: no later plan gives them anything before somebody unlocks them.
    """
    now = {each.id: each.route for each in board.routes}
    changed = replanned(board, plan, lost)
    out = {r: o for r, o in changed.items() if now[r].status is RouteStatus.RELEASED}
    arranged = as_planned(board, changed, {**_outdated(board, lost), **plan.reasons})
    arranged = replace(
        arranged,
        leaves_after=leaves_after,
        underway=underway,
        promised={**arranged.promised, **promised},
    )
    edits: list[Edit] = [arranged]
    if lost:
        locks = dict.fromkeys(lost, Lock.SEQUENCE)
        edits.append(LockRoutes(locks=locks, seen={route: now[route].version for route in lost}))
    if out:
        again = {route: RouteStatus.RELEASED for route, orders in out.items() if orders}
        edits.insert(0, _status(dict.fromkeys(out, RouteStatus.DRAFT), now))
        edits.append(_status(again, now))
    return edits[0] if len(edits) == 1 else Compound(edits=tuple(edits))


def _outdated(board: Board, lost: Collection[RouteId]) -> dict[OrderId, None]:
    """The orders that were left for reasons which name a van that is no more."""
    names = [board.route(route).route.shift.name for route in lost]
    return {
        order: None
        for order, why in board.reasons.items()
        if any(name in why.detail for name in names)
    }


def _status(statuses: Mapping[RouteId, RouteStatus], now: Mapping[RouteId, Route]) -> Edit:
    return SetRouteStatus(statuses=statuses, seen={route: now[route].version for route in statuses})


def _loading(each: BoardRoute, frozen: int, leave: datetime) -> int:
    """The position of the first stop before which the van may still load something else."""
    on_the_way = (
        reload.index
        for reload in each.timetable.reloads
        if reload.index < frozen and reload.departure > leave
    )
    return next(on_the_way, frozen)


def _aboard(each: BoardRoute, frozen: int, done: int, leave: datetime) -> frozenset[OrderId]:
    """The deliveries whose goods the van has loaded or collected, delivered or not.

    What it collects is aboard once as many stops are `done`.
    """
    if not frozen:
        return frozenset()
    loading = _loading(each, frozen, leave)
    orders = [stop.order for stop in each.timetable.stops]
    cuts = [reload.index for reload in each.timetable.reloads if reload.index >= loading]
    loaded = {order.id for order in orders[: next(iter(cuts), None)] if order.is_from_depot}
    collected = {order.id for order in orders[:done]}
    return frozenset(loaded | {o.id for o in orders if o.rules.collected_by in collected})


def _underway(
    each: BoardRoute, frozen: int, leave: datetime, aboard: Collection[OrderId]
) -> Underway:
    before = each.timetable.shift.underway
    loading = _loading(each, frozen, leave)
    table = each.timetable
    cuts = [0, *(reload.index for reload in table.reloads)]
    loads = []
    for number, stop in enumerate(table.stops):
        order = stop.order
        if not order.is_from_depot:
            continue
        if order.id not in aboard:
            loads.append((order.id, loading))
        elif before is not None and before.loads_from(order.id) < before.loading:
            loads.append((order.id, before.loads_from(order.id)))
        else:
            loads.append((order.id, max(cut for cut in cuts if cut <= number)))
    resumes = None if before is None else before.resumes
    if frozen == len(table.stops):
        resumes = (frozen, leave)
    return Underway(
        left_at=table.departure,
        loading=loading,
        loads=tuple(loads),
        begun=tuple((s.order.id, s.begin) for s in table.stops[:frozen] if s.begin < leave),
        rested=tuple(each.number for each in table.breaks if each.begin < leave),
        resumes=resumes,
    )


def _taking_over(route: Route, fetched: Collection[OrderId]) -> Route:
    """What a lost van has aboard comes aboard of another one on the road."""
    underway = route.shift.underway
    if underway is None or not fetched:
        return route
    loads = (*underway.loads, *((order, 0) for order in fetched))
    return replace(route, shift=replace(route.shift, underway=replace(underway, loads=loads)))


def _from_now(
    each: BoardRoute,
    mode: ReplanMode,
    leave: datetime,
    frozen: int,
    aboard: Collection[OrderId],
) -> Route:
    """The route with what can't change any more frozen, and what is aboard kept aboard."""
    route = each.route
    shift = replace(route.shift.from_first_leave, promised=())
    if frozen:
        shift = replace(shift, underway=_underway(each, frozen, leave, aboard))
    elif leave > shift.window.start:
        shift = replace(shift, window=TimeWindow(start=leave, end=shift.window.end))
    kept: list[Stop] = []
    for index, stop in enumerate(route.stops):
        is_kept = (
            stop.is_locked
            or index < frozen
            or stop.order in aboard
            or mode in (ReplanMode.KEEP_DRIVERS, ReplanMode.UNASSIGNED_ONLY)
        )
        kept.append(replace(stop, is_locked=is_kept))
    return replace(route, shift=shift, stops=tuple(kept), frozen=frozen, status=RouteStatus.DRAFT)


def _promised(stop: StopTime) -> Order:
    """With its window narrowed to the promise; an order that is late already may be as late."""
    order, eta, window = stop.order, stop.begin, stop.window
    start, end = eta - TOLERANCE, eta + TOLERANCE
    if window is not None:
        start = min(max(start, window.start), eta)
        end = max(min(end, window.end), eta)
    rules = replace(order.rules, more_windows=())
    return replace(order, window=TimeWindow(start=start, end=end), rules=rules)


def _open(order: Order) -> Order:
    return replace(order, status=OrderStatus.OPEN) if order.status is OrderStatus.OUT else order
