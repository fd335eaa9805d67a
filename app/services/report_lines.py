"""The lines of reported routes along the streets, for who asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from app.documents.solution_vroom import RouteReport, SolutionReport
from app.documents.vroom_values import VroomProblem
from app.domain.errors import RuleError
from app.domain.geo import Location
from app.domain.travel import Profile
from app.roads.polyline import encode
from app.services.roads import Way
from app.services.vroom_posing import road_profile

AskLines = Callable[[Sequence[Way]], Sequence[Iterable[Location]]]


def line_profiles(file: VroomProblem) -> dict[int, Profile]:
    """How each vehicle drives its line. Raises RuleError where one can't be drawn."""
    if not file.is_on_map:
        raise RuleError(
            "$.options.g: expected true only where every place has its longitude and latitude, "
            "as the routes' lines need them, got places without"
        )
    return {vehicle.id: road_profile(vehicle) for vehicle in file.vehicles}


def with_lines(
    found: SolutionReport, profiles: Mapping[int, Profile], ask: AskLines
) -> SolutionReport:
    lines = ask([_way(route, profiles[route.vehicle]) for route in found.routes])
    routes = zip(found.routes, lines, strict=True)
    return replace(found, routes=tuple(replace(each, line=encode(line)) for each, line in routes))


def _way(route: RouteReport, profile: Profile) -> Way:
    spots = (step.spot for step in route.steps)
    given = (spot.location for spot in spots if spot is not None)
    places = (Location(lat=place[1], lon=place[0]) for place in given if place is not None)
    return Way(points=tuple(places), profile=profile)
