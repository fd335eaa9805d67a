"""An instance as a day of the console: a unit of time is a second, one of distance a metre."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.addresses import Address, Place, Precision
from app.domain.fleet import Break, Costs, Depot, Driver, Load, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DepotId, DriverId, OrderId, RouteId, ShiftId, VehicleId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.routes import Route
from app.domain.rules import OrderRules, ShiftRules
from app.domain.times import TimeWindow
from app.domain.travel import Profile, TravelMatrix
from tests.benchmarks.solver.instance import Instance, Matrix, Van

_MIDNIGHT = datetime(2024, 3, 5, tzinfo=UTC)
_DAY = date(2024, 3, 5)
_ADDRESS = Address(street="Ring 1", postcode="10000", city="Benchmark")


def problem_of(instance: Instance, seconds: float, cores: int, seed: int) -> Problem:
    """Orders are in the sequence of the clients, routes in that of the vans."""
    if instance.day is not None:
        return replace(instance.day, seconds=seconds, cores=cores, seed=seed)
    places = [_spot(number) for number in range(instance.size + 1)]
    depot = Depot(
        id=DepotId(UUID(int=1)),
        name="Depot",
        address=_ADDRESS,
        location=places[0],
        time_zone="UTC",
    )
    collected = {delivery: OrderId(UUID(int=pickup)) for pickup, delivery in instance.pairs}
    orders = [_order(instance, n, places[n], collected) for n in range(1, instance.size + 1)]
    matrix = TravelMatrix(
        places=tuple(places), seconds=_rows(instance.seconds), metres=_rows(instance.metres)
    )
    return Problem(
        routes=tuple(_route(number, van, depot) for number, van in enumerate(instance.vans)),
        orders={order.id: order for order in orders},
        unassigned=tuple(order.id for order in orders),
        travel={Profile.VAN: matrix},
        seconds=seconds,
        seed=seed,
        cores=cores,
    )


def _rows(matrix: Matrix) -> list[array[int]]:
    """As a region's roads give them: lists of numbers would take more memory than the search."""
    return [array("i", row.tolist()) for row in matrix]


def _spot(number: int) -> Location:
    """Only its number counts; the matrix says how far it is from the others."""
    return Location(lat=50 + number // 100 / 1000, lon=10 + number % 100 / 1000)


def _order(instance: Instance, number: int, spot: Location, collected: dict[int, OrderId]) -> Order:
    client = instance.clients[number - 1]
    is_pickup = any(client.pickup)
    rules: dict[str, Any] = {}
    if client.released_at:
        rules["released_at"] = _at(client.released_at)
    if number in collected:
        rules["collected_by"] = collected[number]
    if client.prize is not None:
        rules["drop_price"] = float(client.prize)
    amounts = client.pickup if is_pickup else client.delivery
    return Order(
        id=OrderId(UUID(int=number)),
        reference=str(number),
        day=_DAY,
        recipient=str(number),
        address=_ADDRESS,
        place=Place(location=spot, precision=Precision.ROOFTOP),
        kind=OrderKind.PICKUP if is_pickup else OrderKind.DELIVERY,
        window=TimeWindow(start=_at(client.opens), end=_at(client.closes)),
        service_time=timedelta(seconds=client.service_s),
        weight_g=amounts[0] if amounts else 0,
        volume_cm3=amounts[1] if len(amounts) > 1 else 0,
        requirements=client.skills,
        rules=OrderRules(**rules),
    )


def _route(number: int, van: Van, depot: Depot) -> Route:
    capacity = van.capacity
    rest = van.rest
    return Route(
        id=RouteId(UUID(int=number)),
        shift=Shift(
            id=ShiftId(UUID(int=number)),
            day=_DAY,
            depot=depot,
            driver=Driver(id=DriverId(UUID(int=number)), name=str(number)),
            vehicle=Vehicle(
                id=VehicleId(UUID(int=number)),
                name=str(number),
                capacity=Load(
                    weight_g=capacity[0] if capacity else 0,
                    volume_cm3=capacity[1] if len(capacity) > 1 else 0,
                ),
                costs=Costs(fixed=van.fixed, per_km=van.per_m * 1000, per_hour=van.per_s * 3600),
                features=van.skills,
            ),
            window=TimeWindow(start=_at(van.opens), end=_at(van.closes)),
            rest=rest
            and Break(
                window=TimeWindow(start=_at(rest.opens), end=_at(rest.closes)),
                length=timedelta(seconds=rest.length_s),
            ),
            rules=ShiftRules(max_reloads=van.max_reloads),
        ),
    )


def _at(seconds: int) -> datetime:
    return _MIDNIGHT + timedelta(seconds=seconds)
