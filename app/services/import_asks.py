"""What the rows of an orders file ask, as rules of their orders; pairs by their references."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.documents.cells import shown
from app.documents.order_drafts import OrderAsks, OrderDraft, RowProblem, RowResult, Severity
from app.domain.errors import ConflictError
from app.domain.ids import DepotId, DriverId, OrderId
from app.domain.orders import Order
from app.domain.rules import NO_ORDER_RULES, OrderRules
from app.storage import order_rows, queries

AmountsByName = tuple[tuple[str, int], ...]


def drivers_by_name(session: Session) -> dict[str, DriverId]:
    """By names in small letters; of two with one name, the one in use."""
    drivers = sorted(queries.drivers(session), key=lambda driver: driver.is_active)
    return {driver.name.casefold(): driver.id for driver in drivers}


def pickup_of(draft: OrderDraft) -> str:
    """The reference of the pickup that brings the goods of the row; empty for none."""
    return (draft.asks.collected_by or "") if draft.asks is not None else ""


def pickups(
    session: Session, references: Collection[str], depot: DepotId | None
) -> dict[str, OrderId]:
    """Those of the pickups, named by rows of the file, that are in the database."""
    found = order_rows.pickups(session, references)
    mine = {reference: key for (reference, where), key in found.items() if where == depot}
    anywhere = {reference: key for (reference, where), key in found.items() if where is None}
    return anywhere | mine


def unpaired(results: Sequence[RowResult], there: Collection[str], column: str) -> list[RowResult]:
    """The results, refused, whose pickup is neither in the file nor in the database, or brings
    the goods of a row before."""
    fed: dict[str, str] = {}
    refused = []
    for result in results:
        draft = result.draft
        if draft is None:
            continue
        pickup = pickup_of(draft)
        first = fed.setdefault(pickup, draft.reference)
        if pickup not in there:
            problem = _no_pickup(draft, column)
        elif first != draft.reference:
            problem = _fed(draft, column, first)
        else:
            continue
        refused.append(replace(result, draft=None, problems=(*result.problems, problem)))
    return refused


def _no_pickup(draft: OrderDraft, column: str) -> RowProblem:
    return RowProblem(
        line=draft.line,
        column=column,
        code="pair_unknown",
        text=f"there is no pickup {shown(pickup_of(draft))}, neither in the file nor among the "
        "orders that can be planned",
        severity=Severity.REJECT,
    )


def _fed(draft: OrderDraft, column: str, first: str) -> RowProblem:
    return RowProblem(
        line=draft.line,
        column=column,
        code="pair_taken",
        text=f"the pickup {shown(pickup_of(draft))} brings the goods of {shown(first)} already; "
        "each delivery needs a pickup of its own",
        severity=Severity.REJECT,
    )


def rules_of(
    draft: OrderDraft, old: Order | None, keys: Mapping[str, OrderId]
) -> tuple[OrderRules, AmountsByName]:
    """Rules and further loads: what the file has no column for stays as it is."""
    rules = NO_ORDER_RULES if old is None else old.rules
    more = () if old is None else old.more_load
    asks = draft.asks
    if asks is None:
        return rules, more
    changed = replace(
        rules,
        more_windows=_or(asks.more_windows, rules.more_windows),
        released_at=_one(asks.released_at, rules.released_at),
        setup_time=_or(asks.setup_time, rules.setup_time),
        service_by_type=_or(asks.service_by_type, rules.service_by_type),
        setup_by_type=_or(asks.setup_by_type, rules.setup_by_type),
        drivers=_or(asks.drivers, rules.drivers),
        barred_drivers=_or(asks.barred_drivers, rules.barred_drivers),
        preferred_drivers=_or(asks.preferred_drivers, rules.preferred_drivers),
        goods=_or(asks.goods, rules.goods),
        apart_from=_or(asks.apart_from, rules.apart_from),
        takes_back=_taken_back(asks, rules),
        drop_price=_one(asks.drop_price, rules.drop_price),
        collected_by=_pair(asks, rules, keys),
    )
    return (NO_ORDER_RULES if changed == NO_ORDER_RULES else changed), _or(asks.more_load, more)


def _taken_back(asks: OrderAsks, rules: OrderRules) -> tuple[int, ...]:
    if asks.takes_back is None:
        return rules.takes_back
    grams, count = asks.takes_back
    return rules.taking_back(grams=grams, parcels=count)


def _pair(asks: OrderAsks, rules: OrderRules, keys: Mapping[str, OrderId]) -> OrderId | None:
    if asks.collected_by is None:
        return rules.collected_by
    if not asks.collected_by:
        return None
    if asks.collected_by not in keys:  # it was there when the file was read
        raise ConflictError(
            f"The pickup {shown(asks.collected_by)} was changed meanwhile. Nothing was taken; "
            "import the file again."
        )
    return keys[asks.collected_by]


def _or[T](said: T | None, kept: T) -> T:
    return kept if said is None else said


def _one[T](said: tuple[T, ...] | None, kept: T | None) -> T | None:
    if said is None:
        return kept
    return said[0] if said else None
