"""The file behind the matrix cache: one strip for each place of each profile."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from app.domain.geo import Location
from app.domain.travel import Profile

type IntMatrix = npt.NDArray[np.int32]

CACHE_FILE = "matrix.sqlite"
NOT_ASKED = -2
"""Stands for a pair that nobody needed yet."""

_LOG = logging.getLogger(__name__)
_WAIT_S = 5.0
_STORED = np.dtype("<i4")
_NEW = 0
_UNREAD = -1
_OUTRUN = -2
"""Of a matrix that another process outran: it is read again before it is next used."""

# Strip k holds the row of place k up to itself and then its column down to it. So one more place
# writes one strip and touches no other. A version per profile tells processes of each other.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
    profile TEXT PRIMARY KEY, number INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS place (
    profile TEXT NOT NULL, number INTEGER NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    used INTEGER NOT NULL, PRIMARY KEY (profile, number)
);
CREATE TABLE IF NOT EXISTS strip (
    profile TEXT NOT NULL, number INTEGER NOT NULL, seconds BLOB NOT NULL, metres BLOB NOT NULL,
    PRIMARY KEY (profile, number)
);
"""


@dataclass(slots=True, kw_only=True)
class KnownMatrix:
    """What is known of one profile: a square of seconds and one of metres."""

    places: tuple[Location, ...]
    seconds: IntMatrix
    metres: IntMatrix
    used: npt.NDArray[np.int64]
    """When each place was last asked for, counted in requests."""
    version: int
    is_saved: bool = True
    """False once the file could not be written: then all of it is due."""
    index: dict[Location, int] = field(init=False)

    def __post_init__(self) -> None:
        self.index = {place: number for number, place in enumerate(self.places)}

    @classmethod
    def empty(cls, version: int) -> Self:
        square = np.empty((0, 0), dtype=np.int32)
        return cls(
            places=(),
            seconds=square,
            metres=square.copy(),
            used=np.empty(0, dtype=np.int64),
            version=version,
        )

    def with_places(self, places: Iterable[Location]) -> Self:
        """A copy that has room for these places too."""
        new = tuple(place for place in places if place not in self.index)
        room = (0, len(new))
        return type(self)(
            places=self.places + new,
            seconds=np.pad(self.seconds, room, constant_values=NOT_ASKED),
            metres=np.pad(self.metres, room, constant_values=NOT_ASKED),
            used=np.pad(self.used, room),
            version=self.version,
            is_saved=self.is_saved,
        )

    def touch(self, rows: npt.NDArray[np.intp]) -> None:
        """Note that these places are in use."""
        self.used[rows] = self.used.max(initial=0) + 1

    def most_recent(self, count: int) -> Self:
        """A copy with the places used last."""
        newest_first = np.argsort(-self.used, kind="stable")[:count]
        kept = np.sort(newest_first)
        cells = np.ix_(kept, kept)
        return type(self)(
            places=tuple(self.places[number] for number in kept),
            seconds=self.seconds[cells],
            metres=self.metres[cells],
            used=self.used[kept],
            version=self.version,
            is_saved=self.is_saved,
        )


class MatrixStore:
    """Reads and writes the cache file of a region; a file that can't be used is only a slow day."""

    def __init__(self, folder: Path, file: str = CACHE_FILE) -> None:
        self._file = folder / file

    def refresh(self, profile: Profile, known: KnownMatrix | None) -> KnownMatrix:
        """`known` if it is what the file says, else what the file says."""
        try:
            with self._open() as connection:
                connection.execute("BEGIN")
                version = _version(connection, profile)
                if known is not None and known.version == version:
                    return known
                return _read(connection, profile, version)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                # busy, read-only or full: the file itself may be sound
                _LOG.info("The travel time cache %s can't be read: %s", self._file, error)
                return known or KnownMatrix.empty(_UNREAD)
            _LOG.info("The travel time cache %s is made anew: %s", self._file, error)
            self._file.unlink(missing_ok=True)
            return KnownMatrix.empty(_NEW)

    def save(self, profile: Profile, before: KnownMatrix, after: KnownMatrix) -> None:
        """Write what `after` knows more than `before`, unless another process was faster."""
        if not before.is_saved:
            self.replace(profile, after)
            return
        size = len(before.places)
        changed = after.seconds != NOT_ASKED
        changed[:size, :size] &= after.seconds[:size, :size] != before.seconds
        rows, columns = np.nonzero(changed)
        numbers = np.unique(
            np.concatenate((np.maximum(rows, columns), np.arange(size, len(after.places))))
        )
        self._write(profile, after, numbers.tolist())

    def replace(self, profile: Profile, known: KnownMatrix) -> None:
        """Write everything and forget what else was there."""
        self._write(profile, known, range(len(known.places)), is_whole=True)

    def _write(
        self, profile: Profile, known: KnownMatrix, numbers: Sequence[int], is_whole: bool = False
    ) -> None:
        try:
            with self._open() as connection:
                connection.execute("BEGIN IMMEDIATE")
                version = _version(connection, profile)
                if version != known.version:
                    known.version = _OUTRUN
                    return
                if is_whole:
                    connection.execute("DELETE FROM strip WHERE profile = ?", (profile,))
                    connection.execute("DELETE FROM place WHERE profile = ?", (profile,))
                connection.executemany(
                    "INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?)",
                    (
                        (profile, number, place.lat, place.lon, int(known.used[number]))
                        for number, place in enumerate(known.places)
                    ),
                )
                connection.executemany(
                    "INSERT OR REPLACE INTO strip VALUES (?, ?, ?, ?)",
                    (
                        (profile, k, _strip(known.seconds, k), _strip(known.metres, k))
                        for k in numbers
                    ),
                )
                connection.execute(
                    "INSERT OR REPLACE INTO version VALUES (?, ?)", (profile, version + 1)
                )
                connection.execute("COMMIT")
                known.version, known.is_saved = version + 1, True
        except sqlite3.Error as error:
            known.is_saved = False
            _LOG.info("Travel times could not be kept in %s: %s", self._file, error)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(
            sqlite3.connect(self._file, timeout=_WAIT_S, isolation_level=None)
        ) as connection:
            connection.executescript(_SCHEMA)
            yield connection


def _version(connection: sqlite3.Connection, profile: Profile) -> int:
    row = connection.execute("SELECT number FROM version WHERE profile = ?", (profile,)).fetchone()
    return int(row[0]) if row else _NEW


def _read(connection: sqlite3.Connection, profile: Profile, version: int) -> KnownMatrix:
    rows = connection.execute(
        "SELECT lat, lon, used, seconds, metres FROM place JOIN strip USING (profile, number)"
        " WHERE profile = ? ORDER BY number",
        (profile,),
    ).fetchall()
    known = KnownMatrix.empty(version).with_places(
        Location(lat=lat, lon=lon) for lat, lon, *_ in rows
    )
    for k, (_, _, used, seconds, metres) in enumerate(rows):
        known.used[k] = used
        _unstrip(known.seconds, k, seconds)
        _unstrip(known.metres, k, metres)
    return known


def _strip(matrix: IntMatrix, k: int) -> bytes:
    return np.concatenate((matrix[k, : k + 1], matrix[:k, k])).astype(_STORED).tobytes()


def _unstrip(matrix: IntMatrix, k: int, stored: bytes) -> None:
    values = np.frombuffer(stored, dtype=_STORED)
    if len(values) != 2 * k + 1:
        raise sqlite3.DatabaseError(f"strip {k} has {len(values)} values")
    matrix[k, : k + 1] = values[: k + 1]
    matrix[:k, k] = values[k + 1 :]
