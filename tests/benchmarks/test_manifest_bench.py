"""Printing a large day: 40 routes, 1,000 stops, every route with its map."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.pdf_basemap import BaseMap, MapFeature, Shape
from app.documents.pdf_map import RouteMap
from app.documents.print_parts import Part
from app.domain.board import Board, BoardRoute, board_route
from app.domain.day_summary import day_summary
from app.domain.geo import Location
from app.domain.manifests import manifest
from app.domain.orders import barcodes
from tests.factories import (
    DAY,
    DEPOT_PLACE,
    grid_travel,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    place,
    window,
)

ROUTES, STOPS = 40, 25
PRINTED_AT = datetime(2024, 3, 5, 5, 12, tzinfo=UTC)


def ground(generator: random.Random) -> BaseMap:
    """As many roads, areas and names as a town of 60,000 has."""
    features = []
    for number in range(6_000):
        lat, lon = 53.50 + generator.random() * 0.1, 13.15 + generator.random() * 0.2
        angle, class_ = generator.random() * math.tau, "minor" if number % 8 else "secondary"
        line = [
            (lon + step * 0.0006 * math.cos(angle), lat + step * 0.0004 * math.sin(angle))
            for step in range(8)
        ]
        features.append(
            MapFeature(
                kind="road",
                class_=class_,
                name=f"Street {number}",
                shape=Shape.LINE,
                parts=[line],
            )
        )
        if number % 4 == 0:
            features.append(
                MapFeature(kind="green", class_="park", shape=Shape.AREA, parts=[[*line, line[0]]])
            )
    return BaseMap(features)


def day() -> DayDocuments:
    generator = random.Random(7)
    routes: list[BoardRoute] = []
    maps = {}
    base = ground(generator)
    depot = make_depot()
    for number in range(ROUTES):
        lat, lon = 53.53 + generator.random() * 0.05, 13.22 + generator.random() * 0.1
        orders = [
            make_order(
                recipient=f"Jürgen Müller-Lüdenscheid {stop}",
                company="Stadtbäckerei" if stop % 3 == 0 else "",
                phone="+49 30 23125 814",
                notes="Bitte beim Nachbarn abgeben, Hinterhaus, zweimal klingeln"
                if stop % 2
                else "",
                place=place(lat + generator.random() * 0.02, lon + generator.random() * 0.03),
                parcels=barcodes(f"SO-{number}-{stop}", 1 + stop % 3),
                window=window("09:00", "15:00"),
            )
            for stop in range(STOPS)
        ]
        places = [DEPOT_PLACE, *(order.place.location for order in orders)]
        shift = make_shift(depot=depot, driver=make_driver(name=f"Driver {number}"))
        each = board_route(
            make_route(shift, orders), {order.id: order for order in orders}, grid_travel(places)
        )
        routes.append(each)
        line = [
            Location(
                lat=a.lat + (b.lat - a.lat) * step / 30, lon=a.lon + (b.lon - a.lon) * step / 30
            )
            for a, b in zip(places, [*places[1:], DEPOT_PLACE], strict=True)
            for step in range(30)
        ]
        maps[each.id] = RouteMap(base=base, line=line)
    board = Board(
        day=DAY, routes=tuple(routes), unassigned=(), on_hold=(), orders={}, travel={}, reasons={}
    )
    return DayDocuments(
        manifests=tuple(manifest(each, PRINTED_AT) for each in routes),
        maps=maps,
        summary=day_summary(board, "Europe/Berlin", PRINTED_AT),
    )


@pytest.mark.parametrize(
    "parts",
    [(Part.SUMMARY, Part.MANIFEST), tuple(Part)],
    ids=["manifests and summary", "everything with labels"],
)
def test_printing_40_routes_with_1000_stops_and_maps(
    benchmark: BenchmarkFixture, tmp_path: Path, parts: tuple[Part, ...]
) -> None:
    documents, path = day(), tmp_path / "day.pdf"

    def print_day() -> None:
        write_day_pdf(path, documents, parts, lambda _fraction, _text: None, lambda: False)

    benchmark.pedantic(print_day, rounds=3, warmup_rounds=1)
    benchmark.extra_info["kilobytes"] = path.stat().st_size // 1024
    assert path.stat().st_size > 100_000
