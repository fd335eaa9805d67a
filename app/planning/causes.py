"""Why a stop is late, or a route too long: what would be earlier if one thing were not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from app.domain.board import BoardRoute
from app.domain.fleet import Shift
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.remedies import Cause
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.timetable import StopTime, Travel
from app.domain.violations import Violation, ViolationKind, duration_text

TIMED = (ViolationKind.LATE, ViolationKind.SHIFT_EXCEEDED, ViolationKind.BREAK_MISSED)
"""What a clock decides, so that it has causes before it."""
_LONG = timedelta(minutes=10)
"""Shorter service, waiting or detours explain nothing."""
_SOME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Without:
    """The route as it would be without one thing."""

    rank: int
    took: timedelta
    """Of those that are alike the longest comes first."""
    text: str
    sketch: RouteSketch
    order: OrderId | None


def causes(
    each: BoardRoute, sketch: RouteSketch, order: OrderId | None, travel: Travel
) -> tuple[Cause, ...]:
    """The one or two things that take most of the time, the gravest first.

    Each is tried out: the route is run again as if it were not there.
    """
    late = _late_s(sketch.violations, order)
    if not late:
        return ()
    last = len(sketch.visits)
    if order is not None:
        last = 1 + next(n for n, visit in enumerate(sketch.visits) if visit.order.id == order)
    found = []
    for without in _each_without(each, sketch, travel, last, order):
        gained = min(late, late - _late_s(without.sketch.violations, order))
        if gained > 0:
            cause = Cause(text=without.text, seconds=gained, order=without.order)
            found.append((-gained, without.rank, -without.took, cause))
    ranked = [cause for *_, cause in sorted(found, key=lambda one: one[:3])]
    if not ranked:
        return ()
    return tuple(ranked[:1] if ranked[0].seconds >= late else ranked[:2])


def _late_s(violations: Sequence[Violation], order: OrderId | None) -> int:
    """How late the stop is, or what the whole route breaks of time."""
    return sum(v.amount for v in violations if v.kind in TIMED and v.order == order)


def _each_without(
    each: BoardRoute,
    sketch: RouteSketch,
    travel: Travel,
    last: int,
    target: OrderId | None,
) -> Iterator[_Without]:
    shift, table = each.route.shift, each.timetable
    zone, orders = shift.depot.zone, sketch.orders
    for number, stop in enumerate(table.stops[:last]):
        order, name = stop.order, f"stop {number + 1}, {stop.order.reference}"
        opened = next((w for w in order.windows if w.start == stop.begin), None)
        if opened is not None and opened.start > shift.window.start:
            rules = replace(order.rules, more_windows=())
            whole = replace(opened, start=shift.window.start)
            open_one = replace(order, window=whole, rules=rules)
            if stop.waiting >= _SOME:
                text = f"the waiting of {_spent(stop.waiting)} at {name}"
            else:
                # The van leaves late rather than wait there.
                opens = local(opened.start, zone)
                text = f"the window of {name}, which opens at {opens:%H:%M}"
            yield _Without(0, stop.waiting, text, _with(sketch, number, open_one), order.id)
        served = stop.departure - stop.begin
        if served >= _LONG and order.id != target:
            quick = replace(order, service_time=timedelta())
            text = f"the {_spent(served)} at the door of {name}"
            yield _Without(3, served, text, _with(sketch, number, quick), order.id)
        detour = timedelta(seconds=_detour_s(table.stops, number, sketch))
        if detour >= _LONG and order.id != target:
            text = f"the detour of {_spent(detour)} to {name}"
            yield _Without(4, detour, text, _nearer(sketch, number), order.id)
    for number, stop in enumerate(table.stops):
        # The van waits for goods of later stops, too, before it leaves for the first one.
        order, ready_at = stop.order, stop.order.rules.released_at
        if ready_at is not None:
            ready = replace(order, rules=replace(order.rules, released_at=None))
            clock = f"{local(ready_at, zone):%H:%M}"
            text = f"the goods of stop {number + 1}, {order.reference}, which are ready at {clock}"
            yield _Without(1, timedelta(), text, _with(sketch, number, ready), order.id)
    for taken in table.breaks:
        # On the way home it makes no stop late, but the whole route longer.
        if taken.index < last or target is None:
            begin = local(taken.begin, zone)
            rested = RouteSketch(
                _resting_less(shift, taken.number), orders, travel, frozen=sketch.frozen
            )
            yield _Without(2, taken.end - taken.begin, f"the break at {begin:%H:%M}", rested, None)


def _resting_less(shift: Shift, number: int) -> Shift:
    """Without that break; -1 is the shift's own."""
    if number < 0:
        return replace(shift, rest=None)
    pauses = tuple(p for n, p in enumerate(shift.rules.pauses) if n != number)
    return replace(shift, rules=replace(shift.rules, pauses=pauses))


def _with(sketch: RouteSketch, number: int, changed: Order) -> RouteSketch:
    visits = list(sketch.visits)
    visits[number] = sketch.frame.visit(changed)
    return sketch.of(visits)


def _nearer(sketch: RouteSketch, number: int) -> RouteSketch:
    """As if the stop were on the way: at the place of the one before."""
    before = sketch.visits[number - 1].order if number else None
    order = sketch.visits[number].order
    place = before.place if before is not None else None
    if place is None or order.place is None:
        return sketch.without(number)
    visits = list(sketch.visits)
    visits[number] = sketch.frame.visit(replace(order, place=place))
    return sketch.of(visits)


def _detour_s(stops: Sequence[StopTime], number: int, sketch: RouteSketch) -> int:
    """What the way there and on takes longer than the way past it."""
    frame, visits = sketch.frame, sketch.visits
    here = visits[number]
    into = stops[number].leg_s
    if number + 1 < len(visits):
        out = stops[number + 1].leg_s
        past = frame.leg(visits[number - 1], visits[number + 1]) if number else None
        past = past or frame.first_leg(visits[number + 1])
    else:
        out = frame.last_leg(here).seconds
        past = frame.last_leg(visits[number - 1]) if number else None
    return into + out - (past.seconds if past is not None else 0)


def _spent(length: timedelta) -> str:
    return duration_text(int(length.total_seconds()))
