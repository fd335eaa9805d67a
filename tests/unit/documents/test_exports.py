"""A planned day for other programs: complete, valid, and harmless to open."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from app.documents.export_day import DayExport, ExportFormat
from app.documents.export_file import export_bytes
from app.documents.export_tiles import day_tiles
from app.domain.addresses import Address
from app.domain.board import Board, board_route
from app.domain.geo import Location
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.problem import Reason, Unassigned
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.times import TimeWindow
from tests.factories import (
    DAY,
    at,
    grid_travel,
    make_break,
    make_order,
    make_route,
    make_shift,
    place,
    window,
)

HOSTILE = "</script><img src=x onerror=alert(1)>"
MADE_AT = datetime(2024, 3, 4, 18, 30, tzinfo=UTC)


def make_day(**changes: Any) -> DayExport:
    """Two stops on a route (one of them late, one a pickup), one order left over, one on hold."""
    orders = [
        make_order(
            reference="SO-1",
            recipient=HOSTILE,
            window=window("08:00", "08:01"),
            place=place(53.50, 13.20),
            cod_amount=Decimal("9.50"),
            currency="EUR",
            notes='=HYPERLINK("http://example.org")\nzweite Zeile; mit, Zeichen \\',
        ),
        make_order(reference="SO-2", kind=OrderKind.PICKUP, place=place(53.56, 13.28)),
        make_order(reference="SO-3", recipient="Łucja 山田", place=place(53.55, 13.27)),
    ]
    held = make_order(
        reference="SO-4",
        status=OrderStatus.ON_HOLD,
        hold_reason="the payment is not confirmed",
        place=None,
        address=Address(street="+cmd|' /C calc'!A0"),
    )
    shift = make_shift(rest=make_break())
    known = {order.id: order for order in orders}
    travel = grid_travel([shift.depot.location, *(o.location for o in orders if o.location)])
    route = board_route(make_route(shift, orders[:2]), known, travel)
    left_over = Unassigned(order=orders[2].id, reason=Reason.MISSING_SKILL, detail="needs cold")
    board = Board(
        day=DAY,
        routes=(route, board_route(make_route(make_shift(), []), known, travel)),
        unassigned=(orders[2],),
        on_hold=(held,),
        orders=known,
        travel=travel,
        reasons={orders[2].id: left_over},
    )
    values: dict[str, Any] = {
        "board": board,
        "made_at": MADE_AT,
        "time_zone": "Europe/Berlin",
        "attribution": "© OpenStreetMap contributors",
    }
    return DayExport(**(values | changes))


def exported(kind: ExportFormat, day: DayExport | None = None) -> str:
    return export_bytes(day or make_day(), kind).decode("utf-8-sig")


def orders_of(day: DayExport) -> tuple[Order, ...]:
    return tuple(stop.order for stop in day.board.routes[0].timetable.stops)


def test_json_tells_the_whole_day() -> None:
    day = make_day()
    told = json.loads(exported(ExportFormat.JSON, day))
    assert (told["format"], told["day"], told["time_zone"]) == (
        "wayboard-day",
        "2024-03-05",
        "Europe/Berlin",
    )
    assert [order["reference"] for order in told["orders"]] == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert told["orders"][0]["place"]["precision"] == "rooftop"
    assert told["orders"][0]["recipient"] == HOSTILE
    assert told["orders"][0]["cod_amount"] == "9.50"
    assert told["orders"][3]["place"] is None
    route = told["routes"][0]
    assert told["orders"][0]["route"] == route["id"]
    timetable = day.board.routes[0].timetable
    assert [stop["reference"] for stop in route["stops"]] == ["SO-1", "SO-2"]
    first, stop = timetable.stops[0], route["stops"][0]
    assert datetime.fromisoformat(stop["arrival"]) == first.arrival
    assert datetime.fromisoformat(stop["departure"]) == first.departure
    assert stop["arrival"].endswith("+01:00")
    assert stop["wait_s"] == first.waiting.total_seconds()
    assert stop["load_after"]["parcels"] == first.load.parcels
    assert [violation["kind"] for violation in stop["violations"]] == ["late"]
    assert stop["violations"][0]["amount"] == first.lateness.total_seconds()
    assert told["unassigned"] == [
        {
            "order": str(day.board.unassigned[0].id),
            "reference": "SO-3",
            "reason": "missing_skill",
            "detail": "needs cold",
        }
    ]
    assert told["on_hold"][0]["reason"] == "the payment is not confirmed"


def test_csv_has_a_row_for_each_stop_and_each_order_left_over() -> None:
    rows = list(csv.DictReader(io.StringIO(exported(ExportFormat.CSV), newline="")))
    assert [row["reference"] for row in rows] == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert [row["stop"] for row in rows] == ["1", "2", "", ""]
    assert rows[0]["lat"] == "53.500000"
    assert rows[0]["late_min"] != "0"
    assert rows[0]["violations"].startswith("late by")
    assert rows[2]["not_planned_because"] == "needs cold"
    assert rows[3]["not_planned_because"] == "the payment is not confirmed"


def test_csv_holds_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(exported(ExportFormat.CSV), newline="")))
    assert rows[0]["notes"].startswith("'=HYPERLINK")
    assert rows[3]["address"].startswith("'+cmd")


def window_cells(day: date, start: str, end: str) -> tuple[str, str]:
    """How the table writes a window that is given as instants."""
    promised = TimeWindow(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
    order = make_order(day=day, window=promised)
    board = Board(
        day=day,
        routes=(),
        unassigned=(order,),
        on_hold=(),
        orders={order.id: order},
        travel={},
        reasons={},
    )
    (row,) = csv.DictReader(io.StringIO(exported(ExportFormat.CSV, make_day(board=board))))
    assert row["date"] == day.isoformat()
    return row["window_start"], row["window_end"]


def test_csv_dates_what_is_after_midnight() -> None:
    assert window_cells(DAY, "2024-03-05T22:30+01:00", "2024-03-06T00:30+01:00") == (
        "22:30",
        "2024-03-06T00:30+01:00",
    )


def test_csv_tells_the_two_hours_apart_that_the_clocks_show_twice() -> None:
    change = date(2026, 10, 25)
    assert window_cells(change, "2026-10-25T02:15+02:00", "2026-10-25T02:15+01:00") == (
        "2026-10-25T02:15+02:00",
        "2026-10-25T02:15+01:00",
    )
    assert window_cells(change, "2026-10-25T01:59+02:00", "2026-10-25T03:00+01:00") == (
        "01:59",
        "03:00",
    )


def test_csv_is_by_the_clock_on_the_day_of_summer_time() -> None:
    change = date(2026, 3, 29)
    assert window_cells(change, "2026-03-29T00:59Z", "2026-03-29T01:00Z") == ("01:59", "03:00")


def test_only_cash_on_delivery_is_to_be_collected() -> None:
    day = make_day()
    assert "To collect" not in exported(ExportFormat.ICAL, day)
    assert not any(
        row["cod_amount"] for row in csv.DictReader(io.StringIO(exported(ExportFormat.CSV, day)))
    )


def test_geojson_has_a_line_for_the_route_and_points_for_the_rest() -> None:
    features = json.loads(exported(ExportFormat.GEOJSON))["features"]
    kinds = [(f["properties"]["type"], f["geometry"]["type"]) for f in features]
    assert kinds.count(("route", "LineString")) == 1
    assert kinds.count(("stop", "Point")) == 2
    assert kinds.count(("unassigned", "Point")) == 1
    assert kinds.count(("depot", "Point")) == 1
    stop = next(f for f in features if f["properties"]["type"] == "stop")
    assert stop["geometry"]["coordinates"] == [13.20, 53.50], "longitude first"


def test_the_line_follows_the_streets_where_they_are_known() -> None:
    day = make_day()
    route = day.board.routes[0]
    bend = Location(lat=53.54, lon=13.25)
    depot = route.route.shift.depot.location
    first, second = (order.location for order in orders_of(day))
    legs = ((depot, bend, first), (first, second), (second, depot))
    line = replace(day, lines={route.id: legs}).line(route)
    assert line == (depot, bend, first, second, depot)
    assert day.line(route) == (depot, first, second, depot)


GPX = {"g": "http://www.topografix.com/GPX/1/1"}


def test_gpx_has_the_stops_as_a_route_and_the_way_as_a_track() -> None:
    root = ElementTree.fromstring(exported(ExportFormat.GPX))
    assert root.get("version") == "1.1"
    points = root.findall("g:rte/g:rtept", GPX)
    assert [point.findtext("g:name", namespaces=GPX) for point in points] == ["1 SO-1", "2 SO-2"]
    assert points[0].attrib == {"lat": "53.500000", "lon": "13.200000"}
    assert len(root.findall("g:trk/g:trkseg/g:trkpt", GPX)) == 4
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert tags == sorted(tags, key=["metadata", "wpt", "rte", "trk"].index)


def test_formats_with_lines_name_the_source_of_the_map() -> None:
    root = ElementTree.fromstring(exported(ExportFormat.GPX))
    metadata = root.find("g:metadata", GPX)
    assert metadata is not None
    # The schema's sequence.
    assert [each.tag.rpartition("}")[2] for each in metadata] == ["name", "copyright", "time"]
    assert metadata.find("g:copyright", GPX).attrib == {"author": "OpenStreetMap contributors"}
    told = json.loads(exported(ExportFormat.GEOJSON))
    assert told["attribution"] == "© OpenStreetMap contributors"


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")


def test_ical_has_an_event_for_each_stop_in_utc() -> None:
    text = exported(ExportFormat.ICAL)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    day = make_day()
    begin = day.board.routes[0].timetable.stops[0].begin
    assert f"DTSTART:{begin:%Y%m%dT%H%M%SZ}" in lines
    assert "DTSTAMP:20240304T183000Z" in lines
    assert "GEO:53.500000;13.200000" in lines
    (note,) = [line for line in lines if "zweite Zeile" in line]
    assert r"\nzweite Zeile\; mit\, Zeichen \\" in note


def test_a_day_without_stops_is_a_calendar_that_takes_up_no_time() -> None:
    day = make_day()
    routes = tuple(each for each in day.board.routes if not each.timetable.stops)
    empty = replace(day, board=replace(day.board, routes=routes))
    lines = unfolded(exported(ExportFormat.ICAL, empty))
    assert lines.count("BEGIN:VEVENT") == 1
    assert lines[-7:-3] == [
        "DTSTART;VALUE=DATE:20240305",
        "DTEND;VALUE=DATE:20240306",
        "SUMMARY:No stops are planned",
        "TRANSP:TRANSPARENT",
    ]


def test_an_event_keeps_its_identity_when_the_day_is_exported_again() -> None:
    day = make_day()
    later = replace(day, made_at=MADE_AT + timedelta(hours=1))
    first, second = (
        [line for line in unfolded(exported(ExportFormat.ICAL, each)) if line.startswith("UID:")]
        for each in (day, later)
    )
    assert first == second
    assert len(set(first)) == 2


def test_times_are_right_across_the_change_to_summer_time() -> None:
    day = make_day()
    assert day.local(at("08:00")) == "2024-03-05T08:00:00+01:00"
    assert day.local(datetime(2024, 3, 31, 6, tzinfo=UTC)) == "2024-03-31T08:00:00+02:00"


def embedded(page: str, name: str) -> Any:
    (text,) = re.findall(
        rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL
    )
    return json.loads(text)


def test_the_map_page_needs_no_network() -> None:
    tiles = {(14, 8_800, 5_300): b"tile"}
    page = exported(ExportFormat.HTML, make_day(tiles=tiles))
    assert "default-src 'none'" in page
    assert "<script src" not in page
    without_scripts = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    for outside in ("<link", "src=", "href=", "url(", "@import"):
        assert outside not in without_scripts
    assert embedded(page, "day")["zooms"] == [14, 14]
    assert list(embedded(page, "tiles")) == ["14/8800/5300"]


def test_no_text_of_an_order_is_markup_on_the_map_page() -> None:
    page = exported(ExportFormat.HTML)
    assert "<img" not in page
    stops = embedded(page, "day")["routes"][0]["stops"]
    assert stops[0]["title"] == HOSTILE
    assert stops[0]["problems"][0].startswith("late by")
    assert len(embedded(page, "day")["loose"]) == 2


class Town:
    """Tiles of one town, a kilobyte each that can't be packed."""

    min_zoom, max_zoom = 4, 15

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, int]] = []

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        self.asked.append((zoom, column, row))
        seed = f"{zoom}/{column}/{row}/"
        return "".join(f"{seed}{hash((seed, i)):x}" for i in range(50)).encode()


