"""Instances from VRPLIB files, with the best known solution beside each."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyvrp

from tests.benchmarks.solver.instance import NO_WAY, Client, Instance, Matrix, Van

_ROUNDING = {
    "VRPTW": ("dimacs", 10.0),
    "MTVRPTWR": ("dimacs", 1.0),
    "PCVRPTW": ("dimacs", 1.0),
    "PDPTW": (lambda values: np.rint(values * 100).astype(np.int64), 0.1),
    "HFVRP": ("exact", 100_000.0),
    "CVRP": ("round", 1.0),
    "VRPB": ("round", 1.0),
}
"""How each set's distances become whole numbers, and what its .sol costs are multiplied by."""
_DAYS_S = 5 * 24 * 3600
"""The shift where the file has no times at all."""
_FAR = 1 << 40


def read(path: Path) -> Instance:
    """The instance; distances, times and cost are in the set's whole units."""
    rounding, scale = _ROUNDING[path.parent.name]
    found = pyvrp.read(path, rounding)
    metres = _without_walls(np.array(found.distance_matrix(0), dtype=np.int64))
    is_timed = found.has_time_windows() or path.parent.name in ("MTVRPTWR", "PDPTW")
    seconds = metres
    if not is_timed:
        # A day without times: the distance in the file's own units will do for seconds.
        seconds = np.where(metres < 0, NO_WAY, np.rint(metres / (1000 if scale > 100 else 1)))
        seconds = seconds.astype(np.int64)
    vans = [
        Van(
            capacity=tuple(kind.capacity),
            fixed=kind.fixed_cost,
            per_m=kind.unit_distance_cost,
            opens=kind.tw_early if is_timed else 0,
            closes=min(kind.tw_late, _DAYS_S),
            max_reloads=min(kind.max_reloads, found.num_clients) if kind.reload_depots else 0,
        )
        for kind in found.vehicle_types()
        for _ in range(kind.num_available)
    ]
    clients = {
        client.location: Client(
            delivery=tuple(client.delivery),
            pickup=tuple(client.pickup),
            service_s=client.service_duration,
            opens=client.tw_early,
            closes=min(client.tw_late, _DAYS_S),
            released_at=client.release_time,
            prize=None if client.required else client.prize,
        )
        for client in found.clients()
    }
    pairs = []
    for shipment in found.shipments():
        nothing = (0,) * len(shipment.amount)
        for step, pickup, delivery in (
            (shipment.pickup, tuple(shipment.amount), nothing),
            (shipment.delivery, nothing, tuple(shipment.amount)),
        ):
            clients[step.location] = Client(
                pickup=pickup,
                delivery=delivery,
                service_s=step.service_duration,
                opens=step.tw_early,
                closes=min(step.tw_late, _DAYS_S),
            )
        pairs.append((shipment.pickup.location, shipment.delivery.location))
    return Instance(
        name=path.stem,
        clients=tuple(clients[number] for number in range(1, len(clients) + 1)),
        vans=tuple(vans),
        metres=metres,
        seconds=seconds,
        pairs=tuple(pairs),
        best_known=_best_known(path.with_suffix(".sol"), scale),
    )


def _without_walls(distances: Matrix) -> Matrix:
    """Deliveries come before backhauls; that a route may not be of backhauls alone is left out."""
    distances[0] = np.where(distances[0] >= _FAR, distances[:, 0], distances[0])
    return np.where(distances >= _FAR, NO_WAY, distances)


def _best_known(path: Path, scale: float) -> float | None:
    if not path.is_file():
        return None
    found = re.search(r"^Cost:?\s+([\d.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return None if found is None else float(found.group(1)) * scale
