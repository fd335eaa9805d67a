"""A day's matrices: each is asked for once, whatever holds in its hours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.domain.conditions import ConditionKind
from app.domain.geo import Location
from app.domain.road_day import RoadDay
from app.domain.travel import Profile, TravelMatrix
from app.roads.conditions import Detours
from app.roads.matrix_cache import MatrixCache
from app.roads.network import RoadNetwork
from app.roads.region import Region
from app.services.day_travel import DayTravel
from tests.factories import BERLIN, window
from tests.unit.services.test_conditions import make_condition

_PLACES = (Location(lat=53.556, lon=13.261), Location(lat=53.560, lon=13.270))
_DAY = window("06:00", "18:00")


class _CountingCache(MatrixCache):
    asked = 0

    def known(self, places: Sequence[Location], profile: Profile) -> TravelMatrix:
        self.asked += 1
        return super().known(places, profile)


def test_a_day_asks_once_for_the_roads_that_all_its_hours_share(
    region: Region, tmp_path: Path
) -> None:
    with RoadNetwork(region.folder) as network:
        cache = _CountingCache(tmp_path, network)
        cache.matrix(_PLACES, Profile.VAN)
        travel = DayTravel(cache, Detours(tmp_path, network))
        matrix = travel.known(_PLACES, Profile.VAN, RoadDay(horizon=_DAY, zone=BERLIN))
        assert matrix.places == _PLACES
        assert cache.asked == 1
        slow = make_condition(kind=ConditionKind.SLOW_ZONE, travel_factor=2.0)
        travel.known(_PLACES, Profile.VAN, RoadDay(horizon=_DAY, zone=BERLIN, conditions=(slow,)))
        assert cache.asked == 2
