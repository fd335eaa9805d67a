"""Draw a region's map tiles from its extract."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from app.domain.errors import RegionError
from app.domain.geo import Bounds, Location
from app.roads import gdal
from app.roads.map_rules import HOUSE_NUMBERS, OSM_LAYERS, Rule, osm_reader_settings
from app.roads.progress import IsCancelled, ReportFraction, stop_if
from app.roads.tiles import BANDS, LAYER, tiles_file

_FIELDS = ("kind", "class", "name", "geometry")
_ROWS_AT_ONCE = 2_000
# Above what a town's tile has: a tile that reaches GDAL's own limits is thinned out.
_TILE_LIMITS = {"MAX_SIZE": "5000000", "MAX_FEATURES": "1000000"}


def build_basemap(
    extract: Path,
    folder: Path,
    bounds: Bounds,
    house_numbers: Iterable[tuple[str, Location]],
    report: ReportFraction,
    cancelled: IsCancelled,
) -> None:
    """Write the tile files under `folder`; RegionError if the map library can't.

    PMTiles can't be appended to, so each file is written from one table.
    """
    settings = folder / "osm-reader.ini"
    settings.write_text(osm_reader_settings(), encoding="utf-8")
    try:
        parts = [_numbers(house_numbers)]
        for layer, rules in OSM_LAYERS.items():
            stop_if(cancelled, "Drawing the map")
            parts.append(_read(extract, layer, rules, bounds, settings))
        features = pa.concat_tables(parts)
        for number, band in enumerate(BANDS, start=1):
            shown = features.filter(pc.less_equal(features["from_zoom"], band[1]))
            # a hamlet may have nothing for a map of the country; GDAL can't write such a file
            if shown.num_rows:
                _write(shown.select(_FIELDS), tiles_file(folder, band), band, cancelled)
            report(number / len(BANDS))
    except gdal.GdalError as error:
        stop_if(cancelled, "Drawing the map")
        raise RegionError(f"The map of {extract.name} could not be drawn: {error}.") from error
    finally:
        settings.unlink(missing_ok=True)


def _read(
    extract: Path, layer: str, rules: tuple[Rule, ...], bounds: Bounds, settings: Path
) -> pa.Table:
    rows = gdal.read(
        extract,
        layer=layer,
        bbox=(bounds.west, bounds.south, bounds.east, bounds.north),
        CONFIG_FILE=str(settings),
    )
    kind = class_ = pa.nulls(rows.num_rows, pa.string())
    from_zoom = pa.nulls(rows.num_rows, pa.int8())
    for rule in rules:
        column = rows[rule.key].combine_chunks()
        if rule.values:
            fits = pc.is_in(column, value_set=pa.array(rule.values))
        else:
            fits = pc.and_(pc.is_valid(column), pc.not_equal(column, "no"))
        fits = pc.and_(pc.fill_null(fits, False), pc.is_null(kind))
        kind = pc.if_else(fits, rule.kind, kind)
        class_ = pc.if_else(fits, rule.class_ if rule.class_ else column, class_)
        from_zoom = pc.if_else(fits, pa.scalar(rule.from_zoom, pa.int8()), from_zoom)
    return _table(kind, class_, rows["name"].combine_chunks(), rows["wkb_geometry"], from_zoom)


def _numbers(house_numbers: Iterable[tuple[str, Location]]) -> pa.Table:
    names, points = [], []
    for name, place in house_numbers:
        names.append(name)
        points.append(struct.pack("<BIdd", 1, 1, place.lon, place.lat))
    count = len(names)
    return _table(
        pa.repeat(HOUSE_NUMBERS.kind, count),
        pa.repeat(HOUSE_NUMBERS.class_, count),
        pa.array(names, pa.string()),
        pa.array(points, pa.binary()),
        pa.repeat(pa.scalar(HOUSE_NUMBERS.from_zoom, pa.int8()), count),
    )


def _table(
    kind: pa.Array, class_: pa.Array, name: pa.Array, geometry: pa.Array, from_zoom: pa.Array
) -> pa.Table:
    columns = (kind, class_, name, geometry, from_zoom)
    types = (pa.string(), pa.string(), pa.string(), pa.binary(), pa.int8())
    table = pa.table(
        {
            label: column.cast(type_)
            for label, column, type_ in zip((*_FIELDS, "from_zoom"), columns, types, strict=True)
        }
    )
    return table.filter(pc.is_valid(table["kind"]))


def _write(features: pa.Table, file: Path, band: tuple[int, int], cancelled: IsCancelled) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        for batch in features.to_batches(max_chunksize=_ROWS_AT_ONCE):
            stop_if(cancelled, "Drawing the map")
            yield batch

    settings = {"MINZOOM": str(band[0]), "MAXZOOM": str(band[1]), "NAME": LAYER} | _TILE_LIMITS
    stream = pa.RecordBatchReader.from_batches(features.schema, batches())
    gdal.write_tiles(stream, file, LAYER, settings)
