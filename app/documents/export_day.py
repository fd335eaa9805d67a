"""A planned day as a value that every export is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardRoute
from app.domain.geo import Location
from app.domain.ids import RouteId
from app.domain.orders import Order

Legs = tuple[tuple[Location, ...], ...]


class ExportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"
    GPX = "gpx"
    ICAL = "ical"
    HTML = "html"

    @property
    def suffix(self) -> str:
        """What a file of this format is called, with its point."""
        return ".ics" if self is ExportFormat.ICAL else f".{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayExport:
    """A day's board with all that is needed to tell others about it."""

    board: Board
    made_at: datetime
    time_zone: str
    """IANA name of the zone by whose clocks people read times."""
    lines: Mapping[RouteId, Legs] = field(default_factory=dict)
    """Along the streets, a leg to each stop and one to the end; straight lines where missing."""
    attribution: str = ""
    """Whom the map is from, as its licence wants it told."""
    tiles: Mapping[tuple[int, int, int], bytes] = field(default_factory=dict)
    """Zoom, column and row → vector tile, unpacked; for the map page alone."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def title(self) -> str:
        return f"Routes of {self.board.day.isoformat()}"

    def local(self, at: datetime) -> str:
        """ISO 8601 by the depot's clock, with its distance from UTC."""
        return at.astimezone(self.zone).isoformat(timespec="seconds")

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def unassigned(self) -> Iterator[tuple[Order, str, str]]:
        """Orders on no route that could be, with code and words of the reason where it is known."""
        for order in self.board.unassigned:
            reason = self.board.reasons.get(order.id)
            yield order, reason.reason.value if reason else "", reason.detail if reason else ""

    def line(self, route: BoardRoute) -> tuple[Location, ...]:
        """The whole way of a route as one line; empty for a route without stops."""
        points = [point for leg in self.legs(route) for point in leg]
        kept = points[:1] + [b for a, b in pairwise(points) if a != b]
        return tuple(kept)

    def legs(self, route: BoardRoute) -> Legs:
        """Its legs along the streets, or straight ones."""
        if known := self.lines.get(route.id):
            return known
        shift = route.route.shift
        places = [shift.start_location]
        if shift.start_location != shift.depot.location:
            places.append(shift.depot.location)
        places += [stop.order.location for stop in route.timetable.stops if stop.order.location]
        if len(places) < 2 or not route.timetable.stops:
            return ()
        if shift.end_location is not None:
            places.append(shift.end_location)
        return tuple(pairwise(places))