def test_a_page_takes_along_as_many_levels_of_the_map_as_its_budget_lets() -> None:
    board = make_day().board
    whole = day_tiles(board, {}, Town())
    small = day_tiles(board, {}, Town(), budget=60_000)
    zooms = sorted({zoom for zoom, _, _ in whole})
    assert zooms == list(range(zooms[0], 16))
    assert zooms[0] > 4, "nobody looks at the day from so far away"
    assert sum(len(gzip.compress(tile)) for tile in small.values()) <= 60_000
    kept = {zoom for zoom, _, _ in small}
    assert kept == set(zooms[: len(kept)])
    assert all(key in small for key in whole if key[0] in kept), "a level comes whole"


def test_a_day_without_any_place_takes_no_tiles() -> None:
    board = replace(make_day().board, routes=(), orders={}, on_hold=(), unassigned=())
    assert day_tiles(board, {}, Town()) == {}


@pytest.mark.parametrize("kind", list(ExportFormat))
def test_every_format_takes_an_empty_day(kind: ExportFormat) -> None:
    day = make_day()
    empty = replace(day.board, routes=(), unassigned=(), on_hold=(), orders={}, reasons={})
    assert export_bytes(replace(day, board=empty), kind)


def test_json_says_what_is_asked_and_nothing_where_nothing_is() -> None:
    rules = OrderRules(
        more_windows=(window("14:00", "16:00"),),
        released_at=at("07:30"),
        drop_price=0.0,
        goods=frozenset({"food"}),
    )
    limits = ShiftRules(
        pauses=(Pause(length=timedelta(minutes=15), window=window("14:00", "15:00")),),
        max_driving=timedelta(hours=7),
        overtime=Overrun(most=timedelta(minutes=30), per_hour=38.5),
    )
    order = make_order(reference="SO-1", rules=rules, more_load=(("cages", 2),))
    plain = make_order(reference="SO-2")
    shift = make_shift(rules=limits)
    known = {each.id: each for each in (order, plain)}
    travel = grid_travel([shift.depot.location, *(o.location for o in known.values())])
    board = replace(
        make_day().board,
        routes=(board_route(make_route(shift, [order, plain]), known, travel),),
        unassigned=(),
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )
    told = json.loads(exported(ExportFormat.JSON, make_day(board=board)))
    asking, silent = told["orders"]
    assert asking["rules"] == {
        "more_windows": [
            {"start": "2024-03-05T14:00:00+01:00", "end": "2024-03-05T16:00:00+01:00"}
        ],
        "ready_at": "2024-03-05T07:30:00+01:00",
        "goods": ["food"],
        "drop_price": 0.0,
    }
    assert asking["more_load"] == {"cages": 2}
    assert not {"rules", "more_load"} & set(silent)
    (route,) = told["routes"]
    assert route["shift"]["rules"] == {
        "breaks": [
            {
                "length_s": 900,
                "windows": [
                    {"start": "2024-03-05T14:00:00+01:00", "end": "2024-03-05T15:00:00+01:00"}
                ],
            }
        ],
        "max_driving_s": 25_200,
        "overtime": {"most_s": 1_800, "per_hour": 38.5},
    }
    assert route["peak_load"]["more"] == {"cages": 2}


