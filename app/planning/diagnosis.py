"""A stop or a route that breaks a rule: why, and the cheapest moves that mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.board import BoardRoute
from app.domain.edits import Edit
from app.domain.ids import OrderId
from app.domain.remedies import Diagnosis, Mend, Remedy
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.planning.arranging import arranged
from app.planning.case import Case, Less, helpful, most_places
from app.planning.causes import causes
from app.planning.concessions import concessions
from app.planning.departures import departures
from app.planning.jobs import Job
from app.planning.ladder import Ladders
from app.planning.nearness import nearest

_FAR = 4
"""Stops farther apart than that change places hardly ever to any good."""
_MOST_STOPS = 25
"""So many stops are moved to try it."""
_MOST_IN_GENERAL = 6
"""The same where rules ask for the whole clock at each place."""
_MOST_REMEDIES = 8


def diagnosis(ladders: Ladders, each: BoardRoute, order: OrderId | None) -> Diagnosis | None:
    """What `order` breaks on its route, or with None what the route breaks as a whole.

    None where nothing is broken. Released routes are explained but not changed.
    """
    broken = tuple(v for v in each.timetable.violations if v.order == order)
    if not broken:
        return None
    case = Case(each, ladders.sketch(each), order, broken)
    remedies: list[Remedy] = []
    if each.route.status is RouteStatus.DRAFT:
        looked_at = _looked_at(case)
        found = helpful(case, looked_at, ladders)
        remedies = [*concessions(case, ladders)]
        if each.route.lock is not Lock.SEQUENCE:
            remedies += [*_swaps(case, looked_at), *_moves(case, found)]
        if each.route.lock is Lock.NONE:
            remedies += departures(case, ladders, found)
    return Diagnosis(
        route=each.id,
        order=order,
        broken=broken,
        causes=causes(each, case.sketch, order, ladders.travel),
        remedies=nearest(remedies, _MOST_REMEDIES),
    )


def _swaps(case: Case, looked_at: Sequence[int]) -> Iterator[Remedy]:
    sketch = case.sketch
    count = len(sketch.visits)
    for first in looked_at:
        for second in range(first + 1, min(count, first + 1 + _FAR)):
            visits = list(sketch.visits)
            visits[first], visits[second] = visits[second], visits[first]
            swapped = sketch.of(visits)
            # Looked at before its rules are named: most swaps only make it worse.
            if swapped.severity < sketch.severity and case.is_mended_by(swapped):
                names = (visits[second].order.reference, visits[first].order.reference)
                text = f"Swap stops {first + 1} and {second + 1} ({', '.join(names)})"
                orders = (visits[second].order.id, visits[first].order.id)
                yield _within(case, Mend.SWAP, text, swapped, effort=1, orders=orders)


def _moves(case: Case, found: Sequence[Less]) -> Iterator[Remedy]:
    """One stop, or a pair, to its best place of the same route."""
    for less in found:
        job, shorter = less.job, less.sketch
        if less.other is not None:
            job = Job(case.sketch.visits[less.numbers[0]].order)
        is_about = any(order.id == case.order for order in job.orders)
        trial = job.fitting(shorter, most=most_places(shorter))
        if trial is None and is_about and shorter.is_plain:
            # On a route that breaks more rules it may still be no worse for the others.
            trial = job.cheapest(shorter)
        if trial is None:
            continue
        moved = job.put(shorter, trial)
        if moved.orders != case.sketch.orders and case.is_mended_by(moved):
            yield _moved(case, job, less.numbers, moved)


def _moved(case: Case, job: Job, numbers: Sequence[int], moved: RouteSketch) -> Remedy:
    """One half of a pair may stay where it is: only what comes to another place is named."""
    now = {order.id: number for number, order in enumerate(moved.orders)}
    moves = [
        (order, here, now[order.id])
        for order, here in zip(job.orders, numbers, strict=True)
        if here != now[order.id]
    ]
    names = " with ".join(order.reference for order, _, _ in moves)
    here = " and ".join(f"{number + 1}" for _, number, _ in moves)
    there = " and ".join(f"{number + 1}" for _, _, number in moves)
    text = f"Move {names} from {'stop' if len(moves) == 1 else 'stops'} {here} to {there}"
    orders = tuple(order.id for order, _, _ in moves)
    return _within(case, Mend.MOVE, text, moved, effort=1.5, orders=orders)


def _looked_at(case: Case) -> list[int]:
    """The stops that are moved to try it: those up to the one that is late, and those behind it
    whose goods the van waits for; or else the longest."""
    sketch = case.sketch
    most = _MOST_STOPS if sketch.is_plain else _MOST_IN_GENERAL
    numbers = range(sketch.frozen, len(sketch.visits))
    if case.order is not None:
        target = next(n for n, visit in enumerate(sketch.visits) if visit.order.id == case.order)
        before = [n for n in numbers if n <= target][-most:]
        waited = [n for n in numbers if n > target and sketch.visits[n].order.rules.released_at]
        return [*before, *waited[:most]]
    legs = [leg.seconds for leg in sketch.frame.legs(sketch.visits)]
    spent = {
        number: legs[number]
        + legs[number + 1]
        + sketch.visits[number].order.service_time.total_seconds()
        for number in numbers
    }
    return sorted(sorted(numbers, key=lambda number: -spent[number])[:most])


def _within(
    case: Case,
    kind: Mend,
    text: str,
    sketch: RouteSketch,
    *,
    effort: float,
    orders: tuple[OrderId, ...],
) -> Remedy:
    edit: Edit = arranged((case.each, [order.id for order in sketch.orders]))
    return Remedy(
        kind=kind,
        text=text,
        edit=edit,
        effort=effort,
        extra_cost=sketch.cost - case.sketch.cost,
        route=case.each.id,
        orders=orders,
    )
