from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.config import Settings, load_settings
from app.domain.board import Board, move
from app.domain.conditions import ConditionKind
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.errors import Cancelled, NotFoundError, RegionError
from app.domain.geo import Location
from app.domain.timetable import Timetable
from app.domain.travel import Profile
from app.services.context import Step
from app.services.roads import RoadsService
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
from tests.unit.services.conftest import Desk


@pytest.fixture
def planned(work: Workspace) -> Board:
    """One route of two stops in the sample's region."""
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    orders = (make_order(), make_order())
    work.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    work.dispatch.apply(ChangeOrders(put=orders))
    board = work.dispatch.board(DAY)
    work.dispatch.apply(move(board, [order.id for order in orders], board.routes[0].id, 0))
    return work.dispatch.board(DAY)


def test_without_a_region_a_route_is_straight_lines_that_say_so(desk: Desk, day: Board) -> None:
    orders = day.unassigned[:2]
    desk.dispatch.apply(move(day, [order.id for order in orders], day.routes[0].id, 0))
    each = desk.board.routes[0]
    line = desk.roads.line(each)
    depot = each.route.shift.depot.location
    a, b = (order.location for order in orders)
    assert line.is_estimated
    assert line.legs == ((depot, a), (a, b), (b, depot))
    assert each.timetable.is_estimated
    assert desk.roads.is_complete(desk.board)
    assert desk.roads.addresses() is desk.roads.tiles() is desk.roads.bounds is None


def test_a_day_without_roads_is_estimated_once_and_anew_for_other_places(tmp_path: Path) -> None:
    roads = RoadsService(Settings(data=tmp_path))
    places = [Location(lat=53.5 + step / 100, lon=13.2) for step in range(5)]
    first = roads.known_travel(places, {Profile.VAN})[Profile.VAN]
    assert roads.known_travel(places, {Profile.VAN})[Profile.VAN] is first
    assert len(roads.known_travel(places[:4], {Profile.VAN})[Profile.VAN].places) == 4


def test_a_route_without_stops_has_no_line(desk: Desk, day: Board) -> None:
    assert desk.roads.line(day.routes[0]).legs == ()


def test_a_completed_board_rests_on_roads_and_not_on_estimates(
    work: Workspace, planned: Board
) -> None:
    assert planned.routes[0].timetable.is_estimated
    steps: list[Step] = []
    board = work.complete_board(DAY, steps.append)
    assert not board.routes[0].timetable.is_estimated
    assert steps
    again: list[Step] = []
    assert not work.complete_board(DAY, again.append).routes[0].timetable.is_estimated
    assert again == []


@pytest.mark.usefixtures("planned")
def test_until_a_closure_is_counted_in_the_open_roads_stand_in_for_it(work: Workspace) -> None:
    before = work.complete_board(DAY)
    begins = [stop.begin for stop in before.routes[0].timetable.stops]
    ends = [order.location for order in before.orders.values() if order.location is not None]
    lat, lon = (sum(part) / len(ends) for part in zip(*((p.lat, p.lon) for p in ends), strict=True))
    area = tuple(
        Location(lat=lat + 0.004 + north, lon=lon + 0.008 + east)
        for north, east in ((-0.001, -0.002), (0.001, -0.002), (0.001, 0.002), (-0.001, 0.002))
    )
    closure = work.conditions.new(
        ConditionKind.CLOSURE, "Market", window("06:00", "20:00"), area=area
    )
    work.dispatch.apply(closure)
    shown = work.dispatch.board(DAY)
    assert [stop.begin for stop in shown.routes[0].timetable.stops] == begins
    assert shown.routes[0].timetable.is_estimated
    assert not work.roads.is_complete(shown)
    known = work.complete_board(DAY)
    assert work.roads.is_complete(known)
    assert not known.routes[0].timetable.is_estimated
    assert work.roads.is_complete(work.dispatch.board(DAY))


