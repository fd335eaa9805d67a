"""A route's line keeps out of what is closed while it is driven: drawn, exported and printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.domain.board import BoardRoute, move
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import ChangeConditions, ChangeFleet, ChangeOrders
from app.domain.geo import Area, Location
from app.domain.road_day import RoadDay
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.services.exports import ExportFormat
from app.services.manifests import Part
from app.services.roads import RouteLine
from app.services.workspace import Workspace
from tests.factories import (
    DAY,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)


@pytest.fixture
def street(work: Workspace) -> Area:
    """A box round a corner that the day's one route drives past, and that it can go round."""
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    orders = (
        make_order(place=place(53.5573, 13.2610)),
        make_order(place=place(53.5593, 13.2640)),
    )
    work.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    work.dispatch.apply(ChangeOrders(put=orders))
    board = work.dispatch.board(DAY)
    work.dispatch.apply(move(board, [order.id for order in orders], board.routes[0].id, 0))
    way = work.roads.line(work.dispatch.board(DAY).routes[0]).legs[0]
    corner = way[len(way) // 2]
    return tuple(
        Location(lat=corner.lat + north, lon=corner.lon + east)
        for north, east in ((-0.0005, -0.001), (0.0005, -0.001), (0.0005, 0.001), (-0.0005, 0.001))
    )


def close(work: Workspace, area: Area, start: str = "06:00", end: str = "20:00") -> RoadCondition:
    hours = window(start, end)
    work.dispatch.apply(work.conditions.new(ConditionKind.CLOSURE, "Street", hours, area=area))
    (closure,) = work.conditions.within(hours)
    return closure


def drawn(work: Workspace) -> list[Location]:
    """The line of the day's one route, asked for as the map asks."""
    board = work.complete_board(DAY)
    return [point for leg in work.roads.line(board.routes[0], board.roads).legs for point in leg]


def goes_through(line: Sequence[Location], area: Area) -> bool:
    lats, lons = [corner.lat for corner in area], [corner.lon for corner in area]
    return any(
        min(lats) < point.lat < max(lats) and min(lons) < point.lon < max(lons) for point in line
    )


def test_a_line_leaves_a_closed_street_and_comes_back_when_that_is_removed(
    work: Workspace, street: Area
) -> None:
    before = drawn(work)
    assert goes_through(before, street)
    closure = close(work, street)
    assert not goes_through(drawn(work), street)
    work.dispatch.apply(ChangeConditions(delete={closure.id: closure.version}))
    assert drawn(work) == before


def test_a_line_comes_back_when_the_closure_has_expired_before_the_route_begins(
    work: Workspace, street: Area
) -> None:
    before = drawn(work)
    closure = close(work, street)
    departure = work.complete_board(DAY).routes[0].timetable.departure

    def ends(instant: timedelta) -> ChangeConditions:
        (now,) = work.conditions.within(closure.window)
        hours = TimeWindow(start=closure.window.start, end=departure + instant)
        return ChangeConditions(put=(replace(now, window=hours),))

    work.dispatch.apply(ends(timedelta(minutes=1)))
    assert not goes_through(drawn(work), street)
    work.dispatch.apply(ends(timedelta()))
    assert drawn(work) == before


def test_a_closure_for_other_vehicles_leaves_the_line(work: Workspace, street: Area) -> None:
    before = drawn(work)
    closure = close(work, street)
    work.dispatch.apply(
        ChangeConditions(put=(replace(closure, profiles=frozenset({Profile.TRUCK})),))
    )
    assert drawn(work) == before


def exported(work: Workspace, kind: ExportFormat) -> list[Location]:
    content = work.exports.content(work.complete_board(DAY), kind)
    if kind is ExportFormat.GPX:
        points = ElementTree.fromstring(content).iter("{http://www.topografix.com/GPX/1/1}trkpt")
        return [Location(lat=float(p.attrib["lat"]), lon=float(p.attrib["lon"])) for p in points]
    (line,) = (
        feature["geometry"]["coordinates"]
        for feature in json.loads(content)["features"]
        if feature["geometry"]["type"] == "LineString"
    )
    return [Location(lat=lat, lon=lon) for lon, lat in line]


@pytest.mark.parametrize("kind", [ExportFormat.GEOJSON, ExportFormat.GPX])
def test_an_exported_line_leaves_the_closed_street(
    work: Workspace, street: Area, kind: ExportFormat
) -> None:
    assert goes_through(exported(work, kind), street)
    close(work, street)
    assert not goes_through(exported(work, kind), street)


def test_the_line_on_a_printed_map_leaves_the_closed_street(
    work: Workspace, street: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = work.roads.line
    printed: list[Location] = []

    def line(each: BoardRoute, day: RoadDay | None = None) -> RouteLine:
        """What the paper is given: its own points are on a page and no places any more."""
        found = asked(each, day)
        printed.extend(point for leg in found.legs for point in leg)
        return found

    monkeypatch.setattr(work.roads, "line", line)
    work.manifests.write(tmp_path / "open.pdf", work.complete_board(DAY), [Part.MANIFEST])
    assert goes_through(printed, street)
    printed.clear()
    close(work, street)
    work.manifests.write(tmp_path / "closed.pdf", work.complete_board(DAY), [Part.MANIFEST])
    assert printed
    assert not goes_through(printed, street)
