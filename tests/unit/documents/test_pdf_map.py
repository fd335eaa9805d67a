from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from app.documents.manifest_pdf import ground_bounds
from app.documents.pdf_basemap import BaseMap, MapFeature, Shape, line_path
from app.documents.pdf_map import RouteMap, draw_map, map_view
from app.documents.pdf_view import View
from app.documents.print_parts import DistanceUnit
from app.domain.board import board_route
from app.domain.geo import Bounds, Location
from app.domain.manifests import Manifest, manifest
from app.domain.orders import OrderKind
from tests.factories import grid_travel, make_depot, make_order, make_route, make_shift, place
from tests.unit.documents.paper_scan import scanned

SIZE = (540.0, 160.0, 260.0)
"""Width, least and most height in points."""


def paper(*places, depot=(53.563822, 13.289257)) -> Manifest:
    orders = [make_order(place=place(lat, lon)) for lat, lon in places]
    shift = make_shift(depot=make_depot(location=Location(lat=depot[0], lon=depot[1])))
    travel = grid_travel([shift.depot.location, *(order.location for order in orders)])
    each = board_route(make_route(shift, orders), {order.id: order for order in orders}, travel)
    return manifest(each, datetime(2024, 3, 5, tzinfo=UTC))


def road(*points, name="", class_="primary") -> MapFeature:
    return MapFeature(kind="road", class_=class_, name=name, shape=Shape.LINE, parts=[points])


def town(name, lat, lon) -> MapFeature:
    return MapFeature(
        kind="place", class_="town", name=name, shape=Shape.POINT, parts=[[(lon, lat)]]
    )


@pytest.fixture
def drawn(tmp_path):
    """Draw the map of a manifest; give back its text and its greys."""

    def draw_it(sheet: Manifest, route_map: RouteMap, unit=DistanceUnit.KM):
        path = tmp_path / "map.pdf"
        view = map_view(sheet, route_map.line, *SIZE)
        assert view is not None
        canvas = Canvas(str(path), pagesize=(view.width + 40, view.height + 40))
        draw_map(canvas, 20, 20, view, route_map, sheet, unit)
        canvas.save()
        return PdfReader(path).pages[0].extract_text(), scanned(path)

    return draw_it


def view_of(south, west, north, east) -> View:
    return View(
        bounds=Bounds(south=south, west=west, north=north, east=east),
        width=100,
        height=100,
        metres_per_point=10,
    )


def path_of(points, view, is_start=None):
    starts = np.zeros(len(points), dtype=np.bool_)
    starts[0 if is_start is None else is_start] = True
    lon, lat = np.array(points, dtype=np.float64).T
    return line_path(lon, lat, starts, view)


def test_a_line_leaves_out_what_is_not_in_view_and_points_that_fall_together():
    view = view_of(0, 0, 1, 1)
    points = [(-3, 0.5), (-2, 0.5), (0.5, 0.5), (0.5, 0.500001), (1, 1), (3, 3), (4, 3)]
    assert path_of(points, view) == "-800 200 m 200 200 l 400 400 l 1200 1200 l"


def test_a_line_that_leaves_and_comes_back_is_broken_off_in_between():
    view = view_of(0, 0, 1, 1)
    points = [(0.2, 0.2), (2, 0.2), (2, 5), (0.2, 5), (0.2, 0.8)]
    path = path_of(points, view)
    assert path.count("m") == 2
    assert "800 2000" not in path


def test_a_segment_through_the_view_is_drawn_though_both_its_ends_are_outside():
    assert path_of([(-1, 0.5), (2, 0.5)], view_of(0, 0, 1, 1)) == "-400 200 m 800 200 l"


def test_every_stop_has_its_number_even_where_they_crowd(drawn):
    generator = random.Random(1)
    stops = [
        (53.55 + generator.random() / 500, 13.26 + generator.random() / 300) for _ in range(60)
    ]
    text, _ = drawn(paper(*stops), RouteMap())
    numbers = set(re.findall(r"\d+", text))
    assert {str(number) for number in range(1, 61)} <= numbers


def test_stops_at_one_door_share_a_mark(drawn):
    text, _ = drawn(paper((53.55, 13.26), (53.55, 13.26), (53.56, 13.27)), RouteMap())
    assert "1–2" in text


def test_the_depot_is_in_the_map_or_pointed_at_with_its_distance(drawn):
    near, _ = drawn(paper((53.55, 13.26), (53.56, 13.27)), RouteMap())
    far, _ = drawn(paper((53.55, 13.26), (53.56, 13.27), depot=(53.9, 13.0)), RouteMap())
    assert "depot" not in near
    assert re.search(r"depot \d+\.\d km", far)


