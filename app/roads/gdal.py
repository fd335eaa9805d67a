"""GDAL through pyogrio, loaded when it is first needed: half a second of the console's start.

Its failures come as GdalError, so that nobody else has to know the library.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class GdalError(Exception):
    """GDAL could not read or write; the text is its own."""


def read(source: Path | bytes, **options: Any) -> Any:
    """One layer as an Arrow table with the geometry in `wkb_geometry`."""
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import read_arrow

    try:
        return read_arrow(source, **options)[1]
    except (DataLayerError, DataSourceError) as error:
        raise GdalError(str(error)) from error


def layers(source: bytes) -> tuple[str, ...]:
    """The names of all layers."""
    from pyogrio import list_layers
    from pyogrio.errors import DataSourceError

    try:
        return tuple(str(name) for name, _ in list_layers(source))
    except DataSourceError as error:
        raise GdalError(str(error)) from error


def write_tiles(table: Any, file: Path, layer: str, settings: Mapping[str, str]) -> None:
    """A stream of Arrow batches with a `geometry` in degrees as one PMTiles file."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
    from pyogrio.raw import write_arrow

    try:
        write_arrow(
            table,
            file,
            layer=layer,
            driver="PMTiles",
            geometry_name="geometry",
            geometry_type="Unknown",
            crs="EPSG:4326",
            dataset_options=dict(settings),
        )
    except (DataLayerError, DataSourceError, FeatureError) as error:
        raise GdalError(str(error)) from error
