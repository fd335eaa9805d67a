"""An area from outside: corners typed by a person, or a GeoJSON polygon."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.domain.errors import RuleError
from app.domain.geo import Area, Location, is_simple

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


def outline_from_text(text: str) -> Area:
    """The same, and surely an area: its lines do not cross; empty for no text at all."""
    area = area_from_text(text)
    if 0 < len(area) < 3:
        raise RuleError("An area has three corners at least.")
    if area and not is_simple(area):
        raise RuleError("The lines of the area cross each other: give its corners in turn.")
    return area


def area_text(area: Area) -> str:
    return " ".join(f"{corner.lat},{corner.lon}" for corner in area)


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
