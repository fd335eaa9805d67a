"""Which planned orders would have to leave a route so that another one fits, at the least loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.board import Board, BoardRoute
from app.domain.checks import CLEAN
from app.domain.clockwork import NEVER, Frame, Visit, loads
from app.domain.ids import OrderId
from app.domain.insertion import Drag, added_violations
from app.domain.orders import Order
from app.domain.remedies import Mend, Remedy
from app.domain.sketch import RouteSketch
from app.domain.terms import Terms, may_reload
from app.domain.timetable import Travel
from app.domain.trials import PairTrial, Trial
from app.planning.arranging import arranged, is_open
from app.planning.bare import Bare
from app.planning.halves import Halves, Left
from app.planning.jobs import Job
from app.planning.passes import Passes

_MOST = 4
"""More orders than that are never given up for one."""
_PLACES = 12
"""A pair is tried at so many of every two places where each asks for the whole clock."""
_QUICK = 2
"""So many are tried one by one where the search is not thorough."""


class _Group(NamedTuple):
    """What leaves at once: a stop, or both halves of a pair, wherever the other one is."""

    numbers: tuple[int, ...]
    """The stops of this route."""
    orders: tuple[Order, ...]
    away: tuple[OrderId, ...] = ()
    """The half that is on another route."""

    @property
    def priority(self) -> int:
        return max(order.priority for order in self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOut:
    """A set of orders that, once left out, makes room."""

    orders: tuple[Order, ...]
    sequence: tuple[Order, ...]
    """The route afterwards, with the new order or pair."""
    where: str
    """Where these are in it, for people."""
    extra_cost: float
    """Of the route; what the orders left out are worth is in `loss`."""
    loss: float
    """Each order left out counts 60, and 60 more for each step of its priority."""
    left: Left = ()
    """Other routes that are left by halves of pairs."""


def push_out(
    each: BoardRoute,
    sketch: RouteSketch,
    job: Job,
    halves: Halves,
    *,
    is_thorough: bool,
) -> PushOut | None:
    """Try single orders, the least important first; then more of them, the most helpful first.

    Thorough means every single order and every two with the most helpful one. Locked stops stay,
    and what is collected for another stop leaves with it, though that be on another route, or not
    at all.
    """
    free = _free(each, sketch, halves)
    free.sort(
        key=lambda group: (
            group.priority,
            -sum(_relief(sketch, n, job.first) for n in group.numbers),
        )
    )
    whole: RouteSketch | Bare = Bare.of(sketch) if Bare.is_for(sketch) else sketch
    rest, out = whole, list[_Group]()
    while free and sum(len(gone.orders) for gone in out) < _MOST:
        left = [n for gone in out for n in gone.numbers]
        good, without = [], {}
        is_promising = _judge(rest, job)
        for group in free if is_thorough else free[: 1 if out else _QUICK]:
            numbers = [n - sum(gone < n for gone in left) for n in group.numbers]
            if len(numbers) == 1 and not is_promising(numbers[0]):
                continue
            shorter = without[group.numbers] = _without(rest, numbers)
            if (trial := _fitting(sketch, shorter, job)) is not None:
                good.append((group, shorter, trial))
        if good:
            group, shorter, trial = min(good, key=lambda one: (one[0].priority, one[2].cost))
            out.append(group)
            for no_help in out[:-1] if len(out) > 2 else ():
                # Of two, each was tried alone; of more, not all that left may have been needed.
                fewer = [other for other in out if other is not no_help]
                longer = _without(whole, [n for gone in fewer for n in gone.numbers])
                if (found := _fitting(sketch, longer, job)) is not None:
                    out, shorter, trial = fewer, longer, found
            return _push(sketch, shorter, trial, job, out, halves)
        first = free.pop(0)
        numbers = [n - sum(gone < n for gone in left) for n in first.numbers]
        rest = without.get(first.numbers) or _without(rest, numbers)
        out.append(first)
    return None


def _free(each: BoardRoute, sketch: RouteSketch, halves: Halves) -> list[_Group]:
    """What may leave the route: single stops, and pairs whole."""
    locked = {stop.order for stop in each.route.stops if stop.is_locked}
    orders = sketch.orders
    groups = []
    for number, order in enumerate(orders):
        job = halves.pairs.get(order.id)
        if job is None:
            group = _Group((number,), (order,))
        else:
            here = tuple(orders.index(half) for half in job.orders if half in orders)
            away = tuple(half.id for half in job.orders if half not in orders)
            group = _Group(here, job.orders, away)
        if number == min(group.numbers) >= sketch.frozen and not (
            locked.intersection(half.id for half in group.orders)
            or (group.away and halves.left_by(group.away) is None)
        ):
            groups.append(group)
    return groups


def _fitting(
    before: RouteSketch, shorter: RouteSketch | Bare, job: Job
) -> Trial | PairTrial | None:
    """Where the job is on the route that orders have left, if no more rules are broken then.

    Of a route that breaks rules each counts: one may be mended and another one broken.
    """
    trial = job.fitting(shorter, most=NEVER if before.is_plain else _PLACES)
    if trial is None:
        return None
    if before.severity == CLEAN or isinstance(shorter, Bare):
        return trial if shorter.severity == CLEAN else None
    return None if added_violations(before, job.put(shorter, trial)) else trial


def _without(sketch: RouteSketch | Bare, numbers: Iterable[int]) -> RouteSketch | Bare:
    for number in sorted(numbers, reverse=True):
        sketch = sketch.without(number)
    return sketch


def _judge(sketch: RouteSketch | Bare, job: Job) -> Callable[[int], bool]:
    """Whether leaving out the stop at an index may make room for the order.

    Sums over the route, so that few stops need be left out by the clock to see what comes of it.
    """
    if isinstance(sketch, Bare):
        return lambda index: sketch.without(index).has_room(job.orders)
    visit: Visit = sketch.frame.visit(job.first)
    if job.second is not None or not visit.is_plain or sketch.severity != CLEAN:
        return lambda _index: True
    passes = Passes(sketch)
    aboard = loads(sketch.visits)
    # Goods to deliver are all aboard at the start, those picked up at the end.
    alike = aboard[0] if visit.is_delivery else aboard[-1]
    together = [now + more for now, more in zip(alike, visit.amounts, strict=True)]

    def is_promising(index: int) -> bool:
        gone = sketch.visits[index]
        less = gone.amounts if gone.is_delivery is visit.is_delivery else (0, 0, 0)
        rooms = zip(together, less, sketch.frame.capacity, strict=True)
        return all(now - out <= most for now, out, most in rooms) and passes.may_swap(visit, index)

    return is_promising


def _push(
    before: RouteSketch,
    shorter: RouteSketch | Bare,
    trial: Trial | PairTrial,
    job: Job,
    out: Sequence[_Group],
    halves: Halves,
) -> PushOut | None:
    """None where what is on another route can't leave it all together."""
    left = halves.left_by(order for group in out for order in group.away)
    if left is None:
        return None
    orders = tuple(order for group in out for order in group.orders)
    return PushOut(
        orders=orders,
        sequence=tuple(job.inserted(shorter.orders, trial)),
        where=places_text(trial),
        extra_cost=trial.cost - before.cost + halves.extra_cost(left),
        loss=sum(60.0 * (1 + each.priority) for each in orders),
        left=left,
    )


