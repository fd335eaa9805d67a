"""Turn what an extract holds of addresses into the index of a region."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from app.roads.address_scan import Findings, FoundPlace, FoundStreet, Point
from app.roads.address_store import (
    GUESSED_CITY,
    GUESSED_POSTCODE,
    HouseKind,
    HouseRow,
    PlaceRow,
    StreetRow,
)
from app.roads.address_text import (
    number_key,
    number_parts,
    split_number,
    street_key,
    town_words,
)
from app.roads.nearest import Nearest, flat_distance_m
from app.roads.progress import IsCancelled, stop_if

_SAME_HOUSE_M = 90
"""Node and building with one address are one house if they are no farther apart."""
_STREET_NEAR_M = 75
_TOWN_NEAR_M = 3_000
_TOWN_CELL_M = 1_000
_POSTCODE_NEAR_M = 5_000
_SAME_STREET_M = 600
"""A road belongs to the houses of its name that are no farther away."""
_ODD_CITY = 2
"""A town named by so few houses amid those of another one is a slip of the mapper."""
_NEIGHBOURS = 8
_ROADS_NEAR = 50
_MAX_INTERPOLATED = 500
_TOWN_KINDS = ("city", "town", "village", "hamlet", "suburb", "quarter", "borough")


@dataclass(slots=True)
class _House:
    number: str
    """As shown."""
    key: str
    street: str
    postcode: str
    city: str
    area: str
    point: Point
    kind: HouseKind
    is_node: bool
    guessed: int = 0


@dataclass(slots=True)
class _Street:
    key: str
    town: str
    city: str
    names: Counter[str] = field(default_factory=Counter)
    houses: list[_House] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    """Of its roads."""
    postcode: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTables:
    """All rows of an address index."""

    streets: list[StreetRow]
    houses: list[HouseRow]
    places: list[PlaceRow]


def index_addresses(found: Findings, cancelled: IsCancelled) -> AddressTables:
    """Complete, merge and sort what was found; see each step."""
    houses = _houses(found)
    houses += _interpolated(found, houses)
    stop_if(cancelled, "Indexing the addresses")
    _complete(houses, found.places)
    stop_if(cancelled, "Indexing the addresses")
    streets = _group(houses)
    _add_roads(streets, found, houses)
    stop_if(cancelled, "Indexing the addresses")
    for street in streets.values():
        street.houses = list(_without_twins(street.houses))
    rows = AddressTables(streets=[], houses=[], places=_places(found.places, houses))
    for number, street in enumerate(streets.values()):
        rows.streets.append(_street_row(number, street))
        rows.houses.extend(_house_rows(number, street))
    return rows


def _houses(found: Findings) -> list[_House]:
    """The houses with a street each; villages number their houses without streets."""
    roads = Nearest((point, street.name) for street in found.streets for point in street.points)
    houses = []
    for house in found.houses:
        key = number_key(house.number)
        street, kind = house.street or house.place or house.city, HouseKind.ROOFTOP
        if not street:
            near = roads.within(house.point, _STREET_NEAR_M)
            if not near:
                continue
            street, kind = near[0][1], HouseKind.INTERPOLATED
        if key and street_key(street):
            houses.append(
                _House(
                    number=house.number,
                    key=key,
                    street=street,
                    postcode=house.postcode,
                    city=house.city,
                    area=house.suburb or house.place,
                    point=house.point,
                    kind=kind,
                    is_node=house.is_node,
                )
            )
    return houses


def _interpolated(found: Findings, houses: list[_House]) -> list[_House]:
    """The numbers that a mapper drew as a line between two numbered nodes."""
    by_point = {house.point: house for house in houses if house.is_node}
    made = []
    for line in found.interpolations:
        numbered = [
            (place, by_point[found.house_of_node[ref].point])
            for place, (ref, _) in enumerate(line.nodes)
            if ref in found.house_of_node and found.house_of_node[ref].point in by_point
        ]
        for (start, first), (end, last) in pairwise(numbered):
            path = [point for _, point in line.nodes[start : end + 1]]
            numbers = list(_numbers_between(first.key, last.key, line.step))
            for place, number in enumerate(numbers, start=1):
                made.append(
                    _House(
                        number=number,
                        key=number,
                        street=first.street,
                        postcode=first.postcode if first.postcode == last.postcode else "",
                        city=first.city,
                        area=first.area,
                        point=_along(path, place / (len(numbers) + 1)),
                        kind=HouseKind.INTERPOLATED,
                        is_node=False,
                    )
                )
    return made


def _numbers_between(first: str, last: str, step: str) -> Iterator[str]:
    low, high = split_number(first), split_number(last)
    if not low or not high:
        return
    if step == "alphabetic":
        if low[0] == high[0] and len(low[1]) == len(high[1]) == 1:
            start, end = ord(low[1]), ord(high[1])
            sign = 1 if end > start else -1
            yield from (f"{low[0]}{chr(letter)}" for letter in range(start + sign, end, sign))
        return
    stride = int(step) if step.isdecimal() and int(step) else 1 if step == "all" else 2
    if abs(high[0] - low[0]) > _MAX_INTERPOLATED:
        return
    sign = 1 if high[0] > low[0] else -1
    yield from (str(number) for number in range(low[0] + sign * stride, high[0], sign * stride))


def _along(path: list[Point], share: float) -> Point:
    lengths = [flat_distance_m(a, b) for a, b in pairwise(path)]
    rest = sum(lengths) * share
    for (a, b), length in zip(pairwise(path), lengths, strict=True):
        if rest <= length and length:
            part = rest / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        rest -= length
    return path[-1]


def _complete(houses: list[_House], places: list[FoundPlace]) -> None:
    """Give each house a town, a postcode and the village or quarter it lies in."""
    neighbours = Nearest((house.point, house) for house in houses if house.city)
    counts = Counter(_town(house.city) for house in houses if house.city)
    for house in houses:
        if house.city and counts[_town(house.city)] <= _ODD_CITY:
            near = neighbours.within(house.point, _TOWN_NEAR_M, _NEIGHBOURS + 1)
            others = Counter(_town(other.city) for _, other in near if other is not house)
            if others and others.most_common(1)[0][1] >= _NEIGHBOURS - 1:
                town = others.most_common(1)[0][0]
                house.area = house.area or house.city
                house.city = next(o.city for _, o in near if _town(o.city) == town)
                house.guessed |= GUESSED_CITY

    villages = _villages(places)
    with_city = Nearest((house.point, house.city) for house in houses if house.city)
    with_code = Nearest((house.point, house) for house in houses if house.postcode)
    for house in houses:
        if not house.city:
            near_city = with_city.within(house.point, _TOWN_NEAR_M)
            near_place = villages.within(house.point, _TOWN_NEAR_M)
            if near_city:
                house.city = near_city[0][1]
            elif near_place:
                house.city = near_place[0][1].name
            house.guessed |= GUESSED_CITY
        if not house.area:
            near_place = villages.within(house.point, _TOWN_NEAR_M)
            house.area = near_place[0][1].name if near_place else ""
    for house in houses:
        if not house.postcode:
            near = with_code.within(house.point, _POSTCODE_NEAR_M, _NEIGHBOURS)
            same = [other for _, other in near if _town(other.city) == _town(house.city)]
            if near:
                house.postcode = (same[0] if same else near[0][1]).postcode
            house.guessed |= GUESSED_POSTCODE


def _villages(places: list[FoundPlace]) -> Nearest[FoundPlace]:
    settled = ((place.point, place) for place in places if place.kind in _TOWN_KINDS)
    return Nearest(settled, _TOWN_CELL_M)


def _town(city: str) -> str:
    return " ".join(town_words(city))


def _group(houses: list[_House]) -> dict[tuple[str, str], _Street]:
    streets: dict[tuple[str, str], _Street] = {}
    for house in houses:
        place = (street_key(house.street), _town(house.city))
        street = streets.get(place)
        if street is None:
            street = streets[place] = _Street(*place, house.city)
        street.names[house.street] += 1
        street.houses.append(house)
    return streets


def _add_roads(
    streets: dict[tuple[str, str], _Street], found: Findings, houses: list[_House]
) -> None:
    """Give streets their roads, and roads without houses a street of their own."""
    by_key: dict[str, list[_Street]] = defaultdict(list)
    for street in streets.values():
        by_key[street.key].append(street)
    all_houses = Nearest(((house.point, house) for house in houses), _TOWN_CELL_M)
    villages = _villages(found.places)
    own_houses = {
        key: Nearest((house.point, street) for street in same for house in street.houses)
        for key, same in by_key.items()
    }
    townless: dict[str, list[FoundStreet]] = defaultdict(list)
    for road in found.streets:
        key = street_key(road.name)
        if not key:
            continue
        middle = road.points[len(road.points) // 2]
        ends = (middle, road.points[0], road.points[-1])
        near = [
            pair
            for point in ends
            if key in own_houses
            for pair in own_houses[key].within(point, _SAME_STREET_M)
        ]
        if near:
            street = min(near, key=lambda pair: pair[0])[1]
        else:
            neighbour = all_houses.within(middle, _TOWN_NEAR_M)
            village = villages.within(middle, _TOWN_NEAR_M)
            area = village[0][1].name if village else ""
            city = neighbour[0][1].city if neighbour else area
            place = (key, _town(city))
            if not city:
                townless[key].append(road)
                continue
            if place not in streets:
                streets[place] = _Street(*place, city)
                streets[place].postcode = neighbour[0][1].postcode if neighbour else ""
                streets[place].area = area
            street = streets[place]
        street.names[road.name] += 1
        street.points += road.points
    for key, roads in townless.items():
        for number, near_ones in enumerate(_connected(roads)):
            street = streets[key, f"?{number}"] = _Street(key, "", "")
            for road in near_ones:
                street.names[road.name] += 1
                street.points += road.points


def _connected(roads: list[FoundStreet]) -> Iterator[list[FoundStreet]]:
    """The roads of one name by street: no end of one is near an end of another."""
    ends = Nearest(
        ((point, number) for number, road in enumerate(roads) for point in _ends(road)),
        _SAME_STREET_M,
    )
    rest = set(range(len(roads)))
    while rest:
        street = [rest.pop()]
        for number in street:
            for end in _ends(roads[number]):
                for _, other in ends.within(end, _SAME_STREET_M, _ROADS_NEAR):
                    if other in rest:
                        rest.remove(other)
                        street.append(other)  # the loop goes on with it
        yield [roads[number] for number in street]


def _ends(road: FoundStreet) -> tuple[Point, Point]:
    return road.points[0], road.points[-1]


def _without_twins(houses: Iterable[_House]) -> Iterator[_House]:
    """One house for a node and a building with the same number, the node's if there is one."""
    kept: dict[str, list[_House]] = defaultdict(list)
    for house in sorted(houses, key=lambda house: (house.kind, not house.is_node)):
        twins = kept[house.key]
        if all(flat_distance_m(house.point, twin.point) > _SAME_HOUSE_M for twin in twins):
            twins.append(house)
            yield house


