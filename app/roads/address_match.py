"""How well what is in the index fits what was typed: streets' towns and houses' numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from app.domain.addresses import Precision
from app.domain.geo import Location
from app.roads.address_store import HouseKind, HouseRow
from app.roads.address_text import number_parts, split_number, town_words
from app.roads.nearest import flat_distance_m

_TYPO = 0.8
"""Two names less alike than this are two names."""
_DISTINCT_WORDS = frozenset(
    ("alt", "neu", "klein", "gros", "gross", "ober", "unter", "nieder", "hohen", "st", "bad")
)
_MAX_GAP = 20
_MAX_GAP_M = 400
_SCORE_BY_TOWN = {
    # town, postcode: True agrees, False differs, None was not typed or is not known
    (True, True): 1.0,
    (True, None): 0.98,
    (None, True): 0.98,
    (None, None): 0.8,
    (True, False): 0.8,
    (False, True): 0.8,
    (False, None): 0.6,
    (None, False): 0.6,
    (False, False): 0.5,
}


@dataclass(frozen=True, slots=True)
class Town:
    """The town as it was typed."""

    words: tuple[str, ...]
    postcode: str
    homes: tuple[Location, ...] = ()
    """Depots in it, for a region that doesn't know where it is."""


@dataclass(frozen=True, slots=True)
class HouseMatch:
    """A place in a street for a house number."""

    lat: float
    lon: float
    precision: Precision
    score: float
    number: str
    postcode: str
    area: str
    guessed: int


def town_score(typed: Town, names: Sequence[str], postcode: str) -> float:
    """How well a place with these names (town, village, quarter) and postcode fits, 0 to 1."""
    known = [name for name in names if name]
    likeness = max((town_likeness(typed.words, name) for name in known), default=0.0)
    same_town = None if not typed.words or not known else likeness >= _TYPO
    same_code = None if not typed.postcode or not postcode else typed.postcode == postcode
    score = _SCORE_BY_TOWN[same_town, same_code]
    return score * (0.9 + 0.1 * likeness) if same_town else score


@lru_cache(maxsize=50_000)
def town_likeness(typed: tuple[str, ...], name: str) -> float:
    """1 for the same town; a little less for "Neubrandenburg" and "Neubrandenburg OT Weitin"."""
    words = town_words(name)
    if typed == words or "".join(typed) == "".join(words):
        return 1.0
    if not typed or not words:
        return 0.0
    short, long = sorted((typed, words), key=len)
    if long[: len(short)] == short or (
        set(short) <= set(long) and not (set(long) - set(short)) & _DISTINCT_WORDS
    ):
        return 0.9
    return OSA.normalized_similarity("".join(typed), "".join(words), score_cutoff=_TYPO)


def match_house(number: str, houses: Mapping[str, Sequence[HouseRow]]) -> list[HouseMatch]:
    """Where a number is in a street, by its houses' numbers; nothing if the street can't tell."""
    if exact := houses.get(number):
        return [_at(house, _PRECISION[HouseKind(house.kind)], 1.0) for house in exact]
    parts = number_parts(number)
    if len(parts) > 1:
        if known := next((houses[part] for part in parts if part in houses), None):
            return [_at(known[0], Precision.INTERPOLATED, 0.97)]
        number = parts[0]
    split = split_number(number)
    if split is None:
        return []
    figure, letters = split
    if letters and (plain := houses.get(str(figure))):
        return [_at(house, Precision.INTERPOLATED, 0.96) for house in plain]
    return _same_figure(figure, houses) or _between(figure, houses)


_PRECISION = {
    HouseKind.ROOFTOP: Precision.ROOFTOP,
    HouseKind.PART: Precision.ROOFTOP,
    HouseKind.INTERPOLATED: Precision.INTERPOLATED,
}


def _at(house: HouseRow, precision: Precision, score: float) -> HouseMatch:
    return HouseMatch(
        lat=house.lat,
        lon=house.lon,
        precision=precision,
        score=score,
        number=house.number,
        postcode=house.postcode,
        area=house.area,
        guessed=house.guessed,
    )


def _same_figure(figure: int, houses: Mapping[str, Sequence[HouseRow]]) -> list[HouseMatch]:
    """14a for 14 or for 14c."""
    for key in sorted(houses):
        split = split_number(key)
        if split and split[0] == figure:
            return [_at(house, Precision.INTERPOLATED, 0.95) for house in houses[key]]
    return []


def _between(figure: int, houses: Mapping[str, Sequence[HouseRow]]) -> list[HouseMatch]:
    """Between the two neighbours on the same side of the street, if they stand close."""
    side: dict[int, HouseRow] = {}
    for key, same in houses.items():
        split = split_number(key)
        if split and split[0] % 2 == figure % 2:
            side.setdefault(split[0], same[0])
    for low, high in pairwise(sorted(side)):
        if low < figure < high:
            a, b = side[low], side[high]
            if high - low > _MAX_GAP:
                return []
            if flat_distance_m((a.lat, a.lon), (b.lat, b.lon)) > _MAX_GAP_M:
                return []
            part = (figure - low) / (high - low)
            return [
                HouseMatch(
                    lat=a.lat + (b.lat - a.lat) * part,
                    lon=a.lon + (b.lon - a.lon) * part,
                    precision=Precision.INTERPOLATED,
                    score=0.95,
                    number=str(figure),
                    postcode=a.postcode if a.postcode == b.postcode else "",
                    area=a.area,
                    guessed=a.guessed | b.guessed,
                )
            ]
    return []
