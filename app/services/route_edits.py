"""How routes are arranged, locked and released in a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.domain.edits import (
    Applied,
    ArrangeRoutes,
    Changes,
    Compound,
    LockRoutes,
    RestoreRoutes,
    SetRouteStatus,
)
from app.domain.errors import ConflictError, RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderStatus, may_become
from app.domain.routes import Lock, RouteStatus, Stop
from app.services.edit_rows import STATUS_TEXT, EditRows, mark_facts, route_name
from app.services.touched import TouchedRows
from app.storage import queries
from app.storage.convert import as_json, order_of, underway_of
from app.storage.events import Journal
from app.storage.queries import chunks
from app.storage.reasons import replace_reasons
from app.storage.records import RouteRecord, StopRecord
from app.storage.rules import promised_column, promised_of, underway_column


class Arranged(NamedTuple):
    inverse: ArrangeRoutes
    changes: Changes


class RouteEdits:
    """The routes' part of one transaction."""

    def __init__(
        self, session: Session, journal: Journal, touched: TouchedRows, rows: EditRows
    ) -> None:
        self._session = session
        self._journal = journal
        self._touched = touched
        self._rows = rows

    def arrange(self, edit: ArrangeRoutes) -> Applied:
        rows = self._rows.routes(edit.stops, edit.seen)
        for row in rows.values():
            if row.status is not RouteStatus.DRAFT:
                raise RuleError(
                    f"{route_name(row)} was released to the driver. "
                    "Take the route back to change it."
                )
        before = {
            route: tuple(
                Stop(order=OrderId(stop.order_id), is_locked=stop.is_locked) for stop in row.stops
            )
            for route, row in rows.items()
        }
        left = {route: rows[route].leaves_after for route in edit.leaves_after}
        out = {route: underway_of(rows[route]) for route in edit.underway}
        told = {route: promised_of(rows[route].promised) for route in edit.promised}
        were = {route: route_facts(row, before[route]) for route, row in rows.items()}
        was = {stop.order: route for route, stops in before.items() for stop in stops}
        becomes = {stop.order: route for route, stops in edit.stops.items() for stop in stops}
        if len(becomes) != sum(len(stops) for stops in edit.stops.values()):
            raise RuleError("An order can be on one route only, and there only once.")
        self._check_placeable(becomes.keys() - was.keys(), rows)
        self._write_stops(rows, edit.stops)
        changed = {route for route in rows if before[route] != tuple(edit.stops[route])}
        changed |= {route for route, then in edit.leaves_after.items() if left[route] != then}
        changed |= {route for route, then in edit.underway.items() if out[route] != then}
        changed |= {route for route, then in edit.promised.items() if told[route] != then}
        for route in changed:
            row = rows[route]
            self._touched.change(row)
            then = edit.leaves_after.get(route, row.leaves_after)
            if then != row.leaves_after or _orders(before[route]) != _orders(edit.stops[route]):
                row.contents_version += 1
            row.leaves_after = then
            if route in edit.underway:
                row.underway = underway_column(edit.underway[route])
            if route in edit.promised:
                row.promised = promised_column(edit.promised[route])
            self._journal.note(
                "route", route, "arranged", were[route], route_facts(row, edit.stops[route])
            )
        self._note_assignments(was, becomes, rows)
        self._session.flush()
        reasons = replace_reasons(self._session, edit.reasons)
        self._expire_stops(rows.values())
        return Applied(
            inverse=ArrangeRoutes(
                stops=before,
                seen={route: row.version for route, row in rows.items()},
                leaves_after=left,
                underway=out,
                promised=told,
                reasons=reasons,
            ),
            changes=Changes(
                routes=frozenset(changed),
                orders=frozenset(
                    order
                    for order in was.keys() | becomes.keys()
                    if was.get(order) != becomes.get(order)
                )
                | {order for order, why in reasons.items() if why != edit.reasons[order]},
                days=frozenset(rows[route].shift.day for route in changed),
            ),
        )

    def lock(self, edit: LockRoutes) -> Applied:
        rows = self._rows.routes(edit.locks, edit.seen)
        before = {route: row.lock for route, row in rows.items()}
        for route, row in rows.items():
            self._journal.note(
                "route", route, "locked", {"lock": row.lock.value}, {"lock": edit.locks[route]}
            )
            row.lock = Lock(edit.locks[route])
            self._touched.change(row)
        self._session.flush()
        return Applied(
            inverse=LockRoutes(
                locks=before, seen={route: row.version for route, row in rows.items()}
            ),
            changes=_route_changes(rows),
        )

    def restore(self, edit: RestoreRoutes) -> Applied:
        """Undo of a deletion; taking it back is left to the deletion itself, which takes all."""
        rows = self._rows.routes(edit.marks, {})
        for route, row in rows.items():
            marks = edit.marks[route]
            self._journal.note("route", route, "restored", None, mark_facts(marks))
            row.lock = marks.lock
            row.leaves_after = marks.leaves_after
            row.underway = underway_column(marks.underway)
            row.promised = promised_column(marks.promised)
            row.contents_version = marks.contents_version
            row.printed_version = marks.printed_version
            row.printed = None if marks.printed is None else dict(marks.printed)
            self._touched.change(row)
        self._session.flush()
        return Applied(inverse=Compound(edits=()), changes=_route_changes(rows))

    def set_status(self, edit: SetRouteStatus) -> Applied:
        rows = self._rows.routes(edit.statuses, edit.seen)
        before = {route: row.status for route, row in rows.items()}
        touched: set[OrderId] = set()
        for route, row in rows.items():
            status = edit.statuses[route]
            if status is not RouteStatus.DRAFT and not row.stops:
                raise RuleError(f"{route_name(row)} has no stops to release.")
            then = OrderStatus.OPEN if status is RouteStatus.DRAFT else OrderStatus.OUT
            for order in self._rows.orders({OrderId(stop.order_id): None for stop in row.stops}):
                if order.status is not then and may_become(order.status, then):
                    touched.add(OrderId(order.id))
                    self._journal.note(
                        "order",
                        order.id,
                        status.value,
                        {"status": order.status.value},
                        {"status": then.value},
                    )
                    order.status = then
                    self._touched.change(order)
            self._journal.note(
                "route", route, status.value, {"status": row.status.value}, {"status": status.value}
            )
            row.status = status
            self._touched.change(row)
        self._session.flush()
        return Applied(
            inverse=SetRouteStatus(
                statuses=before, seen={route: row.version for route, row in rows.items()}
            ),
            changes=_route_changes(rows) | Changes(orders=frozenset(touched)),
        )

    def take_off(self, orders: Collection[OrderId]) -> Arranged | None:
        """Take orders off their routes; None where they are on none."""
        affected: set[RouteId] = set()
        for part in chunks(orders):
            query = select(StopRecord.route_id).where(StopRecord.order_id.in_(part)).distinct()
            affected.update(RouteId(route) for route in self._session.scalars(query))
        if not affected:
            return None
        rows = self._rows.routes(dict.fromkeys(affected), {})
        stops = {
            route: tuple(
                Stop(order=OrderId(stop.order_id), is_locked=stop.is_locked)
                for stop in row.stops
                if stop.order_id not in orders
            )
            for route, row in rows.items()
        }
        applied = self.arrange(ArrangeRoutes(stops=stops, seen={}))
        assert isinstance(applied.inverse, ArrangeRoutes)
        return Arranged(applied.inverse, applied.changes)

    def touch_routes_of(self, orders: Collection[OrderId]) -> Changes:
        """An order that changed on its route makes the route's paper out of date."""
        affected: set[RouteId] = set()
        for part in chunks(orders):
            query = select(StopRecord.route_id).where(StopRecord.order_id.in_(part)).distinct()
            affected.update(RouteId(route) for route in self._session.scalars(query))
        if not affected:
            return Changes()
        rows = self._rows.routes(dict.fromkeys(affected), {})
        for row in rows.values():
            row.contents_version += 1
            self._touched.change(row)
        self._session.flush()
        return _route_changes(rows)

    def _write_stops(
        self, rows: Mapping[RouteId, RouteRecord], stops: Mapping[RouteId, tuple[Stop, ...]]
    ) -> None:
        """Replace the stops; all go before the first comes, for an order is on one route only."""
        for part in chunks(rows):
            self._session.execute(delete(StopRecord).where(StopRecord.route_id.in_(part)))
        new = [
            {
                "order_id": stop.order,
                "route_id": route,
                "position": position,
                "is_locked": stop.is_locked,
            }
            for route, sequence in stops.items()
            for position, stop in enumerate(sequence)
        ]
        if new:
            self._session.execute(insert(StopRecord), new)

    def _check_placeable(
        self, coming: Collection[OrderId], rows: Mapping[RouteId, RouteRecord]
    ) -> None:
        """Orders that come to the routes from the bin must be open, placed, and of that day."""
        days = {row.shift.day for row in rows.values()}
        on_routes = queries.route_of_orders(self._session, coming)
        for row in self._rows.orders(dict.fromkeys(coming)):
            order = order_of(row)
            if order.id in on_routes:
                raise ConflictError(
                    f"{order.reference} is on another route by now. Your change was not made."
                )
            if not order.is_plannable:
                raise RuleError(
                    f"{order.reference} can't be planned: "
                    f"{order.hold_reason or STATUS_TEXT[order.status]}"
                )
            if order.day not in days:
                raise RuleError(f"{order.reference} is for {order.day:%d %b}, not this day.")

    def _note_assignments(
        self,
        was: Mapping[OrderId, RouteId],
        becomes: Mapping[OrderId, RouteId],
        rows: Mapping[RouteId, RouteRecord],
    ) -> None:
        names = {route: route_name(row) for route, row in rows.items()}
        for order in was.keys() | becomes.keys():
            old, new = was.get(order), becomes.get(order)
            if old != new:
                action = "unassigned" if new is None else "moved" if old else "assigned"
                self._journal.note(
                    "order",
                    order,
                    action,
                    {"route": names[old] if old else None},
                    {"route": names[new] if new else None},
                )

    def _expire_stops(self, rows: Iterable[RouteRecord]) -> None:
        for row in rows:
            self._session.expire(row, ["stops"])


def _orders(stops: Iterable[Stop]) -> list[OrderId]:
    return [stop.order for stop in stops]


def route_facts(row: RouteRecord, stops: Iterable[Stop]) -> dict[str, Any]:
    """What the log keeps of a route's stops: their sequence, those that the optimizer must leave
    there, and what is known of the van that drives them."""
    stops = tuple(stops)
    return {
        "stops": as_json(_orders(stops)),
        "locked_stops": as_json(_orders(stop for stop in stops if stop.is_locked)),
        "leaves_after": as_json(row.leaves_after),
        "underway": as_json(underway_of(row)),
        "promised": as_json(promised_of(row.promised)),
    }


def _route_changes(rows: Mapping[RouteId, RouteRecord]) -> Changes:
    return Changes(routes=frozenset(rows), days=frozenset(row.shift.day for row in rows.values()))