def test_a_closure_is_driven_round_in_its_hours_only(work: Workspace, planned: Board) -> None:
    places = (place(53.5573, 13.2610), place(53.5593, 13.2640))
    orders = (replace(o, place=p) for o, p in zip(planned.orders.values(), places, strict=True))
    work.dispatch.apply(ChangeOrders(put=tuple(orders)))
    free = work.complete_board(DAY)
    each = free.routes[0]
    line = work.roads.line(each)
    corner = line.legs[0][len(line.legs[0]) // 2]
    area = tuple(
        Location(lat=corner.lat + north, lon=corner.lon + east)
        for north, east in ((-0.0005, -0.001), (0.0005, -0.001), (0.0005, 0.001), (-0.0005, 0.001))
    )
    stops = [stop.begin for stop in each.timetable.stops]

    def driven(start: str, end: str) -> Timetable:
        closure = work.conditions.new(
            ConditionKind.CLOSURE, "Street", window(start, end), area=area
        )
        applied = work.dispatch.apply(closure)
        found = work.complete_board(DAY).routes[0].timetable
        work.dispatch.apply(applied.inverse)
        return found

    assert driven("06:00", "20:00").driving > each.timetable.driving
    after = driven("15:00", "20:00")
    assert [stop.begin for stop in after.stops] == stops
    assert after.driving == each.timetable.driving


def test_a_depot_that_moved_is_asked_for_again(work: Workspace, planned: Board) -> None:
    work.complete_board(DAY)
    depot = planned.routes[0].route.shift.depot
    moved = replace(depot, location=Location(lat=53.5571, lon=13.2615))
    work.dispatch.apply(ChangeFleet(put=(moved,)))
    assert not work.complete_board(DAY).routes[0].timetable.is_estimated


def test_asking_for_roads_can_be_cancelled(work: Workspace, planned: Board) -> None:
    with pytest.raises(Cancelled):
        work.complete_board(planned.day, cancelled=lambda: True)


def test_a_line_follows_the_streets(work: Workspace, planned: Board) -> None:
    line = work.roads.line(planned.routes[0])
    assert not line.is_estimated
    assert len(line.legs) == 3
    assert sum(len(leg) for leg in line.legs) > 10


def test_a_removed_region_leaves_a_console_that_still_estimates(
    tmp_path: Path, regions_root: Path
) -> None:
    copy = tmp_path / "regions" / "Sample"
    copy.parent.mkdir()
    copy.mkdir()
    for file in (regions_root / "Sample").iterdir():
        (copy / file.name).symlink_to(file)
    roads = RoadsService(Settings(data=tmp_path))
    assert [region.name for region in roads.regions()] == ["Sample"]
    roads.use("Sample")
    assert load_settings(tmp_path).region == "Sample"
    roads.remove("Sample")
    assert roads.region is None
    assert load_settings(tmp_path).region == ""
    assert roads.regions() == ()
    roads.close()


def test_choosing_a_region_keeps_what_was_said_for_this_start_only_unsaved(
    tmp_path: Path, regions_root: Path
) -> None:
    (tmp_path / "regions").symlink_to(regions_root)
    once = Settings(data=tmp_path, database_url="postgresql://ana:s3cret@server/depot")
    roads = RoadsService(once)
    roads.use("Sample")
    roads.close()
    assert load_settings(tmp_path).database_url == ""
    assert "s3cret" not in (tmp_path / "settings.json").read_text()


@pytest.mark.expects_warnings
def test_a_region_that_is_gone_is_named_and_stops_nothing(tmp_path: Path) -> None:
    roads = RoadsService(Settings(data=tmp_path, region="Nowhere"))
    assert "Nowhere" in roads.problem
    assert roads.region is None
    with pytest.raises(NotFoundError, match="Nowhere"):
        roads.use("Nowhere")


def test_a_tile_file_that_is_none_is_refused_and_the_map_stays(
    work: Workspace, tmp_path: Path
) -> None:
    before = work.roads.tiles()
    (tmp_path / "map.mbtiles").write_text("no tiles")
    with pytest.raises(RegionError, match=r"map\.mbtiles"):
        work.roads.use_tiles(tmp_path / "map.mbtiles")
    assert work.roads.tiles() is before
    assert load_settings(tmp_path).tiles == ""
