"""Reads the cells of one order: each is understood, refused, or a reason to hold the order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from app.documents.cells import CellError, number, shown
from app.documents.order_amounts import (
    barcodes,
    digits_lost_text,
    parcels,
    payment_and_cash,
    service_time,
    volume_cm3,
    weight_g,
)
from app.documents.order_asks import order_asks
from app.documents.order_columns import Preset
from app.documents.order_drafts import OrderDraft, RowProblem, Severity
from app.documents.order_pickups import PickupRules, fetched_first
from app.documents.order_places import address, location
from app.documents.order_shops import ADAPTERS
from app.documents.order_windows import DayRules, day_and_window
from app.documents.row_cells import PICKUP, RowCells
from app.documents.row_words import check_contacts, requirements
from app.documents.tables import Row
from app.domain.fleet import Depot
from app.domain.geo import Bounds
from app.domain.ids import DriverId
from app.domain.orders import Method, OrderKind

_MAX_REFERENCE = 100
_KINDS = {
    **dict.fromkeys(
        ("", "delivery", "d", "dropoff", "drop off", "drop-off", "lieferung", "zustellung",
         "livraison", "entrega"),
        OrderKind.DELIVERY,
    ),
    **dict.fromkeys(
        ("pickup", "p", "pick up", "pick-up", "collection", "collect", "return", "abholung",
         "retoure", "enlèvement", "recogida", "recolha"),
        OrderKind.PICKUP,
    ),
}  # fmt: skip
_METHODS = {
    **{method.value: method for method in Method},
    **dict.fromkeys(("", "door", "haustür", "home delivery"), Method.HOME),
    **dict.fromkeys(("parcel locker", "packstation", "paketfach"), Method.LOCKER),
    **dict.fromkeys(("kerbside", "bordstein", "bordsteinkante"), Method.CURBSIDE),
    **dict.fromkeys(("kontaktlos", "leave at door"), Method.CONTACTLESS),
}
_PRIORITIES = {"": 0, "low": 0, "normal": 0, "medium": 1, "high": 2, "urgent": 3, "critical": 3}
_DIGITS_LOST = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What is known beside the file."""

    zone: ZoneInfo
    """Of the depot: the clock by which times in the file are meant."""
    day: date | None = None
    """The service day of rows that name none."""
    today: date | None = None
    """Without `day`, days before this one are told as past."""
    preset: str = "auto"
    columns: Mapping[str, str] | None = None
    """A person's mapping, field → header; it replaces the preset's."""
    bounds: Bounds | None = None
    """Of the region: exchanged coordinates are noticed by it."""
    depot: Depot | None = None
    """Where the goods are; the cash of rows without a currency is in the depot's."""
    drivers: Mapping[str, DriverId] = field(default_factory=dict)
    """Those that an order may name, by their names in small letters."""
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRead:
    """One order of a row, and what there is to tell of it."""

    reference: str
    draft: OrderDraft | None = None
    """None where it was refused or left out."""
    problems: tuple[RowProblem, ...]


