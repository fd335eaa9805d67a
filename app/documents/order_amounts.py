"""Reads the amounts of one order: weight, volume, parcels, minutes and cash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.documents.cells import CellError, number, quantity, shown
from app.documents.named_columns import LOAD
from app.documents.order_drafts import Severity
from app.documents.row_cells import RowCells
from app.domain.orders import Payment

MAX_AMOUNT = 10**12
"""Grams or cubic centimetres of one order: what fits into a vehicle without a limit."""
MAX_PARCELS = 10_000
_HEAVY_G, _BULKY_CM3, _MANY_PARCELS = 40_000_000, 120_000_000, 1_000
_MAX_CASH = Decimal(10) ** 9
_MOST_MORE = 10**9
_LONG_SERVICE, _MAX_SERVICE = timedelta(hours=4), timedelta(hours=24)

_GRAMS = {
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogramm", "kilograms"), Decimal(1_000)),
    **dict.fromkeys(("g", "gr", "gramm", "grams"), Decimal(1)),
    **dict.fromkeys(("t", "to", "tonnes", "tonnen"), Decimal(1_000_000)),
    **dict.fromkeys(("lb", "lbs", "pounds"), Decimal("453.59237")),
    **dict.fromkeys(("oz", "ounces"), Decimal("28.349523125")),
}
_CM3 = {
    **dict.fromkeys(("m3", "m³", "cbm"), Decimal(1_000_000)),
    **dict.fromkeys(("l", "liter", "litre", "liters", "litres", "dm3", "dm³"), Decimal(1_000)),
    **dict.fromkeys(("cm3", "cm³", "ccm", "ml"), Decimal(1)),
    **dict.fromkeys(("ft3", "ft³", "cuft", "cu ft"), Decimal("28316.846592")),
}
_SECONDS = {
    **dict.fromkeys(("min", "mins", "minutes", "minuten", "m"), Decimal(60)),
    **dict.fromkeys(("s", "sec", "seconds", "sekunden"), Decimal(1)),
    **dict.fromkeys(("h", "hours", "stunden", "std"), Decimal(3_600)),
}
_PAYMENTS = {
    **dict.fromkeys(
        ("", "paid", "yes", "true", "1", "bezahlt", "ja", "completed", "prepaid"), Payment.PAID
    ),
    **dict.fromkeys(
        ("pending", "unpaid", "open", "offen", "no", "nein", "false", "0", "unbezahlt"),
        Payment.PENDING,
    ),
    **dict.fromkeys(
        ("cod", "cash on delivery", "cash_on_delivery", "cash", "nachnahme", "bar"),
        Payment.CASH_ON_DELIVERY,
    ),
}
_CURRENCIES = {"€": "EUR", "euro": "EUR", "£": "GBP", "fr.": "CHF", "sfr": "CHF", "zł": "PLN"}
_BARCODE_BREAK = re.compile(r"[;,|\s]+")
_DIGITS_LOST = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_MAX_BARCODE = 64


def weight_g(cells: RowCells, *, is_comma_decimal: bool) -> int:
    """Whole grams; 0 where the file does not say."""
    name, unit = ("weight_g", "g") if cells.get("weight_g") else ("weight_kg", "kg")
    grams = _amount(cells, name, unit, _GRAMS, is_comma_decimal=is_comma_decimal)
    if grams > _HEAVY_G:
        cells.warn(name, "weight_absurd", f"{grams / 1_000:,.0f} kg is more than a truck carries")
    return grams


def volume_cm3(cells: RowCells, *, is_comma_decimal: bool) -> int:
    """Whole cubic centimetres; 0 where the file does not say."""
    name, unit = ("volume_l", "l") if cells.get("volume_l") else ("volume_m3", "m3")
    volume = _amount(cells, name, unit, _CM3, is_comma_decimal=is_comma_decimal)
    if volume > _BULKY_CM3:
        cells.warn(
            name, "volume_absurd", f"{volume / 1_000_000:,.0f} m³ is more than a truck carries"
        )
    return volume


def _amount(
    cells: RowCells,
    name: str,
    unit: str,
    factors: Mapping[str, Decimal],
    *,
    is_comma_decimal: bool,
) -> int:
    text = cells.get(name)
    if not text:
        return 0
    try:
        value, typed = quantity(text, is_comma_decimal=is_comma_decimal)
    except CellError as error:
        cells.reject(name, "number_unreadable", str(error))
        return 0
    if typed and typed not in factors:
        cells.reject(name, "unit_unknown", f"the unit “{shown(typed)}” is not known; use {unit}")
        return 0
    if value < 0:
        cells.reject(name, "negative", f"{shown(text)} is less than nothing")
        return 0
    # Checked before it is multiplied out: a cell may say 1e999.
    if value > MAX_AMOUNT or value * factors[typed or unit] > MAX_AMOUNT:
        cells.reject(name, "too_large", f"{shown(text)} is more than any vehicle can carry")
        return 0
    if typed:
        cells.tell_normalised(name, text, f"{value} {typed}")
    elif "," in text:
        cells.tell_comma(name, text, f"{value} {unit}", is_usual=is_comma_decimal)
    return int((value * factors[typed or unit]).to_integral_value(ROUND_HALF_UP))


def service_time(
    cells: RowCells, *, is_comma_decimal: bool, name: str = "service_min"
) -> timedelta | None:
    """Minutes, unless a unit is typed; None where the file does not say."""
    text = cells.get(name)
    if not text:
        return None
    try:
        value, unit = quantity(text, is_comma_decimal=is_comma_decimal)
    except CellError as error:
        cells.reject(name, "number_unreadable", str(error))
        return None
    if unit and unit not in _SECONDS:
        cells.reject(name, "unit_unknown", f"the unit “{shown(unit)}” is not known; use min")
        return None
    if not 0 <= value <= _MAX_SERVICE.total_seconds():
        cells.reject(name, "out_of_range", f"{shown(text)} is no service time")
        return None
    length = timedelta(seconds=int(value * _SECONDS[unit or "min"]))
    if length > _MAX_SERVICE:
        cells.reject(name, "out_of_range", f"{shown(text)} is longer than a day")
        return None
    if length > _LONG_SERVICE:
        cells.warn(name, "service_long", f"{shown(text)} minutes at one door")
    if unit or "," in text:
        cells.tell_normalised(name, text, f"{value} {unit or 'min'}")
    return length


def times_by_type(
    cells: RowCells, kind: str, *, is_comma_decimal: bool
) -> tuple[tuple[str, timedelta], ...] | None:
    """Times by type of vehicle, of the columns `service_min:TYPE` or `setup_min:TYPE`, without
    those of empty cells; None where the file has no such column."""
    columns = [name for name in cells.columns() if name.startswith(kind)]
    if not columns:
        return None
    times = {
        column.removeprefix(kind): service_time(
            cells, is_comma_decimal=is_comma_decimal, name=column
        )
        for column in columns
    }
    return tuple(sorted((name, time) for name, time in times.items() if time is not None))


def barcodes(cells: RowCells) -> tuple[str, ...]:
    """The parcels' own barcodes, as far as the file has them."""
    text = cells.get("barcodes")
    if not text:
        return ()
    codes = tuple(code for code in _BARCODE_BREAK.split(text) if code)
    if lost := next((code for code in codes if _DIGITS_LOST.fullmatch(code)), None):
        cells.reject("barcodes", "digits_lost", digits_lost_text(lost))
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        cells.reject("barcodes", "barcode_duplicate", f"the barcode {shown(twice)} is there twice")
    if any(len(code) > _MAX_BARCODE for code in codes):
        cells.reject(
            "barcodes", "barcode_long", f"a barcode has more than {_MAX_BARCODE} characters"
        )
    if len(codes) > MAX_PARCELS:
        cells.reject("barcodes", "too_large", f"more than {MAX_PARCELS:,} parcels in one order")
    return codes


