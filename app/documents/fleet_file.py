"""Fleet files: one table with a column `type`, or a workbook with a sheet for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.documents.cells import CellError, calendar_days, clock, day_text, quantity, shown
from app.documents.fleet_drafts import (
    DepotDraft,
    DriverDraft,
    FleetDrafts,
    ShiftDraft,
    VehicleDraft,
)
from app.documents.named_columns import LOAD, named_field
from app.documents.order_amounts import more_loads, parcels, service_time, volume_cm3, weight_g
from app.documents.order_columns import normalised
from app.documents.order_drafts import RowProblem, Severity
from app.documents.order_places import address, location
from app.documents.row_cells import RowCells
from app.documents.row_words import check_contacts, requirements
from app.documents.shift_cells import shift_rules
from app.documents.table_file import open_table, sheet_names
from app.documents.tables import Row, Table
from app.domain.errors import ImportErrors
from app.domain.fleet import UNLIMITED, USUAL_COSTS, Costs, Load, PlaceKind, Slot
from app.domain.slots import parse_slots
from app.domain.travel import Profile

__all__ = ["DepotDraft", "DriverDraft", "FleetDrafts", "ShiftDraft", "VehicleDraft", "read_fleet"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "depot": (
        "name", "address", "postcode", "city", "country", "lat", "lon", "time_zone", "slots",
    ),
    "vehicle": (
        "name", "plate", "profile", "weight_kg", "volume_m3", "parcels", "load:cages",
        "cost_fixed", "cost_km", "cost_hour", "features", "active",
    ),
    "driver": (
        "name", "phone", "skills", "address", "postcode", "city", "country", "lat", "lon",
        "active",
    ),
    "shift": (
        "driver", "vehicle", "depot", "date", "weekdays", "start", "end", "break_earliest",
        "break_latest", "break_min", "start_place", "end_place", "max_driving", "max_work",
        "max_km", "max_stops", "reloads", "reload_min", "overtime_min", "overtime_price",
        "service_pace", "vehicle_type", "area",
    ),
}  # fmt: skip
"""Type of row → its columns, as the template has them."""

_NEEDED = {"depot": ("name", "time_zone"), "vehicle": ("name",), "driver": ("name",),
           "shift": ("driver", "vehicle", "start", "end")}  # fmt: skip
_TYPES = {
    **{kind: kind for kind in COLUMNS},
    **{f"{kind}s": kind for kind in COLUMNS},
    "van": "vehicle", "fahrzeug": "vehicle", "fahrzeuge": "vehicle", "fahrer": "driver",
    "schicht": "shift", "schichten": "shift", "depots": "depot",
}  # fmt: skip
_PROFILES = {
    **{profile.value: profile for profile in Profile},
    **dict.fromkeys(("", "transporter"), Profile.VAN),
    **dict.fromkeys(("pkw",), Profile.CAR),
    **dict.fromkeys(("lkw", "lorry"), Profile.TRUCK),
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mo mon monday montag", "tu tue tuesday di dienstag", "we wed wednesday mi mittwoch",
         "th thu thursday do donnerstag", "fr fri friday freitag", "sa sat saturday samstag",
         "su sun sunday so sonntag")
    )
    for name in names.split()
}  # fmt: skip
_EVERY_DAY = frozenset({"daily", "all", "täglich", "alle"})
_ACTIVE = {**dict.fromkeys(("", "yes", "true", "1", "ja", "active"), True),
           **dict.fromkeys(("no", "false", "0", "nein", "inactive"), False)}  # fmt: skip
_MAX_ROWS = 20_000
_MAX_COST = 10**6
_MAX_VEHICLE_PARCELS = 10**6
_PART_OF_NAME = re.compile(r"\s*[,;/+\s]\s*")


def read_fleet(path: Path) -> FleetDrafts:
    """All of a fleet file; every row is taken, or named in the problems.

    Raises ImportErrors where the file is no fleet file at all.
    """
    reader = _FleetReader()
    sheets = sheet_names(path)
    typed = [(name, _TYPES[name.strip().casefold()]) for name in sheets
             if name.strip().casefold() in _TYPES]  # fmt: skip
    for sheet, kind in typed:
        with open_table(path, sheet) as table:
            reader.read(table, path.name, kind)
    if not typed:
        with open_table(path) as table:
            reader.read(table, path.name, None)
    return reader.drafts()


class _FleetReader:
    def __init__(self) -> None:
        self._depots: dict[str, DepotDraft] = {}
        self._vehicles: dict[str, VehicleDraft] = {}
        self._drivers: dict[str, DriverDraft] = {}
        self._shifts: list[ShiftDraft] = []
        self._problems: list[RowProblem] = []

    def drafts(self) -> FleetDrafts:
        return FleetDrafts(
            depots=tuple(self._depots.values()),
            vehicles=tuple(self._vehicles.values()),
            drivers=tuple(self._drivers.values()),
            shifts=tuple(self._shifts),
            problems=tuple(self._problems),
        )

    def read(self, table: Table, name: str, kind: str | None) -> None:
        """All rows of a table; `kind` says of what, where no column does."""
        columns = {
            named_field(header, (LOAD,)) or normalised(header).replace(" ", "_"): header
            for header in reversed(table.headers)
        }
        if kind is None and "type" not in columns:
            raise ImportErrors(
                f"{name} is no fleet file: it needs a column called type, which says for each row "
                f"whether it is a {', '.join(COLUMNS)}; or a workbook with a sheet for each. "
                f"Found: {', '.join(table.headers)}."
            )
        positions = {field: table.headers.index(header) for field, header in columns.items()}
        prefix = f"{table.sheet}!" if kind is not None else ""
        shown_columns = {field: prefix + header for field, header in columns.items()}
        is_comma = table.delimiter not in ("", ",")
        for count, row in enumerate(table.rows()):
            if count == _MAX_ROWS:
                raise ImportErrors(f"{name} has more than {_MAX_ROWS:,} rows: that is no fleet.")
            width = len(table.headers)
            if row.flaw is not None or any(cell.strip() for cell in row.cells[width:]):
                self._problems.append(_broken(row))
                continue
            cells = tuple(row.cells[:width]) + ("",) * (width - len(row.cells))
            fitted = Row(
                line=row.line, last_line=row.last_line, cells=cells, is_recoded=row.is_recoded
            )
            self._read_row(RowCells(fitted, shown_columns, positions), kind, is_comma=is_comma)

    def _read_row(self, cells: RowCells, kind: str | None, *, is_comma: bool) -> None:
        row_kind = kind or _TYPES.get(cells.get("type").casefold())
        if row_kind is None:
            cells.reject(
                "type", "type_unknown",
                f"“{shown(cells.get('type'))}” is not known; use {', '.join(COLUMNS)}",
            )  # fmt: skip
        else:
            self._check_cells(cells, row_kind)
            match row_kind:
                case "depot":
                    _add(cells, self._depots, _depot(cells))
                case "vehicle":
                    _add(cells, self._vehicles, _vehicle(cells, is_comma=is_comma))
                case "driver":
                    _add(cells, self._drivers, _driver(cells))
                case _:
                    self._add_shift(cells, _shift(cells, is_comma=is_comma))
        self._problems.extend(cells.problems)

    def _check_cells(self, cells: RowCells, kind: str) -> None:
        for field in _NEEDED[kind]:
            if not cells.get(field):
                cells.reject(field, "missing", f"a {kind} needs a {field.replace('_', ' ')}")
        for field in cells.fields():
            is_load = kind == "vehicle" and field.startswith(LOAD)
            if field != "type" and field not in COLUMNS[kind] and not is_load:
                cells.warn(field, "not_used", f"a {kind} has no {field.replace('_', ' ')}")

    def _add_shift(self, cells: RowCells, shift: ShiftDraft | None) -> None:
        if shift is None or _is_refused(cells):
            return
        driver = self._drivers.get(shift.driver.casefold())
        is_homeless = driver is not None and driver.home is None and driver.home_address is None
        if PlaceKind.HOME in (shift.start_place, shift.end_place) and is_homeless:
            cells.reject("driver", "home_unknown", f"{shift.driver} has no home address")
            return
        for other in self._shifts:
            if not _overlap(shift, other):
                continue
            for field, one, two in (
                ("driver", shift.driver, other.driver),
                ("vehicle", shift.vehicle, other.vehicle),
            ):
                if one.casefold() == two.casefold():
                    cells.warn(field, "twice", f"{one} is in the shift of line {other.line} too")
        self._shifts.append(shift)


def _add[T: (DepotDraft, VehicleDraft, DriverDraft)](
    cells: RowCells, drafts: dict[str, T], draft: T
) -> None:
    first = drafts.get(draft.name.casefold())
    if first is not None:
        cells.reject("name", "name_duplicate", f"{draft.name} is in line {first.line} already")
    if not _is_refused(cells):
        drafts[draft.name.casefold()] = draft


def _is_refused(cells: RowCells) -> bool:
    return any(problem.severity is Severity.REJECT for problem in cells.problems)


def _depot(cells: RowCells) -> DepotDraft:
    zone = cells.get("time_zone")
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            cells.reject(
                "time_zone", "zone_unknown",
                f"“{shown(zone)}” is no time zone; write it like Europe/Berlin",
            )  # fmt: skip
    place = location(cells, None)
    if place is None and not cells.get("address"):
        cells.reject("address", "address_empty", "a depot needs an address or coordinates")
    return DepotDraft(
        line=cells.line,
        name=cells.get("name"),
        address=address(cells, None, is_needed=False),
        location=place,
        time_zone=zone,
        slots=_slots(cells),
    )


def _slots(cells: RowCells) -> tuple[Slot, ...] | None:
    try:
        return parse_slots(cells.get("slots")) if cells.get("slots") else None
    except ValueError as error:
        cells.reject("slots", "slots_unclear", str(error))
        return None


def _vehicle(cells: RowCells, *, is_comma: bool) -> VehicleDraft:
    profile = _PROFILES.get(cells.get("profile").casefold())
    if profile is None:
        cells.reject(
            "profile", "profile_unknown",
            f"“{shown(cells.get('profile'))}” is not known; use {', '.join(Profile)}",
        )  # fmt: skip
    capacity = Load(
        weight_g=_capacity(cells, "weight_kg", weight_g(cells, is_comma_decimal=is_comma)),
        volume_cm3=_capacity(cells, "volume_m3", volume_cm3(cells, is_comma_decimal=is_comma)),
        parcels=_capacity(cells, "parcels", parcels(cells, (), most=_MAX_VEHICLE_PARCELS)),
    )
    return VehicleDraft(
        line=cells.line,
        name=cells.get("name"),
        plate=cells.get("plate"),
        profile=profile or Profile.VAN,
        capacity=capacity,
        costs=_costs(cells, is_comma=is_comma),
        features=requirements(cells, "features"),
        is_active=_active(cells),
        more_capacity=more_loads(cells, is_comma_decimal=is_comma),
    )


def _capacity(cells: RowCells, name: str, amount: int) -> int:
    """An empty cell means that the vehicle is never full of it."""
    return amount if cells.get(name) else UNLIMITED


def _costs(cells: RowCells, *, is_comma: bool) -> Costs | None:
    if not any(cells.get(name) for name in ("cost_fixed", "cost_km", "cost_hour")):
        usual = f"{USUAL_COSTS.per_km:g} a kilometre and {USUAL_COSTS.per_hour:g} an hour"
        cells.warn("cost_km", "no_costs", f"no cost is given; a new vehicle costs {usual}")
        return None
    return Costs(
        fixed=_cost(cells, "cost_fixed", is_comma=is_comma),
        per_km=_cost(cells, "cost_km", is_comma=is_comma),
        per_hour=_cost(cells, "cost_hour", is_comma=is_comma),
    )


def _cost(cells: RowCells, name: str, *, is_comma: bool) -> float:
    text = cells.get(name)
    if not text:
        return 0.0
    try:
        value, _currency = quantity(text.removesuffix("€").strip(), is_comma_decimal=is_comma)
    except CellError as error:
        cells.reject(name, "number_unreadable", str(error))
        return 0.0
    if not 0 <= value <= _MAX_COST:
        cells.reject(name, "out_of_range", f"{shown(text)} is no cost")
        return 0.0
    return float(value)


def _driver(cells: RowCells) -> DriverDraft:
    check_contacts(cells)
    home = address(cells, None, is_needed=False)
    return DriverDraft(
        line=cells.line,
        name=cells.get("name"),
        phone=cells.get("phone"),
        skills=requirements(cells, "skills"),
        home_address=home if home.street else None,
        home=location(cells, None),
        is_active=_active(cells),
    )


def _active(cells: RowCells) -> bool:
    is_active = _ACTIVE.get(cells.get("active").casefold())
    if is_active is None:
        cells.reject("active", "not_yes_or_no", f"“{shown(cells.get('active'))}”: use yes or no")
    return is_active is not False


def _shift(cells: RowCells, *, is_comma: bool) -> ShiftDraft | None:
    start, end = _time(cells, "start"), _time(cells, "end")
    earliest, latest = _time(cells, "break_earliest"), _time(cells, "break_latest")
    length = service_time(cells, is_comma_decimal=True, name="break_min")
    given = [name for name in ("break_earliest", "break_latest", "break_min") if cells.get(name)]
    if given and len(given) < 3:
        cells.reject(
            given[0], "break_incomplete",
            "a break needs its earliest and latest begin and its minutes",
        )  # fmt: skip
    elif start and end and earliest and latest:
        _check_break(cells, start, end, earliest, latest)
    day, weekdays = _days(cells)
    start_place = _place(cells, "start_place", (PlaceKind.DEPOT, PlaceKind.HOME))
    end_place = _place(cells, "end_place", tuple(PlaceKind))
    rules = shift_rules(cells, is_comma_decimal=is_comma)
    if start is None or end is None:
        return None
    return ShiftDraft(
        line=cells.line,
        driver=cells.get("driver"),
        vehicle=cells.get("vehicle"),
        depot=cells.get("depot"),
        day=day,
        weekdays=weekdays,
        start=start,
        end=end,
        break_earliest=earliest,
        break_latest=latest,
        break_length=length,
        start_place=start_place,
        end_place=end_place,
        rules=rules,
    )


def _time(cells: RowCells, name: str) -> time | None:
    text = cells.get(name)
    if not text:
        return None
    try:
        seconds = clock(text) % 86_400
    except CellError as error:
        cells.reject(name, "time_unreadable", str(error))
        return None
    return time(seconds // 3_600, seconds // 60 % 60, seconds % 60)


def _check_break(cells: RowCells, start: time, end: time, earliest: time, latest: time) -> None:
    """Minutes count from the start of the shift, which may end on the next day."""
    length = _minutes_after(start, end) or 1_440
    first, last = _minutes_after(start, earliest), _minutes_after(start, latest)
    if last < first:
        cells.reject("break_latest", "break_reversed", "the break ends before it may begin")
    elif last >= length:
        cells.reject("break_latest", "break_outside", "the break begins after the shift has ended")


def _minutes_after(start: time, at: time) -> int:
    return (at.hour * 60 + at.minute - start.hour * 60 - start.minute) % 1_440


def _days(cells: RowCells) -> tuple[date | None, frozenset[int]]:
    day_cell, week_cell = cells.get("date"), cells.get("weekdays").casefold()
    if bool(day_cell) == bool(week_cell):
        cells.reject("date", "day_missing", "a shift needs a date or weekdays, and not both")
        return None, frozenset()
    if day_cell:
        try:
            days = calendar_days(day_cell, None)
        except CellError as error:
            cells.reject("date", "date_unreadable", str(error))
            return None, frozenset()
        if len(days) > 1:
            cells.reject(
                "date", "date_ambiguous",
                f"it can be {day_text(days[0])} or {day_text(days[1])}; write it like {days[0]}",
            )  # fmt: skip
        return days[0], frozenset()
    if week_cell in _EVERY_DAY:
        return None, frozenset(range(7))
    try:
        return None, frozenset(_weekdays(week_cell))
    except KeyError as error:
        cells.reject(
            "weekdays", "weekday_unknown",
            f"“{shown(str(error.args[0]))}” is no weekday; write them like mon-fri, or mon, wed",
        )  # fmt: skip
        return None, frozenset()


def _weekdays(text: str) -> Iterator[int]:
    for part in _PART_OF_NAME.split(re.sub(r"\s*[-–]\s*", "-", text.strip())):
        first, _, last = part.replace(".", "").replace("–", "-").partition("-")
        begin = _WEEKDAYS[first]
        count = (_WEEKDAYS[last] - begin) % 7 if last else 0
        yield from ((begin + offset) % 7 for offset in range(count + 1))


def _place(cells: RowCells, name: str, allowed: tuple[PlaceKind, ...]) -> PlaceKind:
    text = cells.get(name).casefold() or PlaceKind.DEPOT
    if text not in allowed:
        cells.reject(
            name, "place_unknown", f"“{shown(text)}” is not known; use {', '.join(allowed)}"
        )
        return PlaceKind.DEPOT
    return PlaceKind(text)


def _overlap(one: ShiftDraft, two: ShiftDraft) -> bool:
    """Whether both run at the same time on some day; nights count to the day they begin on."""
    is_same_day = (
        bool(one.weekdays & two.weekdays)
        or (one.day is not None and two.is_on(one.day))
        or (two.day is not None and one.is_on(two.day))
    )
    if not is_same_day:
        return False
    ends = [each.end if each.end > each.start else time.max for each in (one, two)]
    return one.start < ends[1] and two.start < ends[0]


def _broken(row: Row) -> RowProblem:
    return RowProblem(
        line=row.line,
        column="",
        code="row_broken",
        text="the row has more cells than there are columns, or its quotation marks don't match",
        severity=Severity.REJECT,
    )
