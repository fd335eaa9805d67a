"""Travel round closed areas, and through slow ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.domain.geo import Area, Location
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.roads.matrix_cache import MatrixCache, plain_rows
from app.roads.matrix_store import IntMatrix
from app.roads.network import RoadNetwork
from app.roads.progress import IsCancelled, ReportFraction, never, unheard

KEPT_DETOURS = 8
"""Sets of areas whose matrices stay in the region's folder; the least recently used go first."""
_PIECES = 24
"""Into how many pieces a straight way is cut to see how much of it lies in an area."""


class Detours:
    """The roads of a region without some areas, each set of areas with a cache of its own."""

    def __init__(self, folder: Path, network: RoadNetwork) -> None:
        self._folder = folder
        self._network = network
        self._caches: dict[str, MatrixCache] = {}

    def matrix(
        self,
        places: Sequence[Location],
        profile: Profile,
        avoid: Sequence[Area],
        report: ReportFraction = unheard,
        cancelled: IsCancelled = never,
    ) -> TravelMatrix:
        """Times and distances that touch none of the areas; raises Cancelled."""
        return self._cache(avoid).matrix(places, profile, report, cancelled)

    def known(
        self, places: Sequence[Location], profile: Profile, avoid: Sequence[Area]
    ) -> TravelMatrix:
        """What was asked for before; see MatrixCache.known."""
        return self._cache(avoid).known(places, profile)

    def _cache(self, avoid: Sequence[Area]) -> MatrixCache:
        file = f"detour-{_digest(avoid)}.sqlite"
        if file not in self._caches:
            self._caches[file] = MatrixCache(
                self._folder, _Avoiding(self._network, tuple(avoid)), file=file
            )
            self._forget_oldest(file)
        return self._caches[file]

    def _forget_oldest(self, newest: str) -> None:
        files = [f for f in self._folder.glob("detour-*.sqlite") if f.name != newest]
        files.sort(key=lambda file: -file.stat().st_mtime)
        for file in files[KEPT_DETOURS - 1 :]:
            self._caches.pop(file.name, None)
            file.unlink(missing_ok=True)


class _Avoiding:
    """A network as the cache asks it, with areas that nobody may drive through."""

    def __init__(self, network: RoadNetwork, avoid: tuple[Area, ...]) -> None:
        self._network = network
        self._avoid = avoid

    def matrix(
        self,
        sources: Sequence[Location],
        targets: Sequence[Location],
        profile: Profile,
        cancelled: IsCancelled = never,
        report: ReportFraction = unheard,
    ) -> tuple[IntMatrix, IntMatrix]:
        return self._network.matrix(sources, targets, profile, cancelled, report, self._avoid)


def slowed(
    through: TravelMatrix, around: TravelMatrix, area: Area, travel_factor: float
) -> TravelMatrix:
    """Travel where an area is slow: through it at its pace, or around it where that is faster.

    `around` avoids the area; a pair with the same way there never touched it. Of the others the
    share of the straight line inside the area, at least a tenth, takes `travel_factor` times as
    long: an estimate, as the road engine knows no slow areas. Its ways are the cheapest and not
    always the fastest, so one around may take less time; none is said to gain by a slow area.
    """
    places = through.places
    numbers = [around.index[place] for place in places]
    cells = np.ix_(numbers, numbers)
    fast_s, fast_m = _array(through.seconds), _array(through.metres)
    around_s, around_m = _array(around.seconds)[cells], _array(around.metres)[cells]
    has_way = around_s != UNREACHABLE
    is_same = (around_s == fast_s) & (around_m == fast_m)
    touches = (fast_s != UNREACHABLE) & ~is_same
    share = _share_inside(places, area)
    extra = np.rint(fast_s * share * (travel_factor - 1)).astype(np.int32)
    seconds = np.where(touches, fast_s + extra, fast_s)
    around_s = np.where(has_way, np.maximum(around_s, fast_s), around_s)
    is_round = touches & has_way & (around_s < seconds)
    return TravelMatrix(
        places=places,
        seconds=plain_rows(np.where(is_round, around_s, seconds).astype(np.int32)),
        metres=plain_rows(np.where(is_round, around_m, fast_m).astype(np.int32)),
        is_estimated=through.is_estimated,
    )


def is_inside(place: Location, area: Area) -> bool:
    """Whether a place lies in the polygon, by crossings of a ray to the east."""
    points = np.array([[place.lat, place.lon]])
    return bool(_inside(points, area)[0])


def _share_inside(places: Sequence[Location], area: Area) -> npt.NDArray[np.float64]:
    """How much of the straight way between two places lies in the area; at least a tenth."""
    points = np.array([[place.lat, place.lon] for place in places]).reshape(-1, 2)
    inside = np.zeros((len(points), len(points)))
    for step in range(_PIECES):
        along = (step + 0.5) / _PIECES
        between = points[:, None, :] * (1 - along) + points[None, :, :] * along
        inside += _inside(between.reshape(-1, 2), area).reshape(inside.shape)
    return np.maximum(inside / _PIECES, 0.1)


def _inside(points: npt.NDArray[np.float64], area: Area) -> npt.NDArray[np.bool_]:
    is_in = np.zeros(len(points), dtype=bool)
    lat, lon = points[:, 0], points[:, 1]
    for a, b in zip(area, (*area[1:], area[0]), strict=True):
        spans = (a.lat > lat) != (b.lat > lat)
        if a.lat != b.lat:
            crossing = a.lon + (lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
            is_in ^= spans & (lon < crossing)
    return is_in


def _array(rows: Sequence[Sequence[int]]) -> IntMatrix:
    return np.array([np.asarray(row, dtype=np.int32) for row in rows], dtype=np.int32).reshape(
        len(rows), len(rows)
    )


def _digest(areas: Sequence[Area]) -> str:
    text = ";".join(
        ",".join(f"{corner.lat:.6f} {corner.lon:.6f}" for corner in area)
        for area in sorted(areas, key=lambda area: [(c.lat, c.lon) for c in area])
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
