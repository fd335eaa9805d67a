"""Find addresses in a region: where each is, how exactly that is known, and how sure the match."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from app.domain.addresses import SURE_SCORE, Address, Place, Precision
from app.domain.errors import RegionError
from app.domain.geo import Location, distance_m
from app.roads import address_store
from app.roads.address_line import LineSplitter
from app.roads.address_match import HouseMatch, Town, match_house, town_likeness, town_score
from app.roads.address_spelling import StreetNames
from app.roads.address_store import GUESSED_POSTCODE, HouseRow, PlaceRow, StreetRow
from app.roads.address_text import (
    Reading,
    postcode_key,
    readings,
    split_number,
    street_key,
    town_words,
)
from app.roads.progress import IsCancelled, ReportFraction, never, stop_if, unheard

_UNSURE = 0.8
_READ_AS = 0.9
_THIS_TOWN = 0.9
_ONLY_ONE = 0.9
_ONLY_STREET = 0.86
_ALIKE_TOWN = 0.8
_NO_NUMBER = 0.9
_PLACE_ONLY = 0.5
_WORTH_TELLING = 0.4
_TIE = 0.03
_ONE_PLACE_M = 90
_NEAR_HOUSE_M = 250
_TOWN_M = 5_000
"""As far as this a street may be from the middle of its town."""
_HOME_TOWN_M = 10_000
"""As far as this from a depot, which may be at the edge of its town."""
_CHECK_EVERY = 50

type Homes = Sequence[tuple[str, Location]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that may be the address asked for, and the address as the region knows it.

    Its precision says how exactly the place is known, its score how much the two addresses are
    alike. A ROOFTOP that is not sure is the exact place of what may be another address.
    """

    place: Place
    address: Address

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken without asking a person."""
        return self.place.is_sure


class AddressIndex:
    """All addresses of a region; may be used from any thread. Close it, or use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        file = folder / address_store.ADDRESS_FILE
        try:
            self._connection = sqlite3.connect(
                f"{file.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            self._streets = address_store.read_streets(self._connection)
            self._places = address_store.read_places(self._connection)
        except sqlite3.Error as error:
            raise RegionError(
                f"The addresses of the region in {folder} can't be read ({error}). "
                "Build the region again."
            ) from error
        self._lock = Lock()
        self._houses: dict[int, Mapping[str, Sequence[HouseRow]]] = {}
        self._codes: dict[str, set[str]] = defaultdict(set)
        """All postcodes of a town."""
        for street in self._streets:
            self._codes[street.city] |= {postcode_key(code) for code in street.postcodes}
        self._cities: dict[str, set[str]] = defaultdict(set)
        """All towns of a postcode."""
        for city, codes in self._codes.items():
            for code in codes:
                self._cities[code].add(city)
        self._start_of_codes = _common_start([code for code in self._cities if code])
        self._names = StreetNames(self._streets)
        self._lines = LineSplitter(self._streets, self._places)
        self._towns = [
            (row.name, Location(lat=row.lat, lon=row.lon))
            for row in self._places
            if row.kind != "postcode"
        ]
        middles = {s.city: Location(lat=s.lat, lon=s.lon) for s in self._streets if s.city}
        self._towns += middles.items()
        self._all: _AllHouses | None = None

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
        with self._lock:
            self._connection.close()

    def lookup(self, address: Address, limit: int = 5, homes: Homes = ()) -> tuple[Candidate, ...]:
        """What an address may be, the likeliest first; nothing if even its town is not known.

        `homes` are depots, by the names of their towns: they tell where a town is that the region
        doesn't know.
        """
        if not address.city.strip() and not address.postcode.strip():
            address = self._lines.split(address.street, address)
        town = self._town(address, homes)
        found = list(self._in_streets(address, town))
        if not found or max(candidate.place.score for candidate in found) < _PLACE_ONLY:
            found += self._in_places(address, town)
        return _ranked(found, limit)

    def lookup_many(
        self,
        addresses: Sequence[Address],
        cancelled: IsCancelled = never,
        limit: int = 5,
        report: ReportFraction = unheard,
        homes: Homes = (),
    ) -> tuple[tuple[Candidate, ...], ...]:
        """Look up each; equal addresses only once."""
        known: dict[Address, tuple[Candidate, ...]] = {}
        for number, address in enumerate(addresses):
            if number % _CHECK_EVERY == 0:
                stop_if(cancelled, "Looking up the addresses")
                report(number / len(addresses))
            if address not in known:
                known[address] = self.lookup(address, limit, homes)
        report(1.0)
        return tuple(known[address] for address in addresses)

    def search(self, text: str, limit: int = 10, homes: Homes = ()) -> tuple[Candidate, ...]:
        """What a person may mean who is still typing: houses, streets, towns."""
        address = self._lines.split(text, Address())
        town = self._town(address, homes)
        found = [
            *self.lookup(address, limit, homes),
            *islice(self._completed(address, town), 4 * limit),
            *self._in_places(Address(city=text), Town(town_words(text), "")),
        ]
        best: dict[str, Candidate] = {}
        for candidate in found:
            held = best.get(candidate.place.label)
            if held is None or held.place.score < candidate.place.score:
                best[candidate.place.label] = candidate
        return tuple(sorted(best.values(), key=lambda c: -c.place.score)[:limit])

    def reverse(self, location: Location) -> Candidate | None:
        """The nearest address; None if there is none within 250 m."""
        with self._lock:
            if self._all is None:
                self._all = _AllHouses(self._connection)
            nearest = self._all.nearest(location)
        if nearest is None:
            return None
        street, lat, lon = nearest
        for same in self._houses_of(self._streets[street]).values():
            for house in same:
                if (house.lat, house.lon) == (lat, lon):
                    match = match_house(house.key, {house.key: [house]})[0]
                    return _house_candidate(self._streets[street], match, 1.0, Address())
        return None

    def _town(self, address: Address, homes: Homes) -> Town:
        """As it was typed; a postcode of one town alone stands for it."""
        code = postcode_key(address.postcode)
        cities = self._cities.get(code, set()) if code else set()
        city = address.city.strip() or (next(iter(cities)) if len(cities) == 1 else "")
        words = town_words(city)
        here = [where for name, where in homes if town_likeness(words, name) >= _THIS_TOWN]
        return Town(words, code, tuple(here))

    def _in_streets(self, address: Address, town: Town) -> Iterator[Candidate]:
        ways_to_read = list(readings(address.street))
        best = 0.0
        for reading in ways_to_read:
            is_village = not reading.street
            key = street_key(reading.street or address.city)
            same = self._names.named(key)
            likeness = _UNSURE if _are_rivals(same, town) else 1.0
            for street in same:
                for candidate in self._in_street(street, reading, town, likeness, address):
                    if is_village and candidate.place.precision is Precision.STREET:
                        continue
                    best = max(best, candidate.place.score)
                    yield candidate
        if best >= SURE_SCORE:
            return
        for reading in ways_to_read[: max(1, len(ways_to_read) - 1)]:
            meant = None
            if reading.number:
                meant = self._names.only_meant(reading.street, partial(_is_in, town))
            for street, likeness in self._names.alike(reading.street):
                is_meant = street.key == meant and reading.number in self._houses_of(street)
                score = _READ_AS if is_meant else likeness
                yield from self._in_street(street, reading, town, score, address)

    def _in_street(
        self, street: StreetRow, reading: Reading, town: Town, likeness: float, address: Address
    ) -> Iterator[Candidate]:
        matches = match_house(reading.number, self._houses_of(street)) if reading.number else []
        is_only_one = likeness == 1.0 and self._is_only_one(town, street)
        for match in matches:
            score = likeness * match.score * self._town_score(town, street, match)
            if is_only_one:
                score = max(score, _ONLY_ONE * match.score)
            if score >= _WORTH_TELLING:
                yield _house_candidate(street, match, score, address)
        if matches:
            return
        score = likeness * _NO_NUMBER * _town_score_of_street(town, street)
        if is_only_one:
            score = max(score, _ONLY_STREET)
        if reading.number and not town.words and self._houses_of(street):
            score = min(score, _UNSURE)  # a street of this name elsewhere may have the number
        if score >= _WORTH_TELLING:
            yield _street_candidate(street, score, address, town)

    def _is_only_one(self, town: Town, street: StreetRow) -> bool:
        """Whether no town tells, but also no other street of the region can be meant."""
        if len(self._names.named(street.key)) > 1:
            return False
        if town.words and not self._may_lie_in(town, street):
            return False
        codes = {postcode_key(code) for code in street.postcodes} - {""}
        if not town.postcode or codes:
            return not town.postcode or town.postcode in codes
        start = self._start_of_codes
        return bool(start) and town.postcode.startswith(start)

    def _may_lie_in(self, town: Town, street: StreetRow) -> bool:
        """Whether a street of no known town is near to where the town is known to be."""
        if street.city or any(street.areas):
            return False
        here = Location(lat=street.lat, lon=street.lon)
        if any(distance_m(here, where) <= _HOME_TOWN_M for where in town.homes):
            return True
        return any(
            distance_m(here, where) <= _TOWN_M
            for name, where in self._towns
            if town_likeness(town.words, name) >= _ALIKE_TOWN
        )

    def _in_places(self, address: Address, town: Town) -> Iterator[Candidate]:
        if not town.words and not town.postcode:
            return
        for place in self._places:
            is_area = place.kind == "postcode"
            if is_area and place.postcode != town.postcode:
                continue
            if not is_area and town_likeness(town.words, place.name) < _ALIKE_TOWN:
                continue
            score = _PLACE_ONLY * town_score(town, (place.name,), postcode_key(place.postcode))
            yield _place_candidate(place, score, address)

    def _completed(self, address: Address, town: Town) -> Iterator[Candidate]:
        """Streets and house numbers that begin as typed."""
        for reading in readings(address.street):
            key = street_key(reading.street)
            if not key:
                continue
            if reading.number:
                for street in self._names.named(key):
                    yield from self._numbers_from(street, reading.number, town, address)
                continue
            for street in self._names.beginning(key):
                score = _UNSURE * _town_score_of_street(town, street)
                yield _street_candidate(street, score, address, town)

    def _numbers_from(
        self, street: StreetRow, start: str, town: Town, address: Address
    ) -> Iterator[Candidate]:
        houses = self._houses_of(street)
        keys = [key for key in houses if key.startswith(start) and key != start]
        for key in sorted(keys, key=lambda key: split_number(key) or (0, key)):
            for match in match_house(key, houses):
                score = _UNSURE * self._town_score(town, street, match)
                yield _house_candidate(street, match, score, address)

    def _town_score(self, town: Town, street: StreetRow, match: HouseMatch) -> float:
        # a guessed postcode doesn't speak against another one of the same town
        is_open = match.guessed & GUESSED_POSTCODE and town.postcode in self._codes[street.city]
        code = "" if is_open else postcode_key(match.postcode)
        return town_score(town, (street.city, match.area), code)

    def _houses_of(self, street: StreetRow) -> Mapping[str, Sequence[HouseRow]]:
        houses = self._houses.get(street.number)
        if houses is None:
            by_key: dict[str, list[HouseRow]] = defaultdict(list)
            with self._lock:
                for house in address_store.read_houses(self._connection, street.number):
                    by_key[house.key].append(house)
            houses = self._houses[street.number] = dict(by_key)
        return houses


class _AllHouses:
    """The locations of all houses, for finding the nearest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT street, lat, lon FROM house").fetchall()
        self._streets = [int(street) for street, _, _ in rows]
        self._points: npt.NDArray[np.float64] = np.array(
            [(lat, lon) for _, lat, lon in rows], dtype=np.float64
        ).reshape(-1, 2)

    def nearest(self, location: Location) -> tuple[int, float, float] | None:
        if not self._streets:
            return None
        steps = self._points - (location.lat, location.lon)
        steps[:, 1] *= np.cos(np.radians(location.lat))
        number = int(np.argmin((steps * steps).sum(axis=1)))
        lat, lon = (float(value) for value in self._points[number])
        if distance_m(location, Location(lat=lat, lon=lon)) > _NEAR_HOUSE_M:
            return None
        return self._streets[number], lat, lon


def _are_rivals(same: Sequence[StreetRow], town: Town) -> bool:
    """Whether streets of one name can be meant, and no town tells which."""
    if town.words or len(same) < 2:
        return False
    scores = [_town_score_of_street(town, street) for street in same]
    return scores.count(max(scores)) > 1


def _common_start(texts: Sequence[str]) -> str:
    """What all begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _is_in(town: Town, street: StreetRow) -> bool:
    return _town_score_of_street(town, street) >= _THIS_TOWN


def _town_score_of_street(town: Town, street: StreetRow) -> float:
    codes = [postcode_key(code) for code in street.postcodes]
    code = town.postcode if town.postcode in codes else codes[0]
    return town_score(town, (street.city, *street.areas), code)


def _house_candidate(
    street: StreetRow, match: HouseMatch, score: float, typed: Address
) -> Candidate:
    found = Address(
        street=f"{street.name} {match.number}",
        postcode=match.postcode,
        city=street.city,
        country=typed.country,
    )
    return _candidate(found, match.lat, match.lon, match.precision, score)


def _street_candidate(street: StreetRow, score: float, typed: Address, town: Town) -> Candidate:
    codes = street.postcodes
    code = next((code for code in codes if postcode_key(code) == town.postcode), codes[0])
    found = Address(street=street.name, postcode=code, city=street.city, country=typed.country)
    return _candidate(found, street.lat, street.lon, Precision.STREET, score)


def _place_candidate(place: PlaceRow, score: float, typed: Address) -> Candidate:
    found = Address(postcode=place.postcode, city=place.name, country=typed.country)
    return _candidate(found, place.lat, place.lon, Precision.PLACE, score)


def _candidate(
    address: Address, lat: float, lon: float, precision: Precision, score: float
) -> Candidate:
    place = Place(
        location=Location(lat=lat, lon=lon),
        precision=precision,
        score=round(score, 3),
        label=address.line,
    )
    return Candidate(place=place, address=address)


def _ranked(found: Iterable[Candidate], limit: int) -> tuple[Candidate, ...]:
    """The best first, each place once; none is sure while another is as good."""
    order = list(Precision)
    ranked: list[Candidate] = []
    for candidate in sorted(found, key=lambda c: (-c.place.score, order.index(c.place.precision))):
        if not any(_is_same(candidate.place, other.place) for other in ranked):
            ranked.append(candidate)
        if len(ranked) == max(2, limit):
            break
    if len(ranked) > 1 and ranked[0].is_sure and _is_tie(ranked[0].place, ranked[1].place):
        ranked = [
            replace(c, place=replace(c.place, score=min(_UNSURE, c.place.score))) for c in ranked
        ]
    return tuple(ranked[:limit])


def _is_same(a: Place, b: Place) -> bool:
    return a.label == b.label and distance_m(a.location, b.location) <= _ONE_PLACE_M


def _is_tie(first: Place, second: Place) -> bool:
    """Whether nothing but chance tells which of two is meant."""
    is_as_good = first.score - second.score < _TIE
    return is_as_good and distance_m(first.location, second.location) > _ONE_PLACE_M
