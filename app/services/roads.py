"""The region in use: its roads, addresses and map, opened once and shared."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from threading import RLock

from app.config import Settings, load_settings, save_settings
from app.domain.board import Board, BoardRoute
from app.domain.errors import Cancelled as CancelledError
from app.domain.errors import NotFoundError, RegionError
from app.domain.geo import Area, Bounds, Location
from app.domain.ids import RouteId
from app.domain.road_day import RoadDay
from app.domain.times import TimeWindow
from app.domain.timetable import Travel
from app.domain.travel import Profile, TravelMatrix
from app.roads.addresses import AddressIndex
from app.roads.build_process import RegionBuild, RegionBuilt, RegionFailed
from app.roads.conditions import Detours
from app.roads.matrix_cache import MatrixCache
from app.roads.network import RoadNetwork
from app.roads.progress import BuildProgress
from app.roads.region import Region, list_regions, open_region, remove_region
from app.roads.straight import straight_lines
from app.roads.tiles import RegionTiles, TileKind, TileSource, open_tiles
from app.services.context import Cancelled, Report, Step, never, unheard
from app.services.day_travel import DayTravel, closed_areas

_LOG = logging.getLogger(__name__)
_KEPT_LINES = 400
"""Routes whose lines are remembered: a few days of a large depot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """The way of a route along the streets: one leg to each stop, and one to the end place."""

    route: RouteId
    legs: tuple[tuple[Location, ...], ...]
    is_estimated: bool = False
    """Straight lines, where no road is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a route goes, with what, and which areas are closed while it is driven."""

    points: tuple[Location, ...]
    profile: Profile
    avoid: tuple[Area, ...] = ()


