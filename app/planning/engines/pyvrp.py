"""PyVRP, the main search: a task becomes its model, its best solution an arrangement."""

from __future__ import annotations

import logging
import math
import os
import warnings
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import pyvrp
from pyvrp import search
from pyvrp.exceptions import PenaltyBoundWarning

from app.domain.ids import OrderId
from app.domain.orders import OrderKind
from app.planning.engines.barriers import Barriers, Flags, bars
from app.planning.engines.layout import Lengths, coins, laid_out, tight_dimensions
from app.planning.engines.waiting import waiting_weight
from app.planning.pauses import Pauses
from app.planning.task import (
    NO_ROAD_M,
    NO_ROAD_S,
    Arrangement,
    Column,
    Glimpse,
    Matrix,
    Roads,
    Stop,
    Task,
)

# It speaks to stdout, which is ours, and warns of penalties that days too full for their vans have.
logging.getLogger("pyvrp").setLevel(logging.WARNING)
warnings.filterwarnings("ignore", category=PenaltyBoundWarning)

NAME = f"PyVRP {version('pyvrp')}"

CORES = min(8, os.cpu_count() or 1)
"""It lets go of Python's lock while it searches, so threads are enough."""

_STEP = 6
"""How many orders of one priority weigh as much as one of the next."""
_FIRST_PENALTY = 1_000_000.0
_MAX_PENALTY = 1e9
"""Dear enough that no critical order is kept by being late."""
_WIDE, _NARROW = 50, 20
"""How many neighbours of a stop are looked at."""
_NARROW_UP_TO = 250
"""Stops; on larger days few neighbours lead to poor plans."""
_HISTORY, _SHORT_HISTORY, _SHORT_FROM = 300, 100, 600
"""How many steps back a plan is compared with: the more, the longer the search roams before it
settles. A day of more stops than these has not the time for PyVRP's own number."""
_NEARLY, _SEEN = 1.02, 2_000
"""How much a plan may cost against the best for its routes to be looked at again, and how many."""
_SPARE = 2
_MIXED = 1.5
"""So many vans of one kind as would carry everything, for each that could do so when full."""
_NEVER = 1 << 40
_MOST_ENTRIES = 15_000_000
"""Of all matrices of a model; each takes sixteen bytes."""
_BARRIER = 100_000
"""What a mark weighs as a load: too much to be carried for any prize."""


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
    """The best arrangement found until `stop`; None where none was found that breaks no rule.

    It goes on from `start`, or, where `is_fresh`, from a plan of its own: then `start` only says
    what can be placed. An odd seed looks at fewer neighbours of a stop than an even one: each is
    better on some days, and nobody knows beforehand on which.

    `on_best` hears of each better one on the way, and the routes of plans nearly as good as the
    best go into `columns`. Breaks are holes in the day, see `pauses`.
    Where every order has its place in `start`, none is given up again: optional orders would
    more than halve the pace.
    """
    task = task.located
    if not task.orders or not task.routes:
        return None
    known = {order.id for order in task.orders}
    start = tuple(tuple(order for order in orders if order.id in known) for orders in start)
    are_all_placed = sum(map(len, start)) == len(task.orders)
    used = [bool(orders) for orders in start]
    model = _Model(task, roads, pauses, used=used, are_all_placed=are_all_placed, is_fresh=is_fresh)
    given = None if is_fresh else model.solution(start)
    seen: deque[pyvrp.Solution] | None = None if columns is None else deque(maxlen=_SEEN)
    best = _search(model, given, stop, seed, on_best, seen)
    if columns is not None and seen is not None:
        columns.extend(model.columns([*([best] if best.is_feasible() else []), *seen]))
    return model.arrangement(best) if best.is_feasible() else None


