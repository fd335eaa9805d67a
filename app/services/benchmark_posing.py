"""A benchmark problem in the domain's words: its whole distances are seconds and metres both."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from app.documents.benchmark_values import Benchmark, BenchmarkVehicle, Convention, Node
from app.documents.vroom_values import Spot, Task, TaskKind, VroomVehicle
from app.domain.addresses import Address
from app.domain.errors import RuleError
from app.domain.fleet import UNLIMITED, Costs, Driver, Load, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DriverId, OrderId, RouteId, ShiftId, VehicleId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.routes import Route
from app.domain.rules import OrderRules, ShiftRules
from app.domain.timetable import Travel
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.services.posing import (
    DAY,
    Posed,
    SearchOptions,
    depot_at,
    instant,
    made_id,
    place_at,
    spread,
    window,
    within_calendar,
)
from app.services.scales import Scales

_PROFILE = Profile.VAN
_DETERRENT = 20
"""How many times the longest way a way is that nobody should take."""
_MOST = int(np.iinfo(np.int32).max)
_PI, _EARTH_KM = 3.141592, 6378.388
"""As TSPLIB 95 reckons on the globe; its costs were published so."""
_SPARE = 1.3
"""Of a fleet without a limit, how much more than the goods need in any case is offered."""


def pose_benchmark(
    benchmark: Benchmark,
    convention: Convention | None,
    options: SearchOptions,
    used: Collection[int] = (),
) -> Posed:
    """`used` are the vehicles of the file, from 1 on, that must be there whatever is needed."""
    rule = convention or benchmark.usual_convention
    return _Poser(benchmark, rule).pose(options, used)


class _Poser:
    def __init__(self, benchmark: Benchmark, convention: Convention) -> None:
        self._file = benchmark
        self._convention = convention
        self._scale = convention.scale
        self._places = spread(
            [node.at for node in benchmark.nodes],
            are_distinct=benchmark.matrix is not None or benchmark.linehaul_first,
        )
        self._suppliers = {node.collected_at for node in benchmark.nodes}
        self._matrix = self._travel()
        self._horizon = self._latest()

    def pose(self, options: SearchOptions, used: Collection[int]) -> Posed:
        vehicles = self._vehicles(used)
        drivers = {number: DriverId(made_id(2, number)) for number in vehicles}
        orders = {}
        tasks = {}
        for node in self._file.customers:
            order = self._order(node, vehicles, drivers)
            orders[order.id] = order
            tasks[order.id] = self._task(node)
        depots = {n: depot_at(self._places[n], n) for n in self._file.depots}
        routes = []
        named = {}
        for number, vehicle in vehicles.items():
            start = self._file.nodes[vehicle.depot]
            shift = Shift(
                id=ShiftId(made_id(5, number)),
                day=DAY,
                depot=depots[vehicle.depot],
                driver=Driver(id=drivers[number], name=f"Driver {number}"),
                vehicle=self._vehicle(number, vehicle),
                window=window(*self._scaled(start.window or (0.0, self._horizon / self._scale))),
                rules=self._rules(vehicle),
            )
            routes.append(Route(id=RouteId(shift.id), shift=shift))
            capacity = () if vehicle.capacity is None else (vehicle.capacity,)
            named[RouteId(shift.id)] = VroomVehicle(id=number, path="", capacity=capacity)
        travel: Travel = {_PROFILE: self._matrix}
        return Posed(
            problem=Problem(
                routes=tuple(routes),
                orders=orders,
                unassigned=tuple(orders),
                travel=travel,
                seconds=options.seconds,
                seed=options.seed,
                cores=options.cores,
                iterations=options.iterations,
            ),
            tasks=tasks,
            vehicles=named,
            roads=travel,
            searched={_PROFILE: self._searched()} if self._file.linehaul_first else None,
            scales=Scales(dimensions=1),
            scale=self._scale,
            cost_scale=self._scale * self._file.cost_scale,
            optional=frozenset(
                _order_id(node.number) for node in self._file.nodes if node.prize is not None
            ),
        )

    def _scaled(self, times: tuple[float, float]) -> tuple[int, int]:
        return round(times[0] * self._scale), round(times[1] * self._scale)

    def _order(
        self,
        node: Node,
        vehicles: Mapping[int, BenchmarkVehicle],
        drivers: Mapping[int, DriverId],
    ) -> Order:
        scale = self._scale
        allowed: frozenset[DriverId] = frozenset()
        if any(vehicle.allowed is not None for vehicle in vehicles.values()):
            allowed = frozenset(
                drivers[number]
                for number, vehicle in vehicles.items()
                if vehicle.allowed is None or node.number in vehicle.allowed
            )
        return Order(
            id=_order_id(node.number),
            reference=str(node.number),
            day=DAY,
            recipient="",
            address=Address(),
            kind=OrderKind.PICKUP if node.pickup and not node.delivery else OrderKind.DELIVERY,
            place=place_at(self._places[node.number]),
            window=None if node.window is None else window(*self._scaled(node.window)),
            service_time=timedelta(seconds=round(node.service * scale)),
            weight_g=node.delivery or node.pickup,
            rules=OrderRules(
                released_at=instant(round(node.released * scale)) if node.released else None,
                collected_by=None if node.collected_at is None else _order_id(node.collected_at),
                takes_back=(node.pickup,) if node.pickup and node.delivery else (),
                drivers=allowed,
                drop_price=None if node.prize is None else node.prize * scale,
            ),
        )

    def _task(self, node: Node) -> Task:
        """The customer by the words of the report."""
        kind = TaskKind.JOB
        if node.collected_at is not None:
            kind = TaskKind.DELIVERY
        elif node.pickup and node.number in self._suppliers:
            kind = TaskKind.PICKUP
        return Task(
            kind=kind,
            id=node.number,
            spot=Spot(),
            service=round(node.service * self._scale),
            delivery=(node.delivery,),
            pickup=(node.pickup,),
            windows=() if node.window is None else (self._scaled(node.window),),
        )

    def _vehicle(self, number: int, vehicle: BenchmarkVehicle) -> Vehicle:
        capacity = UNLIMITED if vehicle.capacity is None else vehicle.capacity
        return Vehicle(
            id=VehicleId(made_id(3, number)),
            name=f"Vehicle {number}",
            profile=_PROFILE,
            capacity=Load(weight_g=capacity, volume_cm3=UNLIMITED, parcels=UNLIMITED),
            # A metre is a unit of distance here, and the file's price is for one of them.
            costs=Costs(fixed=vehicle.fixed * self._scale, per_km=vehicle.per_distance * 1000),
        )

    def _rules(self, vehicle: BenchmarkVehicle) -> ShiftRules:
        scale = self._scale
        distance, duration = vehicle.max_distance, vehicle.max_duration
        reloads = vehicle.max_reloads
        if reloads is None:
            reloads = len(self._file.nodes)
        return ShiftRules(
            max_distance_m=None if distance is None else round(distance * scale),
            max_work=None if duration is None else timedelta(seconds=round(duration * scale)),
            max_reloads=reloads if vehicle.reloads else 0,
        )

    def _vehicles(self, used: Collection[int]) -> dict[int, BenchmarkVehicle]:
        """The vehicles by their number; of many alike only as many as could ever be of use."""
        file = self._file
        if not file.has_own_fleet:
            (one,) = file.vehicles
            count = max([self._needed(one), *used])
            return dict.fromkeys(range(1, count + 1), one)
        if file.has_times:
            return dict(enumerate(file.vehicles, start=1))
        seen: Counter[BenchmarkVehicle] = Counter()
        most = {vehicle: self._needed(vehicle) for vehicle in set(file.vehicles)}
        kept = {}
        for number, vehicle in enumerate(file.vehicles, start=1):
            seen[vehicle] += 1
            if seen[vehicle] <= most[vehicle] or number in used:
                kept[number] = vehicle
        return kept

    def _needed(self, vehicle: BenchmarkVehicle) -> int:
        customers = self._file.customers
        if self._file.has_times or vehicle.max_distance or vehicle.max_duration:
            return max(1, len(customers))
        if not vehicle.capacity:
            return 1 if vehicle.capacity is None else max(1, len(customers))
        delivered = sum(node.delivery for node in customers)
        collected = sum(node.pickup for node in customers)
        trips = math.ceil(max(delivered, collected) / vehicle.capacity * _SPARE) + 3
        return max(1, min(len(customers), trips))

    def _latest(self) -> int:
        """Later than any route could end."""
        longest = max(max(row) for row in self._matrix.seconds)
        service = sum(node.service for node in self._file.nodes) * self._scale
        moments = [node.window[1] for node in self._file.nodes if node.window]
        moments += [node.released for node in self._file.nodes]
        driving = 2 * longest * len(self._file.nodes)
        return within_calendar(max(moments) * self._scale + service + driving + 1)

    def _rows(self) -> list[NDArray[np.int32]]:
        file = self._file
        if file.matrix is None:
            return _between(file, self._convention)
        given = [np.asarray(row, dtype=np.float64) for row in file.matrix]
        return [_rounded(row, self._convention) for row in given]

    def _travel(self) -> TravelMatrix:
        rows = self._rows()
        if self._file.linehaul_first:
            _forbid_backhaul_before_linehaul(self._file, rows, begin=UNREACHABLE)
        return self._matrix_of(rows)

    def _searched(self) -> TravelMatrix:
        """For the search: a route may begin with a backhaul, at a price that no plan wants to pay.

        Without any way from the depot to it, no van could do a backhaul alone, and what none can
        do alone is not searched for.
        """
        rows = self._rows()
        dear = [row.copy() for row in rows]
        farthest = max(int(row.max()) for row in rows)
        _forbid_backhaul_before_linehaul(self._file, rows, begin=None)
        _forbid_backhaul_before_linehaul(self._file, dear, begin=min(_DETERRENT * farthest, _MOST))
        return replace(self._matrix_of(rows), metres=self._matrix_of(dear).metres)

    def _matrix_of(self, rows: list[NDArray[np.int32]]) -> TravelMatrix:
        # A place of several nodes is one place: their distances are the same.
        first: dict[Location, int] = {}
        for number, place in enumerate(self._places):
            first.setdefault(place, number)
        kept = list(first.values())
        if len(kept) < len(rows):
            rows = [rows[number][kept] for number in kept]
        table = [array("i", row.tobytes()) for row in rows]
        return TravelMatrix(places=tuple(first), seconds=table, metres=table)


def _order_id(node: int) -> OrderId:
    return OrderId(made_id(1, node))


def _rounded(distances: NDArray[np.float64], convention: Convention) -> NDArray[np.int32]:
    match convention:
        case Convention.DIMACS:
            whole = np.trunc(distances * convention.scale)
        case Convention.ROUND:
            whole = np.floor(distances + 0.5)
        case Convention.EXACT:
            whole = np.rint(distances * convention.scale)
    if whole.max() > _MOST:
        raise RuleError(
            f"Its longest way counts {whole.max():.0f}, which is more than can be reckoned with. "
            f"Choose --convention {Convention.ROUND}, or larger units."
        )
    return whole.astype(np.int32)


def _between(file: Benchmark, convention: Convention) -> list[NDArray[np.int32]]:
    points = np.array([node.at or (0.0, 0.0) for node in file.nodes], dtype=np.float64)
    rows = []
    if file.rounding == "GEO":
        points = _radians(points)
    for number, (x, y) in enumerate(points):
        across, up = points[:, 0] - x, points[:, 1] - y
        straight = np.sqrt(across * across + up * up)
        match file.rounding:
            case "MAN_2D":
                distances = np.abs(across) + np.abs(up)
            case "MAX_2D":
                distances = np.maximum(np.abs(across), np.abs(up))
            case "FLOOR_2D":
                distances = np.floor(straight)
            case "CEIL_2D":
                distances = np.ceil(straight)
            case "ATT":
                distances = np.ceil(np.sqrt((across * across + up * up) / 10))
            case "GEO":
                distances = _on_the_globe(points, x, y)
                distances[number] = 0.0
            case _:
                distances = straight
        rows.append(_rounded(distances, convention))
    return rows


def _radians(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Latitudes and longitudes given as degrees with minutes behind the point (TSPLIB 95)."""
    degrees = np.trunc(points)
    return _PI * (degrees + 5.0 * (points - degrees) / 3.0) / 180.0


def _on_the_globe(
    points: NDArray[np.float64], latitude: float, longitude: float
) -> NDArray[np.float64]:
    """Kilometres from there to each of the points, as TSPLIB 95 has them."""
    along = np.cos(points[:, 1] - longitude)
    apart, together = np.cos(points[:, 0] - latitude), np.cos(points[:, 0] + latitude)
    angles = np.arccos(np.clip(0.5 * ((1.0 + along) * apart - (1.0 - along) * together), -1, 1))
    return np.trunc(_EARTH_KM * angles + 1.0)


def _forbid_backhaul_before_linehaul(
    file: Benchmark, rows: Sequence[NDArray[np.int32]], begin: int | None
) -> None:
    """No way leads from a backhaul to a linehaul, and one of `begin` from a depot to a backhaul;
    with None it stays as it is."""
    numbers = np.arange(len(file.nodes))
    is_depot = np.isin(numbers, file.depots)
    is_backhaul = np.array([node.pickup > 0 for node in file.nodes])
    is_linehaul = ~is_backhaul & ~is_depot
    for number, row in enumerate(rows):
        if number in file.depots:
            if begin is not None:
                row[is_backhaul] = begin
        elif is_backhaul[number]:
            row[is_linehaul] = UNREACHABLE
