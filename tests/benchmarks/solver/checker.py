"""The one judge of every answer: it knows no engine, only the numbers of the instance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.solver.instance import Instance, Routes, Van


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    cost: float
    left_out: int
    vans: int
    faults: tuple[str, ...]
    """The rules that are broken, for people."""

    @property
    def is_lawful(self) -> bool:
        return not self.faults


def judged(instance: Instance, routes: Routes) -> Verdict:
    """Cost in the instance's own sense: distance, fixed prices, and prizes forgone."""
    faults: list[str] = []
    cost = 0.0
    used = [(van, stops) for van, stops in routes if any(stops)]
    for van, count in Counter(van for van, _ in used).items():
        if count > 1:
            faults.append(f"van {van} drives {count} routes")
    visits = Counter(client for _, stops in used for client in stops if client)
    faults += [f"client {client} is visited {n} times" for client, n in visits.items() if n > 1]
    left = [n for n in range(1, instance.size + 1) if n not in visits]
    for client in left:
        prize = instance.clients[client - 1].prize
        if prize is not None:
            cost += prize
        else:
            faults.append(f"client {client} is not visited")
    for number, stops in used:
        van = instance.vans[number]
        cost += _driven(instance, number, van, stops, faults)
        faults += _pairs(instance, number, stops)
    return Verdict(cost=cost, left_out=len(left), vans=len(used), faults=tuple(faults))


def _driven(
    instance: Instance, number: int, van: Van, stops: tuple[int, ...], faults: list[str]
) -> float:
    """Distance, loads and times of one van."""
    legs = list(pairwise([0, *stops, 0]))
    metres = [int(instance.metres[a, b]) for a, b in legs]
    if min(metres) < 0:
        faults.append(f"van {number} drives where there is no way")
    if stops.count(0) > van.max_reloads:
        faults.append(f"van {number} reloads {stops.count(0)} times")
    faults += _loads(instance, number, van, stops)
    if _is_late(instance, van, stops):
        faults.append(f"van {number} is late")
    for client in stops:
        if client and not instance.clients[client - 1].skills <= van.skills:
            faults.append(f"van {number} lacks a skill for client {client}")
    return van.fixed + van.per_m * sum(metres)


def _loads(instance: Instance, number: int, van: Van, stops: tuple[int, ...]) -> list[str]:
    """What is aboard never exceeds the capacity; goods of pairs are aboard between their stops."""
    paired = {client for pair in instance.pairs for client in pair}
    faults = []
    for dimension, room in enumerate(van.capacity):
        for trip in _trips(stops):
            visits = [(n, instance.clients[n - 1]) for n in trip]
            aboard = sum(_amount(c.delivery, dimension) for n, c in visits if n not in paired)
            most = aboard
            for _, client in visits:
                aboard += _amount(client.pickup, dimension) - _amount(client.delivery, dimension)
                most = max(most, aboard)
            if most > room:
                faults.append(f"van {number} carries {most} of {room}")
    return faults


def _amount(amounts: tuple[int, ...], dimension: int) -> int:
    return amounts[dimension] if dimension < len(amounts) else 0


def _trips(stops: tuple[int, ...]) -> list[list[int]]:
    trips: list[list[int]] = [[]]
    for client in stops:
        if client:
            trips[-1].append(client)
        else:
            trips.append([])
    return trips


def _pairs(instance: Instance, number: int, stops: tuple[int, ...]) -> list[str]:
    place = {client: index for index, client in enumerate(stops) if client}
    faults = []
    for pickup, delivery in instance.pairs:
        if (pickup in place) != (delivery in place):
            faults.append(f"van {number} drives half of the pair {pickup}, {delivery}")
        elif pickup in place and place[pickup] > place[delivery]:
            faults.append(f"van {number} delivers at {delivery} before {pickup}")
    return faults


def _is_late(instance: Instance, van: Van, stops: tuple[int, ...]) -> bool:
    """Whether the van, leaving as early as it may, is too late anywhere."""
    released = [
        max((instance.clients[n - 1].released_at for n in trip), default=0)
        for trip in _trips(stops)
    ]
    trip = here = 0
    now = max(van.opens, released[0])
    for index, stop in enumerate((*stops, 0)):
        now += max(0, int(instance.seconds[here, stop]))
        here = stop
        if stop:
            client = instance.clients[stop - 1]
            now = max(now, client.opens)
            if now > client.closes:
                return True
            now += client.service_s
        elif index < len(stops):
            trip += 1
            now = max(now, released[trip])
    return now > van.closes
