"""The file of an address index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import astuple, dataclass
from enum import IntEnum
from pathlib import Path

ADDRESS_FILE = "addresses.sqlite"
GUESSED_POSTCODE = 1
GUESSED_CITY = 2
_SEPARATOR = "\x1f"
_SCHEMA = """
CREATE TABLE street (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL, city TEXT NOT NULL,
    postcodes TEXT NOT NULL, areas TEXT NOT NULL, is_city_guessed INTEGER NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL
);
CREATE TABLE house (
    street INTEGER NOT NULL, key TEXT NOT NULL, number TEXT NOT NULL, kind INTEGER NOT NULL,
    postcode TEXT NOT NULL, area TEXT NOT NULL, guessed INTEGER NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL
);
CREATE TABLE place (
    name TEXT NOT NULL, postcode TEXT NOT NULL, kind TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL
);
"""
_INDEX = "CREATE INDEX house_of_street ON house (street)"


class HouseKind(IntEnum):
    """How the location of a house number is known, best first."""

    ROOFTOP = 0
    PART = 1
    """One number of a building that has several."""
    INTERPOLATED = 2


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A street of one town."""

    number: int
    key: str
    name: str
    city: str
    postcodes: tuple[str, ...]
    """Of its houses, the most frequent first; a guess where it has no houses."""
    areas: tuple[str, ...]
    """Villages and quarters that it runs through."""
    is_city_guessed: bool
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class HouseRow:
    street: int
    key: str
    number: str
    kind: int
    postcode: str
    area: str
    guessed: int
    """GUESSED_POSTCODE and GUESSED_CITY: taken from the neighbours."""
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A town, village or quarter, or the area of a postcode."""

    name: str
    postcode: str
    kind: str
    lat: float
    lon: float


def write(
    folder: Path,
    streets: Iterable[StreetRow],
    houses: Iterable[HouseRow],
    places: Iterable[PlaceRow],
) -> None:
    """Write a new file in `folder`."""
    with closing(sqlite3.connect(folder / ADDRESS_FILE)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO street VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    row.number,
                    row.key,
                    row.name,
                    row.city,
                    _SEPARATOR.join(row.postcodes),
                    _SEPARATOR.join(row.areas),
                    row.is_city_guessed,
                    row.lat,
                    row.lon,
                )
                for row in streets
            ),
        )
        connection.executemany(
            "INSERT INTO house VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    row.street,
                    row.key,
                    row.number,
                    int(row.kind),
                    row.postcode,
                    row.area,
                    row.guessed,
                    row.lat,
                    row.lon,
                )
                for row in houses
            ),
        )
        connection.executemany(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?)", (astuple(row) for row in places)
        )
        connection.execute(_INDEX)


def read_streets(connection: sqlite3.Connection) -> list[StreetRow]:
    return [
        StreetRow(
            number,
            key,
            name,
            city,
            tuple(postcodes.split(_SEPARATOR)),
            tuple(areas.split(_SEPARATOR)),
            bool(is_city_guessed),
            lat,
            lon,
        )
        for number, key, name, city, postcodes, areas, is_city_guessed, lat, lon in (
            connection.execute("SELECT * FROM street ORDER BY number")
        )
    ]


def read_places(connection: sqlite3.Connection) -> list[PlaceRow]:
    return [PlaceRow(*row) for row in connection.execute("SELECT * FROM place")]


def read_houses(connection: sqlite3.Connection, street: int) -> list[HouseRow]:
    """The houses of one street."""
    rows = connection.execute("SELECT * FROM house WHERE street = ?", (street,))
    return [HouseRow(*row) for row in rows]
