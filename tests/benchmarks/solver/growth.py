"""Days of one make in five sizes, to see how time and memory grow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.benchmarks.solver.instance import Client, Instance, Van

_SIZES = (250, 500, 1_000, 2_000, 5_000)
_SECONDS_A_STOP = 0.03
_HOURS = ((0, 32_400), (0, 14_400), (14_400, 28_800), (3_600, 32_400))
_DAY_S = 36_000
_SERVICE_S = 180
_STOPS_A_VAN = 20


def instances(*, is_quick: bool) -> Iterator[tuple[Instance, float]]:
    """Each with its seconds."""
    for size in _SIZES[: 2 if is_quick else None]:
        yield _drawn(size), size * _SECONDS_A_STOP


def _drawn(size: int) -> Instance:
    """Villages of several streets round a depot, as many stops to the square at every size."""
    draw = np.random.default_rng(size)
    side = 20_000 * (size / 1_000) ** 0.5
    villages = draw.uniform(0, side, (max(4, size // 40), 2))
    around = villages[draw.integers(len(villages), size=size)] + draw.normal(0, 600, (size, 2))
    points = np.vstack([[side / 2, side / 2], around])
    metres = np.abs(points[:, None] - points[None]).sum(axis=2).round().astype(np.int64)
    seconds = np.rint(metres / 10).astype(np.int64)
    loads = draw.integers(1, 25, size)
    clients = tuple(
        Client(
            delivery=(int(loads[number]),),
            service_s=_SERVICE_S,
            opens=_HOURS[number % len(_HOURS)][0],
            closes=_HOURS[number % len(_HOURS)][1],
        )
        for number in range(size)
    )
    room = int(loads.mean() * _STOPS_A_VAN * 1.8)
    van = Van(capacity=(room,), fixed=20_000, closes=_DAY_S)
    return Instance(
        name=f"growth-{size}",
        clients=clients,
        vans=(van,) * (size // _STOPS_A_VAN),
        metres=metres,
        seconds=seconds,
    )
