"""Travel on a region's roads: snapping, time and distance matrices, the geometry of a route."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from app.domain.errors import Cancelled, RegionError
from app.domain.geo import Area, Location
from app.domain.travel import UNREACHABLE, Profile
from app.roads import valhalla_setup
from app.roads.matrix_store import IntMatrix
from app.roads.polyline import decode
from app.roads.progress import IsCancelled, ReportFraction, never, unheard
from app.roads.road_build import ROADS_FOLDER
from app.roads.snapping import Snapper

_SNAP_BATCH = 200
_ROWS_PER_REQUEST = 25
"""Few, so that cancel and progress stay lively; many, as each request snaps all its targets."""
_STOPS_PER_ROUTE = 60

_COSTING: dict[Profile, tuple[str, dict[str, float]]] = {
    Profile.CAR: ("auto", {}),
    # a panel van of 3.5 t
    Profile.VAN: (
        "auto",
        {"height": 2.8, "width": 2.1, "length": 6.0, "weight": 3.5, "top_speed": 120},
    ),
    # a rigid truck of 12 t; without these figures Valhalla drives it like a car
    Profile.TRUCK: (
        "truck",
        {
            "height": 3.8,
            "width": 2.5,
            "length": 9.0,
            "weight": 12.0,
            "axle_load": 8.0,
            "axle_count": 2,
            "top_speed": 80,
        },
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one stop to the next; UNREACHABLE and without a shape where no road leads."""

    shape: tuple[Location, ...]
    seconds: int
    metres: int


