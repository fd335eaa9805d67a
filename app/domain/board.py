"""A day's board: routes with their timetables, the orders left over, and the moves between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.edits import ArrangeRoutes
from app.domain.errors import NotFoundError, RuleError
from app.domain.ids import DepotId, OrderId, RouteId
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.problem import Unassigned
from app.domain.road_day import RoadDay, differ_within
from app.domain.routes import Route, RouteStatus, Stop, inserted, removed
from app.domain.times import TimeWindow
from app.domain.timetable import Timetable, Travel, timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRoute:
    """A route and its timetable."""

    route: Route
    timetable: Timetable

    @property
    def id(self) -> RouteId:
        return self.route.id

    @property
    def driven(self) -> TimeWindow:
        """From when to when its van is away."""
        return TimeWindow(start=self.timetable.departure, end=self.timetable.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One service day as the dispatcher sees it."""

    day: date
    routes: tuple[BoardRoute, ...]
    unassigned: tuple[Order, ...]
    """Plannable orders of the day that are on no route, by reference."""
    on_hold: tuple[Order, ...]
    orders: Mapping[OrderId, Order]
    """Every order of the day that was not cancelled, on a route or not."""
    travel: Travel
    reasons: Mapping[OrderId, Unassigned]
    """Why the last optimization left an order out, while that is still so."""
    is_bin_locked: bool = False
    depot: DepotId | None = None
    """The board shows this depot only; None for all."""
    roads: RoadDay | None = None
    """The day's traffic and road conditions; `travel` counts them in."""
    planned_under: str = ""
    """The digest of the road conditions that the plan knew of."""
    day_routes: tuple[RouteId, ...] = ()
    """All routes of the day, those too that belong to a depot that is not shown."""
    cancelled_halves: tuple[Order, ...] = ()
    """Cancelled orders of the day whose goods another one was to collect, or to bring on."""

    def route(self, route: RouteId) -> BoardRoute:
        """Raises NotFoundError for a route that is not of this day."""
        for candidate in self.routes:
            if candidate.route.id == route:
                return candidate
        raise NotFoundError("This route is no longer on the board. Reload the day.")

    @property
    def route_of(self) -> Mapping[OrderId, RouteId]:
        return {order: each.id for each in self.routes for order in each.route.orders}

    @property
    def tint_of(self) -> Mapping[RouteId, int]:
        """Which colour each route has: by when its shift was made, so that it keeps its colour
        where another hour gives it another row, and where other depots are shown or not."""
        every = {*self.day_routes, *(each.id for each in self.routes)}
        return {route: tint for tint, route in enumerate(sorted(every))}

    @property
    def waiting(self) -> Mapping[OrderId, str]:
        """The halves of pairs that can't go without the other half, each with the reason."""
        cancelled = {order.id: order for order in self.cancelled_halves}
        known = {**cancelled, **self.orders}
        found = {}
        takers: dict[OrderId, list[Order]] = {}
        for order in known.values():
            pickup = order.rules.collected_by
            if pickup is None or order.kind is not OrderKind.DELIVERY:
                continue
            takers.setdefault(pickup, []).append(order)
            supplier = known.get(pickup)
            if supplier is None:
                found[order.id] = "its goods come from a pickup that is not planned on this day"
            elif why := _why_out(supplier):
                found[order.id] = f"its goods come from {supplier.reference}, which {why}"
        for pickup, deliveries in takers.items():
            whys = [_why_out(delivery) for delivery in deliveries]
            if all(whys):
                found[pickup] = f"its goods go to {deliveries[-1].reference}, which {whys[-1]}"
        return {
            order: why
            for order, why in found.items()
            if order in self.orders and self.orders[order].is_plannable
        }

    @property
    def time_zone(self) -> str:
        """By whose clocks the day is written: the first depot's, else the orders'."""
        depots = (each.route.shift.depot.time_zone for each in self.routes)
        promised = (order.time_zone for order in self.orders.values() if order.time_zone)
        return next(depots, "") or next(promised, "UTC")

    @property
    def is_planned_on_other_roads(self) -> bool:
        """Whether road conditions came or went since the day was planned, while a van drives."""
        return self.has_other_roads_than(self.planned_under)

    def has_other_roads_than(self, digest: str) -> bool:
        """Whether the roads are others than those of the digest, while one of its vans drives."""
        now = self.roads.digest if self.roads is not None else ""
        return now != digest and any(
            differ_within(each.driven, digest, now) for each in self.routes if each.route.stops
        )

    @property
    def cost(self) -> float:
        return sum(each.timetable.cost for each in self.routes)


def _why_out(order: Order) -> str:
    """Why no route has a stop for it, nor had one; empty where one may have."""
    match order.status:
        case OrderStatus.CANCELLED:
            return "was cancelled"
        case OrderStatus.FAILED:
            return "came back undone"
        case OrderStatus.ON_HOLD:
            return "is on hold"
        case OrderStatus.OPEN if not order.is_plannable:
            return "has no place on the map"
        case _:
            return ""


