"""The ladder of a collection and the delivery of its goods: they go together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import NamedTuple

from app.domain.board import Board, BoardRoute
from app.domain.checks import CLEAN
from app.domain.clockwork import NEVER
from app.domain.edits import ChangeFleet, ChangeOrders, Compound, Edit, LockRoutes
from app.domain.fleet import Shift
from app.domain.insertion import made_worse
from app.domain.orders import Order
from app.domain.remedies import Ladder, Mend, Remedy, Rung, Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.domain.trials import PairTrial
from app.domain.violations import Violation
from app.planning.afar import FITTING, Far, divided, far_rungs, is_everyday, sift, unasked
from app.planning.arranging import arranged
from app.planning.bare import Bare
from app.planning.crew import Crew
from app.planning.enough import names_in, other_late
from app.planning.halves import Halves
from app.planning.jobs import Job
from app.planning.nearness import ANOTHER, effort_of, effort_of_limits, nearest, nearness
from app.planning.push_out import PushOut, places_text, push_out, pushed, rehoused
from app.planning.relaxing import (
    MOST_S,
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
    BreakSide,
    Side,
    break_sides,
    is_rested,
    one_by_one,
    sides,
    wider,
    windows_of,
    with_break,
    with_every_break,
)

_MOST_REMEDIES = 8
_ASKED = 3
"""So many of the shifts that lack least are asked what would be enough: every two places of a
route are tried for each answer."""

_LOOKED, _PLACES = 6, 12
"""So many shifts are looked at that may take both and ask for the whole clock, the emptiest
first, and on each so many of every two places."""

Pair = tuple[Order, Order]
Sketch = Callable[[BoardRoute], RouteSketch]


@dataclass(frozen=True, slots=True)
class _Try:
    """A shift that has not enough room for both: where they break least, and what."""

    each: BoardRoute
    sketch: RouteSketch
    pair: Pair
    trial: PairTrial
    added: tuple[Violation, ...]
    rung: Rung

    @property
    def distance(self) -> tuple[tuple[int, float, int], float]:
        return self.trial.severity, self.trial.cost - self.sketch.cost


def is_open_pair(board: Board, job: Job) -> bool:
    """Whether it is a collection and its delivery, on no route, that may be on one."""
    if job.second is None or not all(each.is_plannable for each in job.orders):
        return False
    routed = board.route_of
    return not any(each.id in routed for each in job.orders)


def pair_ladder(
    board: Board,
    sketch: Sketch,
    order: Order,
    job: Job,
    halves: Halves,
    crew: Crew,
    *,
    is_refused: bool,
) -> Ladder:
    """Where both fit on one route; elsewhere what is in the way, and how little would be enough."""
    assert job.second is not None, "a pair has two halves"
    pair = job.first, job.second
    answers = _answers(board, sketch, pair, crew, is_refused=is_refused)
    rungs = [answer for answer in answers if isinstance(answer, Rung)]
    tight = sorted((a for a in answers if isinstance(a, _Try)), key=lambda a: a.distance)
    pushes: list[tuple[BoardRoute, PushOut]] = []
    for number, one in enumerate(tight):
        if number >= _ASKED:
            rungs.append(one.rung)
            continue
        is_thorough = one.sketch.is_plain or not number
        found = [*_enough(one, crew, is_thorough=is_thorough)]
        if one.rung.verdict is Verdict.FULL:
            push = push_out(one.each, one.sketch, job, halves, is_thorough=False)
            if push is not None:
                found.append(pushed(one.each, push))
                pushes.append((one.each, push))
        found.sort(key=lambda each: each.effort)
        rungs.append(replace(one.rung, remedies=tuple(found)))
    remedies = [remedy for rung in rungs for remedy in rung.remedies]
    for each, push in pushes[:1] if any(not one.sketch.is_plain for one in tight) else pushes:
        if (moved := rehoused(board, sketch, each, push)) is not None:
            remedies.append(moved)
    rungs.sort(key=nearness)
    return Ladder(order=order.id, rungs=tuple(rungs), remedies=nearest(remedies, _MOST_REMEDIES))


def _answers(
    board: Board, sketch: Sketch, pair: Pair, crew: Crew, *, is_refused: bool
) -> list[Rung | _Try]:
    """Shifts whose every two places ask for the whole clock are looked at from afar first."""
    job, travel = Job(*pair), board.travel
    answers: list[Rung | _Try] = []
    ruled = []
    for each in board.routes:
        if each.route.status is not RouteStatus.DRAFT:
            name = each.route.shift.name
            answers.append(Rung(route=each.id, name=name, verdict=Verdict.RELEASED))
        elif is_everyday(each, job, travel):
            answers.append(_asked(each, sketch, pair, crew))
        else:
            ruled.append(each)
    sifted = sift(ruled, job, travel)
    far = list(sifted.far)
    found, looked = {True: 0, False: 0}, 0
    for each in sorted(sifted.open, key=lambda each: len(each.timetable.stops)):
        is_locked = each.route.lock is not Lock.NONE
        if is_refused and not is_locked:
            far.append(Far(False, CLEAN, each))
            continue
        if found[is_locked] >= FITTING:
            answers.append(unasked(each))
            continue
        looked += 1
        trial = None
        if looked <= _LOOKED:
            trial = sketch(each).pairing(*pair).fitting(most=_PLACES)
        if trial is None:
            answers.append(unasked(each, "might fit; no place was found by a short look"))
        else:
            found[is_locked] += 1
            answers.append(_taking(each, sketch(each), pair, trial))
    asked, others = divided(far, travel)
    answers += [_asked(one.each, sketch, pair, crew) for one in asked]
    answers += far_rungs(others, job, travel)
    return answers


def _asked(each: BoardRoute, sketch_of: Sketch, pair: Pair, crew: Crew) -> Rung | _Try:
    route, shift, name = each.route, each.route.shift, each.route.shift.name
    sketch = sketch_of(each)
    empty = sketch.of([])
    on_empty, on_route = empty.pairing(*pair), sketch.pairing(*pair)
    alone, trial = on_empty.cheapest(), on_route.cheapest()
    is_locked = route.lock is not Lock.NONE
    if not alone.is_feasible or not trial.is_feasible:
        added = made_worse(sketch.violations, on_route.violations(trial))
        verdict, broken = Verdict.LOCKED if is_locked else Verdict.FULL, added
        if not alone.is_feasible:
            verdict = Verdict.IMPOSSIBLE
            broken = tuple(on_empty.violations(alone))
        names = names_in(each, broken, pair)
        rung = Rung(route=each.id, name=name, verdict=verdict, broken=broken, names=names)
        if is_locked:
            return rung
        missing = (pair[0].requirements | pair[1].requirements) - shift.abilities
        if missing and not crew.may_learn(missing):
            return rung
        if missing:
            return replace(rung, remedies=tuple(_skilled(each, sketch, pair, missing)))
        return _Try(each, sketch, pair, trial, added, rung)
    return _taking(each, sketch, pair, trial)


def _taking(each: BoardRoute, sketch: RouteSketch, pair: Pair, trial: PairTrial) -> Rung:
    """Both fit there, once the route is unlocked."""
    route, name = each.route, each.route.shift.name
    verdict, kind, first = Verdict.FITS, Mend.PLACE, None
    text, effort = f"Put both on {name}, {places_text(trial)}", 0
    if route.lock is not Lock.NONE:
        verdict, kind, effort = Verdict.LOCKED, Mend.UNLOCK, 5
        first = LockRoutes(locks={each.id: Lock.NONE}, seen={each.id: route.version})
        text = f"Unlock {name} and put both there, {places_text(trial)}"
    remedy = _placed(each, sketch, pair, trial, kind, text, effort=effort, first=first)
    return Rung(route=each.id, name=name, verdict=verdict, remedies=(remedy,))


def _skilled(
    each: BoardRoute, sketch: RouteSketch, pair: Pair, missing: frozenset[str]
) -> Iterator[Remedy]:
    """Where nothing else is in the way, the driver may have learnt it."""
    first, second = (replace(order, requirements=frozenset()) for order in pair)
    trial = sketch.pairing(first, second).fitting(most=NEVER if sketch.is_plain else _PLACES)
    if trial is None:
        return
    driver = taught(each.route.shift.driver, missing)
    yield _placed(
        each,
        sketch,
        pair,
        trial,
        Mend.SKILL,
        skill_text(driver, missing),
        effort=effort_of(Mend.SKILL),
        first=ChangeFleet(put=(driver,)),
        amount=len(missing),
    )


def _enough(tight: _Try, crew: Crew, *, is_thorough: bool) -> Iterator[Remedy]:
    """The least of one thing that makes room for both, each tried out by the clock itself.

    Breaks are moved where it is thorough.
    """
    worse = [a - b for a, b in zip(tight.trial.severity, tight.sketch.severity, strict=True)]
    yield from _limits_raised(tight, crew)
    if worse[0] > 0:
        return
    if worse[1] > 0:
        yield from _lighter(tight)
        return
    for half in range(2):
        for is_later in (True, False):
            yield from _by_window(tight, half, is_later=is_later)
    for kind in SHIFTS:
        yield from _by_shift(tight, kind, crew)
    yield from _other_window(tight)
    if is_thorough:
        yield from _by_break(tight)


class _Wider(NamedTuple):
    """A window that is enough so much longer."""

    seconds: int
    trial: PairTrial
    changed: Order
    text: str


def _by_window(tight: _Try, half: int, *, is_later: bool) -> Iterator[Remedy]:
    """The one window of that half of which least is enough."""
    order, found = tight.pair[half], []
    for side in sides(windows_of(order)):
        if side.is_later is not is_later:
            continue
        tried = partial(_with_wider, tight, order, side)
        is_dear = not tight.sketch.is_plain
        answer = smallest(STEP_S, tight.trial.severity[2], tried, is_dear=is_dear)
        if answer is not None:
            seconds, trial = answer
            zone = tight.each.route.shift.depot.zone
            how = window_text(order, side, seconds, zone, is_named=True)
            found.append(_Wider(seconds, trial, wider(order, side, seconds), how))
    if not found:
        return
    best = min(found, key=lambda one: one.seconds)
    kind = Mend.WINDOW_LATER if is_later else Mend.WINDOW_EARLIER
    yield _placed(
        tight.each,
        tight.sketch,
        tight.pair,
        best.trial,
        kind,
        f"{best.text}: {tight.rung.name}, {places_text(best.trial)}",
        effort=effort_of(kind, best.seconds),
        first=ChangeOrders(put=(best.changed,)),
        amount=best.seconds,
    )


def _with_wider(tight: _Try, order: Order, side: Side, seconds: int) -> PairTrial | None:
    changed = wider(order, side, seconds)
    first, second = (changed if half is order else half for half in tight.pair)
    return _near(tight.sketch, (first, second), tight.trial)


def _other_window(tight: _Try) -> Iterator[Remedy]:
    """Where nothing else is broken than the window of one planned order: that one longer."""
    late = other_late(tight.added, tight.sketch, tight.pair)
    trial = None if late is None else _near(late.sketch, tight.pair, tight.trial)
    if late is None or trial is None:
        return
    zone = tight.each.route.shift.depot.zone
    text = window_text(late.order, late.side, late.seconds, zone, is_named=True)
    yield _placed(
        tight.each,
        tight.sketch,
        tight.pair,
        trial,
        Mend.WINDOW_LATER,
        f"{text}: {tight.rung.name}, {places_text(trial)}",
        effort=effort_of(Mend.WINDOW_LATER, late.seconds) + ANOTHER,
        first=ChangeOrders(put=(late.changed,)),
        amount=late.seconds,
    )


def _by_shift(tight: _Try, kind: Mend, crew: Crew) -> Iterator[Remedy]:
    shift = tight.each.route.shift
    tried = partial(_with_shift, tight, SHIFTS[kind])
    is_dear = not tight.sketch.is_plain
    answer = smallest(STEP_S, tight.trial.severity[2], tried, is_dear=is_dear)
    if answer is None:
        return
    seconds, trial = answer
    changed = SHIFTS[kind](shift, seconds)
    if not crew.is_free(shift, changed):
        return
    yield _placed(
        tight.each,
        tight.sketch,
        tight.pair,
        trial,
        kind,
        shift_text(kind, changed, seconds),
        effort=effort_of(kind, seconds),
        first=ChangeFleet(put=(changed,)),
        amount=seconds,
    )


def _by_break(tight: _Try) -> Iterator[Remedy]:
    """The window of a break opened on one side: where least is enough."""
    shift = tight.each.route.shift
    best: tuple[int, PairTrial, BreakSide] | None = None
    movable = list(break_sides(shift))
    if not movable or _with_shift(tight, with_every_break, MOST_S) is None:
        return
    for at in movable:
        tried = partial(_with_shift, tight, partial(with_break, at=at))
        answer = smallest(STEP_S, STEP_S, tried, is_dear=True)
        if answer is not None and (best is None or answer[0] < best[0]):
            best = (*answer, at)
    if best is None:
        return
    seconds, trial, at = best
    changed = with_break(shift, seconds, at)
    is_taken = is_rested(tight.sketch.on(changed).with_pair(*tight.pair, trial), at)
    yield _placed(
        tight.each,
        tight.sketch,
        tight.pair,
        trial,
        Mend.BREAK,
        break_text(shift, at, seconds, is_taken=is_taken),
        effort=effort_of(Mend.BREAK, seconds),
        first=ChangeFleet(put=(changed,)),
        amount=seconds,
    )


def _with_shift(
    tight: _Try, change: Callable[[Shift, int], Shift], seconds: int
) -> PairTrial | None:
    """Other hours may break no rule by themselves."""
    shift = change(tight.each.route.shift, seconds)
    if Bare.is_for(tight.sketch):
        return _near(Bare.on(tight.sketch, shift), tight.pair, tight.trial)
    changed = tight.sketch.on(shift)
    return (
        _near(changed, tight.pair, tight.trial)
        if changed.severity <= tight.sketch.severity
        else None
    )


def _limits_raised(tight: _Try, crew: Crew) -> Iterator[Remedy]:
    now = tight.each.route.shift
    shift = raised(now, tight.added)
    trial = None if shift is None else _near(tight.sketch.on(shift), tight.pair, tight.trial)
    if shift is not None and trial is not None and crew.is_free(now, shift):
        yield _placed(
            tight.each,
            tight.sketch,
            tight.pair,
            trial,
            Mend.LIMIT,
            limits_text(shift, tight.added),
            effort=effort_of_limits(tight.added),
            first=ChangeFleet(put=(shift,)),
        )


def _lighter(tight: _Try) -> Iterator[Remedy]:
    """Both with less of the same goods."""
    over = over_room(tight.added)
    first, second = (reduced(order, over) for order in tight.pair)
    if first is None or second is None:
        return
    trial = _near(tight.sketch, (first, second), tight.trial)
    if trial is None:
        return
    yield _placed(
        tight.each,
        tight.sketch,
        tight.pair,
        trial,
        Mend.LIGHTER,
        f"Send {load_text(over)} less: {tight.rung.name}, {places_text(trial)}",
        effort=effort_of(Mend.LIGHTER, share=share_of(tight.pair[1], over)),
        first=ChangeOrders(put=(first, second)),
        amount=first_of(over),
    )


def _near(sketch: RouteSketch | Bare, pair: Pair, trial: PairTrial) -> PairTrial | None:
    """Places; those that were tried before where each two ask for the whole clock."""
    alone = list(product(*map(one_by_one, pair))) if sketch.is_plain else []
    if len(alone) > 1:
        # Each is served in one of its windows: the everyday clock may tell in which.
        found = [sketch.pairing(*each).fitting_near(trial) for each in alone]
        best = min(filter(None, found), key=lambda one: one.cost, default=None)
        if best is None:
            return None
        trial = best
    return sketch.pairing(*pair).fitting_near(trial)


def _placed(
    each: BoardRoute,
    sketch: RouteSketch,
    pair: Pair,
    trial: PairTrial,
    kind: Mend,
    text: str,
    *,
    effort: float,
    first: Edit | None = None,
    amount: int = 0,
) -> Remedy:
    orders = sketch.orders
    orders.insert(trial.pickup, pair[0])
    orders.insert(trial.delivery, pair[1])
    put: Edit = arranged((each, [order.id for order in orders]))
    return Remedy(
        kind=kind,
        text=text,
        edit=put if first is None else Compound(edits=(first, put)),
        effort=effort,
        extra_cost=trial.cost - sketch.cost,
        route=each.id,
        amount=amount,
        orders=tuple(order.id for order in pair),
    )