def places_text(trial: Trial | PairTrial) -> str:
    """The stops that a trial would make, for people."""
    if isinstance(trial, PairTrial):
        return f"stops {trial.pickup + 1} and {trial.delivery + 1}"
    return f"stop {trial.index + 1}"


def pushed(each: BoardRoute, push: PushOut) -> Remedy:
    """The orders in the way leave the plan."""
    names = ", ".join(order.reference for order in push.orders)
    return Remedy(
        kind=Mend.PUSH_OUT,
        text=f"Leave out {names}: {each.route.shift.name}, {push.where}",
        edit=arranged(
            (each, [order.id for order in push.sequence]),
            *((home, [order.id for order in rest.orders]) for home, rest in push.left),
        ),
        effort=60 + push.loss,
        extra_cost=push.extra_cost + sum(o.rules.drop_price or 0.0 for o in push.orders),
        route=each.id,
        amount=len(push.orders),
        orders=tuple(order.id for order in push.orders),
    )


class _Home(NamedTuple):
    """A route that takes an order that leaves another one."""

    extra_cost: float
    route: BoardRoute
    orders: Sequence[OrderId]
    """Its sequence then."""


def rehoused(
    board: Board, sketch_of: Callable[[BoardRoute], RouteSketch], each: BoardRoute, push: PushOut
) -> Remedy | None:
    """The one order in the way goes to another route instead."""
    if len(push.orders) > 1:
        return None
    (other,) = push.orders
    best: _Home | None = None
    others = [route for route in board.routes if route.id != each.id and is_open(route)]
    now = sketch_of(each)
    if not now.is_plain:
        others = [r for r in others if not _loads_again(r, other, board.travel)]
        afar = {route.id: route for route in others if not route.route.frozen}
        drag = Drag(others, [other], board.travel)
        for near in drag.fitting(list(afar), 1, is_any=True):
            index, extra_cost = drag.found(near)
            taken = list(afar[near].route.orders)
            taken.insert(index, other.id)
            best = _Home(extra_cost, afar[near], taken)
        others = [route for route in others if route.route.frozen]
    for route in others:
        sketch = sketch_of(route)
        trial = sketch.fitting(other)
        if trial is not None and (best is None or trial.cost - sketch.cost < best[0]):
            taken = [order.id for order in sketch.orders]
            taken.insert(trial.index, other.id)
            best = _Home(trial.cost - sketch.cost, route, taken)
    if best is None:
        return None
    return Remedy(
        kind=Mend.MAKE_ROOM,
        text=f"Give {other.reference} to {best.route.route.shift.name}: there is room then on "
        f"{each.route.shift.name}, {push.where}",
        edit=arranged(
            (each, [order.id for order in push.sequence]),
            (best.route, best.orders),
        ),
        effort=4,
        extra_cost=push.extra_cost + best.extra_cost,
        route=each.id,
        orders=(other.id,),
    )


