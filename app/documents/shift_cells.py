"""Reads the limits and prices of a shift in a fleet file."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from app.documents.area_file import outline_from_text
from app.documents.cells import CellError, clock, quantity, shown
from app.documents.row_cells import RowCells
from app.domain.errors import RuleError
from app.domain.fleet import dimension_name
from app.domain.geo import Area
from app.domain.rules import NO_SHIFT_RULES, Overrun, ShiftRules

_MAX_HOURS = timedelta(hours=48)
_MAX_KM, _MAX_STOPS, _MAX_RELOADS, _MAX_PRICE = Decimal(10_000), 10_000, 100, Decimal(10**6)
_PACE = (Decimal("0.1"), Decimal(10))
_UNITS = {
    **dict.fromkeys(("min", "mins", "minutes", "minuten", "m"), Decimal(60)),
    **dict.fromkeys(("h", "hours", "stunden", "std"), Decimal(3_600)),
}
_OVERTIME = ("overtime_min", "overtime_price")


def shift_rules(cells: RowCells, *, is_comma_decimal: bool) -> ShiftRules:
    """The rules of the row; a cell that can't be read is refused."""
    reader = _Cells(cells, is_comma_decimal=is_comma_decimal)
    distance = reader.amount("max_km", Decimal(0), _MAX_KM, units=("km",))
    stops = reader.amount("max_stops", Decimal(1), Decimal(_MAX_STOPS), is_whole=True)
    reloads = reader.amount("reloads", Decimal(0), Decimal(_MAX_RELOADS), is_whole=True)
    rules = ShiftRules(
        max_driving=reader.length("max_driving", Decimal(3_600)),
        max_work=reader.length("max_work", Decimal(3_600)),
        max_distance_m=None if distance is None else round(distance * 1_000),
        max_stops=None if stops is None else int(stops),
        max_reloads=int(reloads or 0),
        reload_time=reader.length("reload_min", Decimal(60)) or timedelta(),
        overtime=reader.overtime(),
        service_pace=reader.pace(),
        vehicle_type=dimension_name(cells.get("vehicle_type")),
        area=reader.area(),
    )
    return NO_SHIFT_RULES if rules == NO_SHIFT_RULES else rules


class _Cells:
    def __init__(self, cells: RowCells, *, is_comma_decimal: bool) -> None:
        self._cells = cells
        self._is_comma_decimal = is_comma_decimal

    def length(self, name: str, unit: Decimal) -> timedelta | None:
        """A time as 7:30, or a number in seconds of `unit` unless another unit is typed."""
        text = self._cells.get(name)
        if not text:
            return None
        if ":" in text:
            try:
                return timedelta(seconds=clock(text))
            except CellError as error:
                self._cells.reject(name, "number_unreadable", str(error))
                return None
        read = self._quantity(name, text, tuple(_UNITS))
        if read is None:
            return None
        seconds = read[0] * (_UNITS[read[1]] if read[1] else unit)
        if not 0 <= seconds <= _MAX_HOURS.total_seconds():
            self._cells.reject(name, "out_of_range", f"{shown(text)} is no time of a shift")
            return None
        return timedelta(seconds=int(seconds))

    def amount(
        self,
        name: str,
        least: Decimal,
        most: Decimal,
        *,
        units: tuple[str, ...] = (),
        is_whole: bool = False,
    ) -> Decimal | None:
        text = self._cells.get(name)
        read = self._quantity(name, text, units) if text else None
        if read is None:
            return None
        value = read[0]
        if not least <= value <= most or (is_whole and value != value.to_integral_value()):
            kind = "a whole number" if is_whole else "a number"
            self._cells.reject(
                name, "out_of_range", f"{shown(text)}: use {kind} from {least} to {most:,}"
            )
            return None
        return value

    def overtime(self) -> Overrun | None:
        most = self.length("overtime_min", Decimal(60))
        price = self.amount("overtime_price", Decimal(0), _MAX_PRICE, units=("€", "eur"))
        if most is None and price is not None:
            self._cells.reject(
                "overtime_price", "overtime_incomplete",
                "an hour of overtime has a price, but no overtime is allowed; give overtime_min",
            )  # fmt: skip
        return None if not most else Overrun(most=most, per_hour=float(price or 0))

    def pace(self) -> float:
        """What service times are multiplied by: 1.2 or 120 %."""
        text = self._cells.get("service_pace")
        if not text:
            return 1.0
        share = text.removesuffix("%").strip()
        read = self._quantity("service_pace", share, ())
        if read is None:
            return 1.0
        value = read[0] / 100 if share != text else read[0]
        if not _PACE[0] <= value <= _PACE[1]:
            self._cells.reject(
                "service_pace", "out_of_range",
                f"{shown(text)}: use a factor from 0.1 to 10, such as 1.2, or 120%",
            )  # fmt: skip
            return 1.0
        return float(value)

    def area(self) -> Area:
        """The corners of the area that the shift is for."""
        try:
            return outline_from_text(self._cells.get("area"))
        except RuleError as error:
            self._cells.reject("area", "area_unreadable", str(error))
            return ()

    def _quantity(self, name: str, text: str, units: tuple[str, ...]) -> tuple[Decimal, str] | None:
        try:
            value, unit = quantity(text, is_comma_decimal=self._is_comma_decimal)
        except CellError as error:
            self._cells.reject(name, "number_unreadable", str(error))
            return None
        if unit and unit not in units:
            self._cells.reject(name, "unit_unknown", f"the unit “{shown(unit)}” is not known")
            return None
        return value, unit
