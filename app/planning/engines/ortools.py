"""OR-Tools' routing library: slower to good plans than PyVRP, but there on every machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from app.domain.orders import Order, OrderKind
from app.planning.engines.barriers import Barriers, bars
from app.planning.engines.layout import laid_out, tight_dimensions, units_of_money
from app.planning.pauses import Pauses
from app.planning.task import Arrangement, Column, Glimpse, Matrix, Roads, Stop, Task

NAME = f"OR-Tools {version('ortools')}"
CORES = 1
"""It holds on to Python's lock while it searches: a second thread would only wait."""

_UNITS_PER_S = 10
_STEP = 6
"""How many orders of one priority weigh as much as one of the next."""
_HORIZON_S = 4 * 24 * 3600


def improve(
    task: Task,
    roads: Roads,
    start: Arrangement,
    stop: Stop,
    *,
    pauses: Pauses,
    seed: int,
    is_fresh: bool = False,
    on_best: Callable[[Glimpse], None] | None = None,
    columns: list[Column] | None = None,
) -> Arrangement | None:
    """As `pyvrp.improve`, which is better at it; the seed changes nothing here.

    Of the routes on the way it shows none: few of its plans are near its best.
    """
    del seed, columns
    if is_fresh:
        start = ((),) * len(task.routes)
    task = task.located
    if not task.orders or not task.routes:
        return None
    return _Model(task, roads, pauses).search(start, stop, on_best)


