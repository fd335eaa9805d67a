"""Which delivery slots of a day a new order still fits into, and what each costs extra."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardRoute
from app.domain.fleet import Depot, Slot
from app.domain.ids import DepotId, RouteId
from app.domain.insertion import added_violations
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow, day_window, local
from app.domain.trials import Trial
from app.planning.arranging import is_open


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
    not locked. An order that is on a route already is counted as if it were not.
    """
    sketches = [(each, _without(each, order, board)) for each in board.routes if is_open(each)]
    found = []
    for depot in _depots(board.routes, order.depot):
        mine = [(each, sketch) for each, sketch in sketches if _depot(each) == depot]
        for slot in depot.delivery_slots:
            window = day_window(board.day, slot.start, slot.end, depot.zone)
            is_today = now is not None and local(now, depot.zone).date() == board.day
            if not is_today or now is None or window.end > now:
                asked = replace(order, day=board.day, window=window)
                found.append(_offer(board.day, slot, depot, asked, mine))
    found.sort(key=lambda offer: (offer.window.start, offer.window.end))
    return _each_once(found)


def best(offered: Iterable[Offer]) -> Offer | None:
    """The cheapest that is feasible; of equals the first."""
    feasible = [offer for offer in offered if offer.extra_cost is not None]
    return min(feasible, key=lambda offer: offer.extra_cost or 0.0, default=None)


def _offer(
    day: date,
    slot: Slot,
    depot: Depot,
    order: Order,
    sketches: list[tuple[BoardRoute, RouteSketch]],
) -> Offer:
    assert order.window is not None
    blank = Offer(
        day=day, slot=slot, window=order.window, time_zone=depot.time_zone, extra_cost=None
    )
    if not sketches:
        return replace(blank, reason="no open shift loads there on this day")
    tried = [(sketch.cheapest(order), each, sketch) for each, sketch in sketches]
    fits = [one for one in tried if one[0].is_feasible]
    if fits:
        trial, each, sketch = min(fits, key=_extra)
        return replace(
            blank,
            extra_cost=trial.cost - sketch.cost,
            route=each.id,
            name=each.route.shift.name,
        )
    trial, each, sketch = min(tried, key=lambda one: one[0].severity)
    broken = added_violations(sketch, sketch.with_order(order, trial.index))
    reason = broken[0].text if broken else "it fits nowhere"
    return replace(blank, name=each.route.shift.name, reason=reason)


def _extra(tried: tuple[Trial, BoardRoute, RouteSketch]) -> float:
    return tried[0].cost - tried[2].cost


def _without(each: BoardRoute, order: Order, board: Board) -> RouteSketch:
    kept = [stop.order for stop in each.timetable.stops if stop.order.id != order.id]
    return RouteSketch(each.route.shift, kept, board.travel, frozen=each.route.frozen)


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
