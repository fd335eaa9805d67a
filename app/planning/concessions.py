"""What would have to give way so that a route keeps its rules with the stops it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from app.domain.edits import ChangeFleet, ChangeOrders, Edit
from app.domain.fleet import Shift
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy
from app.domain.sketch import RouteSketch
from app.domain.violations import Violation, ViolationKind
from app.planning.case import Case
from app.planning.crew import Crew
from app.planning.halves import routed_pairs
from app.planning.jobs import Job, is_left_behind
from app.planning.ladder import Ladders
from app.planning.nearness import ANOTHER, effort_of
from app.planning.relaxing import (
    LIMITS,
    SHIFTS,
    STEP_S,
    first_of,
    over_room,
    raised,
    reduced,
    share_of,
    smallest,
    taught,
)
from app.planning.remedy_texts import (
    break_text,
    limits_text,
    load_text,
    shift_text,
    skill_text,
    window_text,
)
from app.planning.widening import (
    Side,
    break_sides,
    is_rested,
    sides,
    wider,
    windows_of,
    with_break,
)

_LIGHTER = 25
"""Of so many orders less is sent to try it."""
_LIGHTER_IN_GENERAL = 6
"""The same where rules ask for the whole clock."""
_OF_A_KIND = 2
_STILL_BROKEN = 60.0
"""So much farther away is what leaves another rule broken."""


def concessions(case: Case, ladders: Ladders) -> Iterator[Remedy]:
    """Each is the least that is enough, tried out by the clock.

    Where more is broken than one thing mends, its text says what is left.
    """
    yield from _later_or_more(case, ladders.crew)
    yield from _earlier(case, ladders.crew)
    yield from _rest_moved(case)
    yield from _window_longer(case)
    yield from _opened_before(case)
    yield from _collected(case, ladders)
    yield from _lighter(case, ladders)
    yield from _skilled(case, ladders.crew)


def _later_or_more(case: Case, crew: Crew) -> Iterator[Remedy]:
    """The shift ends later, and may work more, drive farther or have more stops."""
    shift = case.each.route.shift
    over = _of(case, ViolationKind.SHIFT_EXCEEDED)
    limits = _of(case, *LIMITS)
    longer = raised(shift, limits) if limits else shift
    if longer is None or not (over or limits):
        return
    texts, seconds = [], 0
    if over:
        answer = _least(case, over + limits, partial(SHIFTS[Mend.SHIFT_LATER], longer))
        if answer is None:
            return
        seconds, sketch = answer
        longer = sketch.frame.shift
        if not crew.is_free(shift, longer):
            return
        texts.append(shift_text(Mend.SHIFT_LATER, longer, seconds))
    else:
        sketch = case.sketch.on(longer)
    if limits:
        text = limits_text(shift, limits)
        texts.append(text[:1].lower() + text[1:] if texts else text)
    effort = effort_of(Mend.SHIFT_LATER, seconds) if over else 0.0
    yield from _remedy(
        case,
        over + limits,
        sketch,
        Mend.LIMIT if limits else Mend.SHIFT_LATER,
        "; ".join(texts),
        ChangeFleet(put=(longer,)),
        effort=effort + (effort_of(Mend.LIMIT) if limits else 0.0),
        amount=seconds,
    )


def _earlier(case: Case, crew: Crew) -> Iterator[Remedy]:
    shift = case.each.route.shift
    broken = _of(case, ViolationKind.LATE, ViolationKind.SHIFT_EXCEEDED)
    if not broken or case.sketch.frozen:
        return
    answer = _least(case, broken, partial(SHIFTS[Mend.SHIFT_EARLIER], shift))
    if answer is None:
        return
    seconds, sketch = answer
    changed = sketch.frame.shift
    if not crew.is_free(shift, changed):
        return
    yield from _remedy(
        case,
        broken,
        sketch,
        Mend.SHIFT_EARLIER,
        shift_text(Mend.SHIFT_EARLIER, changed, seconds),
        ChangeFleet(put=(changed,)),
        effort=effort_of(Mend.SHIFT_EARLIER, seconds),
        amount=seconds,
    )


def _rest_moved(case: Case) -> Iterator[Remedy]:
    """The window of a break opened on one side: where least is enough."""
    shift = case.each.route.shift
    broken = _of(case, ViolationKind.BREAK_MISSED) or _of(case, ViolationKind.LATE)
    if not broken:
        return
    known = [
        (*answer, at)
        for at in break_sides(shift)
        if (answer := _least(case, broken, partial(with_break, shift, at=at))) is not None
    ]
    if not known:
        return
    seconds, sketch, at = min(known, key=lambda answer: answer[0])
    yield from _remedy(
        case,
        broken,
        sketch,
        Mend.BREAK,
        break_text(shift, at, seconds, is_taken=is_rested(sketch, at)),
        ChangeFleet(put=(sketch.frame.shift,)),
        effort=effort_of(Mend.BREAK, seconds),
        amount=seconds,
    )


def _window_longer(case: Case) -> Iterator[Remedy]:
    broken = _of(case, ViolationKind.LATE)
    order = next((o for o in case.sketch.orders if o.id == case.order), None)
    if not broken or order is None or order.window is None:
        return
    found = []
    for side in sides(windows_of(order)):
        if side.is_later:
            answer = _with_wider(case, broken, order, side)
            if answer is not None:
                found.append((*answer, side))
    if not found:
        return
    seconds, sketch, side = min(found, key=lambda answer: answer[0])
    yield from _remedy(
        case,
        broken,
        sketch,
        Mend.WINDOW_LATER,
        window_text(order, side, seconds, case.each.route.shift.depot.zone),
        ChangeOrders(put=(wider(order, side, seconds),)),
        effort=effort_of(Mend.WINDOW_LATER, seconds),
        amount=seconds,
    )


def _opened_before(case: Case) -> Iterator[Remedy]:
    """The last stop before it that begins just when its window opens: that window opens earlier.

    Whatever was lost before that stop is no matter of the time behind it.
    """
    broken = _of(case, ViolationKind.LATE, ViolationKind.SHIFT_EXCEEDED)
    stops = list(case.each.timetable.stops)
    last = next((n for n, stop in enumerate(stops) if stop.order.id == case.order), len(stops))
    found = [
        (stop.order, side)
        for stop in stops[case.sketch.frozen : last]
        for side in sides(windows_of(stop.order))
        if not side.is_later and windows_of(stop.order)[side.number].start == stop.begin
    ]
    if not broken or not found:
        return
    order, side = found[-1]
    answer = _with_wider(case, broken, order, side)
    if answer is None:
        return
    seconds, sketch = answer
    zone = case.each.route.shift.depot.zone
    yield from _remedy(
        case,
        broken,
        sketch,
        side.kind,
        window_text(order, side, seconds, zone, is_named=True),
        ChangeOrders(put=(wider(order, side, seconds),)),
        effort=effort_of(side.kind, seconds) + ANOTHER,
        amount=seconds,
        orders=(order.id,),
    )


def _collected(case: Case, ladders: Ladders) -> Iterator[Remedy]:
    """The pickup of its goods, which is on no route, comes to this one."""
    order = next((o for o in case.sketch.orders if o.id == case.order), None)
    if order is None or any(v.kind is not ViolationKind.PAIR_BROKEN for v in case.broken):
        return
    pickup = next((o for o in ladders.board.unassigned if o.id == order.rules.collected_by), None)
    if pickup is not None and is_left_behind(ladders.board, pickup, Job(pickup, order)):
        ladder = ladders.ladder(pickup)
        yield from (each for each in ladder.remedies if each.kind is Mend.PLACE)


def _with_wider(
    case: Case, broken: Sequence[Violation], order: Order, side: Side
) -> tuple[int, RouteSketch] | None:
    """How much longer the window must be at that side."""

    def tried(seconds: int) -> RouteSketch | None:
        sketch = _with(case, [wider(order, side, seconds)])
        return None if case.left_by(sketch, broken) is None else sketch

    return smallest(STEP_S, broken[0].amount, tried, is_dear=True)


def _lighter(case: Case, ladders: Ladders) -> Iterator[Remedy]:
    """Less of one order, of both halves of a pair: first of those that would miss least of it."""
    broken = _of(case, ViolationKind.OVER_CAPACITY)
    over = over_room(broken)
    if not broken:
        return
    pairs = routed_pairs(ladders.board)
    jobs = (pairs.get(order.id, Job(order)) for order in _loadable(case))
    smaller = []
    for job in {job.first.id: job for job in jobs}.values():
        left = [less for order in job.orders if (less := reduced(order, over)) is not None]
        if len(left) == len(job.orders):
            smaller.append((max(share_of(order, over) for order in job.orders), job, left))
    smaller.sort(key=lambda one: (one[0], one[1].name))
    found = 0
    for share, job, left in smaller[: _LIGHTER if case.sketch.is_plain else _LIGHTER_IN_GENERAL]:
        does = "Collect" if job.orders[-1].kind is OrderKind.PICKUP else "Send"
        for remedy in _remedy(
            case,
            broken,
            _with(case, left),
            Mend.LIGHTER,
            f"{does} {load_text(over)} less of {job.name}",
            ChangeOrders(put=tuple(left)),
            effort=effort_of(Mend.LIGHTER, share=share),
            amount=first_of(over),
            orders=tuple(order.id for order in job.orders),
        ):
            yield remedy
            found += 1
        if found == _OF_A_KIND:
            return


def _loadable(case: Case) -> list[Order]:
    """The orders of which less can still be loaded."""
    out = case.each.route.shift.underway
    return [
        order
        for order in case.sketch.orders[case.sketch.frozen :]
        if out is None or order.kind is OrderKind.PICKUP or out.loads_from(order.id)
    ]


def _skilled(case: Case, crew: Crew) -> Iterator[Remedy]:
    """The driver may have learnt it."""
    shift = case.each.route.shift
    broken = _of(case, ViolationKind.MISSING_SKILL)
    order = next((o for o in case.sketch.orders if o.id == case.order), None)
    if not broken or order is None:
        return
    missing = order.requirements - shift.abilities
    if not crew.may_learn(missing):
        return
    driver = taught(shift.driver, missing)
    yield from _remedy(
        case,
        broken,
        case.sketch.on(replace(shift, driver=driver)),
        Mend.SKILL,
        skill_text(driver, missing),
        ChangeFleet(put=(driver,)),
        effort=effort_of(Mend.SKILL),
        amount=len(missing),
    )


def _of(case: Case, *kinds: ViolationKind) -> tuple[Violation, ...]:
    return tuple(violation for violation in case.broken if violation.kind in kinds)


def _with(case: Case, changed: Sequence[Order]) -> RouteSketch:
    """The route with these versions of some of its orders."""
    frame, new = case.sketch.frame, {order.id: order for order in changed}
    visits = [
        frame.visit(new[visit.order.id]) if visit.order.id in new else visit
        for visit in case.sketch.visits
    ]
    return case.sketch.of(visits)


def _least(
    case: Case, broken: Sequence[Violation], change: Callable[[int], Shift]
) -> tuple[int, RouteSketch] | None:
    """The fewest minutes of a change to the shift that mend what is broken."""

    def tried(seconds: int) -> RouteSketch | None:
        sketch = case.sketch.on(change(seconds))
        return None if case.left_by(sketch, broken) is None else sketch

    return smallest(STEP_S, broken[0].amount, tried, is_dear=True)


def _remedy(
    case: Case,
    mended: Sequence[Violation],
    sketch: RouteSketch,
    kind: Mend,
    text: str,
    edit: Edit,
    *,
    effort: float,
    amount: int = 0,
    orders: tuple[OrderId, ...] = (),
) -> Iterator[Remedy]:
    """The change, if it mends that and breaks no other rule."""
    left = case.left_by(sketch, mended)
    if left is None:
        return
    if left:
        text = f"{text}; then still {', '.join(violation.text for violation in left)}"
    yield Remedy(
        kind=kind,
        text=text,
        edit=edit,
        effort=effort + _STILL_BROKEN * len(left),
        extra_cost=sketch.cost - case.sketch.cost,
        route=case.each.id,
        amount=amount,
        orders=orders,
    )