class _Model:
    """A task in OR-Tools' words. A node is an order, or a way to start or to end."""

    def __init__(self, task: Task, roads: Roads, pauses: Pauses) -> None:
        self._task = task
        self._pauses = pauses
        self._number = {order.id: number for number, order in enumerate(task.orders)}
        shifts = task.shifts
        self._origin_s = min(int(shift.window.start.timestamp()) for shift in shifts)
        self._scale = units_of_money(shifts, _UNITS_PER_S)
        starts = list(dict.fromkeys((s.start_location, s.depot.location) for s in shifts))
        ends = list(dict.fromkeys(s.end_location for s in shifts))
        clients = [order.location for order in task.orders if order.location is not None]
        self._manager = pywrapcp.RoutingIndexManager(
            len(clients) + len(starts) + len(ends),
            len(shifts),
            [len(clients) + starts.index((s.start_location, s.depot.location)) for s in shifts],
            [len(clients) + len(starts) + ends.index(s.end_location) for s in shifts],
        )
        self._routing = pywrapcp.RoutingModel(self._manager)
        profiles = dict.fromkeys(shift.vehicle.profile for shift in shifts)
        matrices = {
            profile: laid_out(roads, profile, clients, starts, ends) for profile in profiles
        }
        self._add_costs({profile: metres for profile, (_, metres) in matrices.items()})
        self._add_time({profile: seconds for profile, (seconds, _) in matrices.items()})
        self._add_loads()
        self._add_orders(max(int(metres.max()) for _, metres in matrices.values()))

    def search(
        self, start: Arrangement, stop: Stop, on_best: Callable[[Glimpse], None] | None
    ) -> Arrangement | None:
        """Guided local search from `start`, or from savings where `start` breaks a rule."""
        routing = self._routing
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = (
            routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        )
        parameters.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        # The custom limit is what ends it; without any other one, it warns of running for ever.
        parameters.time_limit.FromSeconds(24 * 3600)
        routing.AddSearchMonitor(routing.solver().CustomLimit(stop))
        if on_best is not None:
            routing.AddAtSolutionCallback(lambda: on_best(self._glimpse()))
        routing.CloseModelWithParameters(parameters)
        given = routing.ReadAssignmentFromRoutes(
            [
                [
                    self._manager.NodeToIndex(self._number[order.id])
                    for order in orders
                    if order.id in self._number
                ]
                for orders in start
            ],
            True,
        )
        found = (
            routing.SolveWithParameters(parameters)
            if given is None
            else routing.SolveFromAssignmentWithParameters(given, parameters)
        )
        return None if found is None else self._arrangement(found.Value)

    def _glimpse(self) -> Glimpse:
        """The solution as it is now: its variables change as the search goes on."""
        arranged = self._arrangement(lambda next_stop: next_stop.Value())
        return lambda: arranged

    def _arrangement(self, value: Callable[[Any], int]) -> Arrangement:
        routing, orders = self._routing, self._task.orders
        arranged = []
        for van in range(len(self._task.routes)):
            sequence: list[Order] = []
            index = value(routing.NextVar(routing.Start(van)))
            while not routing.IsEnd(index):
                sequence.append(orders[self._manager.IndexToNode(index)])
                index = value(routing.NextVar(index))
            arranged.append(tuple(sequence))
        return tuple(arranged)

    def _add_costs(self, metres: dict[str, Matrix]) -> None:
        task = self._task
        for van, (route, shift) in enumerate(zip(task.routes, task.shifts, strict=True)):
            costs = shift.vehicle.costs
            unit = costs.per_km / 1000 * self._scale
            legs = metres[shift.vehicle.profile] * unit
            if task.wishes:
                # Each order is a node of its own, and paid for on the way to it.
                wished = task.wishes.row(route, task.orders)
                legs[:, : len(wished)] += np.array(wished) * self._scale
            prices = np.rint(legs).astype(np.int64)
            transit = self._routing.RegisterTransitMatrix(prices.tolist())
            self._routing.SetArcCostEvaluatorOfVehicle(transit, van)
            self._routing.SetFixedCostOfVehicle(round(costs.fixed * self._scale), van)

    def _add_time(self, seconds: dict[str, Matrix]) -> None:
        """By callbacks over tables: a registered matrix would be copied for every route tried."""
        manager, routing = self._manager, self._routing
        nodes = [manager.IndexToNode(index) for index in range(manager.GetNumberOfIndices())]
        service = np.zeros(manager.GetNumberOfNodes(), dtype=np.int64)
        for number, order in enumerate(self._task.orders):
            service[number] = int(order.service_time.total_seconds())
        transits = {}
        for profile, legs in seconds.items():
            table = (legs + service[:, None])[np.ix_(nodes, nodes)].tolist()
            transits[profile] = routing.RegisterTransitCallback(
                lambda a, b, table=table: table[a][b]
            )
        by_van = [transits[shift.vehicle.profile] for shift in self._task.shifts]
        routing.AddDimensionWithVehicleTransits(by_van, _HORIZON_S, _HORIZON_S, False, "time")
        time = routing.GetDimensionOrDie("time")
        for van, shift in enumerate(self._task.shifts):
            opens, closes = self._time(shift.window.start), self._time(shift.window.end)
            for end in (routing.Start(van), routing.End(van)):
                time.CumulVar(end).SetRange(opens, closes)
            price = shift.vehicle.costs.per_hour / 3600 * self._scale
            time.SetSpanCostCoefficientForVehicle(round(price), van)
        for number, order in enumerate(self._task.orders):
            if order.window is not None:
                opens, closes = self._time(order.window.start), self._time(order.window.end)
                time.CumulVar(manager.NodeToIndex(number)).SetRange(opens, closes)

    def _add_loads(self) -> None:
        """What is aboard falls with deliveries and rises with pickups."""
        routing, task = self._routing, self._task
        for dimension in tight_dimensions(task):
            room = [shift.vehicle.capacity.amounts[dimension] for shift in task.shifts]
            delivered = [
                order.load.amounts[dimension] * (order.kind is OrderKind.DELIVERY)
                for order in task.orders
            ]
            aboard = [
                order.load.amounts[dimension] - 2 * delivery
                for order, delivery in zip(task.orders, delivered, strict=True)
            ]
            down = self._load(f"delivered {dimension}", delivered, room, is_zero_at_start=True)
            load = self._load(f"aboard {dimension}", aboard, room, is_zero_at_start=False)
            for van in range(len(task.routes)):
                # What was picked up is not what the next customer waits for.
                routing.solver().Add(
                    load.CumulVar(routing.Start(van)) == down.CumulVar(routing.End(van))
                )

    def _load(
        self, name: str, changes: list[int], room: list[int], *, is_zero_at_start: bool
    ) -> Any:
        nodes = [self._manager.IndexToNode(n) for n in range(self._manager.GetNumberOfIndices())]
        table = [changes[node] if node < len(changes) else 0 for node in nodes]
        transit = self._routing.RegisterUnaryTransitCallback(lambda index: table[index])
        self._routing.AddDimensionWithVehicleCapacity(transit, 0, room, is_zero_at_start, name)
        return self._routing.GetDimensionOrDie(name)

    def _add_orders(self, metres: int) -> None:
        """Each may be left out, at a price above any van's of its own."""
        barriers = Barriers(self._task)
        dearest = max(
            shift.vehicle.costs.fixed
            + shift.vehicle.costs.per_km * 3 * metres / 1000
            + shift.vehicle.costs.per_hour * shift.window.length.total_seconds() / 3600
            for shift in self._task.shifts
        )
        for number, order in enumerate(self._task.orders):
            index = self._manager.NodeToIndex(number)
            rank = 4 if order.id in self._task.pins else order.priority
            prize = 1 + round(dearest * self._scale) * _STEP**rank
            self._routing.AddDisjunction([index], prize)
            vans = [
                van
                for van, shut in enumerate(barriers.of_shift)
                if not bars(barriers.of_order[number], shut)
            ]
            self._routing.VehicleVar(index).SetValues([-1, *vans])

    def _time(self, moment: datetime) -> int:
        return max(0, self._pauses.squeezed(int(moment.timestamp())) - self._origin_s)
