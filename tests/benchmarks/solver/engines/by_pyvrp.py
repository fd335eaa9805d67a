"""PyVRP alone, as its own `solve` runs it: a seed for each core, the best of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from tests.benchmarks.solver.instance import Answer, Client, Instance, Matrix, Routes, Van

_MONEY = 100_000
"""What a unit of cost is worth in whole numbers, where the prices are broken."""
_FAR = 1 << 30
_MARK = 1_000
"""What a stop that asks for a skill weighs: enough for its penalties to be felt."""


def solve(instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    begin = time.perf_counter()
    kinds = list(dict.fromkeys(instance.vans))
    model = _model(instance, kinds)
    left = seconds - (time.perf_counter() - begin)

    def search(number: int) -> pyvrp.Result:
        return pyvrp.solve(model, MaxRuntime(left), seed=number, collect_stats=False, display=False)

    with ThreadPoolExecutor(cores) as pool:
        results = list(pool.map(search, range(seed * 100, seed * 100 + cores)))
    best = min(results, key=lambda result: result.cost())
    note = "" if best.is_feasible() else "found nothing that breaks no rule"
    return Answer(
        routes=_routes(instance, kinds, best.best) if best.is_feasible() else (),
        seconds=time.perf_counter() - begin,
        note=note,
    )


def _model(instance: Instance, kinds: list[Van]) -> pyvrp.ProblemData:
    """A load for each skill, of which vans without it may carry none."""
    paired = {client for pair in instance.pairs for client in pair}
    skills = sorted(frozenset[str]().union(*(c.skills for c in instance.clients)))
    whole = all(float(v).is_integer() for k in kinds for v in (k.fixed, k.per_m, k.per_s))
    money = 1 if whole else _MONEY
    distances, durations = _open(instance.metres), _open(instance.seconds)
    plain = [n for n in range(1, instance.size + 1) if n not in paired]
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0)] * (instance.size + 1),
        [_client(instance, number, skills, money) for number in plain],
        [pyvrp.Depot(0)],
        [_kind(instance, kind, skills, money) for kind in kinds],
        [distances],  # type: ignore[list-item]
        [durations],  # type: ignore[list-item]
        shipments=[_shipment(instance, *pair) for pair in instance.pairs],
    )


def _client(instance: Instance, number: int, skills: list[str], money: int) -> pyvrp.Client:
    client = instance.clients[number - 1]
    marks = [_MARK * (skill in client.skills) for skill in skills]
    prize = 0 if client.prize is None else client.prize * money
    width = len(instance.vans[0].capacity)
    return pyvrp.Client(
        number,
        delivery=[*(client.delivery or (0,) * width), *marks],
        pickup=[*(client.pickup or (0,) * width), *(0 for _ in marks)],
        service_duration=client.service_s,
        tw_early=client.opens,
        tw_late=client.closes,
        release_time=client.released_at,
        prize=prize,
        required=not prize,
    )


def _shipment(instance: Instance, pickup: int, delivery: int) -> pyvrp.Shipment:
    first: Client = instance.clients[pickup - 1]
    second: Client = instance.clients[delivery - 1]
    return pyvrp.Shipment(
        pickup,
        delivery,
        pickup_tw_early=first.opens,
        pickup_tw_late=first.closes,
        pickup_service_duration=first.service_s,
        delivery_tw_early=second.opens,
        delivery_tw_late=second.closes,
        delivery_service_duration=second.service_s,
        amount=list(first.pickup),
    )


def _kind(instance: Instance, van: Van, skills: list[str], money: int) -> pyvrp.VehicleType:
    """It knows no breaks: the shift is shorter by them."""
    return pyvrp.VehicleType(
        num_available=instance.vans.count(van),
        capacity=[
            *van.capacity,
            *(_MARK * instance.size if skill in van.skills else 0 for skill in skills),
        ],
        fixed_cost=round(van.fixed * money),
        tw_early=van.opens,
        tw_late=van.closes - (van.rest.length_s if van.rest else 0),
        unit_distance_cost=round(van.per_m * money),
        unit_duration_cost=round(van.per_s * money),
        reload_depots=[0] if van.max_reloads else [],
        max_reloads=van.max_reloads,
    )


def _open(matrix: Matrix) -> Matrix:
    return np.where(matrix < 0, _FAR, matrix)


def _routes(instance: Instance, kinds: list[Van], solution: pyvrp.Solution) -> Routes:
    free = {number: [] for number in range(len(kinds))}  # type: dict[int, list[int]]
    place = {kind: number for number, kind in enumerate(kinds)}
    for van, kind in enumerate(instance.vans):
        free[place[kind]].append(van)
    paired = {client for pair in instance.pairs for client in pair}
    plain = [n for n in range(1, instance.size + 1) if n not in paired]
    routes = []
    for route in solution.routes():
        stops = []
        for each in list(route)[1:-1]:
            if each.is_depot():
                stops.append(0)
            elif each.is_client():
                stops.append(plain[each.idx])
            else:
                stops.append(instance.pairs[each.idx][0 if each.is_pickup() else 1])
        routes.append((free[route.vehicle_type()].pop(), tuple(stops)))
    return tuple(routes)
