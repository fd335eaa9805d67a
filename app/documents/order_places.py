"""Reads where one order goes: its address, and coordinates where the file has them."""

from __future__ import annotations

import math

from app.documents.address_lines import (
    country_code,
    from_magento,
    from_one_line,
    typed_coordinates,
)
from app.documents.cells import CellError, number, shown
from app.documents.row_cells import RowCells
from app.domain.addresses import Address
from app.domain.geo import Bounds, Location

_FIVE_DIGITS = frozenset({"DE", "FR", "ES", "IT", "FI", "HR", "EE", "US"})
"""Countries whose postcodes have five digits and may begin with 0, which spreadsheets drop."""


def address(cells: RowCells, bounds: Bounds | None, *, is_needed: bool = True) -> Address:
    """The address as typed; where it is needed, an empty cell of its column refuses the row."""
    name, found = _typed_address(cells)
    if not found.street:
        if is_needed and cells.has(name):
            cells.reject(name, "address_empty", "there is no address")
        return found
    pair = typed_coordinates(found.street if found.line == found.street else cells.get(name))
    if pair is not None:
        _tell_coordinates(cells, name, pair, bounds)
    if found.country in _FIVE_DIGITS and len(found.postcode) == 4 and found.postcode.isdecimal():
        cells.warn(
            "postcode" if cells.has("postcode") else name, "postcode_short",
            f"the postcode {found.postcode} has four digits; a 0 in front may be lost",
        )  # fmt: skip
    return found


def _typed_address(cells: RowCells) -> tuple[str, Address]:
    """The field the street came from, and the address."""
    detail = cells.get("detail")
    if text := cells.get("magento_address"):
        return "magento_address", from_magento(text)
    street = cells.get("address")
    if not street and cells.get("one_line"):
        split = from_one_line(cells.get("one_line"))
        details = ", ".join(part for part in (split.detail, detail) if part)
        return "one_line", Address(
            street=split.street,
            detail=details,
            postcode=cells.get("postcode") or split.postcode,
            city=cells.get("city") or split.city,
            country=country_code(cells.get("country")) or split.country,
        )
    if street and cells.get("house_number"):
        street = f"{street} {cells.get('house_number')}"
    name = next((n for n in ("address", "one_line", "magento_address") if cells.has(n)), "address")
    return name, Address(
        street=street,
        detail=detail,
        postcode=cells.get("postcode"),
        city=cells.get("city"),
        country=country_code(cells.get("country")),
    )


def _tell_coordinates(
    cells: RowCells, name: str, pair: tuple[float, float], bounds: Bounds | None
) -> None:
    first, second = pair
    if first == 0 and second == 0:
        cells.review(name, "coordinates_zero", "the address is the coordinates 0, 0")
        return
    text = f"the address is a pair of coordinates ({first}, {second})"
    if (
        bounds is not None
        and not _is_inside(bounds, first, second)
        and _is_inside(bounds, second, first)
    ):
        text += f"; longitude seems to come first: latitude {second}, longitude {first}"
    cells.review(name, "coordinates_as_address", f"{text}; place the pin")


def location(cells: RowCells, bounds: Bounds | None) -> Location | None:
    """The coordinates of the file, which are used as they are; None where they can't be meant."""
    lat_text, lon_text = cells.get("lat"), cells.get("lon")
    if not lat_text and not lon_text:
        return None
    if not lat_text or not lon_text:
        missing, there = ("lat", "lon") if not lat_text else ("lon", "lat")
        cells.review(there, "coordinates_half", f"{cells.column(missing)} is missing beside it")
        return None
    lat = _degrees(cells, "lat", lat_text)
    lon = _degrees(cells, "lon", lon_text)
    if lat is None or lon is None:
        return None
    if lat == 0 and lon == 0:
        cells.review("lat", "coordinates_zero", "the coordinates are 0, 0")
        return None
    if abs(lat) > 90 or abs(lon) > 180:
        if abs(lat) <= 180 and abs(lon) <= 90:
            cells.review("lat", "coordinates_swapped", _swapped_text(lat, lon))
        else:
            cells.reject("lat", "coordinates_invalid", f"{lat}, {lon} is no place on the earth")
        return None
    if bounds is not None and not _is_inside(bounds, lat, lon):
        if _is_inside(bounds, lon, lat):
            cells.review("lat", "coordinates_swapped", _swapped_text(lat, lon))
            return None
        cells.warn("lat", "outside_region", f"{lat}, {lon} is outside the region")
    return Location(lat=lat, lon=lon)


def _swapped_text(lat: float, lon: float) -> str:
    return f"latitude {lat} and longitude {lon} seem to be exchanged"


def _degrees(cells: RowCells, name: str, text: str) -> float | None:
    try:
        # Degrees are never thousands, so a comma can only be a decimal one.
        value = float(number(text.removesuffix("°"), is_comma_decimal=True))
    except CellError:
        value = math.inf
    if not math.isfinite(value):
        cells.reject(
            name, "coordinates_invalid", f"“{shown(text)}” is not in degrees, as 53.5638 is"
        )
        return None
    return value


def _is_inside(bounds: Bounds, lat: float, lon: float) -> bool:
    return bounds.south <= lat <= bounds.north and bounds.west <= lon <= bounds.east
