"""VROOM, by way of pyvroom, which is there for some platforms only."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import numpy as np
import vroom

from tests.benchmarks.solver.instance import Answer, Instance, Matrix, Routes

_FAR = 1 << 28
_MOST_EXPLORATION = 5


def solve(instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    """It has no seed, and looks at its clock too seldom to keep to it."""
    del seed
    if any(van.max_reloads for van in instance.vans) or any(
        client.released_at or client.prize is not None for client in instance.clients
    ):
        return Answer(routes=(), seconds=0.0, note="it has no reloads, releases or prizes")
    begin = time.perf_counter()
    model = _model(instance)
    left = max(0.1, seconds - (time.perf_counter() - begin))
    found = model.solve(
        exploration_level=_MOST_EXPLORATION, nb_threads=cores, timeout=timedelta(seconds=left)
    )
    return Answer(routes=_routes(found.to_dict()), seconds=time.perf_counter() - begin)


def _model(instance: Instance) -> Any:
    model = vroom.Input()
    model.set_durations_matrix("van", _open(instance.seconds))
    model.set_distances_matrix("van", _open(instance.metres))
    skills = {
        skill: number
        for number, skill in enumerate(
            sorted(frozenset[str]().union(*(c.skills for c in instance.clients))), 1
        )
    }
    # Its prices are whole numbers for an hour and a kilometre: cents on a real day.
    whole = 100 if instance.is_day else 1
    for number, van in enumerate(instance.vans, 1):
        breaks = []
        if van.rest is not None:
            window = vroom.TimeWindow(van.rest.opens, van.rest.closes)
            breaks = [vroom.Break(1, time_windows=[window], service=van.rest.length_s)]
        model.add_vehicle(
            vroom.Vehicle(
                number,
                start=0,
                end=0,
                profile="van",
                capacity=vroom.Amount(list(van.capacity)),
                skills={skills[skill] for skill in van.skills if skill in skills},
                time_window=vroom.TimeWindow(van.opens, van.closes),
                breaks=breaks,
                costs=vroom.VehicleCosts(
                    fixed=round(van.fixed * whole),
                    per_hour=round(van.per_s * 3600 * whole),
                    per_km=round(van.per_m * 1000 * whole),
                ),
            )
        )
    paired = {client for pair in instance.pairs for client in pair}
    for number, client in enumerate(instance.clients, 1):
        if number in paired:
            continue
        model.add_job(
            vroom.Job(
                number,
                location=number,
                default_service=client.service_s,
                delivery=vroom.Amount(list(client.delivery)),
                pickup=vroom.Amount(list(client.pickup)),
                skills={skills[skill] for skill in client.skills},
                time_windows=[vroom.TimeWindow(client.opens, client.closes)],
            )
        )
    for pickup, delivery in instance.pairs:
        model.add_shipment(
            *(_step(instance, number) for number in (pickup, delivery)),
            amount=vroom.Amount(list(instance.clients[pickup - 1].pickup)),
        )
    return model


def _step(instance: Instance, number: int) -> Any:
    client = instance.clients[number - 1]
    return vroom.ShipmentStep(
        number,
        location=number,
        default_service=client.service_s,
        time_windows=[vroom.TimeWindow(client.opens, client.closes)],
    )


def _routes(found: dict[str, Any]) -> Routes:
    return tuple(
        (
            route["vehicle"] - 1,
            tuple(step["id"] for step in route["steps"] if step["type"] in _STOPS),
        )
        for route in found["routes"]
    )


_STOPS = ("job", "pickup", "delivery")


def _open(matrix: Matrix) -> Any:
    return np.where(matrix < 0, _FAR, matrix).astype(np.uint32)
