"""What a route by many rules lacks for an order or a pair at least, told without its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.domain.agenda import Agenda
from app.domain.board import BoardRoute
from app.domain.checks import CLEAN, Severity
from app.domain.clockwork import Frame, is_plain_order
from app.domain.lacking import Lacking
from app.domain.orders import Order
from app.domain.remedies import Rung, Verdict
from app.domain.routes import Lock
from app.domain.terms import Terms
from app.domain.timetable import Travel
from app.domain.trials import Trials
from app.domain.violations import ViolationKind, duration_text
from app.planning.jobs import Job
from app.planning.screening import kind

FITTING = 3
"""Where so many shifts could take it, no dearer one is looked at."""
_GENERAL = (5, 75)
"""So many of the nearest shifts at least, and more of them up to so many places, are asked what
they lack exactly, and for remedies."""
_DEAR = (2, 30)
"""The same where each look places breaks or reloads, or asks for the roads of each hour."""
_LATE = {
    ViolationKind.LATE,
    ViolationKind.SHIFT_EXCEEDED,
    ViolationKind.BREAK_MISSED,
    ViolationKind.DRIVING_EXCEEDED,
    ViolationKind.WORK_EXCEEDED,
    ViolationKind.LEFT_TOO_EARLY,
}


class Far(NamedTuple):
    """A shift that lacks so much at least."""

    is_broken: bool
    """It breaks rules as it is, and what it could still take is not known."""
    least: Severity
    each: BoardRoute


@dataclass(frozen=True, slots=True)
class Sifted:
    """Shifts that keep all rules and may take it, and others."""

    open: list[BoardRoute]
    far: list[Far]


def sift(routes: Iterable[BoardRoute], job: Job, travel: Travel) -> Sifted:
    """What can be told of drafts without evaluating one of them."""
    sifted = Sifted([], [])
    for each in routes:
        able = each.route.shift.abilities
        if all(order.requirements <= able for order in job.orders):
            least = Afar(each, job, travel).lacks()
            if least is None and not each.timetable.violations:
                sifted.open.append(each)
            else:
                sifted.far.append(Far(least is None, least or CLEAN, each))
        else:
            # What else is missing tells how near it is; the driver may learn the rest.
            known = Job(*(replace(order, requirements=frozenset()) for order in job.orders))
            count, over, late_s = Afar(each, known, travel).lacks() or CLEAN
            sifted.far.append(Far(False, (count + 1, over, late_s), each))
    return sifted


def lacks(each: BoardRoute, job: Job, travel: Travel) -> bool:
    """Whether it is told without an evaluation that the job breaks more rules at every place."""
    able = each.route.shift.abilities
    is_able = all(order.requirements <= able for order in job.orders)
    return not is_able or Afar(each, job, travel).lacks() is not None


def is_everyday(each: BoardRoute, job: Job, travel: Travel) -> bool:
    """Whether the everyday clock, which is quick, is exact for the job there."""
    shift = each.route.shift
    orders: list[Order] = [stop.order for stop in each.timetable.stops]
    for order in job.orders:
        rules = order.rules
        if job.second is not None and rules.collected_by is not None:
            rules = replace(rules, collected_by=None)
        orders.append(replace(order, rules=rules))
    frame = Frame(shift, travel[shift.vehicle.profile])
    return frame.is_plain and all(map(is_plain_order, orders))


def divided(far: Iterable[Far], travel: Travel) -> tuple[list[Far], list[Far]]:
    """The nearest, which are looked at closely, and the others; of the alike the emptiest first."""
    asked: list[Far] = []
    others: list[Far] = []
    places = 0
    nearest = sorted(far, key=lambda one: (*one[:2], len(one.each.timetable.stops)))
    for rank, one in enumerate(nearest):
        least, most = _asked_at_most(one.each, travel)
        places += len(one.each.timetable.stops) + 1
        (asked if rank < least or places <= most else others).append(one)
    return asked, others


def _asked_at_most(each: BoardRoute, travel: Travel) -> tuple[int, int]:
    shift = each.route.shift
    changes_by_hour = not Terms(Frame(shift, travel[shift.vehicle.profile])).is_steady
    is_dear = shift.rules.pauses or shift.rules.max_reloads or changes_by_hour
    return _DEAR if is_dear else _GENERAL


def far_rungs(far: Iterable[Far], job: Job, travel: Travel) -> Iterator[Rung]:
    """What shifts say that are not looked at closely; those that are alike are asked once."""
    names_drivers = any(o.rules.drivers or o.rules.barred_drivers for o in job.orders)
    alone: dict[object, Agenda] = {}
    for one in far:
        shift = one.each.route.shift
        alike = kind(shift), shift.vehicle.costs, shift.driver.id if names_drivers else None
        if alike not in alone:
            alone[alike] = Afar(one.each, job, travel).alone()
        yield _far_rung(one, alone[alike])


def _far_rung(one: Far, alone: Agenda) -> Rung:
    each, name = one.each, one.each.route.shift.name
    if alone.severity != CLEAN:
        verdict = Verdict.IMPOSSIBLE
        return Rung(route=each.id, name=name, verdict=verdict, broken=alone.violations)
    verdict = Verdict.FULL if each.route.lock is Lock.NONE else Verdict.LOCKED
    note = "it breaks rules already: mend that first" if one.is_broken else lacking(one.least)
    return Rung(route=each.id, name=name, verdict=verdict, note=note)


def unasked(
    each: BoardRoute, note: str = "might fit; not looked at, as other shifts could take it"
) -> Rung:
    """What one says that may fit, and was not looked at, or not at every place."""
    verdict = Verdict.UNASKED if each.route.lock is Lock.NONE else Verdict.LOCKED
    return Rung(route=each.id, name=each.route.shift.name, verdict=verdict, note=note)


class Afar:
    """One shift and one job."""

    def __init__(self, each: BoardRoute, job: Job, travel: Travel) -> None:
        shift = each.route.shift
        frame = Frame(shift, travel[shift.vehicle.profile])
        self._each = each
        self._terms = terms = Terms(frame)
        self._errands = [terms.errand(frame.visit(stop.order)) for stop in each.timetable.stops]
        self._more = [terms.errand(frame.visit(order)) for order in job.orders]

    def alone(self) -> Agenda:
        """The shift with nothing else to do."""
        return Agenda(self._terms, self._more)

    def lacks(self) -> Severity | None:
        """By how much more rules are broken at least at every place; None where one may be good."""
        route = self._each.route
        least = Lacking(self._terms, self._errands, self._more, route.frozen).least()
        broken = self._each.timetable.violations
        if broken:
            # What is broken anyway counts no more than it does now.
            late_s = least[2] - sum(v.amount for v in broken if v.kind in _LATE)
            return (0, 0.0, late_s) if late_s > 0 else None
        if least == CLEAN and self._has_places():
            return None
        return least

    def _has_places(self) -> bool:
        trials = Trials(self._terms, self._errands, {}, CLEAN)
        return trials.has_room(self._more, self._each.route.frozen)


def lacking(least: Severity) -> str:
    """That much is missing at least, in words."""
    _, over, late_s = least
    if over:
        return "the van is too full for it"
    if late_s:
        return f"windows and limits exceeded by at least {duration_text(late_s)} in all"
    return "no place keeps every rule"
