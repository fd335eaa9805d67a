"""Tiles of a region and of files made elsewhere."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from app.domain.errors import RegionError
from app.domain.geo import Bounds, Location
from app.roads.region import Region
from app.roads.tiles import RegionTiles, TileKind, open_tiles, tiles_file

NEUBRANDENBURG = {9: (274, 165), 12: (2198, 1323), 14: (8795, 5294), 15: (17591, 10588)}
"""Column and row of the town's tile, by zoom."""


@pytest.fixture
def town(region: Region) -> RegionTiles:
    return RegionTiles(region.folder)


def mbtiles(file: Path, tiles: dict[tuple[int, int, int], bytes], **about: str) -> Path:
    with sqlite3.connect(file) as connection:
        connection.executescript(
            "CREATE TABLE metadata (name TEXT, value TEXT);"
            "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB);"
        )
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", about.items())
        rows = [(*address, tile) for address, tile in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return file


@pytest.mark.parametrize("zoom", NEUBRANDENBURG)
def test_every_zoom_of_a_region_has_its_town(town: RegionTiles, zoom: int) -> None:
    tile = town.tile(zoom, *NEUBRANDENBURG[zoom])
    assert tile is not None
    assert b"basemap" in tile, "unpacked, and with our layer"


def test_a_region_tells_zooms_bounds_and_attribution(town: RegionTiles) -> None:
    assert (town.min_zoom, town.max_zoom) == (4, 15)
    assert town.kind is TileKind.VECTOR
    assert town.attribution == "© OpenStreetMap contributors"
    assert town.bounds.contains(Location(lat=53.4382, lon=13.1094))
    assert town.bounds.contains(Location(lat=53.6153, lon=13.4074))


@pytest.mark.parametrize(
    "address", [(3, 4, 2), (16, 0, 0), (14, 0, 0), (14, -1, 5294), (14, 1 << 14, 0), (14, 0, -1)]
)
def test_there_is_no_tile_elsewhere(town: RegionTiles, address: tuple[int, int, int]) -> None:
    assert town.tile(*address) is None


def test_a_region_without_a_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="has no map"):
        RegionTiles(tmp_path)


def test_the_rows_of_mbtiles_are_counted_from_the_south(tmp_path: Path) -> None:
    file = mbtiles(tmp_path / "x.mbtiles", {(2, 1, 0): b"\x89PNG south"}, format="png")
    tiles = open_tiles(file)
    assert tiles.tile(2, 1, 3) == b"\x89PNG south"
    assert tiles.tile(2, 1, 0) is None
    assert tiles.kind is TileKind.RASTER
    assert (tiles.min_zoom, tiles.max_zoom) == (2, 2)
    tiles.close()


def test_packed_tiles_are_unpacked_and_damaged_ones_left_out(tmp_path: Path) -> None:
    packed = gzip.compress(b"a vector tile")
    file = mbtiles(
        tmp_path / "x.mbtiles", {(1, 0, 0): packed, (1, 1, 0): packed[:15]}, format="pbf"
    )
    tiles = open_tiles(file)
    assert tiles.kind is TileKind.VECTOR
    assert tiles.tile(1, 0, 1) == b"a vector tile"
    assert tiles.tile(1, 1, 1) is None
    tiles.close()


def test_an_attribution_is_text_and_bounds_are_read(tmp_path: Path) -> None:
    link = '<a href="https://example.org">&copy; Example</a> <script>'
    file = mbtiles(
        tmp_path / "x.mbtiles", {(0, 0, 0): b"x"}, attribution=link, bounds="1.5,2,3,4.25"
    )
    tiles = open_tiles(file)
    assert tiles.attribution == "© Example"
    assert tiles.bounds == Bounds(south=2, west=1.5, north=4.25, east=3)
    tiles.close()


def test_a_map_file_is_known_by_its_content_not_its_name(region: Region, tmp_path: Path) -> None:
    renamed = tmp_path / "map.bin"
    renamed.write_bytes(tiles_file(region.folder, (14, 14)).read_bytes())
    tiles = open_tiles(renamed)
    assert tiles.tile(14, *NEUBRANDENBURG[14]) is not None
    tiles.close()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PMTiles\x03 and no more", b"%PDF-1.7"])
def test_what_is_no_map_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(content)
    with pytest.raises(RegionError, match=r"plan\.pdf"):
        open_tiles(file)


def test_a_truncated_map_is_refused(region: Region, tmp_path: Path) -> None:
    whole = tiles_file(region.folder, (14, 14)).read_bytes()
    cut = tmp_path / "cut.pmtiles"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RegionError, match=r"cut\.pmtiles is damaged"):
        open_tiles(cut)


def test_a_database_without_tiles_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE orders (id INT)")
    connection.close()
    with pytest.raises(RegionError, match="holds no map tiles"):
        open_tiles(file)
    with pytest.raises(RegionError, match="is empty"):
        open_tiles(mbtiles(tmp_path / "empty.mbtiles", {}, format="png"))


def test_a_missing_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="can't be read"):
        open_tiles(tmp_path / "none.pmtiles")


@pytest.mark.parametrize(
    ("name", "kind", "address"),
    [
        ("neubrandenburg-2016-02-raster-z10-16.mbtiles", TileKind.RASTER, (16, 35181, 21188)),
        ("sample-boston-buildings-vector.mbtiles", TileKind.VECTOR, (13, 2477, 3028)),
        ("sample-stamen-toner-raster-z0-3.pmtiles", TileKind.RASTER, (3, 4, 4)),
    ],
)
def test_maps_made_elsewhere_are_opened(
    shared_data: Path, name: str, kind: TileKind, address: tuple[int, int, int]
) -> None:
    file = shared_data / "tiles" / name
    if not file.is_file():
        pytest.skip(f"needs {name}")
    tiles = open_tiles(file)
    tile = tiles.tile(*address)
    assert tiles.kind is kind
    assert tile is not None
    assert tile.startswith(b"\x89PNG") == (kind is TileKind.RASTER)
    tiles.close()