def test_a_stop_in_the_second_window_names_that_window() -> None:
    rules = OrderRules(more_windows=(window("14:00", "16:00"),))
    order = make_order(window=window("06:00", "06:30"), rules=rules, place=place(53.50, 13.20))
    shift = make_shift()
    known = {order.id: order}
    travel = grid_travel([shift.depot.location, order.location])
    each = board_route(make_route(shift, [order]), known, travel)
    (stop,) = each.timetable.stops
    assert stop.window == window("14:00", "16:00")
    board = replace(make_day().board, routes=(each,), unassigned=(), on_hold=(), orders=known)
    calendar = exported(ExportFormat.ICAL, make_day(board=board)).replace("\r\n ", "")
    assert "Window 14:00 to 16:00" in calendar


def test_every_break_is_told_with_how_far_it_is_from_the_stops() -> None:
    day = make_day()
    orders = [replace(order, window=None) for order in orders_of(day)]
    pause = Pause(length=timedelta(minutes=15), window=window("09:00", "16:00"), is_owed=True)
    shift = make_shift(rest=make_break("08:01", "08:02"), rules=ShiftRules(pauses=(pause,)))
    known = {order.id: order for order in orders}
    route = board_route(make_route(shift, orders), known, day.board.travel)
    assert len(route.timetable.breaks) == 2
    assert route.timetable.breaks[0].is_on_road
    day = replace(day, board=replace(day.board, routes=(route,)))
    told = json.loads(exported(ExportFormat.JSON, day))["routes"][0]["breaks"]
    for rest, each in zip(route.timetable.breaks, told, strict=True):
        assert datetime.fromisoformat(each["begin"]) == rest.begin
        assert datetime.fromisoformat(each["end"]) == rest.end
        assert each["before_stop"] == rest.index + 1
        assert each["driving_before_s"] == rest.driven_s
        assert each["driving_after_s"] == rest.left_s
    lines = unfolded(exported(ExportFormat.ICAL, day))
    assert lines.count("BEGIN:VEVENT") == len(orders) + len(told)
    assert f"SUMMARY:Break ({shift.name})" in lines
    begin = route.timetable.breaks[0].begin
    assert f"DTSTART:{begin:%Y%m%dT%H%M%SZ}" in lines
    features = json.loads(exported(ExportFormat.GEOJSON, day))["features"]
    (line,) = [each["properties"] for each in features if each["properties"]["type"] == "route"]
    fields = ("before_stop", "begin", "end")
    assert line["breaks"] == [{field: each[field] for field in fields} for each in told]
    root = ElementTree.fromstring(exported(ExportFormat.GPX, day))
    description = root.findtext("g:rte/g:desc", namespaces=GPX) or ""
    first = route.timetable.breaks[0]
    assert f"Break {day.clock(first.begin)}–{day.clock(first.end)}" in description
    assert f"before stop {first.index + 1}" in description
    tags = [child.tag.rpartition("}")[2] for child in root.findall("g:rte/*", GPX)]
    assert tags[:3] == ["name", "desc", "rtept"], "the schema's sequence"
    assert len({line for line in lines if line.startswith("UID:")}) == len(orders) + len(told)
