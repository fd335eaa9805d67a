"""Reads what an order asks beyond the everyday: windows, release, drivers, goods, prices, pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from app.documents.cells import CellError, quantity, shown
from app.documents.named_columns import NAMED, SERVICE, SETUP
from app.documents.order_amounts import more_loads, service_time, taken_back, times_by_type
from app.documents.order_drafts import OrderAsks
from app.documents.order_windows import DayRules, other_moment, other_window
from app.documents.row_cells import RowCells
from app.domain.ids import DriverId
from app.domain.orders import OrderKind
from app.domain.times import TimeWindow

_FIELDS = frozenset(
    {
        "window2_start", "window2_end", "ready_at", "setup_min", "drivers", "not_drivers",
        "preferred_drivers", "goods_class", "not_with", "drop_price", "collected_by",
        "back_kg", "back_parcels", "assigned",
    }
)  # fmt: skip
_MAX_PRICE = Decimal(10**6)


def order_asks(
    cells: RowCells,
    *,
    days: DayRules,
    day: date | None,
    window: TimeWindow | None,
    kind: OrderKind,
    drivers: Mapping[str, DriverId],
    is_comma_decimal: bool,
) -> OrderAsks | None:
    """What the row asks; None where the file has no column for any of it."""
    asked = [name for name in cells.columns() if name in _FIELDS or name.startswith(NAMED)]
    if not asked:
        return None

    def named(name: str) -> frozenset[DriverId] | None:
        return _drivers(cells, name, drivers) if cells.has(name) else None

    only, barred = named("drivers"), named("not_drivers")
    if only and barred and only & barred:
        cells.reject("not_drivers", "driver_twice", "a driver is both allowed and not allowed")
    if cells.has("assigned"):
        only = _assigned(cells, drivers)
    has_second = cells.has("window2_start") or cells.has("window2_end")
    second = other_window(cells, days, day, window) if has_second else None
    ready = other_moment(cells, "ready_at", days, day) if cells.has("ready_at") else None
    setup = None
    if cells.has("setup_min"):
        setup = service_time(cells, is_comma_decimal=is_comma_decimal, name="setup_min")
        setup = setup or timedelta()
    return OrderAsks(
        more_windows=second,
        released_at=ready,
        setup_time=setup,
        service_by_type=times_by_type(cells, SERVICE, is_comma_decimal=is_comma_decimal),
        setup_by_type=times_by_type(cells, SETUP, is_comma_decimal=is_comma_decimal),
        drivers=only,
        barred_drivers=barred,
        preferred_drivers=named("preferred_drivers"),
        goods=_words(cells, "goods_class"),
        apart_from=_words(cells, "not_with"),
        takes_back=_taken_back(cells, kind, is_comma_decimal=is_comma_decimal),
        drop_price=_price(cells, is_comma_decimal=is_comma_decimal),
        collected_by=_pickup(cells, kind),
        more_load=more_loads(cells, is_comma_decimal=is_comma_decimal),
    )


def _drivers(cells: RowCells, name: str, known: Mapping[str, DriverId]) -> frozenset[DriverId]:
    text = cells.get(name)
    if text.casefold() in known:  # a name may have a comma in it
        return frozenset({known[text.casefold()]})
    parts = _parts(text)
    if len(parts) == 1:
        parts = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in parts if part.casefold() not in known]
    if unknown:
        cells.reject(
            name, "driver_unknown",
            f"there is no driver called {shown(unknown[0])}; separate several with a semicolon",
        )  # fmt: skip
    return frozenset(known[part.casefold()] for part in parts if part.casefold() in known)


def _assigned(cells: RowCells, known: Mapping[str, DriverId]) -> frozenset[DriverId]:
    """The driver whom another program chose; anyone where we have none of that name."""
    text = cells.get("assigned")
    driver = known.get(text.casefold())
    if text and driver is None:
        cells.warn(
            "assigned", "driver_unknown",
            f"there is no driver called {shown(text)}, so any driver may take it; enter the driver "
            "under Fleet and import the file again",
        )  # fmt: skip
    return frozenset() if driver is None else frozenset({driver})


def _words(cells: RowCells, name: str) -> frozenset[str] | None:
    if not cells.has(name):
        return None
    return frozenset(" ".join(p.split()).casefold() for p in _parts(cells.get(name), ",;|\n"))


def _parts(text: str, breaks: str = ";|\n") -> list[str]:
    return [part.strip() for part in re.split(f"[{re.escape(breaks)}]", text) if part.strip()]


def _price(cells: RowCells, *, is_comma_decimal: bool) -> tuple[float, ...] | None:
    text = cells.get("drop_price")
    if not text:
        return () if cells.has("drop_price") else None
    try:
        value, _currency = quantity(
            text.removesuffix("€").strip(), is_comma_decimal=is_comma_decimal
        )
    except CellError as error:
        cells.reject("drop_price", "number_unreadable", str(error))
        return ()
    if not 0 <= value <= _MAX_PRICE:
        cells.reject("drop_price", "out_of_range", f"{shown(text)} is no price")
        return ()
    return (float(value),)


def _taken_back(
    cells: RowCells, kind: OrderKind, *, is_comma_decimal: bool
) -> tuple[int | None, int | None] | None:
    back = taken_back(cells, is_comma_decimal=is_comma_decimal)
    if back is not None and any(back) and kind is OrderKind.PICKUP:
        column = "back_kg" if back[0] else "back_parcels"
        cells.reject(
            column, "back_of_pickup",
            "a pickup has only goods of its own; add what comes back to its weight and parcels",
        )  # fmt: skip
    return back


def _pickup(cells: RowCells, kind: OrderKind) -> str | None:
    reference = cells.get("collected_by")
    if reference and kind is OrderKind.PICKUP:
        cells.reject(
            "collected_by", "pair_of_pickup",
            "a pickup is not collected by another; name the pickup in the row of the delivery",
        )  # fmt: skip
    if reference and reference == cells.get("reference"):
        cells.reject("collected_by", "pair_of_itself", "the order names itself")
    return reference if cells.has("collected_by") else None
