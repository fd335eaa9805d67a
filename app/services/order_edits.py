"""How orders are made, changed and deleted in a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.addresses import Address
from app.domain.edits import Applied, ChangeOrders, Changes, Compound
from app.domain.errors import ConflictError, RuleError
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId
from app.domain.orders import Order, OrderStatus, may_become
from app.services.context import Actor
from app.services.edit_rows import STATUS_TEXT, EditRows
from app.services.route_edits import RouteEdits
from app.services.touched import TouchedRows
from app.storage.convert import as_json, fill_order, order_of
from app.storage.events import Journal
from app.storage.order_rows import claim_references, digests, set_aside_references
from app.storage.pins import replace_pin
from app.storage.reasons import replace_reasons
from app.storage.records import OrderRecord


class OrderEdits:
    """The orders' part of one transaction."""

    def __init__(
        self,
        session: Session,
        journal: Journal,
        touched: TouchedRows,
        rows: EditRows,
        routes: RouteEdits,
        now: datetime,
        actor: Actor,
    ) -> None:
        self._session = session
        self._journal = journal
        self._touched = touched
        self._rows = rows
        self._routes = routes
        self._now = now
        self._actor = actor

    def change(self, edit: ChangeOrders) -> Applied:
        claim_references(self._session)
        old_rows = {
            OrderId(row.id): row
            for row in self._rows.orders(
                {o.id: o.version for o in edit.put if o.version} | dict(edit.delete)
            )
        }
        old = {key: order_of(row) for key, row in old_rows.items()}
        for order in edit.put:
            if order.id in old:
                self._check_step(old[order.id], order)
        self._check_references(edit, old)
        leaving = {
            order.id
            for order in edit.put
            if order.id in old and not (order.is_plannable and order.day == old[order.id].day)
        } | set(edit.delete)
        off_routes = self._routes.take_off(leaving)
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
                self._journal.note(
                    "order", order.id, "changed", order_facts(old[order.id]), order_facts(order)
                )
            rows.append((order, row))
        reasons = replace_reasons(self._session, dict.fromkeys(edit.delete))
        for key in edit.delete:
            self._delete_order(old_rows[key], old[key])
        self._session.flush()
        replace_reasons(self._session, edit.reasons)
        for order, row in rows:
            if order.id in old:
                restored.append(replace(old[order.id], version=row.version))
            else:
                made[order.id] = row.version
        restored += [replace(old[key], version=0) for key in edit.delete]
        route_changes = self._routes.touch_routes_of(
            {order.id for order in edit.put if order.id in old} - leaving
        )
        pins = _pins_of(edit, old) if edit.pins is None else edit.pins.items()
        back = ChangeOrders(
            put=tuple(restored), delete=made, pins=self._replace_pins(pins), reasons=reasons
        )
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
        row = OrderRecord(id=order.id, edited_at=self._now, edited_by=self._actor.name, parcels=[])
        fill_order(row, order)
        self._session.add(row)
        self._touched.make(row)
        self._journal.note("order", order.id, "created", None, order_facts(order))
        return row

    def _delete_order(self, row: OrderRecord, order: Order) -> None:
        if order.status in (OrderStatus.OUT, OrderStatus.DELIVERED):
            raise RuleError(f"{order.reference} {STATUS_TEXT[order.status]}: it can't be deleted.")
        self._session.delete(row)
        self._touched.drop(row)
        self._journal.note("order", order.id, "deleted", order_facts(order), None)

    def _check_references(self, edit: ChangeOrders, old: Mapping[OrderId, Order]) -> None:
        """A reference is one order's; the database alone would let orders of no depot share it."""
        coming = [
            order
            for order in edit.put
            if order.id not in old or _name(old[order.id]) != _name(order)
        ]
        wanted = Counter(_name(order) for order in edit.put)
        there = digests(self._session, {order.reference for order in coming})
        changing = {order.id for order in edit.put} | edit.delete.keys()
        for order in coming:
            owner = there.get(_name(order))
            if wanted[_name(order)] > 1 or (owner is not None and owner[0] not in changing):
                raise RuleError(f"There is an order {order.reference} already. Choose another one.")
        # Rows are written one after the other, and a reference is free only once its owner's is.
        names = {_name(order) for order in coming}
        set_aside_references(self._session, [key for key in old if _name(old[key]) in names])

    def _check_step(self, old: Order, new: Order) -> None:
        if not may_become(old.status, new.status):
            raise RuleError(f"{old.reference} {STATUS_TEXT[old.status]}; this can't be done now.")
        if old.status in (OrderStatus.OUT, OrderStatus.DELIVERED) and old.status is new.status:
            raise RuleError(
                f"{old.reference} {STATUS_TEXT[old.status]}; it can't be changed any more."
            )

    def _replace_pins(
        self, pins: Iterable[tuple[Address, Location | None]]
    ) -> dict[Address, Location | None]:
        """Gives back what was remembered of these addresses."""
        was: dict[Address, Location | None] = {}
        for address, pin in pins:
            before = replace_pin(self._session, address, pin, self._now, self._actor.name)
            was.setdefault(address, before)
        # Undone last to first: an address may be there in two spellings.
        return dict(reversed(was.items()))


def _pins_of(
    edit: ChangeOrders, old: Mapping[OrderId, Order]
) -> Iterator[tuple[Address, Location | None]]:
    """What the orders' own places say about their addresses, where that is new.

    An order that goes to another address takes nothing from the one that it leaves. What names no
    street is no address to remember: it would be the same for a whole town.
    """
    for order in edit.put:
        before = old.get(order.id)
        if not order.address.street:
            continue
        is_confirmed = order.place is not None and order.place.is_confirmed
        if before is None or before.address != order.address:
            if is_confirmed:
                yield order.address, order.location
        elif before.place != order.place:
            if is_confirmed:
                yield order.address, order.location
            elif before.place is not None and before.place.is_confirmed:
                yield order.address, None


def _name(order: Order) -> tuple[str, DepotId | None]:
    return (order.reference, order.depot)


def order_facts(order: Order) -> dict[str, Any]:
    """What the log keeps of an order."""
    facts: dict[str, Any] = as_json(order)
    del facts["id"], facts["version"], facts["source"]
    return facts