def digits_lost_text(text: str) -> str:
    return (
        f"the spreadsheet turned it into the number {shown(text)} and lost digits; format the "
        "column as text and enter it again"
    )


def parcels(cells: RowCells, codes: tuple[str, ...], *, most: int = MAX_PARCELS) -> int:
    """How many pieces; as many as there are barcodes, or one, where the file does not say."""
    text = cells.get("parcels")
    if not text:
        return len(codes) or 1
    try:
        value = number(text, is_comma_decimal=False)
    except CellError as error:
        cells.reject("parcels", "number_unreadable", str(error))
        return 1
    if not 1 <= value <= most or value != value.to_integral_value():
        cells.reject(
            "parcels", "out_of_range", f"{shown(text)} is no number of parcels; use 1 or more"
        )
        return 1
    count = int(value)
    if count > _MANY_PARCELS and most == MAX_PARCELS:
        cells.warn("parcels", "parcels_absurd", f"{count:,} parcels in one order")
    if codes and len(codes) != count:
        cells.review(
            "parcels", "barcode_count", f"{count} parcels, but {len(codes)} barcodes; check which"
        )
        return len(codes)
    return count


def payment_and_cash(
    cells: RowCells, *, is_comma_decimal: bool, home: str
) -> tuple[Payment, Decimal | None, str]:
    """How it is paid, the cash to collect, and its currency.

    `home` is the depot's currency, which is meant where the row names none; empty without a depot.
    """
    text = cells.get("payment")
    payment = _PAYMENTS.get(text.casefold())
    if payment is None:
        cells.review("payment", "payment_unknown", f"the payment “{shown(text)}” is not known")
        payment = Payment.PENDING
    elif payment is Payment.PENDING:
        cells.review("payment", "payment_pending", "the payment is not confirmed")
    cash = _cash(cells, is_comma_decimal=is_comma_decimal)
    if cash is not None:
        if payment is Payment.PAID and text:
            cells.review("cod_amount", "paid_and_cash", "it is paid, yet there is cash to collect")
        if payment is not Payment.PENDING:
            payment = Payment.CASH_ON_DELIVERY
    elif payment is Payment.CASH_ON_DELIVERY:
        cells.review("payment", "cash_unknown", "cash is to be collected, but not how much")
    return payment, cash, _currency(cells, cash, home)


