"""What is placed at once: an order, or a pickup with the delivery of its goods."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.board import Board
from app.domain.clockwork import NEVER
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.sketch import RouteSketch
from app.domain.trials import PairTrial, Trial
from app.planning.bare import Bare
from app.planning.task import Roads, Task


@dataclass(frozen=True, slots=True)
class Job:
    first: Order
    second: Order | None = None

    @property
    def orders(self) -> tuple[Order, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def name(self) -> str:
        """For people: "1042", or "1042 with 1043"."""
        return " with ".join(order.reference for order in self.orders)

    def with_order(self, changed: Order) -> Job:
        """The same job with this version of one of its orders."""
        first, *rest = (changed if o.id == changed.id else o for o in self.orders)
        return Job(first, *rest)

    def fitting(
        self, sketch: RouteSketch | Bare, below: float = math.inf, most: int = NEVER
    ) -> Trial | PairTrial | None:
        """Its cheapest place on the route that breaks no further rule, below this cost.

        A pair is tried at no more than `most` of every two places.
        """
        if self.second is None:
            return sketch.fitting(self.first, below)
        return sketch.pairing(self.first, self.second).fitting(below, most)

    def cheapest(self, sketch: RouteSketch) -> Trial | PairTrial:
        """The same; where there is none, the place that is least bad."""
        if self.second is None:
            return sketch.cheapest(self.first)
        return sketch.pairing(self.first, self.second).cheapest()

    def inserted(self, orders: Sequence[Order], trial: Trial | PairTrial) -> list[Order]:
        """The sequence with the job where the trial had it."""
        sequence = list(orders)
        places = (trial.index,) if isinstance(trial, Trial) else (trial.pickup, trial.delivery)
        for order, place in zip(self.orders, places, strict=True):
            sequence.insert(place, order)
        return sequence

    def put(self, sketch: RouteSketch, trial: Trial | PairTrial) -> RouteSketch:
        """The route with the job where the trial had it."""
        if isinstance(trial, Trial):
            return sketch.with_order(self.first, trial.index)
        assert self.second is not None, "only pairs have trials of two places"
        return sketch.with_pair(self.first, self.second, trial)


def jobs_of(orders: Iterable[Order]) -> list[Job]:
    """Pairs together, all else alone; a delivery whose pickup is missing is none.

    One pickup feeds one delivery: of several that name it the last one, as the engines have it.
    """
    by_id = {order.id: order for order in orders}
    seconds = {
        pickup.id: order
        for order in by_id.values()
        if (pickup := _pickup_of(order, by_id)) is not None
    }
    jobs = []
    for order in by_id.values():
        supplier = order.rules.collected_by
        if supplier is None:
            if order.id not in seconds:
                jobs.append(Job(order))
        elif seconds.get(supplier) is order:
            jobs.append(Job(by_id[supplier], order))
    return jobs


def job_of(order: Order, known: Mapping[OrderId, Order]) -> Job:
    """The order with its other half, where that is known."""
    if order.rules.collected_by is not None:
        pickup = _pickup_of(order, known)
        return Job(order) if pickup is None else Job(pickup, order)
    deliveries = (other for other in known.values() if other.rules.collected_by == order.id)
    return Job(order, next(deliveries, None) if order.kind is OrderKind.PICKUP else None)


def is_left_behind(board: Board, order: Order, job: Job) -> bool:
    """Whether it is on no route, and the delivery of its goods is on one."""
    routed = board.route_of
    is_pickup = job.second is not None and order.id == job.first.id
    return is_pickup and order.id not in routed and job.orders[-1].id in routed


def _pickup_of(order: Order, known: Mapping[OrderId, Order]) -> Order | None:
    """None for what is no pickup, whatever the order says: its goods come from nowhere."""
    supplier = order.rules.collected_by
    pickup = None if supplier is None else known.get(supplier)
    is_pair = pickup is not None and pickup.kind is OrderKind.PICKUP and pickup is not order
    return pickup if is_pair and order.kind is OrderKind.DELIVERY else None


def neighbours(
    jobs: Sequence[Job], task: Task, roads: Roads, most: int
) -> dict[OrderId, list[Job]]:
    """So many jobs around each, by its first order: the nearest first, beginning with itself."""
    places = [job.first.location for job in jobs]
    known = [place for place in places if place is not None]
    if not known:
        return {job.first.id: list(jobs) for job in jobs}
    distinct = list(dict.fromkeys(known))
    profile = task.routes[0].shift.vehicle.profile
    seconds, _ = roads.between(profile, distinct)
    number = {place: index for index, place in enumerate(distinct)}
    rows = np.array([number[p] if p is not None else 0 for p in places], dtype=np.intp)
    ways = seconds[np.ix_(rows, rows)]
    ways = np.minimum(ways, ways.T)
    np.fill_diagonal(ways, -1)
    nearest = np.argsort(ways, axis=1, kind="stable")[:, :most]
    return {
        job.first.id: [jobs[other] for other in row]
        for job, row in zip(jobs, nearest.tolist(), strict=True)
    }