def _search(
    model: _Model,
    start: pyvrp.Solution | None,
    stop: Stop,
    seed: int,
    on_best: Callable[[Glimpse], None] | None,
    seen: deque[pyvrp.Solution] | None,
) -> pyvrp.Solution:
    """PyVRP's own `solve`, but with penalties that fit prizes as high as ours."""
    data = model.data
    rng = pyvrp.RandomNumberGenerator(seed=seed)
    is_narrow = seed % 2 == 1 and data.num_clients <= _NARROW_UP_TO
    params = search.NeighbourhoodParams(
        num_neighbours=_NARROW if is_narrow else _WIDE, weight_wait_time=waiting_weight(data)
    )
    neighbours = search.compute_neighbours(data, params)
    local = search.LocalSearch(data, rng, neighbours, search.PerturbationManager())
    for operator in search.OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    penalties = pyvrp.PenaltyManager(
        ([_FIRST_PENALTY] * data.num_load_dimensions, _FIRST_PENALTY, _FIRST_PENALTY),
        pyvrp.PenaltyParams(max_penalty=_MAX_PENALTY),
    )
    if start is None:
        start = local(
            pyvrp.Solution.make_random(data, rng), penalties.max_cost_evaluator(), exhaustive=True
        )
    elif not start.is_feasible():
        # Later only what was disturbed is looked at.
        start = local(start, penalties.max_cost_evaluator(), exhaustive=True)
    if on_best is not None and start.is_feasible():
        first = start
        on_best(lambda: model.arrangement(first))
    ways = pyvrp.IteratedLocalSearchParams(
        history_length=_SHORT_HISTORY if data.num_clients > _SHORT_FROM else _HISTORY,
        callbacks=_Watch(model, on_best, seen),
    )
    algorithm = pyvrp.IteratedLocalSearch(data, penalties, local, start, ways)
    return algorithm.run(lambda _: stop(), collect_stats=False, display=False).best


class _Watch(pyvrp.IteratedLocalSearchCallbacks):
    def __init__(
        self,
        model: _Model,
        on_best: Callable[[Glimpse], None] | None,
        seen: deque[pyvrp.Solution] | None,
    ) -> None:
        self._model = model
        self._on_best = on_best
        self._seen = seen

    def on_best(self, best: pyvrp.Solution) -> None:
        if self._on_best is not None and best.is_feasible():
            self._on_best(lambda: self._model.arrangement(best))

    def on_iteration(
        self,
        current: pyvrp.Solution,
        candidate: pyvrp.Solution,
        best: pyvrp.Solution,
        cost_evaluator: pyvrp.CostEvaluator,
    ) -> None:
        is_accepted = candidate is current
        if (
            self._seen is not None
            and is_accepted
            and candidate.is_feasible()
            and cost_evaluator.cost(candidate) <= _NEARLY * cost_evaluator.cost(best)
        ):
            self._seen.append(candidate)


class _Kind(NamedTuple):
    """What makes the ways of one van unlike another's."""

    profile: str
    shut: Flags
    wishes: tuple[float, ...]
    """What each order costs on it beside the way; nothing where no wish counts."""
    per_km: float


