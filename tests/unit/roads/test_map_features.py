"""What the tiles of the bundled sample show, as shapes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.domain.geo import Bounds
from app.roads.map_features import MapFeature, features_in
from app.roads.region import Region
from app.roads.region_build import build_region
from app.roads.tiles import RegionTiles, TileKind, open_tiles
from tests.unit.roads.extracts import SmallExtract

TOWN = Bounds(south=53.54, west=13.23, north=53.57, east=13.29)


class Counting:
    """A region's tiles, counting how many are read."""

    def __init__(self, folder: Path) -> None:
        self._tiles = RegionTiles(folder)
        self.read: list[tuple[int, int, int]] = []
        self.kind = TileKind.VECTOR
        self.min_zoom, self.max_zoom = self._tiles.min_zoom, self._tiles.max_zoom
        self.bounds, self.attribution = self._tiles.bounds, self._tiles.attribution

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        self.read.append((zoom, column, row))
        return self._tiles.tile(zoom, column, row)

    def close(self) -> None:
        self._tiles.close()


@pytest.fixture
def town(region: Region) -> Counting:
    return Counting(region.folder)


def test_a_town_has_all_that_a_map_shows(town: Counting) -> None:
    kinds = Counter((each.kind, each.shape) for each in features_in(town, TOWN, 14))
    for kind in (
        ("road", "line"),
        ("building", "area"),
        ("green", "area"),
        ("water", "area"),
        ("waterway", "line"),
        ("rail", "line"),
        ("land", "area"),
        ("place", "point"),
    ):
        assert kinds[kind] > 0, kind


def test_names_classes_and_places_are_true(town: Counting) -> None:
    features = list(features_in(town, TOWN, 14))
    (name,) = [f for f in features if f.class_ == "town" and f.name == "Neubrandenburg"]
    assert name.kind == "place"
    ((lon, lat),) = name.parts[0]
    assert (lat, lon) == pytest.approx((53.5574, 13.2603), abs=0.0005)
    roads = {(f.name, f.class_) for f in features if f.kind == "road"}
    assert ("Woldegker Straße", "primary") in roads
    assert ("Veilchenweg", "minor") not in roads


def test_house_numbers_are_on_the_finest_zoom_alone(town: Counting) -> None:
    corner = Bounds(south=53.5200, west=13.2680, north=53.5212, east=13.2695)
    assert "6b" in [f.name for f in features_in(town, corner, 15) if f.kind == "housenumber"]
    assert not [f for f in features_in(town, corner, 14) if f.kind == "housenumber"]


def test_low_zooms_show_the_large_things_only(town: Counting) -> None:
    far = list(features_in(town, TOWN, 9))
    assert {f.kind for f in far} >= {"road", "water", "green", "place"}
    assert not [f for f in far if f.kind == "building" or f.class_ in ("minor", "service", "path")]


def test_tiles_are_decoded_once(town: Counting) -> None:
    first = list(features_in(town, TOWN, 13))
    count = len(town.read)
    assert list(features_in(town, TOWN, 13)) == first
    assert len(town.read) == count > 0


def test_a_box_too_large_for_a_zoom_is_taken_from_a_lower_one(
    town: Counting, region: Region
) -> None:
    assert list(features_in(town, region.bounds, 15))
    assert {zoom for zoom, _, _ in town.read} == {13}


def test_zooms_beyond_the_tiles_are_taken_from_the_nearest(town: Counting) -> None:
    assert list(features_in(town, TOWN, 1)) == list(features_in(town, TOWN, 4))
    corner = Bounds(south=53.5200, west=13.2680, north=53.5212, east=13.2695)
    assert list(features_in(town, corner, 19)) == list(features_in(town, corner, 15))


def test_a_box_elsewhere_is_empty(town: Counting) -> None:
    assert list(features_in(town, Bounds(south=10, west=10, north=10.1, east=10.1), 13)) == []


def test_an_area_keeps_its_holes(tmp_path: Path) -> None:
    made = SmallExtract()
    made.road("Dorfstraße", 53.5)

    def square(size: float) -> int:
        corners = [(-size, -size), (-size, size), (size, size), (size, -size)]
        nodes = [made.node(53.51 + y, 13.2 + x) for y, x in corners]
        return made.way([*nodes, nodes[0]], {"source": "survey"})

    made.relation([square(0.004)], {"type": "multipolygon", "natural": "water"}, [square(0.001)])
    region = build_region(made.write(tmp_path / "x.osm.pbf"), "X", tmp_path, lambda _: None)
    tiles = RegionTiles(region.folder)
    box = Bounds(south=53.5, west=13.19, north=53.52, east=13.21)
    water: list[MapFeature] = [f for f in features_in(tiles, box, 13) if f.kind == "water"]
    assert any(len(feature.parts) == 2 for feature in water)
    tiles.close()


def test_pictures_show_no_features(shared_data: Path) -> None:
    file = shared_data / "tiles" / "sample-stamen-toner-raster-z0-3.pmtiles"
    if not file.is_file():
        pytest.skip(f"needs {file.name}")
    tiles = open_tiles(file)
    assert list(features_in(tiles, TOWN, 3)) == []
    tiles.close()


def test_a_foreign_vector_map_shows_what_its_layers_are_named_for(shared_data: Path) -> None:
    file = shared_data / "tiles" / "sample-boston-buildings-vector.mbtiles"
    if not file.is_file():
        pytest.skip(f"needs {file.name}")
    tiles = open_tiles(file)
    boston = Bounds(south=42.3, west=-71.2, north=42.43, east=-70.9)
    assert {(f.kind, f.shape) for f in features_in(tiles, boston, 13)} == {("building", "area")}
    tiles.close()