class RoadsService:
    """The region pack behind plain questions; may be used from any thread.

    Without a region everything still works, on straight lines that say that they are estimates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = RLock()
        self._region: Region | None = None
        self._addresses: AddressIndex | None = None
        self._network: RoadNetwork | None = None
        self._cache: DayTravel | None = None
        self._tiles: TileSource | None = None
        self._ground: TileSource | None = None
        self._lines: dict[Way, tuple[tuple[Location, ...], ...]] = {}
        self._straight: dict[Profile, TravelMatrix] = {}
        self.problem = ""
        """Why the chosen region can't be used, for people; empty when all is well."""
        if settings.region:
            try:
                self._region = open_region(settings.regions, settings.region)
            except (NotFoundError, RegionError) as error:
                _LOG.warning("Region %s: %s", settings.region, error)
                self.problem = str(error)

    @property
    def region(self) -> Region | None:
        return self._region

    def regions(self) -> tuple[Region, ...]:
        return list_regions(self._settings.regions)

    def use(self, name: str) -> Region:
        """Take another region from now on, and at every later start.

        Raises NotFoundError where there is none of that name, RegionError where it is broken.
        """
        region = open_region(self._settings.regions, name)
        with self._lock:
            self._let_go()
            self._region = region
            self.problem = ""
            self._settings = replace(self._settings, region=name)
        self._remember()
        return region

    def use_tiles(self, file: Path | None) -> None:
        """Draw the map from a tile file of the depot's own; None: from the region's.

        Raises RegionError for a file that holds no map tiles.
        """
        if file is not None:
            open_tiles(file).close()
        name = "" if file is None else str(file)
        with self._lock:
            if self._tiles is not None and self._tiles is not self._ground:
                self._tiles.close()
            self._tiles = None
            self._settings = replace(self._settings, tiles=name)
        self._remember()

    def build(
        self, extract: Path, name: str, report: Report = unheard, cancelled: Cancelled = never
    ) -> Region:
        """Build a region from an extract, in a process of its own.

        Raises RegionError and errors.Cancelled; the region of that name is then as it was.
        """
        run = RegionBuild(extract, name, self._settings.regions)
        run.start()
        for message in run.messages(cancelled):
            match message:
                case BuildProgress():
                    text = f"{message.part}: {message.text}"
                    report(Step(fraction=message.fraction, text=text))
                case RegionBuilt():
                    return message.region
                case RegionFailed(is_cancelled=True):
                    raise CancelledError(message.message)
                case RegionFailed():
                    if message.report:
                        _LOG.error("Building %s: %s", name, message.report)
                    raise RegionError(message.message)
        raise RegionError(f"Building the region {name} ended without an answer. Try again.")

    def remove(self, name: str) -> None:
        """Delete a region; the one in use may go too."""
        with self._lock:
            if self._region is not None and self._region.name == name:
                self._let_go()
                self._region = None
                self._settings = replace(self._settings, region="")
                self._remember()
        remove_region(self._settings.regions, name)

    @property
    def bounds(self) -> Bounds | None:
        return self._region.bounds if self._region else None

    def addresses(self) -> AddressIndex | None:
        """The region's address index; None without a region."""
        with self._lock:
            if self._addresses is None and self._region is not None:
                self._addresses = AddressIndex(self._region.folder)
            return self._addresses

    def tiles(self) -> TileSource | None:
        """The map: the depot's own tile file if one was chosen, else the region's."""
        with self._lock:
            if self._tiles is None:
                if self._settings.tiles:
                    self._tiles = open_tiles(Path(self._settings.tiles))
                elif self._region is not None:
                    self._tiles = RegionTiles(self._region.folder)
            return self._tiles

    def vector_tiles(self) -> TileSource | None:
        """Tiles that paper can draw: the region's, unless the depot chose a vector file."""
        tiles = self.tiles()
        if tiles is not None and tiles.kind is TileKind.VECTOR:
            return tiles
        with self._lock:
            if self._ground is None and self._region is not None:
                self._ground = RegionTiles(self._region.folder)
            return self._ground

    @property
    def attribution(self) -> str:
        return self._region.attribution if self._region else ""

    def known_travel(
        self,
        places: Sequence[Location],
        profiles: Collection[Profile],
        day: RoadDay | None = None,
    ) -> Travel:
        """What is known at once; the timetable estimates the legs that are missing."""
        matrices = self._matrices()
        if matrices is None:
            return {profile: self._estimated(places, profile, day) for profile in profiles}
        return {profile: matrices.known(places, profile, day) for profile in profiles}

    def travel(
        self,
        places: Sequence[Location],
        profiles: Collection[Profile],
        report: Report,
        cancelled: Cancelled,
        day: RoadDay | None = None,
    ) -> Travel:
        """Times and distances between all places; asks the roads for what was never asked.

        With `day` they are those of its hours, its closures and its weather. Raises
        errors.Cancelled.
        """
        matrices = self._matrices()
        if matrices is None:
            return {profile: self._estimated(places, profile, day) for profile in profiles}
        done: dict[Profile, object] = {}

        def told(fraction: float) -> None:
            report(
                Step(
                    fraction=(len(done) + fraction) / len(profiles),
                    text=f"Road times between {len(places)} places",
                )
            )

        found: dict[str, TravelMatrix] = {}
        for profile in sorted(profiles):
            found[profile] = matrices.matrix(places, profile, day, told, cancelled)
            done[profile] = None
        return found

    def is_complete(self, board: Board) -> bool:
        """Whether the board's travel knows all its places, so that nothing is an estimate."""
        if self._region is None or not self._region.has_roads:
            return True
        wanted = {o.location for o in board.orders.values() if o.is_plannable}
        for each in board.routes:
            shift = each.route.shift
            wanted |= {shift.depot.location, shift.start_location, shift.end_location}
        wanted.discard(None)
        return all(
            wanted <= matrix.index.keys() and not matrix.is_provisional
            for matrix in board.travel.values()
        )

    def way(self, each: BoardRoute, day: RoadDay | None = None) -> Way:
        """All that the line of a route depends on; quick, for it asks no road."""
        shift = each.route.shift
        points = [shift.depot.location]
        if shift.start_location != shift.depot.location:
            points.insert(0, shift.start_location)
        points += [stop.order.location for stop in each.timetable.stops if stop.order.location]
        if shift.end_location is not None and each.timetable.stops:
            points.append(shift.end_location)
        hours = TimeWindow(start=each.timetable.departure, end=each.timetable.end)
        profile = Profile(shift.vehicle.profile)
        return Way(points=tuple(points), profile=profile, avoid=closed_areas(day, profile, hours))

    def line(self, each: BoardRoute, day: RoadDay | None = None) -> RouteLine:
        """The route along the streets; it keeps out of what is closed while it is driven."""
        legs = self.legs(self.way(each, day))
        is_estimated = bool(legs) and self._roads() is None
        return RouteLine(route=each.id, legs=legs, is_estimated=is_estimated)

    def legs(self, way: Way) -> tuple[tuple[Location, ...], ...]:
        """From each point to the next along the streets; straight where there is no road."""
        network = self._roads()
        if network is None or len(way.points) < 2:
            return tuple(pairwise(way.points))
        known = self._lines.get(way)
        if known is None:
            found = network.legs(way.points, way.profile, way.avoid)
            known = tuple(
                leg.shape or (a, b) for leg, (a, b) in zip(found, pairwise(way.points), strict=True)
            )
            if len(self._lines) >= _KEPT_LINES:
                self._lines.pop(next(iter(self._lines)), None)
            self._lines[way] = known
        return known

    def _estimated(
        self, places: Sequence[Location], profile: Profile, day: RoadDay | None
    ) -> TravelMatrix:
        """Straight lines know no closed road, but they know the hour and the weather."""
        matrix = self._straight.get(profile)
        if matrix is None or matrix.places != tuple(dict.fromkeys(places)):
            # One table of each profile: a day is read again and again, and is the same mostly.
            matrix = self._straight[profile] = straight_lines(places, profile)
        return matrix if day is None else replace(matrix, pace=day.pace(profile))

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _matrices(self) -> DayTravel | None:
        with self._lock:
            if self._cache is None and self._region is not None:
                network = self._roads()
                if network is not None:
                    folder = self._region.folder
                    self._cache = DayTravel(MatrixCache(folder, network), Detours(folder, network))
            return self._cache

    def _roads(self) -> RoadNetwork | None:
        with self._lock:
            if self._network is None and self._region is not None and self._region.has_roads:
                try:
                    self._network = RoadNetwork(self._region.folder)
                except RegionError as error:
                    _LOG.warning("Roads of %s: %s", self._region.name, error)
                    self.problem = str(error)
            return self._network

    def _remember(self) -> None:
        """For the next start; what others have saved meanwhile, and what was said on the command
        line for this time only, stays as it is."""
        saved = load_settings(self._settings.data)
        save_settings(replace(saved, region=self._settings.region, tiles=self._settings.tiles))

    def _let_go(self) -> None:
        if self._network is not None:
            self._network.close()
        for opened in (self._addresses, self._tiles, self._ground):
            if opened is not None:
                opened.close()
        self._network = self._cache = self._addresses = self._tiles = self._ground = None
        self._lines = {}
