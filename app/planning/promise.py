"""Which delivery slots of a day a new order still fits into, and what each costs extra."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardRoute
from app.domain.fleet import Depot, Slot
from app.domain.ids import DepotId, RouteId
from app.domain.insertion import added_violations, wish_cost
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow, day_window, local
from app.planning.arranging import is_open
from app.planning.jobs import Job, job_of

_EMPTIEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A slot on a day: what it would cost to promise it, or why it can't be promised."""

    day: date
    slot: Slot
    window: TimeWindow
    time_zone: str
    extra_cost: float | None
    """What the cheapest route would cost more; None where no route can."""
    route: RouteId | None = None
    name: str = ""
    """The shift that could take it, or the one that is nearest to it."""
    currency: str = ""
    """The depot's, in which the cost is."""
    reason: str = ""
    """Why not, for people; empty where it is feasible."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_feasible(self) -> bool:
        return self.extra_cost is not None


def offers(board: Board, order: Order, now: datetime | None = None) -> tuple[Offer, ...]:
    """Every slot of the depots that may serve the order, by the clock; today's later ones only.

    The plan of the day stays as it is: the order is tried at every place of every draft that is
    not locked. An order that is on a route already is counted as if it were not. A pickup and the
    delivery of its goods go together: the slot is for the one that is asked for, the other keeps
    its own window.
    """
    job = job_of(order, board.orders)
    sketches = [(each, _without(each, job, board)) for each in board.routes if is_open(each)]
    fixed = _fixed(board, job, order)
    found = []
    for depot in _depots(board.routes, order.depot):
        mine = [(each, sketch) for each, sketch in sketches if _depot(each) == depot]
        for slot in depot.delivery_slots:
            window = day_window(board.day, slot.start, slot.end, depot.zone)
            is_today = now is not None and local(now, depot.zone).date() == board.day
            if not is_today or now is None or window.end > now:
                blank = Offer(
                    day=board.day,
                    slot=slot,
                    window=window,
                    time_zone=depot.time_zone,
                    currency=depot.currency,
                    extra_cost=None,
                    reason=fixed,
                )
                asked = job.with_order(replace(order, day=board.day, window=window))
                found.append(blank if fixed else _offer(blank, asked, mine))
    found.sort(key=lambda offer: (offer.window.start, offer.window.end))
    return _each_once(found)


def best(offered: Iterable[Offer]) -> Offer | None:
    """The cheapest that is feasible; of equals the first."""
    feasible = [offer for offer in offered if offer.extra_cost is not None]
    return min(feasible, key=lambda offer: offer.extra_cost or 0.0, default=None)


def _offer(blank: Offer, job: Job, sketches: list[tuple[BoardRoute, RouteSketch]]) -> Offer:
    if not sketches:
        return replace(blank, reason="no open shift loads there on this day")
    fits = [
        (wish_cost(each, job.orders), trial.cost - sketch.cost, each)
        for each, sketch in sketches
        if (trial := job.fitting(sketch)) is not None
    ]
    if fits:
        _, extra, each = min(fits, key=lambda fit: fit[0] + fit[1])
        return replace(blank, extra_cost=extra, route=each.id, name=each.route.shift.name)
    if job.second is not None:
        # Every two places of a route are too many to be asked everywhere for a reason.
        sketches = heapq.nsmallest(_EMPTIEST, sketches, key=lambda one: len(one[1].visits))
    tried = [(job.cheapest(sketch), each, sketch) for each, sketch in sketches]
    trial, each, sketch = min(tried, key=lambda one: one[0].severity)
    broken = added_violations(sketch, job.put(sketch, trial))
    reason = broken[0].text if broken else "it fits nowhere"
    return replace(blank, name=each.route.shift.name, reason=reason)


def _without(each: BoardRoute, job: Job, board: Board) -> RouteSketch:
    gone = {order.id for order in job.orders}
    kept = [stop.order for stop in each.timetable.stops if stop.order.id not in gone]
    return RouteSketch(each.route.shift, kept, board.travel, frozen=each.route.frozen)


def _fixed(board: Board, job: Job, order: Order) -> str:
    """Why the other half of a pair may not be moved along; empty where it may."""
    for other in job.orders:
        route = board.route_of.get(other.id) if other.id != order.id else None
        if route is not None and not is_open(board.route(route)):
            name = board.route(route).route.shift.name
            return f"{other.reference} goes with it, and {name} is locked or released"
    return ""


def _depots(routes: Iterable[BoardRoute], wanted: DepotId | None) -> tuple[Depot, ...]:
    depots = {_depot(each).id: _depot(each) for each in routes}
    return tuple(depot for depot in depots.values() if wanted in (None, depot.id))


def _depot(each: BoardRoute) -> Depot:
    return each.route.shift.depot


def _each_once(found: list[Offer]) -> tuple[Offer, ...]:
    """Where two depots offer the same hours, the cheaper one."""
    chosen: dict[TimeWindow, Offer] = {}
    for offer in found:
        other = chosen.get(offer.window)
        if other is None or _price(offer) < _price(other):
            chosen[offer.window] = offer
    return tuple(chosen.values())


def _price(offer: Offer) -> float:
    return float("inf") if offer.extra_cost is None else offer.extra_cost
