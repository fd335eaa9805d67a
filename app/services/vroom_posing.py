"""A problem of VROOM in the domain's words, and the way back to VROOM's ids."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from app.documents.problem_vroom import MOST_PRIORITY
from app.documents.vroom_values import (
    Spot,
    StepKind,
    Task,
    TaskKind,
    VehicleBreak,
    VroomMatrix,
    VroomProblem,
    VroomVehicle,
    Window,
)
from app.domain.addresses import Address
from app.domain.errors import RuleError
from app.domain.fleet import Break, Costs, Depot, Driver, PlaceKind, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DriverId, OrderId, RouteId, ShiftId, VehicleId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.routes import Route, Stop
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.timetable import Travel
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.services.posing import (
    DAY,
    NOWHERE,
    Posed,
    SearchOptions,
    depot_at,
    distinct,
    made_id,
    place_at,
    window,
    within_calendar,
)
from app.services.scales import parcels, scales_of

AskRoads = Callable[[Sequence[Location], Sequence[Profile]], Travel]

_ROAD_PROFILES = {
    "car": Profile.CAR,
    "auto": Profile.CAR,
    "driving": Profile.CAR,
    "driving-car": Profile.CAR,
    "van": Profile.VAN,
    "truck": Profile.TRUCK,
    "hgv": Profile.TRUCK,
    "driving-hgv": Profile.TRUCK,
}
_CENTS = 100
_NO_WAY_S = 100_000_000
"""Longer than any way: files write so large a number, or a larger one, where there is no road."""
_FLOWN_S = 2_600_000
"""Round half the earth, as the timetable flies where there is no road."""
_WAYS = 10
"""How many of the longest ways one more task may cost, with all that moves aside for it."""
_CLASSES = 3
"""How many priorities above the normal one an order can have."""


def pose_vroom(file: VroomProblem, options: SearchOptions, ask_roads: AskRoads) -> Posed:
    """Raises DispatchError for a profile without matrices that no road knows."""
    return _Poser(file, ask_roads).pose(options)


def order_id(kind: TaskKind, number: int) -> OrderId:
    """Of the task at this position of its kind."""
    return OrderId(made_id(1, number * len(TaskKind) + list(TaskKind).index(kind)))


class _Poser:
    def __init__(self, file: VroomProblem, ask_roads: AskRoads) -> None:
        self._file = file
        loads = (amounts for task in file.tasks for amounts in (task.delivery, task.pickup))
        self._scales = scales_of(file.dimensions, loads)
        self._places = _places(file)
        self._asked = {v.profile: road_profile(v) for v in file.vehicles if file.asks_roads(v)}
        self._travel = self._roads(ask_roads)
        self._horizon = self._latest()
        self._depots: dict[Location, Depot] = {}
        self._priced_by_time = self._without_metres()
        self._prices = _drop_prices(file, self._travel)

    def pose(self, options: SearchOptions) -> Posed:
        orders: dict[OrderId, Order] = {}
        tasks: dict[OrderId, Task] = {}
        ids: dict[tuple[str, int], OrderId] = {}
        for number, job in enumerate(self._file.jobs):
            order = self._order(job, order_id(TaskKind.JOB, number))
            orders[order.id], tasks[order.id] = order, job
            ids[job.kind, job.id] = order.id
        for number, each in enumerate(self._file.shipments):
            pickup = self._order(each.pickup, order_id(TaskKind.PICKUP, number))
            delivery = self._order(each.delivery, order_id(TaskKind.DELIVERY, number))
            delivery = replace(delivery, rules=replace(delivery.rules, collected_by=pickup.id))
            for order, task in ((pickup, each.pickup), (delivery, each.delivery)):
                orders[order.id], tasks[order.id] = order, task
                ids[task.kind, task.id] = order.id
        routes = []
        vehicles = {}
        for number, vehicle in enumerate(self._file.vehicles):
            shift = self._shift(number, vehicle)
            route = RouteId(shift.id)
            stops = tuple(
                Stop(order=ids[step.kind.value, step.id])
                for step in vehicle.steps
                if step.id is not None and step.kind is not StepKind.BREAK
            )
            routes.append(Route(id=route, shift=shift, stops=stops))
            vehicles[route] = vehicle
        has_metres = all(
            name in self._asked or self._file.matrices[name].metres is not None
            for name in self._travel
        )
        planned = {order for route in routes for order in route.orders}
        return Posed(
            problem=Problem(
                routes=tuple(routes),
                orders=orders,
                unassigned=tuple(order for order in orders if order not in planned),
                travel={profile: self._priced(profile) for profile in self._travel},
                seconds=options.seconds,
                seed=options.seed,
                cores=options.cores,
                iterations=options.iterations,
            ),
            tasks=tasks,
            vehicles=vehicles,
            roads=self._travel if has_metres else None,
            scales=self._scales,
            is_estimated=any(matrix.is_estimated for matrix in self._travel.values()),
            notes=_unknown_metres(self._file),
        )

    def _place(self, spot: Spot) -> Location:
        if spot.index is not None:
            return self._places[spot.index]
        assert spot.location is not None, "the parser asks for it where there is no matrix"
        lon, lat = spot.location
        return Location(lat=lat, lon=lon)

    def _roads(self, ask_roads: AskRoads) -> Travel:
        """By the file's own profiles: what its matrices lack, the roads say."""
        file = self._file
        driven: Travel = {}
        if self._asked:
            places = dict.fromkeys(map(self._place, file.spots))
            driven = ask_roads(tuple(places), sorted(set(self._asked.values())))
        found: dict[str, TravelMatrix] = {}
        for name in dict.fromkeys(vehicle.profile for vehicle in file.vehicles):
            given = file.matrices.get(name)
            if given is None:
                found[name] = driven[self._asked[name]]
            else:
                found[name] = _matrix(self._places, given)
                if name in self._asked:
                    found[name] = _with_metres(found[name], driven[self._asked[name]])
        if all(vehicle.start is not None for vehicle in self._file.vehicles):
            return found
        return {profile: _with_nowhere(matrix) for profile, matrix in found.items()}

    def _without_metres(self) -> frozenset[str]:
        """The profiles of which no vehicle pays for metres, or may drive only so many.

        There a metre can stand for a second on the road, which every vehicle does pay for: hours
        of driving alone, without waiting and service, are no usual price of a van.
        """
        counted = {
            vehicle.profile
            for vehicle in self._file.vehicles
            if vehicle.counts_metres or self._travel[vehicle.profile].costs is not None
        }
        return frozenset(self._travel) - counted

    def _priced(self, profile: str) -> TravelMatrix:
        matrix = self._travel[profile]
        if profile not in self._priced_by_time:
            return matrix
        return replace(matrix, metres=matrix.seconds)

    def _latest(self) -> int:
        """Later than any route could end, and than any window."""
        file = self._file
        ends = [window[1] for task in file.tasks for window in task.windows]
        ends += [vehicle.window[1] for vehicle in file.vehicles if vehicle.window]
        ends += [w[1] for v in file.vehicles for each in v.breaks for w in each.windows]
        at_doors = sum(
            max((task.setup, *task.setup_per_type.values()))
            + max((task.service, *task.service_per_type.values()))
            for task in file.tasks
        )
        resting = max(sum(each.service for each in v.breaks) for v in file.vehicles)
        slowest = max(vehicle.pace for vehicle in file.vehicles)
        leg = max(max(row) for matrix in self._travel.values() for row in matrix.seconds)
        driving = max(leg, _FLOWN_S) * slowest * (2 * len(file.tasks) + 2)
        return within_calendar(max(ends, default=0) + at_doors + resting + driving + 1)

    def _order(self, task: Task, id_: OrderId) -> Order:
        is_pickup = task.kind is TaskKind.PICKUP or (any(task.pickup) and not any(task.delivery))
        load = self._scales.load(task.pickup if is_pickup else task.delivery)
        # A job can deliver and collect at once; a shipment's ends do one each.
        has_both = any(task.pickup) and any(task.delivery)
        back = self._scales.listed(self._scales.load(task.pickup)) if has_both else ()
        windows = [window(*each) for each in task.windows]
        return Order(
            id=id_,
            reference=f"{task.kind} {task.id}",
            day=DAY,
            recipient="",
            address=Address(),
            kind=OrderKind.PICKUP if is_pickup else OrderKind.DELIVERY,
            place=place_at(self._place(task.spot)),
            window=windows[0] if windows else None,
            service_time=timedelta(seconds=task.service),
            weight_g=load.weight_g,
            volume_cm3=load.volume_cm3,
            parcels=parcels(load),
            more_load=load.more,
            priority=-(-task.priority * _CLASSES // MOST_PRIORITY),
            requirements=frozenset(map(str, task.skills)),
            rules=OrderRules(
                more_windows=tuple(windows[1:]),
                setup_time=timedelta(seconds=task.setup),
                service_by_type=_by_type(task.service_per_type),
                setup_by_type=_by_type(task.setup_per_type),
                takes_back=back,
                drop_price=self._prices.get(task.priority),
            ),
        )

    def _shift(self, number: int, vehicle: VroomVehicle) -> Shift:
        start = NOWHERE if vehicle.start is None else self._place(vehicle.start)
        end = None if vehicle.end is None else self._place(vehicle.end)
        depot = self._depots.setdefault(start, depot_at(start, len(self._depots)))
        if end is None:
            end_kind = PlaceKind.OPEN
        else:
            end_kind = PlaceKind.DEPOT if end == start else PlaceKind.HOME
        hours = vehicle.window or (0, self._horizon)
        prices = vehicle.prices
        profile = vehicle.profile
        per_km, per_hour = float(prices.per_km), float(prices.per_hour)
        if profile in self._priced_by_time:
            per_km, per_hour = per_hour / 3600 * vehicle.pace * 1000, 0.0
        return Shift(
            id=ShiftId(made_id(5, number)),
            day=DAY,
            depot=depot,
            driver=Driver(
                id=DriverId(made_id(2, number)),
                name=f"Vehicle {vehicle.id}",
                home=end if end_kind is PlaceKind.HOME else None,
            ),
            vehicle=Vehicle(
                id=VehicleId(made_id(3, number)),
                name=f"Vehicle {vehicle.id}",
                profile=profile,
                capacity=self._scales.room(vehicle.capacity),
                costs=Costs(fixed=prices.fixed, per_km=per_km),
                features=frozenset(map(str, vehicle.skills)),
            ),
            window=window(*hours),
            rest=_only_break(vehicle, hours),
            end=end_kind,
            rules=ShiftRules(
                pauses=() if _only_break(vehicle, hours) else tuple(self._pauses(vehicle, hours)),
                max_driving=_span(vehicle.max_travel_time),
                max_distance_m=vehicle.max_distance,
                max_stops=vehicle.max_tasks,
                travel_pace=vehicle.pace,
                vehicle_type=vehicle.type,
                per_driving_hour=per_hour,
                per_service_hour=prices.per_task_hour,
            ),
        )

    def _pauses(self, vehicle: VroomVehicle, hours: Window) -> list[Pause]:
        found = []
        for each in breaks_in_sequence(vehicle):
            windows = [window(*one) for one in each.windows or (hours,)]
            most = None
            if each.max_load is not None:
                most = self._scales.listed(self._scales.room(each.max_load))
            found.append(
                Pause(
                    length=timedelta(seconds=each.service),
                    window=windows[0],
                    more_windows=tuple(windows[1:]),
                    most_aboard=most,
                    is_owed=True,
                )
            )
        return found


def _only_break(vehicle: VroomVehicle, hours: Window) -> Break | None:
    """A single break in a single window: what every part of planning knows best.

    VROOM has its vehicles take all their breaks. This one is not asked for on a route that is
    over before it or begins after it, so there must be time for it anyhow.
    """
    if len(vehicle.breaks) != 1:
        return None
    (only,) = vehicle.breaks
    if len(only.windows) != 1 or only.max_load is not None:
        return None
    (opens, closes), (start, end) = only.windows[0], hours
    if opens < start or closes < opens + only.service or end < closes + only.service:
        return None
    return Break(window=window(opens, closes), length=timedelta(seconds=only.service))


def with_breaks_owed(shift: Shift) -> Shift:
    """The shift as VROOM reports it: its break is taken whenever its route is over."""
    rest = shift.rest
    if rest is None:
        return shift
    pause = Pause(length=rest.length, window=rest.window, is_owed=True)
    return replace(shift, rest=None, rules=replace(shift.rules, pauses=(pause,)))


def breaks_in_sequence(vehicle: VroomVehicle) -> list[VehicleBreak]:
    """As they come on a day: by the end of their last window, then by its start."""
    return sorted(
        vehicle.breaks,
        key=lambda each: (
            (each.windows[-1][1], each.windows[0]) if each.windows else (1 << 40, (0, 0))
        ),
    )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _by_type(seconds: Mapping[str, int]) -> tuple[tuple[str, timedelta], ...]:
    return tuple((name, timedelta(seconds=value)) for name, value in sorted(seconds.items()))


def road_profile(vehicle: VroomVehicle) -> Profile:
    """How it uses the region's roads. Raises RuleError for a profile that they don't know."""
    found = _ROAD_PROFILES.get(vehicle.profile)
    if found is None:
        known = ", ".join(_ROAD_PROFILES)
        raise RuleError(
            f"{vehicle.path}.profile: expected a profile that the region's roads know "
            f"({known}), or a matrix in the file; got {vehicle.profile}"
        )
    return found


def _unknown_metres(file: VroomProblem) -> tuple[str, ...]:
    """VROOM takes such limits without a word, and counts no metres."""
    ids = [str(v.id) for v in file.vehicles if file.lacks_ways(v) and not file.asks_roads(v)]
    if not ids:
        return ()
    return (
        f"Nobody knows how long the ways of vehicle {', '.join(ids)} are, so max_distance does "
        "not count. Give $.matrices.PROFILE.distances, or the longitude and latitude of every "
        "place.",
    )


def _places(file: VroomProblem) -> list[Location]:
    """A place for each row of the matrices; where the file says, if that is on the earth."""
    if not file.matrices:
        return []
    given: dict[int, Location] = {}
    for spot in file.spots:
        if spot.index is not None and spot.location is not None:
            lon, lat = spot.location
            # Benchmarks give points of a plane.
            with suppress(ValueError):
                given.setdefault(spot.index, Location(lat=lat, lon=lon))
    size = max(len(matrix.seconds) for matrix in file.matrices.values())
    return distinct([given.get(number) for number in range(size)], size)


def _matrix(places: Sequence[Location], matrix: VroomMatrix) -> TravelMatrix:
    size = len(matrix.seconds)
    metres: Sequence[Sequence[int]] = matrix.metres or [array("i", bytes(4 * size))] * size
    costs = None
    if matrix.costs is not None:
        costs = [[price * _CENTS for price in row] for row in matrix.costs]
        for number, row in enumerate(costs):
            # Staying where one is costs nothing.
            row[number] = 0
    seconds = matrix.seconds
    if max(max(row) for row in seconds) >= _NO_WAY_S:
        seconds = [
            array("i", [UNREACHABLE if each >= _NO_WAY_S else each for each in row])
            for row in seconds
        ]
    return TravelMatrix(places=tuple(places[:size]), seconds=seconds, metres=metres, costs=costs)


def _with_metres(matrix: TravelMatrix, roads: TravelMatrix) -> TravelMatrix:
    """The ways of a matrix between the places of the roads, with the metres of these."""
    rows = [matrix.index[place] for place in roads.places]

    def cut(table: Sequence[Sequence[int]]) -> list[list[int]]:
        return [[table[a][b] for b in rows] for a in rows]

    costs = None if matrix.costs is None else cut(matrix.costs)
    return replace(roads, seconds=cut(matrix.seconds), costs=costs)


def _with_nowhere(matrix: TravelMatrix) -> TravelMatrix:
    """The matrix with one more place, from which and to which every way is nothing."""

    def widened(rows: Sequence[Sequence[int]]) -> list[array[int]]:
        return [array("i", [*row, 0]) for row in rows] + [array("i", bytes(4 * len(rows) + 4))]

    seconds = widened(matrix.seconds)
    return replace(
        matrix,
        places=(*matrix.places, NOWHERE),
        seconds=seconds,
        metres=seconds if matrix.metres is matrix.seconds else widened(matrix.metres),
        costs=None
        if matrix.costs is None
        else [*([*row, 0] for row in matrix.costs), [0] * len(seconds)],
    )


def _drop_prices(file: VroomProblem, travel: Travel) -> dict[int, float]:
    """What leaving out a task of each priority costs; empty where all have the same.

    VROOM keeps the greatest sum of priorities, then the most tasks, then the least cost. So one
    task is worth more than any way to it costs, and one point of priority more than all tasks.
    """
    priorities = {task.priority for task in file.tasks}
    if len(priorities) < 2:
        return {}
    prices = [vehicle.prices for vehicle in file.vehicles]
    longest = max(max(row) for matrix in travel.values() for row in matrix.seconds)
    farthest = max(max(row) for matrix in travel.values() for row in matrix.metres)
    dearest = max(
        (max(row) / _CENTS for m in travel.values() if m.costs is not None for row in m.costs),
        default=0.0,
    )
    slowest = max(1 / vehicle.speed_factor for vehicle in file.vehicles)
    at_door = max(
        max((task.setup, *task.setup_per_type.values()))
        + max((task.service, *task.service_per_type.values()))
        for task in file.tasks
    )
    way = (
        max(price.per_hour for price in prices) / 3600 * longest * slowest
        + max(price.per_km for price in prices) / 1000 * farthest
        + dearest
    )
    one = (
        max(price.fixed for price in prices)
        + _WAYS * way
        + max(price.per_task_hour for price in prices) / 3600 * at_door
        + 1
    )
    count = len(file.tasks)
    return {priority: one * (1 + priority * (count + 1)) for priority in priorities}
