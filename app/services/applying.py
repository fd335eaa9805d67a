"""How each edit is made: inside one transaction, with its events, giving back its inverse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.domain.edits import (
    Applied,
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Changes,
    Compound,
    Edit,
    FleetThing,
    LockBin,
    LockRoutes,
    SetRouteStatus,
)
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.fleet import Shift
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderStatus, may_become
from app.domain.rebase import restamped
from app.domain.routes import Lock, RouteStatus, Stop
from app.services.context import Actor
from app.services.fleet_rows import FleetRows
from app.services.touched import TouchedRows
from app.storage import queries
from app.storage.convert import as_json, fill_order, order_of
from app.storage.events import Journal
from app.storage.pins import forget_pin, remember_pin
from app.storage.queries import chunks
from app.storage.records import (
    DayRecord,
    OrderRecord,
    RouteRecord,
    StopRecord,
    UnassignedRecord,
)


class Applying:
    """One transaction's worth of edits."""

    def __init__(self, session: Session, now: datetime, actor: Actor) -> None:
        self._session = session
        self._now = now
        self._actor = actor
        self._journal = Journal(session, now, actor.name, actor.workstation)
        self._touched = TouchedRows(now, actor.name)
        self._fleet = FleetRows(session, self._journal, self._touched, now, actor.name)

    def make(self, edit: Edit) -> Applied:
        """Make one edit and log it.

        Raises ConflictError for a stale version, RuleError for what may not be, NotFoundError for
        what is gone; the transaction must then be rolled back.
        """
        applied = self._dispatch(edit)
        self._journal.write()
        self._session.flush()
        touched = self._touched.versions()
        after = {key: versions[1] for key, versions in touched.items()}
        # The parts of a compound must all expect what is there when the first of them begins.
        return replace(applied, inverse=restamped(applied.inverse, after), touched=touched)

    def _dispatch(self, edit: Edit) -> Applied:
        match edit:
            case ArrangeRoutes():
                return self._arrange(edit)
            case LockRoutes():
                return self._lock(edit)
            case SetRouteStatus():
                return self._set_status(edit)
            case ChangeOrders():
                return self._change_orders(edit)
            case ChangeFleet():
                return self._change_fleet(edit)
            case LockBin():
                return self._lock_bin(edit)
            case Compound():
                return self._compound(edit)

    def _compound(self, edit: Compound) -> Applied:
        changes, inverses = Changes(), []
        for part in edit.edits:
            applied = self._dispatch(part)
            changes |= applied.changes
            inverses.append(applied.inverse)
        return Applied(inverse=Compound(edits=tuple(reversed(inverses))), changes=changes)

    def _arrange(self, edit: ArrangeRoutes) -> Applied:
        rows = self._routes(edit.stops, edit.seen)
        for row in rows.values():
            if row.status is not RouteStatus.DRAFT:
                raise RuleError(
                    f"{_name(row)} was released to the driver. Take the route back to change it."
                )
        before = {
            route: tuple(
                Stop(order=OrderId(stop.order_id), is_locked=stop.is_locked) for stop in row.stops
            )
            for route, row in rows.items()
        }
        was = {stop.order: route for route, stops in before.items() for stop in stops}
        becomes = {stop.order: route for route, stops in edit.stops.items() for stop in stops}
        if len(becomes) != sum(len(stops) for stops in edit.stops.values()):
            raise RuleError("An order can be on one route only, and there only once.")
        self._check_placeable(becomes.keys() - was.keys(), rows)
        self._write_stops(rows, edit.stops)
        changed = {route for route in rows if before[route] != tuple(edit.stops[route])}
        for route in changed:
            row = rows[route]
            self._touched.change(row)
            if _orders(before[route]) != _orders(edit.stops[route]):
                row.contents_version += 1
            self._journal.note(
                "route",
                route,
                "arranged",
                {"stops": as_json(_orders(before[route]))},
                {"stops": as_json(_orders(edit.stops[route]))},
            )
        self._note_assignments(was, becomes, rows)
        self._forget_reasons(becomes)
        self._session.flush()
        self._expire_stops(rows.values())
        return Applied(
            inverse=ArrangeRoutes(
                stops=before, seen={route: row.version for route, row in rows.items()}
            ),
            changes=Changes(
                routes=frozenset(changed),
                orders=frozenset(
                    order
                    for order in was.keys() | becomes.keys()
                    if was.get(order) != becomes.get(order)
                ),
                days=frozenset(rows[route].shift.day for route in changed),
            ),
        )

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
        for row in self._orders(dict.fromkeys(coming)):
            order = order_of(row)
            if order.id in on_routes:
                raise ConflictError(
                    f"{order.reference} is on another route by now. Your change was not made."
                )
            if not order.is_plannable:
                raise RuleError(
                    f"{order.reference} can't be planned: "
                    f"{order.hold_reason or _STATUS_TEXT[order.status]}"
                )
            if order.day not in days:
                raise RuleError(f"{order.reference} is for {order.day:%d %b}, not this day.")

    def _note_assignments(
        self,
        was: Mapping[OrderId, RouteId],
        becomes: Mapping[OrderId, RouteId],
        rows: Mapping[RouteId, RouteRecord],
    ) -> None:
        names = {route: _name(row) for route, row in rows.items()}
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

    def _lock(self, edit: LockRoutes) -> Applied:
        rows = self._routes(edit.locks, edit.seen)
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

    def _set_status(self, edit: SetRouteStatus) -> Applied:
        rows = self._routes(edit.statuses, edit.seen)
        before = {route: row.status for route, row in rows.items()}
        touched: set[OrderId] = set()
        for route, row in rows.items():
            status = edit.statuses[route]
            if status is not RouteStatus.DRAFT and not row.stops:
                raise RuleError(f"{_name(row)} has no stops to release.")
            then = OrderStatus.OPEN if status is RouteStatus.DRAFT else OrderStatus.OUT
            for order in self._orders({OrderId(stop.order_id): None for stop in row.stops}):
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

    def _change_orders(self, edit: ChangeOrders) -> Applied:
        old_rows = {
            OrderId(row.id): row
            for row in self._orders(
                {o.id: o.version for o in edit.put if o.version} | dict(edit.delete)
            )
        }
        old = {key: order_of(row) for key, row in old_rows.items()}
        for order in edit.put:
            if order.id in old:
                self._check_step(old[order.id], order)
        leaving = {
            order.id
            for order in edit.put
            if order.id in old and not (order.is_plannable and order.day == old[order.id].day)
        } | set(edit.delete)
        off_routes = self._take_off(leaving)
        restored: list[Order] = []
        made: dict[OrderId, int] = {}
        rows: list[tuple[Order, OrderRecord]] = []
        for order in edit.put:
            row = old_rows.get(order.id)
            if row is None:
                row = self._new_order(order)
            else:
                fill_order(row, order)
                self._touched.change(row)
                self._note_pin(old[order.id], order)
                self._journal.note(
                    "order", order.id, "changed", _facts(old[order.id]), _facts(order)
                )
            rows.append((order, row))
        for key in edit.delete:
            self._delete_order(old_rows[key], old[key])
        self._session.flush()
        for order, row in rows:
            if order.id in old:
                restored.append(replace(old[order.id], version=row.version))
            else:
                made[order.id] = row.version
        restored += [replace(old[key], version=0) for key in edit.delete]
        route_changes = self._touch_routes_of(
            {order.id for order in edit.put if order.id in old} - leaving
        )
        back = ChangeOrders(put=tuple(restored), delete=made)
        days = {o.day for o in edit.put} | {o.day for o in old.values()}
        changes = (
            Changes(orders=frozenset(old) | frozenset(o.id for o in edit.put), days=frozenset(days))
            | route_changes
        )
        if off_routes is None:
            return Applied(inverse=back, changes=changes)
        onto_routes = replace(off_routes.inverse, seen={})
        return Applied(
            inverse=Compound(edits=(back, onto_routes)), changes=changes | off_routes.changes
        )

    def _new_order(self, order: Order) -> OrderRecord:
        if self._session.get(OrderRecord, order.id) is not None:
            raise ConflictError(f"{order.reference} is there already.")
        same = self._session.scalar(
            select(func.count())
            .select_from(OrderRecord)
            .where(OrderRecord.reference == order.reference, OrderRecord.depot_id == order.depot)
        )
        if same:
            raise RuleError(f"There is an order {order.reference} already. Choose another one.")
        row = OrderRecord(id=order.id, edited_at=self._now, edited_by=self._actor.name, parcels=[])
        fill_order(row, order)
        self._session.add(row)
        self._touched.make(row)
        self._note_pin(None, order)
        self._journal.note("order", order.id, "created", None, _facts(order))
        return row

    def _delete_order(self, row: OrderRecord, order: Order) -> None:
        if order.status in (OrderStatus.OUT, OrderStatus.DELIVERED):
            raise RuleError(f"{order.reference} {_STATUS_TEXT[order.status]}: it can't be deleted.")
        self._forget_reasons({order.id: None})
        self._session.delete(row)
        self._touched.drop(row)
        self._journal.note("order", order.id, "deleted", _facts(order), None)

    def _check_step(self, old: Order, new: Order) -> None:
        if not may_become(old.status, new.status):
            raise RuleError(f"{old.reference} {_STATUS_TEXT[old.status]}; this can't be done now.")
        if old.status in (OrderStatus.OUT, OrderStatus.DELIVERED) and old.status is new.status:
            raise RuleError(
                f"{old.reference} {_STATUS_TEXT[old.status]}; it can't be changed any more."
            )

    def _note_pin(self, old: Order | None, new: Order) -> None:
        if old is not None and old.place == new.place:
            return
        if new.place is not None and new.place.is_confirmed:
            remember_pin(self._session, new, self._now, self._actor.name)
        elif old is not None and old.place is not None and old.place.is_confirmed:
            forget_pin(self._session, old)

    def _take_off(self, orders: Collection[OrderId]) -> _Arranged | None:
        """Take orders off their routes; None where they are on none."""
        affected: set[RouteId] = set()
        for part in chunks(orders):
            query = select(StopRecord.route_id).where(StopRecord.order_id.in_(part)).distinct()
            affected.update(RouteId(route) for route in self._session.scalars(query))
        if not affected:
            return None
        rows = self._routes(dict.fromkeys(affected), {})
        stops = {
            route: tuple(
                Stop(order=OrderId(stop.order_id), is_locked=stop.is_locked)
                for stop in row.stops
                if stop.order_id not in orders
            )
            for route, row in rows.items()
        }
        applied = self._arrange(ArrangeRoutes(stops=stops, seen={}))
        assert isinstance(applied.inverse, ArrangeRoutes)
        return _Arranged(applied.inverse, applied.changes)

    def _touch_routes_of(self, orders: Collection[OrderId]) -> Changes:
        """An order that changed on its route makes the route's paper out of date."""
        affected: set[RouteId] = set()
        for part in chunks(orders):
            query = select(StopRecord.route_id).where(StopRecord.order_id.in_(part)).distinct()
            affected.update(RouteId(route) for route in self._session.scalars(query))
        if not affected:
            return Changes()
        rows = self._routes(dict.fromkeys(affected), {})
        for row in rows.values():
            row.contents_version += 1
            self._touched.change(row)
        self._session.flush()
        return _route_changes(rows)

    def _change_fleet(self, edit: ChangeFleet) -> Applied:
        taken_off: list[ArrangeRoutes] = []
        changes = Changes(is_fleet_changed=True)
        for thing in edit.delete:
            if isinstance(thing, Shift):
                route = self._routes({RouteId(thing.id): None}, {})[RouteId(thing.id)]
                if route.stops:
                    arranged = self._take_off([OrderId(s.order_id) for s in route.stops])
                    if arranged is not None:
                        taken_off.append(replace(arranged.inverse, seen={}))
                        changes |= arranged.changes
        back_put: list[FleetThing] = []
        back_delete: list[FleetThing] = []
        for thing in edit.put:
            before, after = self._fleet.put(thing)
            if before is None:
                back_delete.append(after)
            else:
                back_put.append(replace(before, version=after.version))
        for thing in edit.delete:
            back_put.append(replace(self._fleet.delete(thing), version=0))
        # What others point at comes back first: a shift needs its driver.
        back_put.sort(key=lambda thing: isinstance(thing, Shift))
        days = {
            thing.day for thing in (*edit.put, *edit.delete, *back_put) if isinstance(thing, Shift)
        }
        changes |= Changes(
            days=frozenset(days),
            routes=frozenset(
                RouteId(thing.id) for thing in (*edit.put, *edit.delete) if isinstance(thing, Shift)
            ),
        )
        inverse: Edit = ChangeFleet(put=tuple(back_put), delete=tuple(reversed(back_delete)))
        if taken_off:
            inverse = Compound(edits=(inverse, *taken_off))
        return Applied(inverse=inverse, changes=changes)

    def _lock_bin(self, edit: LockBin) -> Applied:
        row = self._session.get(DayRecord, edit.day)
        was = row.is_bin_locked if row else False
        if row is None:
            self._session.add(DayRecord(day=edit.day, is_bin_locked=edit.is_locked))
        else:
            row.is_bin_locked = edit.is_locked
        self._session.flush()
        return Applied(
            inverse=LockBin(day=edit.day, is_locked=was),
            changes=Changes(days=frozenset({edit.day})),
        )

    def _routes(
        self, wanted: Mapping[RouteId, object], seen: Mapping[RouteId, int]
    ) -> dict[RouteId, RouteRecord]:
        """The rows in id order, so that two consoles can't wait for each other for ever."""
        query = (
            select(RouteRecord)
            .where(RouteRecord.id.in_(wanted))
            .order_by(RouteRecord.id)
            .with_for_update(of=RouteRecord)
        )
        rows = {RouteId(row.id): row for row in self._session.scalars(query)}
        if len(rows) < len(wanted):
            raise NotFoundError("A route of this change was deleted. Reload the day.")
        for route, row in rows.items():
            if not self._touched.is_seen(row, seen.get(route, row.version)):
                raise ConflictError(
                    f"Route {_name(row)} was changed by {row.edited_by} at "
                    f"{_clock(row.edited_at, row.shift.depot.time_zone)}. "
                    "Your change was not made."
                )
        return {route: rows[route] for route in wanted}

    def _orders(self, wanted: Mapping[OrderId, int | None]) -> list[OrderRecord]:
        """The rows of these orders; None stands for a version that nobody saw."""
        rows: list[OrderRecord] = []
        for part in chunks(sorted(wanted)):
            query = (
                select(OrderRecord)
                .where(OrderRecord.id.in_(part))
                .order_by(OrderRecord.id)
                .with_for_update(of=OrderRecord)
            )
            rows += self._session.scalars(query)
        if len(rows) < len(wanted):
            raise NotFoundError("An order of this change was deleted. Reload the day.")
        for row in rows:
            seen = wanted[OrderId(row.id)]
            if seen is not None and not self._touched.is_seen(row, seen):
                raise ConflictError(
                    f"Order {row.reference} was changed by {row.edited_by} at "
                    f"{_clock(row.edited_at, row.time_zone)}. Your change was not made."
                )
        return rows

    def _expire_stops(self, rows: Iterable[RouteRecord]) -> None:
        for row in rows:
            self._session.expire(row, ["stops"])

    def _forget_reasons(self, orders: Iterable[OrderId]) -> None:
        for part in chunks(orders):
            self._session.execute(
                delete(UnassignedRecord).where(UnassignedRecord.order_id.in_(part))
            )


class _Arranged(NamedTuple):
    inverse: ArrangeRoutes
    changes: Changes


_STATUS_TEXT = {
    OrderStatus.ON_HOLD: "is on hold",
    OrderStatus.OPEN: "has no place on the map yet",
    OrderStatus.OUT: "is already on the road",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.FAILED: "came back undelivered",
    OrderStatus.CANCELLED: "was cancelled",
}


def _orders(stops: Iterable[Stop]) -> list[OrderId]:
    return [stop.order for stop in stops]


def _facts(order: Order) -> dict[str, Any]:
    facts: dict[str, Any] = as_json(order)
    del facts["id"], facts["version"]
    return facts


def _name(row: RouteRecord) -> str:
    return f"{row.shift.driver.name} · {row.shift.vehicle.name}"


def _clock(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone or 'UTC')):%H:%M}"


def _route_changes(rows: Mapping[RouteId, RouteRecord]) -> Changes:
    return Changes(routes=frozenset(rows), days=frozenset(row.shift.day for row in rows.values()))