def _loads_again(each: BoardRoute, order: Order, travel: Travel) -> bool:
    """Whether its van might have to: each place for the order would ask where, at great length."""
    shift = each.route.shift
    if not shift.rules.max_reloads:
        return False
    frame = Frame(shift, travel[shift.vehicle.profile])
    terms = Terms(frame)
    orders = (*(stop.order for stop in each.timetable.stops), order)
    return may_reload(terms, [terms.errand(frame.visit(known)) for known in orders])


def _relief(sketch: RouteSketch, number: int, order: Order) -> float:
    """About what leaving a stop out gives: its detour and service, and its share of the load."""
    frame, visits = sketch.frame, sketch.visits
    here = visits[number]
    into = frame.leg(visits[number - 1], here) if number else frame.first_leg(here)
    if number + 1 < len(visits):
        out = frame.leg(here, visits[number + 1])
        direct = (
            frame.leg(visits[number - 1], visits[number + 1])
            if number
            else frame.first_leg(visits[number + 1])
        )
    else:
        out = frame.last_leg(here)
        direct = frame.last_leg(visits[number - 1]) if number else into
    saved = into.seconds + out.seconds - direct.seconds + here.order.service_time.total_seconds()
    lifted = sum(
        min(1.0, mine / needed)
        for mine, needed in zip(here.order.load.amounts, order.load.amounts, strict=True)
        if needed
    )
    return saved + 600 * lifted