class OrderReader:
    """Reads the orders of one file, in their sequence."""

    def __init__(
        self,
        *,
        preset: Preset,
        columns: Mapping[str, str],
        positions: Mapping[str, int],
        options: ReadOptions,
        is_comma_decimal: bool,
    ) -> None:
        self._preset = preset
        self._columns = columns
        self._positions = positions
        self._bounds = options.bounds
        self._is_comma_decimal = is_comma_decimal
        self._adapt = ADAPTERS.get(preset.key)
        self._days = DayRules(
            zone=options.zone,
            order=preset.date_order,
            given=options.day,
            earliest=options.day or options.today,
        )
        self._drivers = options.drivers
        self._currency = "" if options.depot is None else options.depot.currency
        self._pickups = PickupRules(
            days=self._days,
            bounds=options.bounds,
            depot=options.depot,
            breaks=preset.requirement_breaks,
        )
        self._last_day: date | None = None

    def read(self, row: Row) -> tuple[OrderRead, ...]:
        """The order of the row, after the pickup that fetches its goods if the row names one."""
        cells = RowCells(row, self._columns, self._positions)
        if self._adapt is not None:
            self._adapt(cells)
        reference = _reference(cells)
        skips = [problem for problem in cells.problems if problem.severity is Severity.SKIP]
        if skips:
            return (OrderRead(reference=reference, problems=tuple(skips)),)
        draft = self._draft(cells, reference)
        fetched, pickup = cells.part(PICKUP), None
        if draft is not None:
            pickup, draft = fetched_first(fetched, draft, self._pickups)
        problems = (*fetched.problems, *cells.problems)
        if draft is None or any(each.severity is Severity.REJECT for each in problems):
            return (OrderRead(reference=reference, problems=problems),)
        delivery = OrderRead(reference=reference, draft=draft, problems=tuple(cells.problems))
        if pickup is None:
            return (replace(delivery, problems=problems),)
        return (
            OrderRead(reference=pickup.reference, draft=pickup, problems=tuple(fetched.problems)),
            delivery,
        )

    def _draft(self, cells: RowCells, reference: str) -> OrderDraft | None:
        is_comma = self._is_comma_decimal
        recipient = _recipient(cells)
        street, place = address(cells, self._bounds), location(cells, self._bounds)
        service = service_time(cells, is_comma_decimal=is_comma)
        day, window = day_and_window(cells, self._days, self._last_day, service)
        weight = weight_g(cells, is_comma_decimal=is_comma)
        volume = volume_cm3(cells, is_comma_decimal=is_comma)
        codes = barcodes(cells)
        count = parcels(cells, codes)
        kind, method = _kind(cells), _method(cells)
        payment, cash, currency = payment_and_cash(
            cells, is_comma_decimal=is_comma, home=self._currency
        )
        priority = _priority(cells)
        needs = requirements(cells, "requirements", self._preset.requirement_breaks)
        check_contacts(cells)
        asks = order_asks(
            cells,
            days=self._days,
            day=day,
            window=window,
            kind=kind,
            drivers=self._drivers,
            is_comma_decimal=is_comma,
        )
        if day is None:
            return None
        self._last_day = day
        return OrderDraft(
            line=cells.line,
            reference=reference,
            day=day,
            recipient=recipient,
            address=street,
            company=cells.get("company"),
            location=place,
            window=window,
            service_time=service,
            weight_g=weight,
            volume_cm3=volume,
            parcels=count,
            barcodes=codes,
            kind=kind,
            method=method,
            payment=payment,
            cod_amount=cash,
            currency=currency,
            priority=priority,
            requirements=needs,
            phone=cells.get("phone"),
            email=cells.get("email"),
            notes=cells.get("notes"),
            asks=asks,
            hold_reason=_texts(cells, Severity.REVIEW),
            notices=tuple(p.text for p in cells.problems if p.severity is Severity.WARN),
        )


def _texts(cells: RowCells, severity: Severity) -> str:
    texts = [problem.text for problem in cells.problems if problem.severity is severity]
    return "\n".join(texts)


def _reference(cells: RowCells) -> str:
    """The order's own reference, or one made of all that the row says, the same each time."""
    text = cells.get("reference")
    if _DIGITS_LOST.fullmatch(text):
        cells.reject("reference", "digits_lost", digits_lost_text(text))
    if len(text) > _MAX_REFERENCE:
        cells.reject(
            "reference", "reference_long", f"a reference has at most {_MAX_REFERENCE} characters"
        )
    if text:
        return text
    digest = hashlib.blake2b(cells.contents().encode(), digest_size=5).hexdigest().upper()
    made = f"NOREF-{digest}"
    if cells.has("reference"):
        cells.review("reference", "reference_empty", f"it has no reference; it is kept as {made}")
    else:
        cells.tell(
            Severity.NORMALISE, "", "reference_made",
            f"the file has no references; made {made} from the row",
        )  # fmt: skip
    return made


def _recipient(cells: RowCells) -> str:
    names = (cells.get("first_name"), cells.get("last_name"))
    name = cells.get("recipient") or " ".join(part for part in names if part)
    if not name and not cells.get("company"):
        cells.warn("recipient", "recipient_empty", "nobody is named as the recipient")
    return name


def _kind(cells: RowCells) -> OrderKind:
    text = cells.get("kind")
    kind = _KINDS.get(text.casefold())
    if kind is None:
        cells.reject(
            "kind", "kind_unknown", f"“{shown(text)}” is not known; use delivery or pickup"
        )
        return OrderKind.DELIVERY
    return kind


def _method(cells: RowCells) -> Method:
    text = cells.get("method")
    method = _METHODS.get(text.casefold())
    if method is None:
        names = ", ".join(method.value for method in Method)
        cells.reject("method", "method_unknown", f"“{shown(text)}” is not known; use {names}")
        return Method.HOME
    return method


def _priority(cells: RowCells) -> int:
    text = cells.get("priority")
    known = _PRIORITIES.get(text.casefold())
    if known is not None:
        return known
    try:
        value = number(text, is_comma_decimal=False)
    except CellError:
        value = None
    if value is None or value not in (0, 1, 2, 3):
        cells.reject(
            "priority", "priority_unknown",
            f"“{shown(text)}” is no priority; use 0 (normal) to 3 (critical)",
        )  # fmt: skip
        return 0
    return int(value)
