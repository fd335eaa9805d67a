"""What the cells of shops and of other dispatch programs mean in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.documents.cells import CellError, number
from app.documents.row_cells import RowCells

_COD = re.compile(r"\bcod\b|cash\s*on\s*delivery|cashondelivery|nachnahme|contre[- ]remboursement")
_PRIORITY_WORDS = {"low": "0", "regular": "0", "normal": "0", "medium": "1", "high": "2"}
_OPTIMO_PRIORITY = {"l": "0", "m": "1", "h": "2", "c": "3"}
_ASSIGNED = re.compile(r"(.*?)(?::\s*(.*))?")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_PACKAGE = re.compile(r"[^\s=]+=(\d+)")


def _shopify(cells: RowCells) -> None:
    if cells.get("cancelled_at"):
        cells.skip(
            "cancelled_at", "cancelled", f"cancelled in the shop on {cells.get('cancelled_at')}"
        )
    status = cells.get("financial_status").casefold()
    match status:
        case "paid" | "":
            cells.put("payment", "paid")
        case "partially_refunded":
            cells.put("payment", "paid")
            cells.warn("financial_status", "refunded", "partly refunded: goods may have changed")
        case "refunded" | "voided":
            cells.skip("financial_status", "refunded", f"{status} in the shop")
        case _ if _is_cod(cells):
            _collect(cells, "outstanding" if cells.get("outstanding") else "total")
        case _:
            cells.put("payment", "pending", column_of="financial_status")
    if cells.get("fulfillment_status").casefold() == "fulfilled":
        cells.review("fulfillment_status", "fulfilled", "the shop says it was sent already")
    if not cells.get("phone"):
        cells.put("phone", cells.get("other_phone"), column_of="other_phone")


def _woocommerce(cells: RowCells) -> None:
    status = cells.get("status").casefold().removeprefix("wc-").replace("_", "-")
    match status:
        case "processing" | "completed" | "":
            if status and _is_cod(cells):
                _collect(cells, "total")
            else:
                cells.put("payment", "paid")
        case "cancelled" | "refunded" | "failed" | "trash" | "checkout-draft":
            cells.skip("status", "cancelled", f"{status} in the shop")
        case _:
            cells.put("payment", "pending", column_of="status")
    # An empty shipping address means "as the invoice" there.
    if not any(cells.get(name) for name in ("address", "postcode", "city")):
        for name in ("first_name", "last_name", "company", "address", "detail", "postcode",
                     "city", "country"):  # fmt: skip
            billing = f"billing_{name}"
            if cells.get(billing):
                cells.put(name, cells.get(billing), column_of=billing)


def _magento(cells: RowCells) -> None:
    status = cells.get("status").casefold().replace("_", " ")
    match status:
        case "processing" | "complete" | "":
            cells.put("payment", "paid")
        case "canceled" | "cancelled" | "closed":
            cells.skip("status", "cancelled", f"{status} in the shop")
        case _ if _is_cod(cells):
            _collect(cells, "total")
        case _:
            cells.put("payment", "pending", column_of="status")


def _optimoroute(cells: RowCells) -> None:
    _scale(cells, "optimo_priority", _OPTIMO_PRIORITY)
    if cells.get("kind").casefold() == "t":
        cells.reject("kind", "kind_unknown", "a task (T) is neither a delivery nor a pickup")
        cells.put("kind", "")
    _join(cells, "requirements", "more_requirements")


def _cartrack(cells: RowCells) -> None:
    _scale(cells, "cartrack_priority", _PRIORITY_WORDS)
    stop_type = cells.get("stop_type").casefold()
    if stop_type:
        cells.put(
            "kind",
            {"p": "pickup", "d": "delivery"}.get(stop_type, stop_type),
            column_of="stop_type",
        )
    if cells.get("reference") and cells.get("stop_number"):
        # One job has several stops, and each is an order of its own here.
        cells.put("reference", f"{cells.get('reference')}-{cells.get('stop_number')}")


def _coopcycle(cells: RowCells) -> None:
    packages = _PACKAGE.findall(cells.get("coop_packages"))
    if packages:
        cells.put("parcels", str(sum(map(int, packages))), column_of="coop_packages")
    details = [text for text in (cells.get("detail"), cells.get("floor")) if text]
    cells.put("detail", ", ".join(details), column_of="" if cells.get("detail") else "floor")


def _coopcycle_task(cells: RowCells) -> None:
    _coopcycle(cells)
    # A courier, and the day as `bob:15/02/2018`.
    found = _ASSIGNED.fullmatch(cells.get("assigned"))
    if found is None or not found.group(2):
        return
    cells.put("assigned", found.group(1).strip())
    day = _DAY_FIRST.sub(r"\3-\2-\1", found.group(2).strip())
    cells.put("date", re.sub(r"-(\d)(?!\d)", r"-0\1", day), column_of="assigned")


def _fleetbase(cells: RowCells) -> None:
    _scale(cells, "fleetbase_priority", {}, highest=100)
    if cells.get("status").casefold() in ("canceled", "cancelled", "completed", "failed"):
        cells.skip("status", "cancelled", f"{cells.get('status')} in the other program")


def _cartoway(cells: RowCells) -> None:
    if cells.get("stop_type").casefold() not in ("", "visit"):
        cells.skip("stop_type", "no_visit", f"a {cells.get('stop_type')} is not an order")
    if cells.get("active").casefold() in ("0", "false", "no", "non", "nein"):
        cells.skip("active", "inactive", "not active in the other program")
    # Its scale runs from -4 to 4, and 0 is normal.
    text = cells.get("cartoway_priority")
    if text:
        cells.put("priority", _clamped(text, 3), column_of="cartoway_priority")
    duration = cells.get("cartoway_duration")
    if duration:
        cells.put("service_min", _minutes(duration), column_of="cartoway_duration")
    if cells.get("pickup_kg") and not cells.get("weight_kg"):
        cells.put("weight_kg", cells.get("pickup_kg"), column_of="pickup_kg")
        cells.put("kind", "pickup", column_of="pickup_kg")
    _join(cells, "requirements", "more_requirements")


ADAPTERS: Mapping[str, Callable[[RowCells], None]] = {
    "shopify": _shopify,
    "woocommerce": _woocommerce,
    "magento": _magento,
    "optimoroute": _optimoroute,
    "cartrack": _cartrack,
    "coopcycle": _coopcycle,
    "coopcycle-tasks": _coopcycle_task,
    "fleetbase": _fleetbase,
    "cartoway": _cartoway,
}
"""Preset → what to do with the cells of a row before they are read as an order."""


def _is_cod(cells: RowCells) -> bool:
    method = f"{cells.get('payment_method')} {cells.get('payment_title')}".casefold()
    return _COD.search(method) is not None


def _collect(cells: RowCells, amount: str) -> None:
    cells.put("payment", "cod", column_of="payment_method")
    cells.put("cod_amount", cells.get(amount), column_of=amount)


def _scale(
    cells: RowCells, name: str, words: Mapping[str, str], highest: int | None = None
) -> None:
    """Bring a priority of another scale to ours, 0 to 3."""
    text = cells.get(name).casefold()
    if text and highest is not None and text.isdecimal() and int(text) <= highest:
        cells.put("priority", str(round(int(text) * 3 / highest)), column_of=name)
    elif text:
        cells.put("priority", words.get(text, text), column_of=name)


def _clamped(text: str, highest: int) -> str:
    try:
        return str(min(highest, max(0, int(text))))
    except ValueError:
        return text


def _minutes(text: str) -> str:
    """Minutes of `HH:MM:SS`; any other text as it is."""
    parts = text.split(":")
    if len(parts) != 3:
        return text
    try:
        hours, minutes, seconds = (number(part, is_comma_decimal=False) for part in parts)
    except CellError:
        return text
    return str(hours * 60 + minutes + seconds / 60)


def _join(cells: RowCells, name: str, more: str) -> None:
    both = [text for text in (cells.get(name), cells.get(more)) if text]
    cells.put(name, ";".join(both), column_of="" if cells.get(name) else more)
