"""The good rows of an orders file on their way into the database: one transaction."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.documents.order_drafts import OrderDraft, RowProblem, Severity
from app.domain.addresses import Place, Precision
from app.domain.edits import Applied, ChangeOrders, Changes, Compound, Kind
from app.domain.fleet import Depot
from app.domain.ids import OrderId
from app.domain.orders import (
    Order,
    OrderKind,
    OrderStatus,
    Parcel,
    Source,
    address_reason,
    barcodes,
    held,
    taken_again,
    with_place,
)
from app.services.applying import Applying
from app.services.context import Actor, Clock
from app.services.draft_pile import DraftPile
from app.services.import_asks import pickups, rules_of
from app.services.import_places import address_problem
from app.services.order_edits import order_facts
from app.storage import order_rows, queries
from app.storage.convert import as_json
from app.storage.database import Database
from app.storage.events import Journal
from app.storage.keys import new_id

_CHANGEABLE = frozenset({OrderStatus.OPEN, OrderStatus.ON_HOLD})


class Taking:
    """Takes the rows of one file, and counts what became of them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: Actor,
        depot: Depot | None,
        zone: ZoneInfo,
        address_columns: Mapping[OrderKind, str],
    ) -> None:
        self._database = database
        self._address_columns = address_columns
        self._now = clock()
        self._actor = actor
        self._depot = depot.id if depot is not None else None
        self._zone = zone.key
        self.counts: Counter[str] = Counter()
        self.precisions: Counter[Precision] = Counter()
        self.problems: list[RowProblem] = []
        self._keys: dict[str, OrderId] = {}
        """Of the pickups that rows name."""

    def take(
        self,
        parts: Iterable[Sequence[tuple[OrderDraft, Place | None]]],
        pile: DraftPile,
    ) -> Applied:
        """Take the rows of the pile, some at a time; if `parts` raises, none was taken."""
        with self._database.transaction() as session:
            order_rows.claim_references(session)
            self._keys = pickups(session, pile.named, self._depot) | {
                reference: found[0] if found else OrderId(new_id())
                for reference, found in self._known(session, pile.named & pile.pickups).items()
            }
            made: dict[OrderId, int] = {}
            days: set[date] = set()
            applied = Applying(session, self._now, self._actor).make_each(
                self._edits(session, parts, made, days)
            )
        return Applied(
            inverse=Compound(edits=(applied.inverse, ChangeOrders(delete=made, pins={}))),
            changes=applied.changes | Changes(orders=frozenset(made), days=frozenset(days)),
            touched={**applied.touched, **{(Kind.ORDER, key): (0, 1) for key in made}},
        )

    def _edits(
        self,
        session: Session,
        parts: Iterable[Sequence[tuple[OrderDraft, Place | None]]],
        made: dict[OrderId, int],
        days: set[date],
    ) -> Iterator[ChangeOrders]:
        """Add what is new; gives back how the orders change that were there."""
        journal = Journal(session, self._now, self._actor.name, self._actor.workstation)
        for rows in parts:
            new: list[Order] = []
            changed: dict[OrderId, tuple[OrderDraft, Place | None]] = {}
            unchanged: dict[OrderId, tuple[OrderDraft, Place | None]] = {}
            known = self._known(session, [draft.reference for draft, _ in rows])
            for draft, place in rows:
                there = known[draft.reference]
                if there is None:
                    key = self._keys.get(draft.reference) or OrderId(new_id())
                    order = self._order(key, draft, place, None)
                    self._count("added", order, draft.line)
                    journal.note("order", key, "imported", None, order_facts(order))
                    new.append(order)
                elif there[1] == _digest(draft):
                    unchanged[there[0]] = (draft, place)
                else:
                    changed[there[0]] = (draft, place)
            order_rows.add_orders(session, new, self._now, self._actor.name)
            journal.write()
            made |= dict.fromkeys((order.id for order in new), 1)
            days |= {order.day for order in new}
            waiting = order_rows.on_hold(session, tuple(unchanged))
            updated = (
                *self._updated(queries.orders(session, tuple(changed)), changed),
                *self._found_now(queries.orders(session, waiting), unchanged),
            )
            if updated:
                yield ChangeOrders(put=updated)

    def _known(
        self, session: Session, references: Collection[str]
    ) -> dict[str, tuple[OrderId, str] | None]:
        """Key and digest of the order that each reference stands for; None for a new one."""
        found = order_rows.digests(session, references)
        # An order may have come before its depot was entered: it is the same order.
        return {
            each: found.get((each, self._depot)) or found.get((each, None)) for each in references
        }

    def _found_now(
        self,
        orders: Sequence[Order],
        unchanged: Mapping[OrderId, tuple[OrderDraft, Place | None]],
    ) -> list[Order]:
        """Those that waited for their place only because it was not known the last time."""
        self.counts["unchanged"] += len(unchanged)
        found = []
        for old in orders:
            draft, place = unchanged[old.id]
            waits = address_reason(old.place) in old.hold_reason.splitlines()
            if waits and place and not address_reason(place) and old.address == draft.address:
                order = with_place(old, place)
                self.counts["unchanged"] -= 1
                self._count("updated", order, draft.line)
                found.append(order)
        return found

    def _updated(
        self,
        orders: Sequence[Order],
        changed: Mapping[OrderId, tuple[OrderDraft, Place | None]],
    ) -> list[Order]:
        updated = []
        for old in orders:
            draft, place = changed[old.id]
            if old.status not in _CHANGEABLE:
                self.counts["refused"] += 1
                self.problems.append(
                    RowProblem(
                        line=draft.line,
                        column="reference",
                        code="not_changeable",
                        text=f"{old.reference} {_WHY_NOT[old.status]}; the file's change of it "
                        "was not taken.",
                        severity=Severity.REJECT,
                    )
                )
                continue
            if old.place is not None and old.place.is_confirmed and old.address == draft.address:
                place = old.place
            taken = replace(self._order(old.id, draft, place, old), version=old.version)
            order = taken_again(taken, old)
            self._count("updated", order, draft.line)
            updated.append(order)
        return updated

    def _order(
        self, key: OrderId, draft: OrderDraft, place: Place | None, old: Order | None
    ) -> Order:
        rules, more_load = rules_of(draft, old, self._keys)
        order = Order(
            id=key,
            reference=draft.reference,
            depot=self._depot,
            day=draft.day,
            recipient=draft.recipient,
            company=draft.company,
            address=draft.address,
            place=place,
            window=draft.window,
            time_zone=self._zone,
            kind=draft.kind,
            method=draft.method,
            payment=draft.payment,
            cod_amount=draft.cod_amount,
            currency=draft.currency,
            weight_g=draft.weight_g,
            volume_cm3=draft.volume_cm3,
            parcels=tuple(Parcel(barcode=barcode) for barcode in draft.barcodes)
            or barcodes(draft.reference, draft.parcels),
            priority=draft.priority,
            requirements=draft.requirements,
            phone=draft.phone,
            email=draft.email,
            notes=draft.notes,
            rules=rules,
            more_load=more_load,
        )
        if draft.service_time is not None:
            order = replace(order, service_time=draft.service_time)
        for reason in (*draft.hold_reason.splitlines(), address_reason(place)):
            if reason:
                order = held(order, reason)
        holds = tuple(order.hold_reason.splitlines())
        return replace(order, source=Source(digest=_digest(draft), holds=holds))

    def _count(self, what: str, order: Order, line: int) -> None:
        self.counts[what] += 1
        self.precisions[order.place.precision if order.place else Precision.UNKNOWN] += 1
        if order.status is OrderStatus.ON_HOLD:
            self.counts["on_hold"] += 1
        column = self._address_columns[order.kind]
        problem = address_problem(line, column, order.address, order.place)
        is_held = order.status is OrderStatus.ON_HOLD
        if problem is not None and (is_held or problem.severity is not Severity.REVIEW):
            self.problems.append(problem)


_WHY_NOT = {
    OrderStatus.OUT: "is already on the road",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.FAILED: "came back undelivered",
    OrderStatus.CANCELLED: "was cancelled here",
}


def _digest(draft: OrderDraft) -> str:
    """What the row says, without where it stands in the file."""
    said = as_json(replace(draft, line=0, notices=()))
    if draft.asks is None:  # as before files could ask more
        del said["asks"]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
