"""Read map tiles: a region's own, and PMTiles and MBTiles made elsewhere."""

from __future__ import annotations

import gzip
import html
import json
import logging
import mmap
import re
import sqlite3
import zlib
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

from pmtiles.tile import (
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from app.domain.errors import RegionError
from app.domain.geo import Bounds

OSM_ATTRIBUTION = "© OpenStreetMap contributors"
LAYER = "basemap"
"""The one layer of a region's tiles; its features have `kind`, `class` and `name`."""
BANDS = ((4, 9), (10, 13), (14, 14), (15, 15))
"""Zooms of a region that share a file, as they are made from the same features."""
_LOG = logging.getLogger(__name__)
_PMTILES_START = b"PMTiles"
_SQLITE_START = b"SQLite format 3\0"
_GZIP_START = b"\x1f\x8b"
_HEADER_LENGTH = 127
_MAX_DIRECTORY_DEPTH = 4
_WORLD = Bounds(south=-85.051129, west=-180.0, north=85.051129, east=180.0)


def tiles_file(folder: Path, band: tuple[int, int]) -> Path:
    """Where a region keeps the tiles of a band of zooms."""
    return folder / f"basemap-{band[0]:02}-{band[1]:02}.pmtiles"


class TileKind(StrEnum):
    """What a tile's bytes are: Mapbox vector tiles, or pictures (PNG, JPEG, WebP)."""

    VECTOR = "vector"
    RASTER = "raster"


class TileSource(Protocol):
    """Tiles by zoom, column and row (row 0 in the north); may be read from any thread."""

    @property
    def kind(self) -> TileKind: ...
    @property
    def min_zoom(self) -> int: ...
    @property
    def max_zoom(self) -> int: ...
    @property
    def bounds(self) -> Bounds: ...
    @property
    def attribution(self) -> str: ...
    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The tile, unpacked; None where there is none."""

    def close(self) -> None: ...


def open_tiles(path: Path) -> TileSource:
    """Open a PMTiles or MBTiles file, whatever its name ends with; RegionError if it is neither."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_START))
    except OSError as error:
        raise RegionError(f"The map file {path} can't be read: {error.strerror}.") from error
    if start.startswith(_PMTILES_START):
        return PmTiles(path)
    if start == _SQLITE_START:
        return MbTiles(path)
    raise RegionError(f"{path.name} is no map file. Choose an MBTiles or PMTiles file.")


class PmTiles:
    """One PMTiles file."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise RegionError(f"The map file {path} can't be read: {error}.") from error
        try:
            header = deserialize_header(self._part(0, _HEADER_LENGTH))
            about = _unpacked(self._part(header["metadata_offset"], header["metadata_length"]))
            self.attribution = _plain(json.loads(about or b"{}").get("attribution", ""))
            # a truncated file still has a good header
            if header["tile_data_offset"] + header["tile_data_length"] > len(self._bytes):
                raise ValueError("its end is missing")
        except Exception as error:
            self._bytes.close()
            raise RegionError(
                f"The map file {path.name} is damaged ({error}). Copy or build it again."
            ) from error
        self.kind = TileKind.VECTOR if header["tile_type"] == TileType.MVT else TileKind.RASTER
        self.min_zoom: int = header["min_zoom"]
        self.max_zoom: int = header["max_zoom"]
        self.bounds = Bounds(
            south=header["min_lat_e7"] / 1e7,
            west=header["min_lon_e7"] / 1e7,
            north=header["max_lat_e7"] / 1e7,
            east=header["max_lon_e7"] / 1e7,
        )
        self._root = (header["root_offset"], header["root_length"])
        self._leaves: int = header["leaf_directory_offset"]
        self._tiles: int = header["tile_data_offset"]
        # the library's reader unpacks the directories anew for every tile
        self._directory = lru_cache(maxsize=64)(
            lambda offset, length: deserialize_directory(self._part(offset, length))
        )

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        if not _exists(zoom, column, row):
            return None
        number = zxy_to_tileid(zoom, column, row)
        offset, length = self._root
        for _ in range(_MAX_DIRECTORY_DEPTH):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return _unpacked(self._part(self._tiles + entry.offset, entry.length))
            offset, length = self._leaves + entry.offset, entry.length
        return None

    def close(self) -> None:
        self._bytes.close()

    def _part(self, offset: int, length: int) -> bytes:
        return self._bytes[offset : offset + length]


class MbTiles:
    """One MBTiles file; its rows are counted from the south."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise RegionError(f"The map file {path} can't be read: {error}.") from error
        self._lock = Lock()
        try:
            about = dict(self._connection.execute("SELECT name, value FROM metadata"))
            zooms = self._connection.execute(
                "SELECT min(zoom_level), max(zoom_level) FROM tiles"
            ).fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise RegionError(
                f"{path.name} holds no map tiles ({error}). Choose an MBTiles or PMTiles file."
            ) from error
        if zooms[0] is None:
            self._connection.close()
            raise RegionError(f"The map file {path.name} is empty. Choose another one.")
        self.kind = TileKind.VECTOR if about.get("format") == "pbf" else TileKind.RASTER
        self.min_zoom, self.max_zoom = (int(zoom) for zoom in zooms)
        self.bounds = _box(about.get("bounds", ""))
        self.attribution = _plain(about.get("attribution", ""))

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        if not _exists(zoom, column, row):
            return None
        with self._lock:
            found = self._connection.execute(
                "SELECT tile_data FROM tiles"
                " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (zoom, column, (1 << zoom) - 1 - row),
            ).fetchone()
        return None if found is None else _unpacked(found[0])

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class RegionTiles:
    """The tiles of a region: one file for each band of zooms."""

    kind = TileKind.VECTOR
    attribution = OSM_ATTRIBUTION

    def __init__(self, folder: Path) -> None:
        self._by_zoom: dict[int, PmTiles] = {}
        self._files: list[PmTiles] = []
        for band in BANDS:
            if tiles_file(folder, band).is_file():
                self._files.append(PmTiles(tiles_file(folder, band)))
                zooms = range(band[0], band[1] + 1)
                self._by_zoom |= dict.fromkeys(zooms, self._files[-1])
        if not self._files:
            raise RegionError(f"The region in {folder} has no map. Build it again.")
        self.min_zoom, self.max_zoom = min(self._by_zoom), max(self._by_zoom)
        self.bounds = self._files[-1].bounds

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        file = self._by_zoom.get(zoom)
        return file.tile(zoom, column, row) if file else None

    def close(self) -> None:
        for file in self._files:
            file.close()


def _exists(zoom: int, column: int, row: int) -> bool:
    return 0 <= zoom <= 30 and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom


def _unpacked(tile: bytes) -> bytes | None:
    if not tile.startswith(_GZIP_START):
        return tile
    try:
        return gzip.decompress(tile)
    except (OSError, EOFError, zlib.error) as error:
        _LOG.info("A damaged map tile is left out: %s", error)
        return None


def _plain(attribution: str) -> str:
    """An attribution as text; map files often hold it as HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", attribution)).strip()


def _box(text: str) -> Bounds:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return _WORLD
    return Bounds(south=south, west=west, north=north, east=east)