def test_the_depot_s_distance_is_in_miles_where_asked(drawn):
    sheet = paper((53.55, 13.26), depot=(53.9, 13.0))
    text, _ = drawn(sheet, RouteMap(), DistanceUnit.MILES)
    assert re.search(r"depot \d+\.\d mi", text)


def test_white_numbers_are_explained_where_there_are_any(drawn):
    sheet = paper((53.55, 13.26), (53.56, 13.27))
    pickup = replace(sheet.lines[1], kind=OrderKind.PICKUP)
    assert "pick-up" not in drawn(sheet, RouteMap())[0]
    assert "pick-up" in drawn(replace(sheet, lines=(sheet.lines[0], pickup)), RouteMap())[0]


def test_the_way_along_the_streets_stays_in_view():
    sheet = paper((53.55, 13.26), (53.55, 13.30))
    detour = [Location(lat=53.55, lon=13.26), Location(lat=53.56, lon=13.28)]
    view = map_view(sheet, detour, *SIZE)
    assert view is not None
    assert view.bounds.north > 53.56


def test_a_single_stop_has_streets_around_it():
    view = map_view(paper((53.55, 13.26), depot=(53.9, 13.0)), (), *SIZE)
    assert view is not None
    assert 0.5 < view.metres_per_point < 10


def test_a_map_is_as_true_to_scale_upwards_as_sideways():
    view = map_view(paper((53.55, 13.26), (53.57, 13.30)), (), *SIZE)
    assert view is not None
    x0, y0 = view.on_paper(13.27, 53.56)
    x1, y1 = view.on_paper(13.27 + 0.001 / np.cos(np.radians(53.56)), 53.561)
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-3)


def test_stops_without_a_place_make_no_map():
    orders = [make_order(place=None)]
    route = make_route(make_shift(), orders)
    travel = grid_travel([route.shift.depot.location])
    lost = manifest(
        board_route(route, {orders[0].id: orders[0]}, travel), datetime(2024, 3, 5, tzinfo=UTC)
    )
    assert map_view(lost, (), *SIZE) is None
    assert ground_bounds([lost], {}) is None


def test_the_ground_covers_every_map_to_its_edges():
    sheets = [paper((53.50, 13.26), (53.60, 13.27)), paper((53.55, 13.20), (53.55, 13.40))]
    bounds = ground_bounds(sheets, {})
    assert bounds is not None
    for sheet in sheets:
        view = map_view(sheet, (), *SIZE)
        assert view is not None
        assert bounds.west <= view.bounds.west + 0.05
        assert bounds.contains(sheet.depot_location)
    assert bounds.east - bounds.west > 0.4


def test_water_and_roads_are_drawn_in_grey_under_the_way(drawn):
    sheet = paper((53.55, 13.26), (53.555, 13.28), depot=(53.552, 13.27))
    lake = MapFeature(
        kind="water",
        class_="water",
        shape=Shape.AREA,
        parts=[[(13.2, 53.5), (13.4, 53.5), (13.4, 53.6), (13.2, 53.6), (13.2, 53.5)]],
    )
    text, picture = drawn(sheet, RouteMap(base=BaseMap([lake])))
    inside = picture[30:-30, 30:-30]
    assert 185 < np.median(inside) < 205
    assert inside.min() < 30
    assert "© OpenStreetMap contributors" in text


def test_names_of_towns_and_streets_stand_in_the_map(drawn):
    sheet = paper((53.55, 13.26), (53.555, 13.28), depot=(53.552, 13.27))
    base = BaseMap(
        [
            town("Αθήνα", 53.553, 13.275),
            town("Too far", 54.553, 13.275),
            road((13.22, 53.5515), (13.29, 53.5515), name="Woldegker Straße"),
            road((13.25, 53.5516), (13.29, 53.5516), name="Woldegker Straße"),
            road((13.265, 53.5535), (13.2655, 53.5535), name="Short Street With A Long Name"),
        ]
    )
    text, _ = drawn(sheet, RouteMap(base=base))
    assert "Αθήνα" in text
    assert text.count("Woldegker Straße") == 2  # once white around it, once in letters
    assert "Too far" not in text
    assert "Short Street" not in text


def test_kinds_that_paper_does_not_show_are_left_out(drawn):
    strange = [
        MapFeature(kind="boundary", class_="state", shape=Shape.LINE, parts=[[(13, 53), (14, 54)]]),
        MapFeature(kind="road", class_="primary", shape=Shape.AREA, parts=[[(13, 53), (14, 54)]]),
        MapFeature(kind="road", class_="primary", shape=Shape.LINE, parts=[[(13, 53)], []]),
    ]
    sheet = paper((53.55, 13.26), depot=(53.552, 13.27))
    _, bare = drawn(sheet, RouteMap(attribution=""))
    _, with_them = drawn(sheet, RouteMap(base=BaseMap(strange), attribution=""))
    assert (bare == with_them).all()