class _Model:
    """A task in PyVRP's words, and the way back."""

    def __init__(
        self,
        task: Task,
        roads: Roads,
        pauses: Pauses,
        *,
        used: Sequence[bool],
        are_all_placed: bool,
        is_fresh: bool,
    ) -> None:
        self._task = task
        self._is_fresh = is_fresh
        self._used = used
        self._are_all_placed = are_all_placed
        self._pauses = pauses
        self._origin_s = min(int(shift.window.start.timestamp()) for shift in task.shifts)
        self._before: dict[OrderId, int] = {}
        self._client = {order.id: number for number, order in enumerate(task.orders)}
        self._barriers = Barriers(task)
        self._tight = tight_dimensions(task)
        self._distances: list[Lengths] = []
        self._lay_out_places(roads)
        self._coins = coins(
            task.shifts, self._distances, self._durations, are_prices=self._has_wishes
        )
        self._distances = [self._coins.counted(each) for each in self._distances]
        self._lay_out_types()
        metres = max(int(m[m < NO_ROAD_M].max(initial=0)) for m in self._distances)
        seconds = max(int(s[s < NO_ROAD_S].max(initial=0)) for s in self._durations)
        self._prize = self._unit_prize(metres, seconds)
        self.data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0)] * self._location_count,
            self._clients(),
            [pyvrp.Depot(number) for number in range(len(self._spots), self._location_count)],
            self._types,
            self._distances,  # type: ignore[arg-type]  # its stub misnames numpy's arrays
            self._durations,  # type: ignore[arg-type]
        )
        # The engine has its own copy; on a large day each is hundreds of megabytes.
        self._distances.clear()
        self._durations.clear()

    def solution(self, arrangement: Arrangement) -> pyvrp.Solution | None:
        """None for an arrangement without a single stop."""
        routes = [
            pyvrp.Route(
                self.data,
                [self._client[order.id] for order in orders],
                self._type_of[number],
            )
            for number, orders in enumerate(arrangement)
            if orders
        ]
        self._before = {
            order.id: number for number, orders in enumerate(arrangement) for order in orders
        }
        return pyvrp.Solution(self.data, routes) if routes else None

    def arrangement(self, solution: pyvrp.Solution) -> Arrangement:
        """Equal shifts are one type: each route goes to the shift that drove most of it before."""
        orders = self._task.orders
        arranged: list[tuple[int, ...]] = [()] * len(self._task.routes)
        free = {kind: list(members) for kind, members in enumerate(self._members)}
        found = [
            (route.vehicle_type(), tuple(stop.idx for stop in route if stop.is_client()))
            for route in solution.routes()
        ]
        claims: list[tuple[int, int, int]] = []
        for number, (_, clients) in enumerate(found):
            counts: dict[int, int] = defaultdict(int)
            for client in clients:
                before = self._before.get(orders[client].id)
                if before is not None:
                    counts[before] += 1
            claims.extend((-count, number, member) for member, count in counts.items())
        placed = set()
        for _, number, member in sorted(claims):
            kind, clients = found[number]
            if number not in placed and member in free[kind]:
                free[kind].remove(member)
                arranged[member] = clients
                placed.add(number)
        for number, (kind, clients) in enumerate(found):
            if number not in placed:
                arranged[free[kind].pop(0)] = clients
        return tuple(tuple(orders[client] for client in clients) for clients in arranged)

    def columns(self, solutions: Iterable[pyvrp.Solution]) -> Iterable[Column]:
        """Each route of these once; two with the same figures count as one."""
        orders = self._task.orders
        known = set()
        for solution in solutions:
            for route in solution.routes():
                kind = route.vehicle_type()
                marks = (kind, route.num_clients(), route.distance(), route.duration())
                if marks not in known:
                    known.add(marks)
                    cost = (
                        route.fixed_vehicle_cost() + route.distance_cost() + route.duration_cost()
                    )
                    yield Column(
                        orders=tuple(orders[stop.idx] for stop in route if stop.is_client()),
                        route=self._task.routes[self._members[kind][0]],
                        cost=cost / self._coins.per_money,
                    )

    def _lay_out_places(self, roads: Roads) -> None:
        """Clients by place and marks; then a depot for every way to start and every way to end.

        A shift that starts at home has the way to the depot inside its first legs, and an open
        end costs nothing to reach: distances to and from depots are ours to choose. What a van
        is shut to lies out of its reach; that is faster than a load it has no room for, but
        takes a matrix for each kind of van. Where wishes count, a leg is as long as it is dear,
        and the way to a door dearer for a van that is not wished there.
        """
        task, barriers = self._task, self._barriers
        wishes = [task.wishes.row(route, task.orders) for route in task.routes]
        # Each wish is paid for at a door of its own: from a place to itself all ways are free.
        wishing = {n for row in wishes for n, price in enumerate(row) if price}
        spots = [
            (order.location, marks, number if number in wishing else None)
            for number, (order, marks) in enumerate(
                zip(task.orders, barriers.of_order, strict=True)
            )
            if order.location is not None
        ]
        self._spots = list(dict.fromkeys(spots))
        number = {spot: index for index, spot in enumerate(self._spots)}
        self._spot_of = [number[spot] for spot in spots]
        self._starts = list(
            dict.fromkeys((s.start_location, s.depot.location) for s in task.shifts)
        )
        self._ends = list(dict.fromkeys(shift.end_location for shift in task.shifts))
        self._location_count = len(self._spots) + len(self._starts) + len(self._ends)
        kinds = [
            _Kind(shift.vehicle.profile, shut, row, shift.vehicle.costs.per_km if row else 0.0)
            for shift, shut, row in zip(task.shifts, barriers.of_shift, wishes, strict=True)
        ]
        self._has_wishes = bool(wishing) and self._has_room(kinds)
        if not self._has_wishes:
            kinds = [each._replace(wishes=(), per_km=0.0) for each in kinds]
        self._has_walls = self._has_room(kinds)
        if not self._has_walls:
            kinds = [each._replace(shut=()) for each in kinds]
        self._profiles = list(dict.fromkeys(kinds))
        self._profile_of = [self._profiles.index(kind) for kind in kinds]
        self._durations: list[Matrix] = []
        clients = [place for place, _, _ in self._spots]
        for profile, shut, row, per_km in self._profiles:
            seconds, metres = laid_out(roads, profile, clients, self._starts, self._ends)
            walled = [
                index
                for index, (_, marks, _) in enumerate(self._spots)
                if shut and bars(marks, shut)
            ]
            seconds[:, walled] = NO_ROAD_S
            seconds[walled, walled] = 0
            self._durations.append(seconds)
            self._distances.append(self._dearer(metres, row, per_km) if row else metres)

    def _has_room(self, kinds: Collection[_Kind]) -> bool:
        return len(set(kinds)) * self._location_count**2 <= _MOST_ENTRIES

    def _dearer(self, metres: Matrix, wishes: Sequence[float], per_km: float) -> Lengths:
        """What each leg costs by its length, and by who is wished at its end."""
        prices = np.where(metres >= NO_ROAD_M, NO_ROAD_M, metres * (per_km / 1000))
        for index, (_, _, number) in enumerate(self._spots):
            if number is not None:
                prices[:, index] += wishes[number]
        np.fill_diagonal(prices, 0.0)
        return prices

    def _lay_out_types(self) -> None:
        """Shifts that differ in nothing the solver sees are one type with several vans."""
        members: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for index, shift in enumerate(self._task.shifts):
            kind = (
                shift.window,
                shift.start_location,
                shift.depot.location,
                shift.end_location,
                shift.vehicle.profile,
                shift.vehicle.capacity,
                shift.vehicle.costs,
                self._barriers.of_shift[index],
                self._profile_of[index],
            )
            members[kind].append(index)
        self._members = list(members.values())
        self._type_of = {index: kind for kind, group in enumerate(self._members) for index in group}
        self._types = [self._vehicle_type(group) for group in self._members]

    def _vehicle_type(self, group: Sequence[int]) -> pyvrp.VehicleType:
        shift = self._task.shifts[group[0]]
        costs = shift.vehicle.costs
        room = [shift.vehicle.capacity.amounts[dimension] for dimension in self._tight]
        if not self._has_walls:
            most = _BARRIER * len(self._task.orders)
            room += [0 if is_shut else most for is_shut in self._barriers.of_shift[group[0]]]
        return pyvrp.VehicleType(
            num_available=self._available(group),
            capacity=room,
            start_depot=self._starts.index((shift.start_location, shift.depot.location)),
            end_depot=len(self._starts) + self._ends.index(shift.end_location),
            fixed_cost=self._coins.money(costs.fixed),
            tw_early=self._time(shift.window.start.timestamp()),
            tw_late=self._time(shift.window.end.timestamp()),
            unit_distance_cost=1 if self._has_wishes else self._coins.per_distance(costs.per_km),
            unit_duration_cost=self._coins.money(costs.per_hour / 3600),
            profile=self._profile_of[group[0]],
        )

    def _available(self, group: Sequence[int]) -> int:
        """Where all is placed, few vans more than are used: the rest would only cost time.

        A plan of the engine's own would keep too many where it begins with one for every stop; of
        several kinds the best mix is still to be found, and it has all of each.
        """
        used = sum(self._used)
        if not self._are_all_placed:
            return len(group)
        if len(self._members) == 1:
            return min(len(group), used + max(_SPARE, used // 5))
        if self._is_fresh:
            return len(group)
        room = self._task.shifts[group[0]].vehicle.capacity.amounts
        loads = [
            sum(order.load.amounts[dimension] for order in self._task.orders)
            / max(1, room[dimension])
            for dimension in self._tight
        ]
        return min(len(group), used + math.ceil(_MIXED * max(loads, default=0)))

    def _clients(self) -> list[pyvrp.Client]:
        clients = []
        for number, order in enumerate(self._task.orders):
            amounts = [order.load.amounts[dimension] for dimension in self._tight]
            if not self._has_walls:
                amounts += [_BARRIER * is_barred for is_barred in self._barriers.of_order[number]]
            is_delivery = order.kind is OrderKind.DELIVERY
            window = order.window
            clients.append(
                pyvrp.Client(
                    self._spot_of[number],
                    delivery=amounts if is_delivery else [],
                    pickup=[] if is_delivery else amounts,
                    service_duration=int(order.service_time.total_seconds()),
                    tw_early=self._time(window.start.timestamp()) if window else 0,
                    tw_late=self._time(window.end.timestamp()) if window else _NEVER,
                    prize=self._prize
                    * _STEP ** (4 if order.id in self._task.pins else order.priority),
                    required=self._are_all_placed,
                )
            )
        return clients

    def _time(self, epoch_s: float) -> int:
        return max(0, self._pauses.squeezed(int(epoch_s)) - self._origin_s)

    def _unit_prize(self, metres: int, seconds: int) -> int:
        """More than any order can cost: a van of its own, there and back."""
        service = max(int(order.service_time.total_seconds()) for order in self._task.orders)
        return 1 + max(
            kind.fixed_cost
            + 3 * metres * kind.unit_distance_cost
            + (3 * seconds + service) * kind.unit_duration_cost
            for kind in self._types
        )
