"""Travel times and distances, remembered by place and profile so that each is asked for once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.domain.geo import Location
from app.domain.travel import Profile, TravelMatrix
from app.roads.matrix_store import CACHE_FILE, NOT_ASKED, IntMatrix, KnownMatrix, MatrixStore
from app.roads.progress import IsCancelled, ReportFraction, never, unheard

MAX_PLACES = 3_000
"""Places kept per profile: 72 MB. The least recently used go first."""


class Roads(Protocol):
    """Whom the cache asks for what it doesn't know; see RoadNetwork.matrix."""

    def matrix(
        self,
        sources: Sequence[Location],
        targets: Sequence[Location],
        profile: Profile,
        cancelled: IsCancelled = never,
        report: ReportFraction = unheard,
    ) -> tuple[IntMatrix, IntMatrix]: ...


class MatrixCache:
    """The travel matrix of all places of a region met so far; may be used from any thread.

    It lives in the region's folder and ends with it. Several processes may share the file: when
    two grow it at once, the growth of one is kept and the other's is asked for again later.
    """

    def __init__(
        self,
        folder: Path,
        network: Roads,
        max_places: int = MAX_PLACES,
        file: str = CACHE_FILE,
    ) -> None:
        self._store = MatrixStore(folder, file)
        self._network = network
        self._max_places = max_places
        self._known: dict[Profile, KnownMatrix] = {}
        self._lock = Lock()

    def matrix(
        self,
        places: Sequence[Location],
        profile: Profile,
        report: ReportFraction = unheard,
        cancelled: IsCancelled = never,
    ) -> TravelMatrix:
        """Times and distances between every two of `places`; asks only for pairs never met.

        Cancelled leaves the cache as it was.
        """
        wanted = tuple(dict.fromkeys(places))
        with self._lock:
            before = self._store.refresh(profile, self._known.get(profile))
            after = before.with_places(wanted)
            rows = np.array([after.index[place] for place in wanted], dtype=np.intp)
            if self._fill(after, rows, profile, report, cancelled):
                after.touch(rows)
                if len(after.places) > self._max_places:
                    kept = after.most_recent(self._max_places)
                    self._store.replace(profile, kept)
                else:
                    kept = after
                    self._store.save(profile, before, kept)
                self._known[profile] = kept
            else:
                before.touch(rows)
                self._known[profile] = before
            report(1.0)
        cells = np.ix_(rows, rows)
        return TravelMatrix(
            places=wanted,
            seconds=plain_rows(after.seconds[cells]),
            metres=plain_rows(after.metres[cells]),
        )

    def known(self, places: Sequence[Location], profile: Profile) -> TravelMatrix:
        """What is known by now: only places between which every pair was asked for.

        It never waits for `matrix`: the window asks while a day's roads are being measured.
        """
        known = self._known[profile] = self._store.refresh(profile, self._known.get(profile))
        wanted = [place for place in dict.fromkeys(places) if place in known.index]
        rows = np.array([known.index[place] for place in wanted], dtype=np.intp)
        # without the place that lacks most, the rest may be whole
        while (missing := known.seconds[np.ix_(rows, rows)] == NOT_ASKED).any():
            worst = int((missing.sum(axis=0) + missing.sum(axis=1)).argmax())
            rows = np.delete(rows, worst)
        cells = np.ix_(rows, rows)
        return TravelMatrix(
            places=tuple(known.places[number] for number in rows),
            seconds=plain_rows(known.seconds[cells]),
            metres=plain_rows(known.metres[cells]),
        )

    def _fill(
        self,
        known: KnownMatrix,
        rows: npt.NDArray[np.intp],
        profile: Profile,
        report: ReportFraction,
        cancelled: IsCancelled,
    ) -> bool:
        """Ask for the pairs of `rows` that are missing; False if there were none.

        The cost is a search for each source, whatever the number of targets: places that are
        mostly unknown get a whole row, the others only the columns that they lack.
        """
        missing = known.seconds[np.ix_(rows, rows)] == NOT_ASKED
        is_new = missing.mean(axis=1) >= 0.5
        fresh, rest = rows[is_new], rows[~is_new & missing.any(axis=1)]
        lacking = rows[missing[~is_new].any(axis=0)]
        asked = [(fresh, rows), (rest, lacking)]
        total = sum(len(sources) for sources, _ in asked)
        done = 0
        for sources, targets in asked:
            if not len(sources):
                continue

            def told(fraction: float, base: int = done, share: int = len(sources)) -> None:
                report((base + fraction * share) / total)

            seconds, metres = self._network.matrix(
                [known.places[number] for number in sources],
                [known.places[number] for number in targets],
                profile,
                cancelled,
                told,
            )
            cells = np.ix_(sources, targets)
            known.seconds[cells], known.metres[cells] = seconds, metres
            done += len(sources)
        return total > 0


def plain_rows(matrix: IntMatrix) -> tuple[array[int], ...]:
    """Rows whose single values are quick to read from plain Python; numpy's are not."""
    return tuple(array("i", row.tobytes()) for row in matrix)
