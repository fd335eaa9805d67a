"""Reads the pickup of a row that says where the goods of its delivery are fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.documents.cells import day_text
from app.documents.order_drafts import OrderAsks, OrderDraft
from app.documents.order_places import address, location
from app.documents.order_windows import DayRules, day_and_window
from app.documents.row_cells import RowCells
from app.documents.row_words import check_contacts, requirements
from app.domain.addresses import Address
from app.domain.fleet import Depot
from app.domain.geo import Bounds, Location, distance_m
from app.domain.orders import OrderKind

_PLACE = ("one_line", "address", "lat")
_AT_DEPOT_M = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRules:
    """What is known beside the row."""

    days: DayRules
    bounds: Bounds | None
    depot: Depot | None
    """What is fetched there is loaded in the morning: no order of its own."""
    breaks: str
    """Between requirements."""


def fetched_first(
    cells: RowCells, delivery: OrderDraft, rules: PickupRules
) -> tuple[OrderDraft | None, OrderDraft]:
    """The pickup of the goods, if they aren't at the depot, and the delivery that names it.

    `cells` are the row's cells of the pickup, and get its problems.
    """
    if not any(cells.has(name) for name in _PLACE):
        return None, delivery
    pickup = _pickup(cells, delivery, rules) if any(map(cells.get, _PLACE)) else None
    is_one_tour = pickup is not None and pickup.day == delivery.day
    name = pickup.reference if pickup is not None and is_one_tour else ""
    asks = replace(delivery.asks or OrderAsks(), collected_by=name)
    return pickup, replace(delivery, asks=asks)


def _pickup(cells: RowCells, delivery: OrderDraft, rules: PickupRules) -> OrderDraft | None:
    place = location(cells, rules.bounds)
    street = address(cells, rules.bounds, is_needed=place is None)
    if rules.depot is not None and _is_at(rules.depot, street, place):
        return None
    on_its_day = replace(rules.days, given=delivery.day, earliest=None)
    day, window = day_and_window(cells, on_its_day, delivery.day, None)
    day = day or delivery.day
    is_after = (
        window is not None and delivery.window is not None and window.start > delivery.window.end
    )
    if day > delivery.day or is_after:
        cells.reject("window", "pickup_after", "the goods are fetched after they are delivered")
    elif day < delivery.day:
        cells.warn(
            "window", "pickup_before",
            f"fetched on {day_text(day)}, delivered on {day_text(delivery.day)}: two tours, with "
            "the goods at the depot between them",
        )  # fmt: skip
    check_contacts(cells)
    return OrderDraft(
        line=delivery.line,
        reference=f"{delivery.reference}-PICKUP",
        day=day,
        recipient=cells.get("recipient"),
        address=street,
        location=place,
        window=window,
        weight_g=delivery.weight_g,
        volume_cm3=delivery.volume_cm3,
        parcels=delivery.parcels,
        kind=OrderKind.PICKUP,
        priority=delivery.priority,
        requirements=requirements(cells, "requirements", rules.breaks),
        phone=cells.get("phone"),
        notes=cells.get("notes"),
        notices=tuple(problem.text for problem in cells.problems),
    )


def _is_at(depot: Depot, street: Address, place: Location | None) -> bool:
    if place is not None:
        return distance_m(place, depot.location) <= _AT_DEPOT_M
    # A town that is not told is that of the depot.
    return _key(street.street) == _key(depot.address.street) and all(
        not told or _key(told) == _key(known)
        for told, known in (
            (street.postcode, depot.address.postcode),
            (street.city, depot.address.city),
        )
    )


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
