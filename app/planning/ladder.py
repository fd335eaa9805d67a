"""The proof for an unassigned order: what each shift says to it, and what would put it on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.domain.board import Board, BoardRoute
from app.domain.checks import CLEAN
from app.domain.edits import ChangeFleet, ChangeOrders, Compound, Edit, LockRoutes
from app.domain.fleet import Shift
from app.domain.ids import RouteId
from app.domain.insertion import Drag, made_worse
from app.domain.orders import Order
from app.domain.remedies import Ladder, Mend, Remedy, Rung, Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.timetable import Travel
from app.domain.trials import Trial
from app.domain.violations import Violation, ViolationKind
from app.planning.afar import FITTING, Far, divided, far_rungs, is_everyday, sift, unasked
from app.planning.arranging import arranged
from app.planning.bare import Bare
from app.planning.jobs import Job
from app.planning.nearness import effort_of, nearest, nearness
from app.planning.pair_ladder import open_pair, pair_ladder
from app.planning.push_out import PushOut, push_out, pushed, rehoused
from app.planning.relaxing import (
    MOST_S,
    SHIFTS,
    STEP_S,
    WINDOWS,
    first_of,
    over_room,
    raised,
    reduced,
    rest_earlier,
    rest_later,
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
from app.planning.shortfall import shortfall

_HOPELESS = {
    ViolationKind.WRONG_DEPOT,
    ViolationKind.UNREACHABLE,
    ViolationKind.BARRED_DRIVER,
}
_MOST_REMEDIES = 8
_THOROUGH = 6
"""On so many of the nearest shifts breaks are moved and every push-out is tried."""
_REHOUSED = 3
"""For so many of the best push-outs another route is looked for."""
_RULED = 1
"""The same of both where each place asks for the whole clock."""


@dataclass(frozen=True, slots=True)
class _Try:
    """A shift that has not enough room: what it broke at best, and how far off that is."""

    each: BoardRoute
    sketch: RouteSketch
    trial: Trial
    added: tuple[Violation, ...]
    """What the trial breaks."""
    rung: Rung


class Ladders:
    """The routes of a board, prepared once for any number of orders; asks nobody, keeps no lock."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._sketches: dict[RouteId, RouteSketch] = {}

    def ladder(self, order: Order, *, is_refused: bool = False) -> Ladder:
        """Ask every shift of the day.

        `is_refused` says that no draft that is open takes it, which `candidates` has found; what
        may fit by a look from afar need not be asked for a place then.
        """
        pair = open_pair(self.board, order)
        if pair is not None:
            return pair_ladder(self.board, self.sketch, order, pair, is_refused=is_refused)
        rungs: list[Rung] = []
        tight: list[_Try] = []
        ruled = []
        for each in self.board.routes:
            if each.route.status is not RouteStatus.DRAFT:
                rungs.append(_rung(each, Verdict.RELEASED, note=_loading(each, order)))
            elif is_everyday(each, Job(order), self.travel):
                self._note(self._asked(each, order), rungs, tight)
            else:
                ruled.append(each)
        self._sift(ruled, order, rungs, tight, is_refused=is_refused)
        tight.sort(key=lambda each: (each.trial.severity, each.trial.cost - each.sketch.cost))
        pushes = []
        for number, one in enumerate(tight):
            is_thorough = number < (_THOROUGH if one.sketch.is_plain else _RULED)
            rung, push = self._narrowed(one, order, is_thorough=is_thorough)
            rungs.append(rung)
            if push is not None:
                pushes.append((one, push))
        remedies = [remedy for rung in rungs for remedy in rung.remedies]
        pushes.sort(key=lambda pushed: (pushed[1].loss, pushed[1].extra_cost))
        is_ruled = any(not tried.sketch.is_plain for tried, _ in pushes)
        for tried, push in pushes[: _RULED if is_ruled else _REHOUSED]:
            if (moved := rehoused(self.board, self.sketch, tried.each, push)) is not None:
                remedies.append(moved)
        rungs.sort(key=nearness)
        return Ladder(
            order=order.id, rungs=tuple(rungs), remedies=nearest(remedies, _MOST_REMEDIES)
        )

    def _sift(
        self,
        ruled: Sequence[BoardRoute],
        order: Order,
        rungs: list[Rung],
        tight: list[_Try],
        *,
        is_refused: bool,
    ) -> None:
        """Look from afar at shifts whose every place asks for the whole clock.

        Where it may fit, the cheapest are found; of the others only the nearest are asked what
        they lack exactly.
        """
        sifted = sift(ruled, Job(order), self.travel)
        far = list(sifted.far)
        for is_locked in (False, True):
            routes = [r for r in sifted.open if (r.route.lock is not Lock.NONE) is is_locked]
            if is_refused and not is_locked:
                far += [Far(False, CLEAN, each) for each in routes]
                continue
            drag = Drag(routes, [order], self.travel)
            fits = drag.fitting([each.id for each in routes], FITTING, is_any=True)
            for each in routes:
                if each.id in fits:
                    rungs.append(self._fitting(each, order, *drag.found(each.id)))
                elif len(fits) == FITTING:
                    rungs.append(unasked(each))
                else:
                    far.append(Far(False, CLEAN, each))
        asked, others = divided(far, self.travel)
        for one in asked:
            self._note(self._asked(one.each, order), rungs, tight)
        rungs += far_rungs(others, Job(order), self.travel)

    def _note(self, answer: Rung | _Try, rungs: list[Rung], tight: list[_Try]) -> None:
        if isinstance(answer, _Try):
            tight.append(answer)
        else:
            rungs.append(answer)

    @property
    def travel(self) -> Travel:
        return self.board.travel

    def sketch(self, each: BoardRoute) -> RouteSketch:
        """The route as planned."""
        if each.id not in self._sketches:
            orders = [stop.order for stop in each.timetable.stops]
            self._sketches[each.id] = RouteSketch(
                each.route.shift, orders, self.board.travel, frozen=each.route.frozen
            )
        return self._sketches[each.id]

    def _asked(self, each: BoardRoute, order: Order) -> Rung | _Try:
        route, shift = each.route, each.route.shift
        missing = order.requirements - shift.abilities
        empty = RouteSketch(shift, [], self.travel)
        alone = empty.at(order, 0)
        if not alone.is_feasible:
            broken = tuple(empty.violations_with(order, alone))
            rung = _rung(each, Verdict.IMPOSSIBLE, broken=broken)
            kinds = {violation.kind for violation in rung.broken}
            if order.location is None or route.lock is not Lock.NONE:
                return rung
            if missing:
                return self._skilled(rung, each, self.sketch(each), order, missing)
            if kinds & _HOPELESS or any(map(_is_far_too_late, rung.broken)):
                return rung
            sketch = self.sketch(each)
            trial = sketch.cheapest(order)
            if trial.is_feasible:
                # Where the other half of its pair is.
                return self._fitting(each, order, trial.index, trial.cost - sketch.cost)
            added = made_worse(sketch.violations, sketch.violations_with(order, trial))
            return _Try(each, sketch, trial, added, rung)
        sketch = self.sketch(each)
        trial = sketch.cheapest(order)
        if trial.is_feasible:
            return self._fitting(each, order, trial.index, trial.cost - sketch.cost)
        broken = made_worse(sketch.violations, sketch.violations_with(order, trial))
        if route.lock is not Lock.NONE:
            return _rung(each, Verdict.LOCKED, broken=broken)
        return _Try(each, sketch, trial, broken, _rung(each, Verdict.FULL, broken=broken))

    def _fitting(self, each: BoardRoute, order: Order, index: int, extra_cost: float) -> Rung:
        """It fits there, once the route is unlocked."""
        name = each.route.shift.name
        verdict, kind, effort, first = Verdict.FITS, Mend.PLACE, 0, None
        text = f"Put it on {name}, stop {index + 1}"
        if each.route.lock is not Lock.NONE:
            verdict, kind, effort = Verdict.LOCKED, Mend.UNLOCK, 5
            first = LockRoutes(locks={each.id: Lock.NONE}, seen={each.id: each.route.version})
            text = f"Unlock {name} and put it there, stop {index + 1}"
        remedy = _remedy(each, order, index, extra_cost, kind, text, effort=effort, first=first)
        return _rung(each, verdict, remedies=(remedy,))

    def _skilled(
        self,
        rung: Rung,
        each: BoardRoute,
        sketch: RouteSketch,
        order: Order,
        missing: frozenset[str],
    ) -> Rung:
        trial = sketch.fitting(replace(order, requirements=frozenset()))
        if trial is None:
            return rung
        driver = taught(each.route.shift.driver, missing)
        text = skill_text(driver, missing)
        remedy = _remedy(
            each,
            order,
            trial.index,
            trial.cost - sketch.cost,
            Mend.SKILL,
            text,
            effort=effort_of(Mend.SKILL),
            first=ChangeFleet(put=(driver,)),
            amount=len(missing),
        )
        return replace(rung, remedies=(remedy,))

    # A shift that has not enough room

    def _narrowed(
        self, tight: _Try, order: Order, *, is_thorough: bool
    ) -> tuple[Rung, PushOut | None]:
        found = [self._limits_raised(tight, order)]
        if not tight.trial.severity[0] - tight.sketch.severity[0]:
            if tight.trial.severity[1] > tight.sketch.severity[1]:
                found.append(self._lighter(tight, order))
            else:
                found += self._by_time(tight, order)
                if is_thorough and tight.each.route.shift.rest is not None:
                    found.append(self._break_moved(tight, order))
        push = None
        if tight.rung.verdict is Verdict.FULL:
            is_thorough = is_thorough and tight.sketch.is_plain
            push = push_out(tight.each, tight.sketch, Job(order), is_thorough=is_thorough)
            if push is not None:
                found.append(pushed(tight.each, push))
        remedies = sorted((each for each in found if each), key=lambda each: each.effort)
        return replace(tight.rung, remedies=tuple(remedies)), push

    def _by_time(self, tight: _Try, order: Order) -> list[Remedy | None]:
        """One limit at a time, the least that is enough, confirmed by the clock itself."""
        lacks = shortfall(tight.sketch, order)
        found: list[Remedy | None] = []

        is_dear = not tight.sketch.is_plain
        rest_s = max(0, tight.sketch.frame.rest_s)
        proven = self._proven(tight, order)
        for kind, least in (
            (Mend.WINDOW_LATER, lacks.closes_later),
            (Mend.WINDOW_EARLIER, lacks.opens_earlier),
            (Mend.SHIFT_LATER, lacks.ends_later),
            (Mend.SHIFT_EARLIER, lacks.starts_earlier),
        ):
            if least is None:
                continue
            low = max(least, proven.get(kind, 0))
            if kind in WINDOWS:
                tried = partial(self._with_window, kind, tight, order)
                if (answer := smallest(low, least + rest_s, tried, is_dear=is_dear)) is not None:
                    found.append(self._of_window(kind, tight, order, *answer))
            else:
                tried = partial(self._with_shift, SHIFTS[kind], tight, order)
                if (answer := smallest(low, least + rest_s, tried, is_dear=is_dear)) is not None:
                    found.append(self._of_shift(kind, tight, order, *answer))
        return found

    def _proven(self, tight: _Try, order: Order) -> dict[Mend, int]:
        """Where the least bad place is late for one reason only, no place is late by less."""
        late = tight.trial.severity[2]
        if tight.sketch.severity[2] or tight.rung.verdict is not Verdict.FULL:
            return {}
        match tight.rung.broken:
            case (Violation(kind=ViolationKind.SHIFT_EXCEEDED),):
                return {Mend.SHIFT_LATER: late}
            case (Violation(kind=ViolationKind.LATE, order=who),) if who == order.id:
                return {Mend.WINDOW_LATER: late}
        return {}

    def _with_window(self, kind: Mend, tight: _Try, order: Order, seconds: int) -> Trial | None:
        return _near(tight.sketch, WINDOWS[kind](order, seconds), tight.trial)

    def _with_shift(
        self, change: Callable[[Shift, int], Shift], tight: _Try, order: Order, seconds: int
    ) -> Trial | None:
        """The place for the order with other hours, which may break no rule by themselves."""
        shift = change(tight.each.route.shift, seconds)
        if Bare.is_for(tight.sketch):
            return Bare.on(tight.sketch, shift).fitting_at(order, tight.trial.index)
        changed = tight.sketch.on(shift)
        is_kept = changed.severity <= tight.sketch.severity
        return _near(changed, order, tight.trial) if is_kept else None

    def _of_window(
        self, kind: Mend, tight: _Try, order: Order, seconds: int, trial: Trial
    ) -> Remedy:
        changed = WINDOWS[kind](order, seconds)
        text = window_text(kind, changed, seconds, tight.each.route.shift.depot.zone)
        return _remedy(
            tight.each,
            order,
            trial.index,
            trial.cost - tight.sketch.cost,
            kind,
            f"{text}: {_where(tight, trial)}",
            effort=effort_of(kind, seconds),
            first=ChangeOrders(put=(changed,)),
            amount=seconds,
        )

    def _of_shift(
        self, kind: Mend, tight: _Try, order: Order, seconds: int, trial: Trial
    ) -> Remedy:
        changed = SHIFTS[kind](tight.each.route.shift, seconds)
        return _remedy(
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

    def _limits_raised(self, tight: _Try, order: Order) -> Remedy | None:
        """The limits of the shift higher by what is too much at the least bad place."""
        shift = raised(tight.each.route.shift, tight.added)
        if shift is None:
            return None
        trial = tight.sketch.on(shift).fitting(order)
        if trial is None:
            return None
        return _remedy(
            tight.each,
            order,
            trial.index,
            trial.cost - tight.sketch.cost,
            Mend.LIMIT,
            limits_text(shift, tight.rung.broken),
            effort=effort_of(Mend.LIMIT),
            first=ChangeFleet(put=(shift,)),
        )

    def _break_moved(self, tight: _Try, order: Order) -> Remedy | None:
        """The break's window opened on one side, as little as is enough."""
        shift = tight.each.route.shift
        best: tuple[int, Trial, Shift] | None = None
        for change in (rest_later, rest_earlier):
            tried = partial(self._with_shift, change, tight, order)
            answer = smallest(STEP_S, STEP_S, tried, is_dear=not tight.sketch.is_plain)
            if answer is not None and (best is None or answer[0] < best[0]):
                best = (*answer, change(shift, answer[0]))
        if best is None:
            return None
        seconds, trial, changed = best
        return _remedy(
            tight.each,
            order,
            trial.index,
            trial.cost - tight.sketch.cost,
            Mend.BREAK,
            break_text(changed, seconds),
            effort=effort_of(Mend.BREAK, seconds),
            first=ChangeFleet(put=(changed,)),
            amount=seconds,
        )

    def _lighter(self, tight: _Try, order: Order) -> Remedy | None:
        """The order without what is too much at the place where that is least."""
        over = over_room(tight.added)
        smaller = reduced(order, over)
        if smaller is None:
            return None
        trial = tight.sketch.fitting(smaller)
        if trial is None:
            return None
        return _remedy(
            tight.each,
            order,
            trial.index,
            trial.cost - tight.sketch.cost,
            Mend.LIGHTER,
            f"Send {load_text(over)} less: {_where(tight, trial)}",
            effort=effort_of(Mend.LIGHTER, share=share_of(order, over)),
            first=ChangeOrders(put=(smaller,)),
            amount=first_of(over),
        )


def _remedy(
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
    )


def _near(sketch: RouteSketch, order: Order, tried: Trial) -> Trial | None:
    """A place; the one that was tried before where each asks for the whole clock."""
    if sketch.is_plain:
        return sketch.fitting(order)
    return sketch.fitting_at(order, tried.index)


def _rung(
    each: BoardRoute,
    verdict: Verdict,
    *,
    broken: tuple[Violation, ...] = (),
    remedies: tuple[Remedy, ...] = (),
    note: str = "",
) -> Rung:
    return Rung(
        route=each.id,
        name=each.route.shift.name,
        verdict=verdict,
        broken=broken,
        remedies=remedies,
        note=note,
    )


def _is_far_too_late(violation: Violation) -> bool:
    """Whether no longer window, shift or break would be enough even on an empty van."""
    is_late = violation.kind in (ViolationKind.LATE, ViolationKind.SHIFT_EXCEEDED)
    return is_late and violation.amount > MOST_S


def _loading(each: BoardRoute, order: Order) -> str:
    """When a van that was released without its goods could load them."""
    if not order.is_from_depot:
        return ""
    zone = each.route.shift.depot.zone
    times = [f"{local(reload.arrival, zone):%H:%M}" for reload in each.timetable.reloads]
    if not times:
        return "its goods are not aboard, and the van does not come back to load"
    return f"its goods are not aboard; the van comes back to load at {' and '.join(times)}"


def _where(tight: _Try, trial: Trial) -> str:
    return f"{tight.each.route.shift.name}, stop {trial.index + 1}"
