"""An area from outside: corners typed by a person, or a GeoJSON polygon."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.domain.errors import RuleError
from app.domain.geo import Area, Location

MAX_BYTES = 1_000_000


def area_from_text(text: str) -> Area:
    """`lat,lon lat,lon lat,lon`. Raises RuleError with the part that is no place."""
    corners = []
    for part in text.replace(";", " ").split():
        try:
            lat, lon = (float(number) for number in part.split(","))
            corners.append(Location(lat=lat, lon=lon))
        except ValueError as error:
            raise RuleError(
                f"{part} is no place: write latitude and longitude with a comma between, "
                "such as 53.56,13.26"
            ) from error
    return _opened(corners)


def read_area(file: Path) -> Area:
    """The first polygon of a GeoJSON file (RFC 7946), its outer ring.

    Raises RuleError naming the file for what is none.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RuleError(
                f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB: an area isn't."
            )
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        ring = _ring(found)
    except OSError as error:
        raise RuleError(f"{file} can't be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise RuleError(f"{file.name} is no GeoJSON file: {error}") from error
    if ring is None:
        raise RuleError(f"{file.name} has no polygon. Draw the area, and save it as GeoJSON.")
    try:
        return _opened([Location(lat=float(lat), lon=float(lon)) for lon, lat, *_ in ring])
    except (TypeError, ValueError) as error:
        raise RuleError(f"{file.name}: a corner is no place on the earth ({error})") from error


def _ring(found: Any) -> Any:
    match found:
        case {"type": "Polygon", "coordinates": [list(ring), *_]}:
            return ring
        case {"type": "MultiPolygon", "coordinates": [[list(ring), *_], *_]}:
            return ring
        case {"type": "Feature", "geometry": geometry}:
            return _ring(geometry)
        case {"type": "FeatureCollection", "features": list(features)}:
            return next((ring for each in features if (ring := _ring(each)) is not None), None)
    return None


def _opened(corners: Iterable[Location]) -> Area:
    ring = list(corners)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return tuple(ring)
