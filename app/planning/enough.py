"""The least of one thing with which a shift that has not enough room takes an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from app.domain.board import BoardRoute
from app.domain.edits import ChangeFleet, ChangeOrders, Compound, Edit
from app.domain.fleet import Shift
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy, Rung, Verdict
from app.domain.sketch import RouteSketch
from app.domain.trials import Trial
from app.domain.violations import Violation, ViolationKind
from app.planning.arranging import arranged
from app.planning.bare import Bare
from app.planning.crew import Crew
from app.planning.nearness import ANOTHER, effort_of, effort_of_limits
from app.planning.relaxing import (
    MOST_S,
    SHIFTS,
    STEP_S,
    first_of,
    in_steps,
    over_room,
    raised,
    reduced,
    share_of,
    smallest,
)
from app.planning.remedy_texts import break_text, limits_text, load_text, shift_text, window_text
from app.planning.shortfall import Shortfall, shortfall
from app.planning.widening import (
    BreakSide,
    Side,
    break_sides,
    closing,
    is_rested,
    one_by_one,
    sides,
    wider,
    windows_of,
    with_break,
    with_every_break,
)


@dataclass(frozen=True, slots=True)
class Tight:
    """A shift that has not enough room: what it broke at best, and how far off that is."""

    each: BoardRoute
    sketch: RouteSketch
    trial: Trial
    added: tuple[Violation, ...]
    """What the trial breaks."""
    rung: Rung


def enough(tight: Tight, order: Order, crew: Crew, *, is_thorough: bool) -> list[Remedy]:
    """Each is confirmed by the clock itself; breaks are moved where it is thorough."""
    found = [*_limits_raised(tight, order, crew)]
    if tight.trial.severity[0] > tight.sketch.severity[0]:
        return found
    if tight.trial.severity[1] > tight.sketch.severity[1]:
        return [*found, *_lighter(tight, order)]
    found += _by_time(tight, order, crew)
    found += _other_window(tight, order)
    if is_thorough:
        found += _break_moved(tight, order)
    return found


class _Wider(NamedTuple):
    """A window that is enough so much longer."""

    seconds: int
    trial: Trial
    side: Side


def _by_time(tight: Tight, order: Order, crew: Crew) -> Iterator[Remedy]:
    """One limit at a time."""
    shift = tight.each.route.shift
    lacks = [shortfall(tight.sketch, alone) for alone in one_by_one(order)]
    proven = _proven(tight, order)
    for is_later in (True, False):
        found = [
            _Wider(*answer, side)
            for side in sides(windows_of(order))
            if side.is_later is is_later
            and (answer := _with_wider(tight, order, side, lacks[side.number], proven))
        ]
        if found:
            yield _of_window(tight, order, min(found, key=lambda one: one.seconds))
    for kind, lacking in (
        (Mend.SHIFT_LATER, [lack.ends_later for lack in lacks]),
        (Mend.SHIFT_EARLIER, [lack.starts_earlier for lack in lacks]),
    ):
        known = [seconds for seconds in lacking if seconds is not None]
        if not known:
            continue
        tried = partial(_with_shift, SHIFTS[kind], tight, order)
        answer = _least(tight, tried, min(known), proven.get(kind, 0))
        if answer is not None and crew.is_free(shift, SHIFTS[kind](shift, answer[0])):
            yield _of_shift(tight, order, kind, *answer)


def _least(
    tight: Tight, tried: Callable[[int], Trial | None], lacking: int, proven: int = 0
) -> tuple[int, Trial] | None:
    """How much it is, where so much is lacking but for the break."""
    sketch = tight.sketch
    likely = lacking + max(0, sketch.frame.rest_s)
    return smallest(max(lacking, proven), likely, tried, is_dear=not sketch.is_plain)


def _proven(tight: Tight, order: Order) -> dict[Mend, int]:
    """Where the least bad place is late for one reason only, no place is late by less."""
    late = tight.trial.severity[2]
    if tight.sketch.severity[2] or tight.rung.verdict is not Verdict.FULL:
        return {}
    match tight.rung.broken:
        case (Violation(kind=ViolationKind.SHIFT_EXCEEDED),):
            return {Mend.SHIFT_LATER: late}
        case (Violation(kind=ViolationKind.LATE, order=who),) if who == order.id:
            # Of several windows it missed the last, but another one may be nearer.
            return {} if order.rules.more_windows else {Mend.WINDOW_LATER: late}
    return {}


def _with_wider(
    tight: Tight, order: Order, side: Side, lacks: Shortfall, proven: dict[Mend, int]
) -> tuple[int, Trial] | None:
    """How much longer the window must be at that side."""
    lacking = lacks.closes_later if side.is_later else lacks.opens_earlier
    if lacking is None:
        return None
    is_of_another = any(
        each.kind is ViolationKind.LATE and each.order != order.id for each in tight.added
    )
    is_elsewhere = bool(order.rules.more_windows) or is_of_another

    def tried(seconds: int) -> Trial | None:
        changed = wider(order, side, seconds)
        # The place where least is broken may be far from where that window is near.
        if is_elsewhere and not tight.sketch.is_plain:
            return tight.sketch.fitting(changed)
        return _near(tight.sketch, changed, tight.trial)

    return _least(tight, tried, lacking, proven.get(side.kind, 0))


def _with_shift(
    change: Callable[[Shift, int], Shift], tight: Tight, order: Order, seconds: int
) -> Trial | None:
    """The place for the order with other hours, which may break no rule by themselves."""
    shift = change(tight.each.route.shift, seconds)
    if Bare.is_for(tight.sketch):
        return Bare.on(tight.sketch, shift).fitting_at(order, tight.trial.index)
    changed = tight.sketch.on(shift)
    is_kept = changed.severity <= tight.sketch.severity
    return _near(changed, order, tight.trial) if is_kept else None


def _near(sketch: RouteSketch, order: Order, tried: Trial) -> Trial | None:
    """A place; the one that was tried before where each asks for the whole clock."""
    if not sketch.is_plain:
        return sketch.fitting_at(order, tried.index)
    alone = one_by_one(order)
    if len(alone) == 1:
        return sketch.fitting(order)
    found = [trial for each in alone if (trial := sketch.fitting(each)) is not None]
    if not found:
        return None
    return sketch.fitting_at(order, min(found, key=lambda trial: trial.cost).index)


def _other_window(tight: Tight, order: Order) -> Iterator[Remedy]:
    """Where nothing else is broken than the window of one planned order: that one longer."""
    late = other_late(tight.added, tight.sketch, (order,))
    if late is None:
        return
    trial = late.sketch.fitting_at(order, tight.trial.index)
    if trial is None:
        return
    zone = tight.each.route.shift.depot.zone
    text = window_text(late.order, late.side, late.seconds, zone, is_named=True)
    yield placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        Mend.WINDOW_LATER,
        f"{text}: {_where(tight, trial)}",
        effort=effort_of(Mend.WINDOW_LATER, late.seconds) + ANOTHER,
        first=ChangeOrders(put=(late.changed,)),
        amount=late.seconds,
        orders=(late.order.id,),
    )


class OtherLate(NamedTuple):
    """A planned order that would be late."""

    order: Order
    side: Side
    seconds: int
    """So much longer its window is enough."""
    changed: Order
    sketch: RouteSketch
    """The route as planned with that window."""


def other_late(
    added: Sequence[Violation], sketch: RouteSketch, asked: Sequence[Order]
) -> OtherLate | None:
    """The planned order whose lateness is all that is broken for those that are asked for."""
    match added:
        case [Violation(kind=ViolationKind.LATE, order=who, increase=late_s)]:
            pass
        case _:
            return None
    if any(order.id == who for order in asked):
        return None
    number = next(n for n, visit in enumerate(sketch.visits) if visit.order.id == who)
    order = sketch.visits[number].order
    side, seconds = closing(order), in_steps(late_s)
    if side is None or seconds > MOST_S:
        return None
    changed, visits = wider(order, side, seconds), list(sketch.visits)
    visits[number] = sketch.frame.visit(changed)
    return OtherLate(order, side, seconds, changed, sketch.of(visits))


def _of_window(tight: Tight, order: Order, found: _Wider) -> Remedy:
    seconds, trial, side = found
    text = window_text(order, side, seconds, tight.each.route.shift.depot.zone)
    return placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        side.kind,
        f"{text}: {_where(tight, trial)}",
        effort=effort_of(side.kind, seconds),
        first=ChangeOrders(put=(wider(order, side, seconds),)),
        amount=seconds,
    )


def _of_shift(tight: Tight, order: Order, kind: Mend, seconds: int, trial: Trial) -> Remedy:
    changed = SHIFTS[kind](tight.each.route.shift, seconds)
    return placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        kind,
        shift_text(kind, changed, seconds),
        effort=effort_of(kind, seconds),
        first=ChangeFleet(put=(changed,)),
        amount=seconds,
    )


def _limits_raised(tight: Tight, order: Order, crew: Crew) -> Iterator[Remedy]:
    """The limits of the shift higher by what is too much at the least bad place."""
    now = tight.each.route.shift
    shift = raised(now, tight.added)
    trial = None if shift is None else tight.sketch.on(shift).fitting(order)
    if shift is None or trial is None or not crew.is_free(now, shift):
        return
    yield placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        Mend.LIMIT,
        limits_text(shift, tight.added),
        effort=effort_of_limits(tight.added),
        first=ChangeFleet(put=(shift,)),
    )


def _break_moved(tight: Tight, order: Order) -> Iterator[Remedy]:
    """A break's window opened on one side: the one of which least is enough."""
    shift = tight.each.route.shift
    best: tuple[int, Trial, BreakSide] | None = None
    movable = list(break_sides(shift))
    if not movable or _with_shift(with_every_break, tight, order, MOST_S) is None:
        return
    for at in movable:
        tried = partial(_with_shift, partial(with_break, at=at), tight, order)
        answer = smallest(STEP_S, STEP_S, tried, is_dear=not tight.sketch.is_plain)
        if answer is not None and (best is None or answer[0] < best[0]):
            best = (*answer, at)
    if best is None:
        return
    seconds, trial, at = best
    changed = with_break(shift, seconds, at)
    is_taken = is_rested(tight.sketch.on(changed).with_order(order, trial.index), at)
    yield placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        Mend.BREAK,
        break_text(shift, at, seconds, is_taken=is_taken),
        effort=effort_of(Mend.BREAK, seconds),
        first=ChangeFleet(put=(changed,)),
        amount=seconds,
    )


