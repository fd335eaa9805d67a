"""By how much an order misses a route: exact sums over every place, from two passes of a clock."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.clockwork import Leg
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.passes import Passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Seconds that one limit alone would have to give; None where it can't be the one.

    Breaks are left out of the sums: with one due, each figure is the least that may do.
    """

    closes_later: int | None
    opens_earlier: int | None
    ends_later: int | None
    starts_earlier: int | None


def shortfall(sketch: RouteSketch, order: Order) -> Shortfall:
    """What the nearest place of each kind would ask for."""
    frame, visits = sketch.frame, sketch.visits
    visit = frame.visit(order)
    if not (sketch.is_plain and visit.is_plain):
        return _unknown(order)
    passes = Passes(sketch)
    limit = passes.latest[-1]
    is_resting = frame.rest_s >= 0
    later: list[int] = []
    earlier: list[int] = []
    ends: list[int] = []
    starts: list[int] = []
    for place in range(len(visits) + 1):
        into: Leg = frame.leg(visits[place - 1], visit) if place else frame.first_leg(visit)
        out = frame.leg(visit, visits[place]) if place < len(visits) else frame.last_leg(visit)
        if into.is_broken or out.is_broken:
            continue
        arrival = passes.ready[place] + into.seconds
        begin = max(arrival, visit.opens)
        gone = visit.service_s + out.seconds
        due = passes.latest[place] - gone
        if begin <= due and (begin > visit.closes or is_resting):
            later.append(begin - visit.closes)
        if arrival <= min(due, visit.closes) and (due < visit.opens or is_resting):
            earlier.append(visit.opens - due)
        if begin <= min(visit.closes, passes.open_end[place] - gone):
            end = max(begin + gone + passes.duration[place], passes.earliest_end[place])
            if end > limit or is_resting:
                ends.append(end - frame.end_s)
        by = min(due, visit.closes) - into.seconds
        is_in_time = visit.opens - into.seconds <= by and passes.bound[place] <= by
        if is_in_time and (by < passes.ready[place] or is_resting):
            starts.append(frame.begin_s - (by - passes.work[place]))
    return Shortfall(
        closes_later=_least(later) if order.window is not None else None,
        opens_earlier=_least(earlier) if order.window is not None else None,
        ends_later=_least(ends),
        starts_earlier=_least(starts),
    )


def _unknown(order: Order) -> Shortfall:
    """Where more rules hold than two passes can sum up, any second more may do."""
    window = None if order.window is None else 1
    return Shortfall(closes_later=window, opens_earlier=window, ends_later=1, starts_earlier=1)


def _least(seconds: list[int]) -> int | None:
    """Where a break takes the time, the sums without it may say that nothing is missing."""
    return max(1, min(seconds)) if seconds else None