class RoadNetwork:
    """The roads of one region; every method may be called from any thread.

    Work runs on threads of its own, each with its own Actor: one Actor shared by two threads
    crashes. Close it, or use it in a `with` block.
    """

    def __init__(self, folder: Path) -> None:
        tiles = folder / ROADS_FOLDER
        if not valhalla_setup.has_valhalla():
            raise RegionError(
                "Roads can't be used on this computer: there is no Valhalla for it. "
                "Times are estimated from straight lines."
            )
        if not tiles.is_dir():
            raise RegionError(f"The region in {folder} has no roads. Build it again.")
        self._tiles = tiles
        self._own = threading.local()
        self._workers = max(1, min(4, os.cpu_count() or 1))
        self._pool = ThreadPoolExecutor(self._workers, "roads", self._make_actor)
        # Of its own: a route that is to be drawn must not wait for minutes of a large matrix.
        self._ways = ThreadPoolExecutor(1, "ways", self._make_actor)
        sizes = {profile: size for profile, (_, size) in _COSTING.items()}
        self._snapper = Snapper(self._request, sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the request under way and let go of the files."""
        for pool in (self._pool, self._ways):
            pool.shutdown(cancel_futures=True)

    def snap(self, locations: Sequence[Location], profile: Profile) -> tuple[Location | None, ...]:
        """The nearest point of the connected network for each; None for those off the network."""
        return self._snapped(locations, profile, self._pool)

    def _snapped(
        self, locations: Sequence[Location], profile: Profile, pool: ThreadPoolExecutor
    ) -> tuple[Location | None, ...]:
        batches = [
            locations[start : start + _SNAP_BATCH]
            for start in range(0, len(locations), _SNAP_BATCH)
        ]
        found = pool.map(lambda batch: self._snapper.points(batch, profile), batches)
        return tuple(point for batch in found for point in batch)

    def matrix(
        self,
        sources: Sequence[Location],
        targets: Sequence[Location],
        profile: Profile,
        cancelled: IsCancelled = never,
        report: ReportFraction = unheard,
        avoid: Sequence[Area] = (),
    ) -> tuple[IntMatrix, IntMatrix]:
        """Seconds and metres from every source to every target, UNREACHABLE where no road leads.

        The places need not be on a road; those off the network have only UNREACHABLE pairs. No way
        leads over a road that touches an area of `avoid`.
        """
        seconds, metres = self._matrix(sources, targets, profile, cancelled, report, avoid)
        asked = profile, cancelled, unheard, avoid
        moved = self._moved(*_lost(seconds, sources, targets), profile, self._pool)
        if rows := [i for i, place in enumerate(sources) if place in moved]:
            again = self._matrix([sources[i] for i in rows], targets, *asked)
            seconds[rows], metres[rows] = again
        if columns := [j for j, place in enumerate(targets) if place in moved]:
            again = self._matrix(sources, [targets[j] for j in columns], *asked)
            seconds[:, columns], metres[:, columns] = again
        return seconds, metres

    def legs(
        self, locations: Sequence[Location], profile: Profile, avoid: Sequence[Area] = ()
    ) -> tuple[Leg, ...]:
        """The way through all the stops in this order, one leg from each to the next."""
        found = self._legs(locations, profile, avoid)
        lost = {
            place
            for ends, leg in zip(pairwise(locations), found, strict=True)
            if leg is _NO_WAY
            for place in ends
        }
        hubs = [place for place in locations if place not in lost] or locations
        if self._moved(lost, hubs, profile, self._ways):
            found = self._legs(locations, profile, avoid)
        return found

    def _matrix(
        self,
        sources: Sequence[Location],
        targets: Sequence[Location],
        profile: Profile,
        cancelled: IsCancelled,
        report: ReportFraction,
        avoid: Sequence[Area],
    ) -> tuple[IntMatrix, IntMatrix]:
        seconds = np.full((len(sources), len(targets)), UNREACHABLE, dtype=np.int32)
        metres = seconds.copy()
        points = tuple(dict.fromkeys((*sources, *targets)))
        on_road = dict(zip(points, self.snap(points, profile), strict=True))
        rows = [i for i, place in enumerate(sources) if on_road[place] is not None]
        columns = [j for j, place in enumerate(targets) if on_road[place] is not None]
        if not rows or not columns:
            report(1.0)
            return seconds, metres

        step = max(1, min(_ROWS_PER_REQUEST, -(-len(rows) // self._workers)))
        chunks = [rows[start : start + step] for start in range(0, len(rows), step)]

        def ask(chunk: list[int]) -> tuple[list[int], Any]:
            # WORKAROUND pyvalhalla 3.9.1: with more sources than targets it searches backwards
            # and gives false times (six minutes off); targets asked twice keep it forward
            asked = list(islice(cycle(columns), max(len(columns), len(chunk))))
            answer = self._request(
                "matrix",
                profile,
                sources=[_point(on_road[sources[i]]) for i in chunk],
                targets=[_point(on_road[targets[j]]) for j in asked],
                verbose=False,
                **_without(avoid),
            )
            return chunk, answer["sources_to_targets"]

        def keep(result: tuple[list[int], Any]) -> None:
            chunk, found = result
            cells = np.ix_(chunk, columns)
            seconds[cells] = _whole_numbers(found["durations"], 1)[:, : len(columns)]
            metres[cells] = _whole_numbers(found["distances"], 1000)[:, : len(columns)]

        self._in_parallel(ask, chunks, keep, cancelled, report)
        missing = (seconds == UNREACHABLE) | (metres == UNREACHABLE)
        seconds[missing] = metres[missing] = UNREACHABLE
        return seconds, metres

    def _moved(
        self,
        lost: Collection[Location],
        hubs: Sequence[Location],
        profile: Profile,
        pool: ThreadPoolExecutor,
    ) -> frozenset[Location]:
        """The lost places that another point was found for."""
        if not lost:
            return frozenset()
        return pool.submit(self._snapper.moved, lost, hubs, profile).result()

    def _legs(
        self, locations: Sequence[Location], profile: Profile, avoid: Sequence[Area]
    ) -> tuple[Leg, ...]:
        points = self._snapped(locations, profile, self._ways)
        pairs = list(pairwise(points))
        legs: list[Leg] = []
        start = 0
        while start < len(pairs):
            if None in pairs[start]:
                legs.append(_NO_WAY)
                start += 1
                continue
            end = start + 1
            while end < len(pairs) and end - start < _STOPS_PER_ROUTE and pairs[end][1] is not None:
                end += 1
            stops = [point for point in points[start : end + 1] if point is not None]
            legs += self._ways.submit(self._route, stops, profile, avoid).result()
            start = end
        return tuple(legs)

    def _make_actor(self) -> None:
        # It reads its settings once, so that there is nothing to clean up later.
        with tempfile.TemporaryDirectory(prefix="wayboard-roads-") as scratch:
            settings = Path(scratch) / "valhalla.json"
            values = json.dumps(valhalla_setup.settings(self._tiles))
            settings.write_text(values, encoding="utf-8")
            self._own.actor = valhalla_setup.actor(settings)

    def _request(self, action: str, profile: Profile, **request: Any) -> Any:
        costing, options = _COSTING[profile]
        request |= {"costing": costing, "costing_options": {costing: options}}
        answer: str = getattr(self._own.actor, action)(json.dumps(request))
        return json.loads(answer)

    def _route(
        self, stops: Sequence[Location], profile: Profile, avoid: Sequence[Area]
    ) -> list[Leg]:
        try:
            answer = self._request(
                "route",
                profile,
                locations=[_point(stop) for stop in stops],
                directions_type="none",
                **_without(avoid),
            )
        except RuntimeError:
            # one leg without a way fails the whole route: find out which
            if len(stops) == 2:
                return [_NO_WAY]
            middle = len(stops) // 2
            return [
                *self._route(stops[: middle + 1], profile, avoid),
                *self._route(stops[middle:], profile, avoid),
            ]
        return [
            Leg(
                shape=decode(leg["shape"]),
                seconds=round(leg["summary"]["time"]),
                metres=round(leg["summary"]["length"] * 1000),
            )
            for leg in answer["trip"]["legs"]
        ]

    def _in_parallel[Part, Result](
        self,
        ask: Callable[[Part], Result],
        parts: Sequence[Part],
        keep: Callable[[Result], None],
        cancelled: IsCancelled,
        report: ReportFraction,
    ) -> None:
        """Ask for every part on the pool and keep each result on the calling thread."""
        waiting: set[Future[Result]] = {self._pool.submit(ask, part) for part in parts}
        try:
            while waiting:
                if cancelled():
                    raise Cancelled("The travel times were not finished: cancelled.")
                done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in done:
                    keep(future.result())
                if done:
                    report(1 - len(waiting) / len(parts))
        finally:
            for future in waiting:
                future.cancel()


_NO_WAY = Leg(shape=(), seconds=UNREACHABLE, metres=UNREACHABLE)


def _lost(
    seconds: IntMatrix, sources: Sequence[Location], targets: Sequence[Location]
) -> tuple[list[Location], list[Location]]:
    """Places with no way to any other, or from any; and those that may have both."""
    number = {place: n for n, place in enumerate(dict.fromkeys([*sources, *targets]))}
    starts = np.array([number[place] for place in sources], dtype=np.int64)
    ends = np.array([number[place] for place in targets], dtype=np.int64)
    is_other = starts[:, np.newaxis] != ends
    has_way = is_other & (seconds != UNREACHABLE)
    away = is_other.any(axis=1) & ~has_way.any(axis=1)
    there = is_other.any(axis=0) & ~has_way.any(axis=0)
    no_way_from = [place for place, is_lost in zip(sources, away, strict=True) if is_lost]
    no_way_to = [place for place, is_lost in zip(targets, there, strict=True) if is_lost]
    lost = dict.fromkeys([*no_way_from, *no_way_to])
    if len(lost) < len(number):
        return list(lost), [place for place in number if place not in lost]
    if len(sources) != len(targets):
        few, many = sorted((sources, targets), key=len)
        return list(dict.fromkeys(few)), list(many)
    return list(lost), list(number)


def _point(place: Location | None) -> dict[str, float]:
    assert place is not None
    return {"lat": place.lat, "lon": place.lon}


def _without(areas: Sequence[Area]) -> dict[str, Any]:
    if not areas:
        return {}
    rings = [[[corner.lon, corner.lat] for corner in (*area, area[0])] for area in areas]
    return {"exclude_polygons": rings}


def _whole_numbers(rows: Any, factor: int) -> IntMatrix:
    """Valhalla's numbers, null for a pair without a way, as whole ones."""
    values = np.array(rows, dtype=np.float64)
    values = np.where(np.isnan(values), UNREACHABLE, np.rint(values * factor))
    return values.astype(np.int32)
