"""The day for maps and navigation devices: GeoJSON (RFC 7946) and GPX 1.1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.documents.cells import cleaned
from app.documents.export_day import DayExport
from app.domain.board import BoardRoute
from app.domain.geo import Location
from app.domain.orders import Order
from app.domain.timetable import Rest, StopTime

_GPX = "http://www.topografix.com/GPX/1/1"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"


def day_geojson(day: DayExport) -> str:
    """A line for each route, and points for depots, stops and orders on no route."""
    features = [_depot_feature(day, place) for place in _depots(day)]
    for each in day.board.routes:
        line = day.line(each)
        if len(line) > 1:
            features.append(_route_feature(day, each, line))
        for number, stop in enumerate(each.timetable.stops, start=1):
            if stop.order.location is not None:
                features.append(_stop_feature(day, each, number, stop, stop.order.location))
    features.extend(
        _order_feature(order, order.location, "unassigned", detail or reason)
        for order, reason, detail in day.unassigned()
        if order.location is not None
    )
    features.extend(
        _order_feature(order, order.location, "on_hold", order.hold_reason)
        for order in day.board.on_hold
        if order.location is not None
    )
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if day.attribution:
        collection["attribution"] = day.attribution
    return json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n"


def _depots(day: DayExport) -> Sequence[tuple[str, Location]]:
    shifts = [each.route.shift for each in day.board.routes]
    return tuple(dict.fromkeys((shift.depot.name, shift.depot.location) for shift in shifts))


def _depot_feature(day: DayExport, depot: tuple[str, Location]) -> dict[str, Any]:
    name, location = depot
    properties = {"type": "depot", "name": name, "day": day.board.day.isoformat()}
    return _feature("Point", _position(location), properties)


def _route_feature(day: DayExport, each: BoardRoute, line: Sequence[Location]) -> dict[str, Any]:
    times = each.timetable
    properties = {
        "type": "route",
        "route": str(each.id),
        "name": each.route.shift.name,
        "day": day.board.day.isoformat(),
        "departure": day.local(times.departure),
        "end": day.local(times.end),
        "distance_m": times.distance_m,
        "stops": len(times.stops),
        "breaks": [
            {
                "before_stop": rest.index + 1,
                "begin": day.local(rest.begin),
                "end": day.local(rest.end),
            }
            for rest in times.breaks
        ],
        "violations": [violation.text for violation in times.violations],
    }
    return _feature("LineString", [_position(point) for point in line], properties)


def _stop_feature(
    day: DayExport, each: BoardRoute, number: int, stop: StopTime, location: Location
) -> dict[str, Any]:
    properties = {
        "type": "stop",
        "route": str(each.id),
        "number": number,
        **_order_properties(stop.order),
        "arrival": day.local(stop.arrival),
        "begin": day.local(stop.begin),
        "departure": day.local(stop.departure),
        "violations": [violation.text for violation in stop.violations],
    }
    return _feature("Point", _position(location), properties)


def _order_feature(order: Order, location: Location, kind: str, reason: str) -> dict[str, Any]:
    properties = {"type": kind, **_order_properties(order), "reason": reason}
    return _feature("Point", _position(location), properties)


def _order_properties(order: Order) -> dict[str, Any]:
    return {
        "reference": order.reference,
        "kind": order.kind.value,
        "recipient": order.recipient,
        "address": order.address.line,
        "precision": order.place.precision.value if order.place else None,
    }


def _feature(kind: str, coordinates: object, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _position(location: Location) -> list[float]:
    return [location.lon, location.lat]


def day_gpx(day: DayExport) -> str:
    """A route (`rte`) of its stops and a track (`trk`) along the streets for each route."""
    root = Element("gpx", {
        "xmlns": _GPX,
        "xmlns:xsi": _SCHEMA,
        "xsi:schemaLocation": f"{_GPX} {_GPX}/gpx.xsd",
        "version": "1.1",
        "creator": "Wayboard",
    })  # fmt: skip
    metadata = SubElement(root, "metadata")
    _text(metadata, "name", day.title)
    if day.attribution:
        SubElement(metadata, "copyright", {"author": day.attribution.removeprefix("©").strip()})
    _text(metadata, "time", _utc(day.made_at))
    for name, location in _depots(day):
        _text(_point(root, "wpt", location), "name", name)
    driven = [each for each in day.board.routes if each.timetable.stops]
    # The schema wants all routes before the first track.
    for each in driven:
        rte = SubElement(root, "rte")
        _text(rte, "name", each.route.shift.name)
        if each.timetable.breaks:
            # A point of a route needs a place, which a break has not.
            _text(rte, "desc", "; ".join(_break_text(day, each, b) for b in each.timetable.breaks))
        for number, stop in enumerate(each.timetable.stops, start=1):
            if stop.order.location is not None:
                point = _point(rte, "rtept", stop.order.location)
                _text(point, "time", _utc(stop.begin))
                _text(point, "name", f"{number} {stop.order.reference}")
                who = stop.order.recipient or stop.order.company
                _text(point, "desc", f"{who}, {stop.order.address.line}")
    for each in driven:
        trk = SubElement(root, "trk")
        _text(trk, "name", each.route.shift.name)
        segment = SubElement(trk, "trkseg")
        for location in day.line(each):
            _point(segment, "trkpt", location)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _break_text(day: DayExport, each: BoardRoute, rest: Rest) -> str:
    is_last = rest.index >= len(each.timetable.stops)
    where = "after the last stop" if is_last else f"before stop {rest.index + 1}"
    return f"Break {day.clock(rest.begin)}–{day.clock(rest.end)} {where}"


def _point(parent: Element, tag: str, location: Location) -> Element:
    position = {"lat": f"{location.lat:.6f}", "lon": f"{location.lon:.6f}"}
    return SubElement(parent, tag, position)


def _text(parent: Element, tag: str, text: str) -> None:
    # XML has no way to write control characters at all.
    SubElement(parent, tag).text = cleaned(text)[0]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
