"""A scenario laid over the day as it is now: what still fits, who moved, what to take from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b
from types import MappingProxyType

from app.domain.board import Board, BoardRoute, as_planned, board_route
from app.domain.edits import ArrangeRoutes
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import Drag
from app.domain.orders import Order
from app.domain.problem import Plan, Reason, Unassigned
from app.domain.routes import Lock, Route, RouteStatus
from app.domain.scenarios import Origins, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a scenario fits the day as it is now."""

    gone: tuple[OrderId, ...] = ()
    """In its plan, but cancelled, held, moved to another day or on the road since."""
    new: tuple[OrderId, ...] = ()
    """To be planned now, but unknown to it."""
    changed: tuple[OrderId, ...] = ()
    """Place, window, goods or demands are others than it was made from."""
    lost_shifts: tuple[RouteId, ...] = ()
    """Its plan uses them, but they were deleted or released since."""
    stranded: tuple[OrderId, ...] = ()
    """On lost shifts only."""
    new_shifts: tuple[RouteId, ...] = ()
    changed_shifts: tuple[RouteId, ...] = ()
    has_other_roads: bool = False
    """Road conditions or traffic are other ones by now."""
    overruled: tuple[RouteId, ...] = ()
    """Routes of the board whose locks it does not keep."""

    @property
    def is_stale(self) -> bool:
        """Whether making it again could give another plan."""
        return bool(
            self.gone
            or self.new
            or self.changed
            or self.lost_shifts
            or self.new_shifts
            or self.changed_shifts
            or self.has_other_roads
        )

    @property
    def left_out(self) -> tuple[OrderId, ...]:
        """On no route after it is published, although its plan left them out for no reason."""
        return (*self.new, *self.stranded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One order in two plans; None where a plan has it on no route."""

    order: OrderId
    source: RouteId | None
    target: RouteId | None
    was: datetime | None
    becomes: datetime | None

    @property
    def changes_route(self) -> bool:
        return self.source != self.target

    @property
    def shift(self) -> timedelta | None:
        """How much later it is served; below zero for earlier."""
        if self.was is None or self.becomes is None:
            return None
        return self.becomes - self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A plan after it took one route from another."""

    routes: Mapping[RouteId, tuple[OrderId, ...]]
    """Those that changed."""
    came: tuple[OrderId, ...]
    """To the route, from elsewhere in the plan."""
    refitted: tuple[OrderId, ...]
    """Were on the route, and are now where they fit best."""
    left: tuple[OrderId, ...]
    """Were on the route, and fit nowhere else."""


def origins_of(board: Board, keeps_locks: bool) -> Origins:
    """What a scenario that is made now is made from."""
    return Origins(
        orders={key: digest(_facts(order)) for key, order in _open_orders(board).items()},
        shifts={
            each.id: digest(_shift_facts(each.route, keeps_locks))
            for each in board.routes
            if each.route.status is RouteStatus.DRAFT
        },
        roads=board.roads.digest if board.roads is not None else "",
    )


def fit(board: Board, scenario: Scenario) -> Fit:
    """What became of the day since the scenario was made."""
    now = origins_of(board, scenario.recipe.keeps_locks)
    was = scenario.origins
    planned = {o: route for route, orders in scenario.plan.routes.items() for o in orders}
    lost = tuple(
        route
        for route, orders in scenario.plan.routes.items()
        if orders and route not in now.shifts
    )
    after = shown(board, scenario)
    return Fit(
        gone=tuple(order for order in planned if order not in now.orders),
        new=tuple(order for order in now.orders if order not in was.orders),
        changed=tuple(o for o, seen in now.orders.items() if was.orders.get(o, seen) != seen),
        lost_shifts=lost,
        stranded=tuple(o for o, route in planned.items() if route in lost and o in now.orders),
        new_shifts=tuple(route for route in now.shifts if route not in was.shifts),
        changed_shifts=tuple(
            r for r, seen in now.shifts.items() if was.shifts.get(r, seen) != seen
        ),
        has_other_roads=after.has_other_roads_than(was.roads),
        overruled=_overruled(board, after),
    )


def shown(board: Board, scenario: Scenario) -> Board:
    """The board as it would be with this plan; what no longer fits is left out of it.

    Released routes stay as they are, and so do shifts that the scenario does not know.
    """
    planned = scenario.plan.routes
    free = _open_orders(board)
    return with_sequences(
        replace(board, reasons={each.order: each for each in scenario.plan.unassigned}),
        {
            each.id: tuple(order for order in planned[each.id] if order in free)
            for each in board.routes
            if each.route.status is RouteStatus.DRAFT and each.id in planned
        },
    )


def with_sequences(board: Board, sequences: Mapping[RouteId, Sequence[OrderId]]) -> Board:
    """The board with these routes arranged so; orders that come to one leave the others."""
    placed = {order for orders in sequences.values() for order in orders}
    routes = []
    for each in board.routes:
        if each.id in sequences:
            orders = tuple(sequences[each.id])
        else:
            orders = tuple(order for order in each.route.orders if order not in placed)
        if orders != each.route.orders:
            shift = replace(each.route.shift, promised=())
            route = replace(each.route, shift=shift).with_orders(orders)
            each = board_route(route, board.orders, board.travel)
        routes.append(each)
    routed = {order for each in routes for order in each.route.orders}
    left = [o for key, o in board.orders.items() if o.is_plannable and key not in routed]
    return replace(
        board,
        routes=tuple(routes),
        unassigned=tuple(sorted(left, key=lambda order: order.reference)),
    )


def publication(board: Board, scenario: Scenario) -> ArrangeRoutes:
    """The one edit that makes the board what the scenario is."""
    other = shown(board, scenario)
    left = {order.id for order in other.unassigned}
    reasons = {
        order: why
        for order, why in scenario.plan.reasons.items()
        if order in (left if why is not None else board.orders)
    }
    return becoming(board, other, reasons)


def becoming(
    board: Board, other: Board, reasons: Mapping[OrderId, Unassigned | None] = MappingProxyType({})
) -> ArrangeRoutes:
    """The one edit that makes the board's routes those of another plan for the same day."""
    now = {each.id: each.route.orders for each in board.routes}
    changed = {e.id: e.route.orders for e in other.routes if now.get(e.id) != e.route.orders}
    return as_planned(board, changed, reasons)


def has_locks(board: Board) -> bool:
    """Whether anything is locked that a recipe could keep."""
    return board.is_bin_locked or any(
        each.route.lock is not Lock.NONE or any(stop.is_locked for stop in each.route.stops)
        for each in board.routes
    )


def moves(before: Board, after: Board) -> tuple[Moved, ...]:
    """Every order that has another route or another ETA, the changes of route first."""
    was, becomes = _etas(before), _etas(after)
    found = [
        Moved(
            order=order,
            source=was[order][0] if order in was else None,
            target=becomes[order][0] if order in becomes else None,
            was=was[order][1] if order in was else None,
            becomes=becomes[order][1] if order in becomes else None,
        )
        for order in dict.fromkeys([*was, *becomes])
        if was.get(order) != becomes.get(order)
    ]
    return tuple(sorted(found, key=lambda moved: not moved.changes_route))


def take(source: Board, target: Board, route: RouteId) -> Taken:
    """Give a route of `target` the stops that it has in `source`.

    They leave their other routes; what the route had before goes where it fits best, or on no
    route where it fits nowhere. Raises RuleError where nothing would change, or may.
    """
    coming = source.route(route).route.orders
    there = target.route(route).route
    if there.status is not RouteStatus.DRAFT:
        raise RuleError(
            f"{there.shift.name} was released to the driver. Take the route back to change it."
        )
    if there.orders == coming:
        raise RuleError(f"{there.shift.name} has the same stops in both plans.")
    now = with_sequences(target, {route: coming})
    refitted, left = [], []
    for key in there.orders:
        if key in coming or key not in target.orders:
            continue
        others = [each.id for each in now.routes if each.id != route and _is_open(each)]
        place = Drag(now.routes, [target.orders[key]], target.travel).best(others)
        if place is not None and place.is_feasible:
            now = with_sequences(now, {place.route: place.orders})
            refitted.append(key)
        else:
            left.append(key)
    before = {each.id: each.route.orders for each in target.routes}
    return Taken(
        routes={e.id: e.route.orders for e in now.routes if e.route.orders != before[e.id]},
        came=tuple(order for order in coming if order not in there.orders),
        refitted=tuple(refitted),
        left=tuple(left),
    )


def taken_plan(plan: Plan, taken: Taken) -> Plan:
    """The plan with what was taken; orders that it placed are no longer left over."""
    routes = {**plan.routes, **taken.routes}
    placed = {order for orders in routes.values() for order in orders}
    left = [each for each in plan.unassigned if each.order not in placed]
    left += [
        Unassigned(
            order=order,
            reason=Reason.WOULD_DISPLACE,
            detail="It made room for a route that was taken from another plan.",
        )
        for order in taken.left
    ]
    return replace(plan, routes=routes, unassigned=tuple(left))


def digest(value: object) -> str:
    """The same for equal values in every process, and another one for others."""
    return blake2b(_canonical(value).encode(), digest_size=8).hexdigest()


def _canonical(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        # Without what has its default: a rule that a newer program knows changes no old digest.
        said = ((each.name, each.default, getattr(value, each.name)) for each in fields(value))
        return _canonical([(name, now) for name, default, now in said if now != default])
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(_canonical(each) for each in value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(_canonical(each) for each in value) + "]"
    if isinstance(value, Enum):
        return repr(value.value)
    if isinstance(value, datetime):
        return repr(value.timestamp())
    return repr(value)


def _facts(order: Order) -> tuple[object, ...]:
    return (
        order.location,
        order.depot,
        order.kind,
        order.window,
        order.service_time,
        order.weight_g,
        order.volume_cm3,
        len(order.parcels),
        order.priority,
        order.requirements,
        order.rules,
        order.more_load,
    )


def _shift_facts(route: Route, keeps_locks: bool) -> tuple[object, ...]:
    shift = route.shift
    locked = tuple(stop.order for stop in route.stops if stop.is_locked)
    locks = (route.lock, locked if route.lock is Lock.NONE else route.orders)
    return (
        shift.driver.id,
        shift.vehicle.id,
        shift.start_location,
        shift.depot.location,
        shift.end_location,
        shift.abilities,
        shift.vehicle.profile,
        shift.vehicle.capacity,
        shift.vehicle.costs,
        shift.window,
        shift.rest,
        shift.rules,
        locks if keeps_locks else (),
    )


def _open_orders(board: Board) -> dict[OrderId, Order]:
    """Those that a route may have and that are on none that was released."""
    fixed = {
        order
        for each in board.routes
        if each.route.status is not RouteStatus.DRAFT
        for order in each.route.orders
    }
    return {
        key: order for key, order in board.orders.items() if order.is_plannable and key not in fixed
    }


def _overruled(board: Board, after: Board) -> tuple[RouteId, ...]:
    found = []
    for each, then in zip(board.routes, after.routes, strict=True):
        kept = frozenset(then.route.orders)
        pinned = {stop.order for stop in each.route.stops if stop.is_locked}
        is_broken = {
            Lock.NONE: False,
            Lock.CONTENTS: kept != frozenset(each.route.orders),
            Lock.SEQUENCE: then.route.orders != each.route.orders,
        }[each.route.lock]
        if is_broken or not pinned <= kept:
            found.append(each.id)
    return tuple(found)


def _is_open(each: BoardRoute) -> bool:
    return each.route.status is RouteStatus.DRAFT and each.route.lock is Lock.NONE


def _etas(board: Board) -> dict[OrderId, tuple[RouteId, datetime]]:
    return {
        stop.order.id: (each.id, stop.begin)
        for each in board.routes
        for stop in each.timetable.stops
    }