def board_route(route: Route, orders: Mapping[OrderId, Order], travel: Travel) -> BoardRoute:
    """A route with its timetable; orders that are gone are left out of it."""
    known = [orders[order] for order in route.orders if order in orders]
    return BoardRoute(route=route, timetable=timetable(route.shift, known, travel))


def move(board: Board, orders: Sequence[OrderId], target: RouteId, index: int) -> ArrangeRoutes:
    """Put orders on a route before position `index`, wherever they are now.

    Raises RuleError where a released route would change, or an order may not be planned.
    """
    for key in orders:
        check_plannable(board, key)
    arranged = _without(board, orders, keep=target)
    route = board.route(target).route
    _check_draft(route)
    sequence = inserted(route.orders, orders, index)
    arranged[target] = route.with_orders(sequence).stops
    return _arrange(board, arranged)


def check_plannable(board: Board, key: OrderId) -> None:
    """Raises RuleError, saying what is in the way and what to do, for an order that no route of
    this day may have."""
    order = board.orders.get(key)
    if order is None:
        raise RuleError(
            f"Only orders of {board.day:%d %b} that were not cancelled can go on its routes."
        )
    if order.is_plannable:
        return
    match order.status:
        case OrderStatus.ON_HOLD:
            reason = "; ".join(line.rstrip(".") for line in order.hold_reason.splitlines())
            reason = f" ({reason})" if reason else ""
            raise RuleError(f"{order.reference} is on hold{reason}. Take it off hold first.")
        case OrderStatus.OPEN:
            raise RuleError(f"{order.reference} has no place on the map yet. Place its pin first.")
        case OrderStatus.OUT:
            raise RuleError(f"{order.reference} is on the road. Take its route back to change it.")
        case OrderStatus.FAILED:
            raise RuleError(f"{order.reference} came back undelivered. Reopen it first.")
        case _:
            raise RuleError(f"{order.reference} was {order.status.value}.")


def with_halves(
    board: Board, orders: Sequence[OrderId], target: RouteId | None = None
) -> tuple[OrderId, ...]:
    """The orders, and the other halves of their pairs, for a pair rides on one route.

    A half that is on `target` stays there, and what may not be moved stays anyway. What others
    need to be collected comes first.
    """
    suppliers = {key: order.rules.collected_by for key, order in board.orders.items()}
    takers = {supplier: key for key, supplier in suppliers.items() if supplier is not None}
    kept = {
        order
        for each in board.routes
        if each.id == target or each.route.status is not RouteStatus.DRAFT
        for order in each.route.orders
    }
    found = dict.fromkeys(orders)
    for order in orders:
        for half in (suppliers.get(order), takers.get(order)):
            known = board.orders.get(half) if half is not None else None
            if known is not None and known.is_plannable and known.id not in kept:
                found.setdefault(known.id)
    collected = {suppliers.get(order) for order in found}
    return tuple(sorted(found, key=lambda order: order not in collected))


def unassign(board: Board, orders: Collection[OrderId]) -> ArrangeRoutes:
    """Take orders off their routes."""
    return _arrange(board, _without(board, orders, keep=None))


def transfer(board: Board, source: RouteId, target: RouteId) -> ArrangeRoutes:
    """Give all stops of a route to another shift, in their sequence, after what it has."""
    giving, taking = board.route(source).route, board.route(target).route
    _check_draft(giving)
    _check_draft(taking)
    return _arrange(board, {source: (), target: (*taking.stops, *giving.stops)})


def arrange(board: Board, routes: Mapping[RouteId, Sequence[OrderId]]) -> ArrangeRoutes:
    """Give routes these orders: a plan, or a sequence made elsewhere. Stop locks stay."""
    locked = {s.order: s for each in board.routes for s in each.route.stops}
    return _arrange(
        board,
        {
            route: tuple(locked.get(order) or Stop(order=order) for order in orders)
            for route, orders in routes.items()
        },
    )


def as_planned(
    board: Board,
    routes: Mapping[RouteId, Sequence[OrderId]],
    reasons: Mapping[OrderId, Unassigned | None],
) -> ArrangeRoutes:
    """As `arrange`, by a plan that is bound by no promise any more, and says what it leaves out."""
    kept = [each.id for each in board.routes if each.id in routes and each.route.shift.promised]
    return replace(arrange(board, routes), promised=dict.fromkeys(kept, ()), reasons=reasons)


def _without(
    board: Board, orders: Collection[OrderId], keep: RouteId | None
) -> dict[RouteId, tuple[Stop, ...]]:
    moving = frozenset(orders)
    arranged = {}
    for each in board.routes:
        if each.id != keep and moving.intersection(each.route.orders):
            _check_draft(each.route)
            arranged[each.id] = each.route.with_orders(removed(each.route.orders, moving)).stops
    return arranged


def _arrange(board: Board, stops: Mapping[RouteId, tuple[Stop, ...]]) -> ArrangeRoutes:
    return ArrangeRoutes(
        stops=stops, seen={route: board.route(route).route.version for route in stops}
    )


def _check_draft(route: Route) -> None:
    if route.status is not RouteStatus.DRAFT:
        raise RuleError(
            f"{route.shift.name} was released to the driver. Take the route back to change it."
        )
