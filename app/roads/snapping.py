"""Where a vehicle stops for a place: the nearest road that it gets to, and away from again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from app.domain.geo import Location
from app.domain.travel import Profile

SNAP_RADIUS_M = 300
"""A place farther than this from any road of the network is off the network."""
_MIN_REACH = 50
"""A road from and to which fewer edges lead is an islet: a yard, a footbridge, an extract's rim."""
_MOST_TRIED = 60
"""Points around a stranded place; each is one of a road, so they reach beyond a large car park."""
_HUBS = 3

Ask = Callable[..., Any]
"""Valhalla's answer to an action, a profile and the rest of the request."""


class Snapper:
    """Finds the points, and remembers those that it had to move; any thread may use it.

    Valhalla's reach overlooks a vehicle's size: a van gets into a car park by the ramp and not
    out again below the bar. Only ways tell, and they are asked for where a matrix has none.
    """

    def __init__(self, ask: Ask, sizes: Mapping[Profile, Mapping[str, float]]) -> None:
        self._ask = ask
        self._sizes = sizes
        self._moved: dict[tuple[Location, Profile], Location] = {}
        self._lock = threading.Lock()

    def points(self, locations: Sequence[Location], profile: Profile) -> list[Location | None]:
        """The nearest point of the connected network for each; None for those off the network."""
        nearest = self._nearest(locations, profile, radius=0)
        # only the nearest edges were looked at: where none will do, look at all around
        missed = [number for number, found in enumerate(nearest) if not found]
        around = self._nearest([locations[n] for n in missed], profile, radius=SNAP_RADIUS_M)
        for number, found in zip(missed, around, strict=True):
            nearest[number] = found
        return [
            self._moved.get((place, profile), found[0] if found else None)
            for place, found in zip(locations, nearest, strict=True)
        ]

    def moved(
        self, places: Collection[Location], hubs: Sequence[Location], profile: Profile
    ) -> frozenset[Location]:
        """Which of these now have another point, to and from which a way leads.

        `hubs` are places that may have ways; what no road leads to at all stays where it was.
        """
        beyond = self._beyond(places, hubs, profile)
        return frozenset(place for place in beyond if self._move(place, hubs, profile))

    def _beyond(
        self, places: Collection[Location], hubs: Sequence[Location], profile: Profile
    ) -> list[Location]:
        """Those on the network without a way there and back; what a closure shuts off has one."""
        found = zip(places, self.points([*places], profile), strict=True)
        beyond = {place: point for place, point in found if point is not None}
        for hub_place, hub in self._known(hubs, profile):
            others = [place for place in beyond if place != hub_place]
            fine = self._have_ways(hub, [beyond[place] for place in others], profile)
            for place, is_fine in zip(others, fine, strict=True):
                if is_fine:
                    del beyond[place]
        return list(beyond)

    def _known(self, hubs: Sequence[Location], profile: Profile) -> list[tuple[Location, Location]]:
        found = zip(hubs, self.points(hubs[:_HUBS], profile), strict=False)
        return [(place, point) for place, point in found if point is not None]

    def _move(self, place: Location, hubs: Sequence[Location], profile: Profile) -> bool:
        (around,) = self._nearest([place], profile, radius=SNAP_RADIUS_M)
        for other, hub in self._known(hubs, profile):
            tried = around[:_MOST_TRIED] if other != place else []
            fine = self._have_ways(hub, tried, profile)
            if any(fine):
                with self._lock:
                    self._moved[place, profile] = tried[fine.index(True)]
                return True
        return False

    def _have_ways(self, hub: Location, points: Sequence[Location], profile: Profile) -> list[bool]:
        """Whether a way leads from the hub to each of the points, and one back."""
        if not points:
            return []
        there = self._durations([hub], points, profile)
        back = self._durations(points, [hub], profile)
        return [None not in ways for ways in zip(there, back, strict=True)]

    def _durations(
        self, sources: Sequence[Location], targets: Sequence[Location], profile: Profile
    ) -> list[float | None]:
        """One of the two is a single point; None where there is no way."""
        answer = self._ask(
            "matrix",
            profile,
            sources=[_request_of(point) for point in sources],
            targets=[_request_of(point) for point in targets],
            verbose=False,
        )
        return [cell for row in answer["sources_to_targets"]["durations"] for cell in row]

    def _nearest(
        self, locations: Sequence[Location], profile: Profile, radius: int
    ) -> list[list[Location]]:
        """The usable points round each place, the nearest first."""
        if not locations:
            return []
        search = {
            "radius": radius,
            "search_cutoff": SNAP_RADIUS_M,
            "minimum_reachability": _MIN_REACH,
        }
        answers = self._ask(
            "locate",
            profile,
            locations=[_request_of(place) | search for place in locations],
            verbose=True,
        )
        return [self._usable(answer["edges"] or (), profile) for answer in answers]

    def _usable(self, edges: Sequence[Any], profile: Profile) -> list[Location]:
        usable = [edge for edge in edges if _is_usable(edge, self._sizes[profile])]
        usable.sort(key=lambda edge: edge["distance"])
        return list(
            dict.fromkeys(
                Location(lat=edge["correlated_lat"], lon=edge["correlated_lon"]) for edge in usable
            )
        )


def _is_usable(edge: Any, size: Mapping[str, float]) -> bool:
    """Whether the edge is near, connected, and open to a vehicle of this size."""
    return (
        edge["distance"] <= SNAP_RADIUS_M
        and edge["inbound_reach"] >= _MIN_REACH
        and edge["outbound_reach"] >= _MIN_REACH
        # Valhalla's reach overlooks these; hours stand among them, and a street that is shut at
        # night is one
        and not any(
            size.get(limit["type"].removeprefix("max_"), 0) > limit["value"]
            for limit in edge["access_restrictions"] or ()
            if limit["type"].startswith("max_")
        )
    )


def _request_of(place: Location) -> dict[str, float]:
    return {"lat": place.lat, "lon": place.lon}