def _cash(cells: RowCells, *, is_comma_decimal: bool) -> Decimal | None:
    text = cells.get("cod_amount")
    if not text:
        return None
    try:
        value, unit = quantity(text, is_comma_decimal=is_comma_decimal)
    except CellError as error:
        cells.reject("cod_amount", "number_unreadable", str(error))
        return None
    if not 0 <= value <= _MAX_CASH:
        cells.reject("cod_amount", "out_of_range", f"{shown(text)} is no amount of cash")
        return None
    if unit and not cells.get("currency"):
        cells.put("currency", unit, column_of="cod_amount")
    if "," in text:
        cells.tell_comma("cod_amount", text, str(value), is_usual=is_comma_decimal)
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP) if value else None


def _currency(cells: RowCells, cash: Decimal | None, home: str) -> str:
    text = cells.get("currency")
    if not text:
        if cash is None:
            return ""
        name = "currency" if cells.has("currency") else "cod_amount"
        if home:
            cells.tell(
                Severity.NORMALISE, name, "currency_of_depot",
                f"cash without a currency is in {home}, as the depot counts",
            )  # fmt: skip
        else:
            cells.warn(name, "cod_without_currency", f"{cash} to collect, but in which currency")
        return home
    code = _CURRENCIES.get(text.casefold(), text.upper())
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        cells.warn(
            "currency", "currency_unknown", f"“{shown(text)}” is no currency code, as EUR is"
        )
        return ""
    return code


def more_loads(cells: RowCells, *, is_comma_decimal: bool) -> tuple[tuple[str, int], ...] | None:
    """Amounts by name, without those of empty cells; None where the file has no such column."""
    columns = [name for name in cells.columns() if name.startswith(LOAD)]
    if not columns:
        return None
    amounts = {}
    for column in columns:
        amount = _whole_number(cells, column, is_comma_decimal=is_comma_decimal)
        if amount is not None:
            amounts[column.removeprefix(LOAD)] = amount
    return tuple(sorted(amounts.items()))


def taken_back(cells: RowCells, *, is_comma_decimal: bool) -> tuple[int | None, int | None] | None:
    """Grams and pieces; None for what the file has no column for."""
    grams, count = None, None
    if cells.has("back_kg"):
        grams = _amount(cells, "back_kg", "kg", _GRAMS, is_comma_decimal=is_comma_decimal)
    if cells.has("back_parcels"):
        count = _whole_number(cells, "back_parcels", is_comma_decimal=is_comma_decimal) or 0
    return None if grams is count is None else (grams, count)


def _whole_number(cells: RowCells, column: str, *, is_comma_decimal: bool) -> int | None:
    text = cells.get(column)
    if not text:
        return None
    try:
        value = number(text, is_comma_decimal=is_comma_decimal)
    except CellError as error:
        cells.reject(column, "number_unreadable", str(error))
        return None
    if not 0 <= value <= _MOST_MORE or value != value.to_integral_value():
        cells.reject(column, "out_of_range", f"{shown(text)}: use a whole number, 0 or more")
        return None
    return int(value)
