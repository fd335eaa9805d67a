"""Three real days on their own roads: a mixed fleet, breaks and skills."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from app.config import Settings, save_settings
from app.domain.edits import ChangeFleet
from app.domain.fleet import Costs, Load, Shift
from app.domain.geo import Location
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.timetable import timetable
from app.domain.travel import Profile
from app.services.imports import ImportOptions
from app.services.workspace import Workspace, open_workspace
from tests.benchmarks.solver.checker import Verdict
from tests.benchmarks.solver.instance import Answer, Client, Instance, Rest, Van
from tests.factories import (
    DAY,
    make_break,
    make_depot,
    make_driver,
    make_shift,
    make_vehicle,
    window,
)

SECONDS = 30.0
_DAYS = (
    ("neubrandenburg-500", "neubrandenburg-5000.csv", 500, "neubrandenburg-2016-02.osm.pbf"),
    ("neubrandenburg-1000", "neubrandenburg-5000.csv", 1000, "neubrandenburg-2016-02.osm.pbf"),
    ("liechtenstein-1000", "liechtenstein-1000.csv", 1000, "liechtenstein-2024-03.osm.pbf"),
)
_DEPOTS = {"neubrandenburg": Location(lat=53.563822, lon=13.289257)}
_VADUZ = Location(lat=47.1663, lon=9.5103)
_SKILLS = frozenset({"cold", "tail-lift", "two-person", "fragile", "adr"})
_STOPS_A_VAN = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as the console has it, and the same in bare numbers for the other engines."""

    problem: Problem
    instance: Instance

    def judged(self, answer: Answer) -> Verdict:
        """By the timetable: it knows breaks, hours and prices as nobody else does."""
        orders = tuple(self.problem.orders.values())
        faults: list[str] = []
        cost = 0.0
        seen: list[int] = []
        used = [(van, stops) for van, stops in answer.routes if stops]
        for van, stops in used:
            seen += stops
            shift = self.problem.routes[van].shift
            found = timetable(shift, [orders[n - 1] for n in stops], self.problem.travel)
            cost += found.cost
            faults += [f"van {van}: {v.kind} by {v.amount:g}" for v in found.violations]
        if len(set(seen)) < len(seen) or len({van for van, _ in used}) < len(used):
            faults.append("a stop or a van is used twice")
        return Verdict(
            cost=cost, left_out=len(orders) - len(seen), vans=len(used), faults=tuple(faults)
        )


def read(data: Path, *, is_quick: bool) -> Iterator[Day]:
    """Import the orders, build the region, ask it for every way; about half a minute each."""
    if not data.is_dir():
        print(f"days are left out: there is no folder {data}")  # noqa: T201
        return
    for name, orders, count, extract in _DAYS[: 1 if is_quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            problem = _problem(
                Path(folder), data / "orders" / orders, count, data / "osm" / extract
            )
        yield Day(problem=problem, instance=_instance(name, problem))


def _problem(folder: Path, orders: Path, count: int, extract: Path) -> Problem:
    settings = Settings(data=folder)
    save_settings(settings)
    few = folder / "orders.csv"
    lines = orders.read_text(encoding="utf-8").splitlines(keepends=True)[: count + 1]
    few.write_text("".join(lines), encoding="utf-8")
    with open_workspace(settings) as work:
        work.roads.build(extract, "Bench")
        work.roads.use("Bench")
        _add_fleet(work, _DEPOTS.get(orders.stem.split("-")[0], _VADUZ), count)
        work.imports.run(few, ImportOptions())
        board = work.complete_board(DAY)
        return work.planning.problem(board, SECONDS)


def _add_fleet(work: Workspace, place: Location, count: int) -> None:
    """Every third van is large and dear, every fourth can do what few can."""
    depot = make_depot(location=place)
    shifts: list[Shift] = []
    for number in range(count // _STOPS_A_VAN * 2):
        is_large = number % 3 == 0
        vehicle = make_vehicle(
            capacity=Load(
                weight_g=1_200_000 if is_large else 600_000,
                volume_cm3=14_000_000 if is_large else 8_000_000,
                parcels=240 if is_large else 120,
            ),
            costs=Costs(
                fixed=70 if is_large else 40,
                per_km=0.48 if is_large else 0.35,
                per_hour=18,
            ),
            features=_SKILLS if number % 4 == 0 else frozenset(),
        )
        shifts.append(
            make_shift(
                depot=depot,
                driver=make_driver(),
                vehicle=vehicle,
                window=window("07:30", "18:00") if number % 2 else window("10:00", "20:30"),
                rest=make_break(),
            )
        )
    parts = (part for shift in shifts for part in (shift.driver, shift.vehicle, shift))
    work.dispatch.apply(ChangeFleet(put=(depot, *parts)))


def _instance(name: str, problem: Problem) -> Instance:
    orders = tuple(problem.orders.values())
    shifts = [route.shift for route in problem.routes]
    matrix = problem.travel[Profile.VAN]
    origin = min(int(shift.window.start.timestamp()) for shift in shifts)
    places = [shifts[0].depot.location, *(order.location for order in orders)]
    numbers = [matrix.index[place] for place in places if place is not None]
    cut = np.ix_(numbers, numbers)
    return Instance(
        name=name,
        clients=tuple(_client(order, origin) for order in orders),
        vans=tuple(_van(shift, origin) for shift in shifts),
        metres=np.array([list(row) for row in matrix.metres], dtype=np.int64)[cut],
        seconds=np.array([list(row) for row in matrix.seconds], dtype=np.int64)[cut],
        day=problem,
    )


def _client(order: Order, origin: int) -> Client:
    amounts = order.load.amounts
    is_pickup = order.kind is OrderKind.PICKUP
    return Client(
        delivery=(0, 0, 0) if is_pickup else amounts,
        pickup=amounts if is_pickup else (0, 0, 0),
        service_s=_seconds(order.service_time),
        opens=max(0, int(order.window.start.timestamp()) - origin) if order.window else 0,
        closes=int(order.window.end.timestamp()) - origin if order.window else 1 << 20,
        skills=order.requirements,
    )


def _van(shift: Shift, origin: int) -> Van:
    costs = shift.vehicle.costs
    rest = shift.rest
    return Van(
        capacity=shift.vehicle.capacity.amounts,
        fixed=costs.fixed,
        per_m=costs.per_km / 1000,
        per_s=costs.per_hour / 3600,
        opens=int(shift.window.start.timestamp()) - origin,
        closes=int(shift.window.end.timestamp()) - origin,
        skills=shift.abilities,
        rest=rest
        and Rest(
            opens=int(rest.window.start.timestamp()) - origin,
            closes=int(rest.window.end.timestamp()) - origin,
            length_s=_seconds(rest.length),
        ),
    )


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
