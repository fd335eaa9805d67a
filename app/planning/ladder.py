"""The proof for an unassigned order: what each shift says to it, and what would put it on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from app.domain.board import Board, BoardRoute, board_route
from app.domain.checks import CLEAN
from app.domain.edits import ChangeFleet, LockRoutes
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import Drag, added_violations, made_worse
from app.domain.orders import Order
from app.domain.remedies import Ladder, Mend, Remedy, Rung, Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.timetable import Travel
from app.domain.violations import Violation, ViolationKind
from app.planning.afar import FITTING, Far, divided, far_rungs, is_everyday, sift, unasked
from app.planning.crew import Crew
from app.planning.enough import Tight, enough, names_in, placed
from app.planning.halves import Halves, may_go, without
from app.planning.jobs import Job, is_left_behind, job_of
from app.planning.nearness import effort_of, nearest, nearness
from app.planning.pair_ladder import is_open_pair, pair_ladder
from app.planning.push_out import push_out, pushed, rehoused
from app.planning.relaxing import (
    MOST_S,
    taught,
)
from app.planning.remedy_texts import (
    skill_text,
)

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
        job = job_of(order, self.board.orders)
        halves = Halves(self.board, self.sketch)
        if is_open_pair(self.board, job):
            return pair_ladder(
                self.board, self.sketch, order, job, halves, self.crew, is_refused=is_refused
            )
        if is_left_behind(self.board, order, job):
            return self._rejoined(order, job, halves)
        rungs: list[Rung] = []
        tight: list[Tight] = []
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
            found = enough(one, order, self.crew, is_thorough=is_thorough)
            if one.rung.verdict is Verdict.FULL:
                is_thorough = is_thorough and one.sketch.is_plain
                push = push_out(
                    one.each,
                    one.sketch,
                    Job(order),
                    halves,
                    is_thorough=is_thorough,
                )
                if push is not None:
                    found.append(pushed(one.each, push))
                    pushes.append((one, push))
            found.sort(key=lambda each: each.effort)
            rungs.append(replace(one.rung, remedies=tuple(found)))
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

    def _rejoined(self, pickup: Order, job: Job, halves: Halves) -> Ladder:
        """Its delivery is on a route without it: only there it is of use, and both may move."""
        board = self.board
        (delivery,) = (half for half in job.orders if half is not pickup)
        home = board.route(board.route_of[delivery.id])
        why = f"its goods go to {delivery.reference}, which is on {home.route.shift.name}"
        others = [
            _rung(each, Verdict.IMPOSSIBLE, note=why)
            if each.route.status is RouteStatus.DRAFT
            else _rung(each, Verdict.RELEASED)
            for each in board.routes
            if each.id != home.id
        ]
        others.sort(key=nearness)
        now = self.sketch(home)
        is_fixed = home.route.lock is Lock.NONE and not may_go(home, delivery.id)
        if is_fixed or added_violations(now, without(now, (delivery.id,))):
            stays = _rung(home, Verdict.RELEASED)
            if home.route.status is RouteStatus.DRAFT:
                stays = _rung(home, Verdict.FULL, note=f"{delivery.reference} can't be moved")
            return Ladder(order=pickup.id, rungs=(stays, *others), remedies=())
        kept = home.route.with_orders(o for o in home.route.orders if o != delivery.id)
        rest = board_route(kept, board.orders, self.travel)
        there = replace(board, routes=(rest,))
        found = pair_ladder(
            there, Ladders(there).sketch, pickup, job, halves, self.crew, is_refused=False
        )
        saved = rest.timetable.cost - home.timetable.cost
        rungs = [
            replace(rung, remedies=tuple(_dearer(each, saved) for each in rung.remedies))
            for rung in found.rungs
        ]
        remedies = tuple(_dearer(each, saved) for each in found.remedies)
        return Ladder(order=pickup.id, rungs=(*rungs, *others), remedies=remedies)

    def _sift(
        self,
        ruled: Sequence[BoardRoute],
        order: Order,
        rungs: list[Rung],
        tight: list[Tight],
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

    def _note(self, answer: Rung | Tight, rungs: list[Rung], tight: list[Tight]) -> None:
        if isinstance(answer, Tight):
            tight.append(answer)
        else:
            rungs.append(answer)

    @cached_property
    def crew(self) -> Crew:
        return Crew(each.route.shift for each in self.board.routes)

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

    def _asked(self, each: BoardRoute, order: Order) -> Rung | Tight:
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
            # Of several windows the one that it missed may not be the nearest.
            is_told = not order.rules.more_windows
            if kinds & _HOPELESS or (is_told and any(map(_is_far_too_late, rung.broken))):
                return rung
            sketch = self.sketch(each)
            trial = sketch.cheapest(order)
            if trial.is_feasible:
                # Where the other half of its pair is.
                return self._fitting(each, order, trial.index, trial.cost - sketch.cost)
            added = made_worse(sketch.violations, sketch.violations_with(order, trial))
            return Tight(each, sketch, trial, added, rung)
        sketch = self.sketch(each)
        trial = sketch.cheapest(order)
        if trial.is_feasible:
            return self._fitting(each, order, trial.index, trial.cost - sketch.cost)
        broken = made_worse(sketch.violations, sketch.violations_with(order, trial))
        names = names_in(each, broken, (order,))
        if route.lock is not Lock.NONE:
            return _rung(each, Verdict.LOCKED, broken=broken, names=names)
        rung = _rung(each, Verdict.FULL, broken=broken, names=names)
        return Tight(each, sketch, trial, broken, rung)

    def _fitting(self, each: BoardRoute, order: Order, index: int, extra_cost: float) -> Rung:
        """It fits there, once the route is unlocked."""
        name = each.route.shift.name
        verdict, kind, effort, first = Verdict.FITS, Mend.PLACE, 0, None
        text = f"Put it on {name}, stop {index + 1}"
        if each.route.lock is not Lock.NONE:
            verdict, kind, effort = Verdict.LOCKED, Mend.UNLOCK, 5
            first = LockRoutes(locks={each.id: Lock.NONE}, seen={each.id: each.route.version})
            text = f"Unlock {name} and put it there, stop {index + 1}"
        remedy = placed(each, order, index, extra_cost, kind, text, effort=effort, first=first)
        return _rung(each, verdict, remedies=(remedy,))

    def _skilled(
        self,
        rung: Rung,
        each: BoardRoute,
        sketch: RouteSketch,
        order: Order,
        missing: frozenset[str],
    ) -> Rung:
        trial = None
        if self.crew.may_learn(missing):
            trial = sketch.fitting(replace(order, requirements=frozenset()))
        if trial is None:
            return rung
        driver = taught(each.route.shift.driver, missing)
        text = skill_text(driver, missing)
        remedy = placed(
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


def _rung(
    each: BoardRoute,
    verdict: Verdict,
    *,
    broken: tuple[Violation, ...] = (),
    remedies: tuple[Remedy, ...] = (),
    note: str = "",
    names: tuple[tuple[OrderId, str], ...] = (),
) -> Rung:
    return Rung(
        route=each.id,
        name=each.route.shift.name,
        verdict=verdict,
        broken=broken,
        remedies=remedies,
        note=note,
        names=names,
    )


def _dearer(remedy: Remedy, by: float) -> Remedy:
    return replace(remedy, extra_cost=remedy.extra_cost + by)


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
