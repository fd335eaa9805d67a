"""The day's board, and every edit a dispatcher makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.board import Board, BoardRoute, board_route
from app.domain.edits import Applied, Changes, Edit
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId
from app.domain.manifest_changes import manifest_changes
from app.domain.manifest_snapshot import manifest_from_snapshot
from app.domain.manifests import manifest
from app.domain.orders import Order, OrderStatus
from app.domain.road_day import RoadDay, road_day
from app.domain.routes import Route
from app.domain.timetable import Travel
from app.domain.travel import Profile
from app.services.applying import Applying
from app.services.context import Actor, Clock
from app.services.roads import RoadsService
from app.storage import queries
from app.storage.condition_rows import conditions_in
from app.storage.database import Database
from app.storage.printing import printed_snapshots


class DispatchService:
    """Reads and changes the day; holds no state."""

    def __init__(self, database: Database, roads: RoadsService, clock: Clock, actor: Actor) -> None:
        self._database = database
        self._roads = roads
        self._clock = clock
        self._actor = actor

    def apply(self, edit: Edit) -> Applied:
        """Make an edit in one transaction, with its events; gives back its inverse.

        Raises RuleError, ConflictError or NotFoundError, and then nothing was changed.
        """
        with self._database.transaction() as session:
            return Applying(session, self._clock(), self._actor).make(edit)

    def board(self, day: date, depot: DepotId | None = None) -> Board:
        """The whole day, of one depot or of all.

        Legs that the road matrix does not know yet are estimates; see RoadsService.prepare.
        """
        with self._database.reading() as session:
            routes = queries.day_routes(session, day, depot)
            orders = {order.id: order for order in queries.day_orders(session, day, depot)}
            strays = {order for route in routes for order in route.orders} - orders.keys()
            orders |= {order.id: order for order in queries.orders(session, tuple(strays))}
            reasons = queries.reasons(session, tuple(orders))
            is_bin_locked = queries.is_bin_locked(session, day)
            planned_under = queries.planned_under(session, day)
            day_routes = queries.day_route_ids(session, day)
            cancelled_halves = queries.cancelled_halves(session, day, depot)
            roads = _roads(session, day, routes)
        travel = self._travel(routes, orders.values(), roads)
        return _sorted_out(
            Board(
                day=day,
                routes=self._timed(routes, orders, travel),
                unassigned=(),
                on_hold=(),
                orders=orders,
                travel=travel,
                reasons=reasons,
                is_bin_locked=is_bin_locked,
                depot=depot,
                roads=roads,
                planned_under=planned_under,
                day_routes=day_routes,
                cancelled_halves=cancelled_halves,
            )
        )

    def refresh(self, board: Board, changes: Changes) -> Board:
        """The board after changes: reads again, and times again, only what they touched."""
        known = {each.id for each in board.routes}
        if changes.is_fleet_changed or changes.are_roads_changed or not changes.routes <= known:
            return self.board(board.day, board.depot)
        with self._database.reading() as session:
            routes = {route.id: route for route in queries.routes(session, changes.routes)}
            orders = dict(board.orders) | {o.id: o for o in board.on_hold}
            for order in changes.orders:
                orders.pop(order, None)
            orders |= {
                order.id: order
                for order in queries.orders(session, tuple(changes.orders))
                if _belongs(order, board)
            }
            reasons = queries.reasons(session, tuple(orders))
            is_bin_locked = queries.is_bin_locked(session, board.day)
            planned_under = queries.planned_under(session, board.day)
            cancelled_halves = queries.cancelled_halves(session, board.day, board.depot)
        if routes.keys() != changes.routes:
            return self.board(board.day, board.depot)
        travel = board.travel
        if any(
            order.location is not None and order.location not in matrix.index
            for matrix in travel.values()
            for order in (orders[key] for key in changes.orders if key in orders)
        ):
            routes_now = [each.route for each in board.routes]
            travel = self._travel(routes_now, orders.values(), board.roads)
        touched = [
            routes.get(each.id, each.route)
            for each in board.routes
            if each.id in routes or not changes.orders.isdisjoint(each.route.orders)
        ]
        timed = {each.id: each for each in self._timed(touched, orders, travel)}
        return _sorted_out(
            replace(
                board,
                routes=tuple(timed.get(each.id, each) for each in board.routes),
                orders=orders,
                travel=travel,
                reasons=reasons,
                is_bin_locked=is_bin_locked,
                planned_under=planned_under,
                cancelled_halves=cancelled_halves,
            )
        )

    def with_roads(self, board: Board) -> Board:
        """The same board on the road matrix as it is known by now."""
        routes = [each.route for each in board.routes]
        travel = self._travel(routes, board.orders.values(), board.roads)
        return replace(board, routes=self._timed(routes, board.orders, travel), travel=travel)

    def _timed(
        self, routes: Iterable[Route], orders: Mapping[OrderId, Order], travel: Travel
    ) -> tuple[BoardRoute, ...]:
        """The routes with their timetables, and whether their paper is right."""
        timed = tuple(board_route(route, orders, travel) for route in routes)
        edited = {each.id: each for each in timed if each.route.is_edited_since_print}
        if not edited:
            return timed
        with self._database.reading() as session:
            printed = printed_snapshots(session, edited)
        now = self._clock()
        right = {
            route
            for route, snapshot in printed.items()
            if manifest_changes(
                manifest_from_snapshot(snapshot), manifest(edited[route], now)
            ).is_empty
        }
        return tuple(
            replace(each, route=replace(each.route, is_as_printed=each.id in right))
            if each.id in edited
            else each
            for each in timed
        )

    def _travel(
        self, routes: Iterable[Route], orders: Iterable[Order], roads: RoadDay | None
    ) -> Travel:
        places, profiles = places_of(routes, orders)
        return self._roads.known_travel(places, profiles, roads)


def _roads(session: Session, day: date, routes: Iterable[Route]) -> RoadDay:
    depots = list({route.shift.depot.id: route.shift.depot for route in routes}.values())
    bare = road_day(day, depots, ())
    return road_day(day, depots, conditions_in(session, bare.horizon))


def places_of(
    routes: Iterable[Route], orders: Iterable[Order]
) -> tuple[tuple[Location, ...], frozenset[Profile]]:
    """Every place of a day once, and the road profiles that its vehicles need."""
    places: dict[Location, None] = {}
    profiles = set()
    for route in routes:
        shift = route.shift
        profiles.add(Profile(shift.vehicle.profile))
        places[shift.depot.location] = None
        places[shift.start_location] = None
        if shift.end_location is not None:
            places[shift.end_location] = None
    for order in orders:
        if order.location is not None and (order.is_plannable or order.status is OrderStatus.OUT):
            places[order.location] = None
    return tuple(places), frozenset(profiles)


def _belongs(order: Order, board: Board) -> bool:
    return (
        order.day == board.day
        and order.status is not OrderStatus.CANCELLED
        and (board.depot is None or order.depot in (None, board.depot))
    )


def _sorted_out(board: Board) -> Board:
    """Fill in which orders are unassigned and which are on hold; only those have reasons.

    Of an order on a route the reason is kept for the undo that takes it off again.
    """
    routed = {order for each in board.routes for order in each.route.orders}
    left = sorted(
        (order for key, order in board.orders.items() if key not in routed),
        key=lambda order: order.reference,
    )
    return replace(
        board,
        unassigned=tuple(order for order in left if order.is_plannable),
        on_hold=tuple(
            order
            for order in left
            if not order.is_plannable and order.status in (OrderStatus.ON_HOLD, OrderStatus.OPEN)
        ),
        reasons={key: reason for key, reason in board.reasons.items() if key not in routed},
    )