def _lighter(tight: Tight, order: Order) -> Iterator[Remedy]:
    """The order without what is too much at the place where that is least."""
    over = over_room(tight.added)
    smaller = reduced(order, over)
    trial = None if smaller is None else tight.sketch.fitting(smaller)
    if smaller is None or trial is None:
        return
    does = "Send" if order.kind is OrderKind.DELIVERY else "Collect"
    yield placed(
        tight.each,
        order,
        trial.index,
        trial.cost - tight.sketch.cost,
        Mend.LIGHTER,
        f"{does} {load_text(over)} less: {_where(tight, trial)}",
        effort=effort_of(Mend.LIGHTER, share=share_of(order, over)),
        first=ChangeOrders(put=(smaller,)),
        amount=first_of(over),
    )


def names_in(
    each: BoardRoute, broken: Iterable[Violation], asked: Sequence[Order]
) -> tuple[tuple[OrderId, str], ...]:
    """Whose rules these are; of an order that is asked for alone that goes without saying."""
    said = asked[0].id if len(asked) == 1 else None
    whose = {violation.order for violation in broken} - {None, said}
    if not whose:
        return ()
    known = (*asked, *(stop.order for stop in each.timetable.stops))
    return tuple((order.id, order.reference) for order in known if order.id in whose)


def placed(
    each: BoardRoute,
    order: Order,
    index: int,
    extra_cost: float,
    kind: Mend,
    text: str,
    *,
    effort: float,
    first: Edit | None = None,
    amount: int = 0,
    orders: tuple[OrderId, ...] = (),
) -> Remedy:
    """The order at that position of the route, after another edit."""
    sequence = [stop.order.id for stop in each.timetable.stops]
    sequence.insert(index, order.id)
    put: Edit = arranged((each, sequence))
    return Remedy(
        kind=kind,
        text=text,
        edit=put if first is None else Compound(edits=(first, put)),
        effort=effort,
        extra_cost=extra_cost,
        route=each.id,
        amount=amount,
        orders=orders,
    )


def _where(tight: Tight, trial: Trial) -> str:
    return f"{tight.each.route.shift.name}, stop {trial.index + 1}"