def _street_row(number: int, street: _Street) -> StreetRow:
    points = street.points or [house.point for house in street.houses]
    codes = Counter(house.postcode for house in street.houses if house.postcode)
    areas = Counter(house.area for house in street.houses if house.area)
    lat, lon = _central(points)
    return StreetRow(
        number=number,
        key=street.key,
        name=street.names.most_common(1)[0][0],
        city=street.city,
        postcodes=tuple(code for code, _ in codes.most_common()) or (street.postcode,),
        areas=tuple(area for area, _ in areas.most_common()) or (street.area,),
        is_city_guessed=all(house.guessed & GUESSED_CITY for house in street.houses),
        lat=lat,
        lon=lon,
    )


def _central(points: list[Point]) -> Point:
    """The point that is nearest to the middle of all."""
    middle = (
        sum(lat for lat, _ in points) / len(points),
        sum(lon for _, lon in points) / len(points),
    )
    return min(points, key=lambda point: flat_distance_m(point, middle))


def _house_rows(street: int, of: _Street) -> Iterator[HouseRow]:
    taken = {house.key for house in of.houses}
    for house in of.houses:
        keys = [(house.key, house.kind)]
        # 12-14 is found under 12 and under 14 too, unless these stand somewhere by themselves
        parts = number_parts(house.key)
        if len(parts) > 1:
            keys += [(part, HouseKind.PART) for part in parts if part not in taken]
        for key, kind in keys:
            yield HouseRow(
                street=street,
                key=key,
                number=house.number,
                kind=kind,
                postcode=house.postcode,
                area=house.area,
                guessed=house.guessed,
                lat=round(house.point[0], 6),
                lon=round(house.point[1], 6),
            )


def _places(places: list[FoundPlace], houses: list[_House]) -> list[PlaceRow]:
    """Towns from place nodes and from addresses, and postcode areas from addresses."""
    by_city: dict[str, list[_House]] = defaultdict(list)
    by_code: dict[str, list[_House]] = defaultdict(list)
    for house in houses:
        by_city[_town(house.city)].append(house)
        by_code[house.postcode].append(house)
    rows = []
    named = set()
    for place in places:
        town = _town(place.name)
        named.add(town)
        codes = Counter(house.postcode for house in by_city.get(town, ()))
        code = place.postcode or (codes.most_common(1)[0][0] if codes else "")
        rows.append(PlaceRow(place.name, code, place.kind, *place.point))
    for town, at in by_city.items():
        if town and town not in named:
            code = Counter(house.postcode for house in at).most_common(1)[0][0]
            rows.append(
                PlaceRow(at[0].city, code, "town", *_central([house.point for house in at]))
            )
    for code, at in by_code.items():
        if code:
            city = Counter(house.city for house in at).most_common(1)[0][0]
            rows.append(PlaceRow(city, code, "postcode", *_central([house.point for house in at])))
    return rows
