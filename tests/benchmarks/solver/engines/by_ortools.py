"""OR-Tools' routing library alone: a process for each core, each from another first solution."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from tests.benchmarks.solver.instance import Answer, Instance, Matrix, Routes

_FIRST = (
    routing_enums_pb2.FirstSolutionStrategy.SAVINGS,
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
)
_FAR = 1 << 30
_MONEY = 100_000
_MOST = 1 << 40


def solve(instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    """The library has no seed: every run of it is the same."""
    del seed
    begin = time.perf_counter()
    if any(van.max_reloads for van in instance.vans):
        return Answer(routes=(), seconds=0.0, note="several trips are not modelled")
    # It holds on to Python's lock, so cores are processes.
    firsts = [_FIRST[number % len(_FIRST)] for number in range(min(cores, len(_FIRST)))]
    with get_context("fork").Pool(len(firsts)) as pool:
        found = pool.starmap(_search, [(instance, seconds, first) for first in firsts])
    known = [(cost, routes) for cost, routes in found if cost is not None]
    return Answer(
        routes=min(known)[1] if known else (),
        seconds=time.perf_counter() - begin,
        note="" if known else "found nothing that breaks no rule",
    )


def _search(instance: Instance, seconds: float, first: int) -> tuple[int | None, Routes]:
    begin = time.perf_counter()
    count = len(instance.vans)
    manager = pywrapcp.RoutingIndexManager(instance.size + 1, count, 0)
    routing = pywrapcp.RoutingModel(manager)
    # No start or end has a number above the depot's: one table serves nodes and indices alike.
    nodes = np.array([manager.IndexToNode(index) for index in range(manager.GetNumberOfIndices())])
    _add_costs(instance, routing)
    _add_time(instance, routing, nodes)
    _add_loads(instance, routing, nodes)
    _add_choices(instance, manager, routing)
    _add_pairs(instance, manager, routing)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = first
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    left = max(0.1, seconds - (time.perf_counter() - begin))
    parameters.time_limit.FromMilliseconds(round(left * 1000))
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return None, ()
    routes = []
    for van in range(count):
        stops = []
        index = found.Value(routing.NextVar(routing.Start(van)))
        while not routing.IsEnd(index):
            stops.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        routes.append((van, tuple(stops)))
    return found.ObjectiveValue(), tuple(routes)


def _scale(instance: Instance) -> int:
    kinds = dict.fromkeys(instance.vans)
    prices = [price for kind in kinds for price in (kind.fixed, kind.per_m, kind.per_s)]
    return 1 if all(float(price).is_integer() for price in prices) else _MONEY


def _add_costs(instance: Instance, routing: Any) -> None:
    scale = _scale(instance)
    transits: dict[float, int] = {}
    for number, van in enumerate(instance.vans):
        if van.per_m not in transits:
            prices = np.rint(_open(instance.metres) * (van.per_m * scale)).astype(np.int64)
            transits[van.per_m] = routing.RegisterTransitMatrix(prices.tolist())
        routing.SetArcCostEvaluatorOfVehicle(transits[van.per_m], number)
        routing.SetFixedCostOfVehicle(round(van.fixed * scale), number)


def _add_time(instance: Instance, routing: Any, nodes: Any) -> None:
    """By a callback over a table: a registered matrix would be copied for every route tried."""
    service = np.array([0, *(client.service_s for client in instance.clients)])
    table = (_open(instance.seconds) + service[:, None])[np.ix_(nodes, nodes)].tolist()
    transit = routing.RegisterTransitCallback(lambda a, b: table[a][b])
    is_flexible = any(van.per_s for van in instance.vans)
    routing.AddDimension(transit, _MOST, _MOST, False, "time")
    time_of = routing.GetDimensionOrDie("time")
    for number, van in enumerate(instance.vans):
        for end in (routing.Start(number), routing.End(number)):
            time_of.CumulVar(end).SetRange(van.opens, van.closes)
        if is_flexible:
            time_of.SetSpanCostCoefficientForVehicle(round(van.per_s * _scale(instance)), number)
        if van.rest is not None:
            solver = routing.solver()
            rest = solver.FixedDurationIntervalVar(
                van.rest.opens, van.rest.closes, van.rest.length_s, False, f"rest {number}"
            )
            visits = [int(service[node]) for node in nodes]
            time_of.SetBreakIntervalsOfVehicle([rest], number, visits)
    for index, client in enumerate(instance.clients, 1):
        # Released late means begun late: all goods of these sets are at the depot.
        time_of.CumulVar(index).SetRange(client.opens, client.closes)


def _add_loads(instance: Instance, routing: Any, nodes: Any) -> None:
    paired = {client for pair in instance.pairs for client in pair}
    for dimension in range(len(instance.vans[0].capacity)):
        room = [van.capacity[dimension] for van in instance.vans]
        brought = [0] * (instance.size + 1)
        change = [0] * (instance.size + 1)
        for number, client in enumerate(instance.clients, 1):
            delivery = client.delivery[dimension] if client.delivery else 0
            pickup = client.pickup[dimension] if client.pickup else 0
            brought[number] = 0 if number in paired else delivery
            change[number] = pickup - delivery
        down = _dimension(routing, nodes, brought, room, f"brought {dimension}", True)
        load = _dimension(routing, nodes, change, room, f"aboard {dimension}", False)
        for van in range(len(room)):
            # What is aboard at the start is what is brought to somebody.
            routing.solver().Add(
                load.CumulVar(routing.Start(van)) == down.CumulVar(routing.End(van))
            )


def _dimension(
    routing: Any, nodes: Any, amounts: list[int], room: list[int], name: str, is_zero: bool
) -> Any:
    table = [amounts[node] for node in nodes]
    transit: Callable[[int], int] = routing.RegisterUnaryTransitCallback(lambda i: table[i])
    routing.AddDimensionWithVehicleCapacity(transit, 0, room, is_zero, name)
    return routing.GetDimensionOrDie(name)


def _add_choices(instance: Instance, manager: Any, routing: Any) -> None:
    """Optional stops, and vans that lack a skill."""
    scale = _scale(instance)
    dearest = max(v.fixed + 4 * v.per_m * float(instance.metres.max()) for v in instance.vans)
    paired = {client for pair in instance.pairs for client in pair}
    for number, client in enumerate(instance.clients, 1):
        index = manager.NodeToIndex(number)
        is_optional = client.prize is not None or instance.is_day
        if is_optional and number not in paired:
            prize = dearest if client.prize is None else client.prize
            routing.AddDisjunction([index], round(prize * scale) + 1)
        if client.skills:
            vans = [n for n, van in enumerate(instance.vans) if client.skills <= van.skills]
            routing.VehicleVar(index).SetValues([-1, *vans] if is_optional else vans)


def _add_pairs(instance: Instance, manager: Any, routing: Any) -> None:
    if not instance.pairs:
        return
    time_of = routing.GetDimensionOrDie("time")
    for pickup, delivery in instance.pairs:
        first, second = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        routing.AddPickupAndDelivery(first, second)
        solver = routing.solver()
        solver.Add(routing.VehicleVar(first) == routing.VehicleVar(second))
        solver.Add(time_of.CumulVar(first) <= time_of.CumulVar(second))


def _open(matrix: Matrix) -> Matrix:
    return np.where(matrix < 0, _FAR, matrix)
