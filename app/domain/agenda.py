"""A route by every rule there is: its times, loads, trips, breaks, cost and violations.

`Clock` knows the everyday rules and is faster; where it knows all that is asked, both agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from app.domain.cargo import Cargo, Handling, peak
from app.domain.checks import (
    CLEAN,
    Severity,
    is_misplaced,
    load_violations,
    share_over,
    stop_violations,
)
from app.domain.clockwork import NEVER, Leg, Spot
from app.domain.course import Course, Layout
from app.domain.outing import Run
from app.domain.placing import Placing
from app.domain.terms import CLOSED_S, Errand, Terms
from app.domain.violations import Violation, ViolationKind

_FEW = 90
"""Stops times trips: with more, breaks are placed after the reloads and not with them."""


class _Broken(Exception):
    """A layout was asked for that breaks nothing, and there is none."""


class Agenda:
    """A shift and a sequence of at least one errand, evaluated."""

    def __init__(
        self, terms: Terms, errands: Sequence[Errand], *, is_clean_asked: bool = False
    ) -> None:
        self.terms = terms
        self.errands = errands
        self._is_clean_asked = is_clean_asked
        self.course = Course(terms, errands)
        self.layout, early = self._laid_out()
        self.begin_s = early.leave_s
        """The earliest leaving that was reckoned with."""
        delay_s = self._delay_s(early, self.layout)
        self.departure_s = self.begin_s + delay_s
        self.run = early if not delay_s else Run(self.course, self.layout, self.departure_s)
        self.aboard, self.leaving = self.course.cargo.aboard(self.layout.reloads)
        """Load at the start and after each stop; that with which each trip leaves the depot."""
        self.peak = peak(self.aboard, self.leaving)

    @classmethod
    def clean(cls, terms: Terms, errands: Sequence[Errand]) -> Agenda | None:
        """The same where it breaks no rule; that it does is told sooner than how much."""
        try:
            agenda = cls(terms, errands, is_clean_asked=True)
        except _Broken:
            return None
        return agenda if agenda.severity == CLEAN else None

    @property
    def cargo(self) -> Cargo:
        return self.course.cargo

    @property
    def end_s(self) -> int:
        return self.run.end_s

    @property
    def working_s(self) -> int:
        return self.run.end_s - self.departure_s

    def _delay_s(self, run: Run, layout: Layout) -> int:
        """How much later the van may leave for nothing; one that has left may not."""
        has_left = self.terms.frame.shift.underway is not None
        return 0 if has_left else run.delay_s(self.course, layout)

    def _laid_out(self) -> tuple[Layout, Run]:
        """Where reloads and breaks fall, and the route so for who leaves early."""
        terms, course = self.terms, self.course
        begin_s = terms.frame.begin_s
        max_reloads = terms.max_reloads if self._may_need_reload() else 0
        layout = self._loaded(max_reloads) if max_reloads else Layout()
        run = Run(course, layout, begin_s)
        if not terms.halts:
            return layout, run
        leave_s = begin_s
        if terms.has_limits or begin_s + run.waited_s >= self._first_close():
            leave_s += self._delay_s(run, layout)
        due = self._due(run, leave_s)
        if terms.has_limits and leave_s > begin_s:
            # Work counts from leaving, so that leaving late may spare a break.
            run = Run(course, layout, leave_s)
        if not due and not any(run.missed_s):
            return layout, run
        if len(self.errands) * (max_reloads + 1) > _FEW:
            return self._rested(due, len(layout.reloads), leave_s, layout.reloads)
        return self._rested(due, max_reloads, leave_s, None)

    def _loaded(self, max_reloads: int) -> Layout:
        """Where reloads fall without a break, which makes nothing sooner."""
        # Who leaves later may drive less where the hour counts, but comes no sooner.
        is_asked = self._is_clean_asked and self.terms.is_steady
        placing = Placing(
            self.course, None, max_reloads, [self.terms.frame.begin_s], is_clean_asked=is_asked
        )
        if is_asked and not placing.may_be_clean():
            raise _Broken
        return placing.best()[0]

    def _rested(
        self,
        due: frozenset[int],
        max_reloads: int,
        leave_s: int,
        cuts: Sequence[int] | None,
    ) -> tuple[Layout, Run]:
        """Breaks make a route longer, so that more of them may become due."""
        terms, course = self.terms, self.course
        leaves = {terms.frame.begin_s, leave_s} if terms.has_limits else {terms.frame.begin_s}
        while True:
            # Others that become due may spare no break that is owed to driving or work.
            is_all = not terms.has_limits or all(
                number in due or not halt.windows for number, halt in enumerate(terms.halts)
            )
            is_asked = self._is_clean_asked and is_all
            placing = Placing(
                course, sorted(due), max_reloads, leaves, cuts, is_clean_asked=is_asked
            )
            if is_asked and not placing.may_be_clean():
                raise _Broken
            layout, begin_s = placing.best()
            run = Run(course, layout, begin_s)
            more = due | self._due(run, leave_s)
            if more == due:
                return layout, run
            due = more

    def _due(self, run: Run, leave_s: int) -> frozenset[int]:
        """The breaks with a window that closes while the van is under way, and those it owes."""
        return frozenset(
            number
            for number, halt in enumerate(self.terms.halts)
            if halt.windows and (halt.is_owed or leave_s < halt.windows[-1][1] < run.end_s)
        )

    def _first_close(self) -> int:
        """Who leaves before then is late for no break."""
        return min((h.windows[-1][1] for h in self.terms.halts if h.windows), default=NEVER)

    def _may_need_reload(self) -> bool:
        """Whether the van would be too full, or would wait for goods, in a single trip."""
        if not self.terms.max_reloads:
            return False
        cargo = self.course.cargo
        if any(errand.loads_from for errand in self.errands):
            return True
        if cargo.release(0, len(self.errands)) > self.terms.frame.begin_s:
            return True
        return share_over(peak(*cargo.aboard(())), self.terms.capacity) > 0

    @cached_property
    def legs(self) -> list[tuple[tuple[Spot, Spot, Leg], ...]]:
        """What is driven before each stop and after the last: more than one leg by the depot.

        Each has the metres of the hour in which the van sets out.
        """
        terms, course, run = self.terms, self.course, self.run
        frame = terms.frame
        visits = [errand.visit for errand in self.errands]
        driven: list[tuple[tuple[Spot, Spot, Leg], ...]] = []
        for index, visit in enumerate(visits):
            leave = self._sets_out(index)
            if index and index not in self.layout.reloads:
                way = terms.as_driven(leave, course.legs[index])
                driven.append(((visits[index - 1], visit, way),))
                continue
            home, out = course.by_depot(index)
            before = visits[index - 1] if index else frame.start
            home = terms.as_driven(leave, home)
            out = terms.as_driven(run.drives[index].from_depot, out)
            driven.append(((before, frame.depot, home), (frame.depot, visit, out)))
        end = frame.end or visits[-1]
        last = terms.as_driven(self._sets_out(len(visits)), course.legs[-1])
        return [*driven, ((visits[-1], end, last),)]

    def _sets_out(self, index: int) -> int:
        """When the van leaves for that stop, or for its end place; after a break at the door."""
        run = self.run
        rests = [
            taken.begin + self.terms.halts[taken.halt].length_s
            for taken in run.taken
            if taken.before == index and not taken.driving_s
        ]
        return max([run.services[index - 1].end if index else run.leave_s, *rests])

    @cached_property
    def metres(self) -> int:
        return sum(leg.metres for legs in self.legs for _, _, leg in legs)

    @cached_property
    def service_s(self) -> int:
        """Set-up and service of all stops."""
        return sum(service.end - service.begin for service in self.run.services)

    @cached_property
    def cost(self) -> float:
        terms = self.terms
        price = 0.0
        closed_s = 0
        for index, legs in enumerate(self.legs):
            *by_depot, (start, end, leg) = legs
            shut_s = self._shut_s(legs)
            closed_s += shut_s
            driving_s = self.run.way_s(index) - shut_s
            for before, depot, way in by_depot:
                # The two halves share the driving of their hour by the road that is theirs.
                share_s = round(driving_s * way.seconds / max(1, way.seconds + leg.seconds))
                price += terms.price(before, depot, way, share_s)
                driving_s -= share_s
            price += terms.price(start, end, leg, driving_s)
        working_s = self.working_s - closed_s
        return terms.cost(price, working_s, self.service_s) + self.overrun_price

    def _shut_s(self, legs: Iterable[tuple[Spot, Spot, Leg]]) -> int:
        """By how much these ways take longer than driven for being closed: nobody is paid it."""
        if self.terms.is_shut_driven:
            return 0
        shut = [leg for _, _, leg in legs if leg.is_broken and leg.by_hour is not None]
        return sum(CLOSED_S - self.terms.base_s(leg) for leg in shut)

    @cached_property
    def overrun_price(self) -> float:
        """What lateness and overtime cost as far as they are allowed at a price."""
        terms, run = self.terms, self.run
        overtime_s = min(max(0, run.end_s - terms.frame.end_s), terms.overtime_s)
        return overtime_s * terms.per_overtime_s + sum(
            min(service.late_s, errand.grace_s) * errand.per_late_s
            for service, errand in zip(run.services, self.errands, strict=True)
            if service.late_s
        )

    def hard_late_s(self, index: int) -> int:
        """By how much the stop is later than any price allows."""
        return max(0, self.run.services[index].late_s - self.errands[index].grace_s)

    def early_s(self, index: int) -> int:
        """How long before its goods came the van left the depot."""
        errand = self.errands[index]
        if not errand.goods_at:
            return 0
        return max(0, errand.goods_at - self.run.drives[self._trip(index)].from_depot)

    def is_aboard(self, index: int) -> bool:
        """Whether its goods can have come aboard of a van that was out when it was given them."""
        return self.errands[index].loads_from <= self._trip(index)

    def _trip(self, index: int) -> int:
        """The first stop of the trip that the stop is on."""
        return max((cut for cut in self.layout.reloads if cut <= index), default=0)

    @cached_property
    def _in_the_way(self) -> dict[int, tuple[int, frozenset[str]]]:
        """By stop: on how many orders are goods that it may not share a van with, and which."""
        found = {}
        for index, errand in enumerate(self.errands):
            if errand.apart_from:
                others = [
                    other.goods & errand.apart_from
                    for number, other in enumerate(self.errands)
                    if number != index and not errand.apart_from.isdisjoint(other.goods)
                ]
                if others:
                    found[index] = len(others), frozenset().union(*others)
        return found

    @cached_property
    def severity(self) -> Severity:
        """How badly the route breaks rules."""
        terms, run = self.terms, self.run
        shift = terms.frame.shift
        unmendable = (
            sum(is_misplaced(shift, errand.visit) for errand in self.errands)
            + sum(leg.is_broken for legs in self.legs for _, _, leg in legs)
            + self.cargo.handling.count(Handling.MISSING)
            + sum(not self.is_aboard(n) for n, each in enumerate(self.errands) if each.loads_from)
            + sum(count for count, _ in self._in_the_way.values())
            + max(0, len(self.errands) - terms.max_stops)
        )
        over = share_over(self.peak, terms.capacity)
        if self.metres > terms.max_metres:
            over += (self.metres - terms.max_metres) / max(1, terms.max_metres)
        late_s = sum(run.missed_s) + max(0, run.end_s - terms.last_end_s)
        late_s += max(0, run.driving_s - terms.max_driving_s)
        late_s += max(0, self.working_s - terms.max_work_s)
        late_s += sum(self.hard_late_s(n) + self.early_s(n) for n in range(len(self.errands)))
        return (unmendable, over, late_s)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """The whole route's, then every stop's."""
        found = self._route_violations()
        for index in range(len(self.errands)):
            found.extend(self.stop_violations(index))
        return tuple(found)

    def _route_violations(self) -> list[Violation]:
        terms, run = self.terms, self.run
        found = load_violations(self.peak, terms.capacity, terms.names)
        limits = (
            (ViolationKind.SHIFT_EXCEEDED, run.end_s - terms.last_end_s),
            (ViolationKind.BREAK_MISSED, sum(run.missed_s)),
            (ViolationKind.UNREACHABLE, int(terms.frame.approach.is_broken)),
            (ViolationKind.DRIVING_EXCEEDED, run.driving_s - terms.max_driving_s),
            (ViolationKind.WORK_EXCEEDED, self.working_s - terms.max_work_s),
            (ViolationKind.DISTANCE_EXCEEDED, self.metres - terms.max_metres),
            (ViolationKind.STOPS_EXCEEDED, len(self.errands) - terms.max_stops),
        )
        found.extend(Violation(kind=kind, amount=amount) for kind, amount in limits if amount > 0)
        return found

    def stop_violations(self, index: int) -> list[Violation]:
        """The rules that one stop breaks."""
        errand = self.errands[index]
        order = errand.order.id
        onward = self.legs[-1] if index == len(self.errands) - 1 else ()
        # An approach that is broken is the route's, not the first stop's.
        ways = self.legs[index][1:] if index == 0 else self.legs[index]
        is_cut_off = any(leg.is_broken for _, _, leg in (*ways, *onward))
        found = stop_violations(
            self.terms.frame.shift, errand.visit, self.hard_late_s(index), is_cut_off
        )
        if self.cargo.handling[index] is Handling.MISSING:
            found.append(Violation(kind=ViolationKind.PAIR_BROKEN, amount=1, order=order))
        if not self.is_aboard(index):
            found.append(Violation(kind=ViolationKind.NOT_ABOARD, amount=1, order=order))
        if index in self._in_the_way:
            count, goods = self._in_the_way[index]
            found.append(
                Violation(
                    kind=ViolationKind.GOODS_APART,
                    amount=count,
                    order=order,
                    detail=", ".join(sorted(goods)),
                )
            )
        if early_s := self.early_s(index):
            found.append(Violation(kind=ViolationKind.LEFT_TOO_EARLY, amount=early_s, order=order))
        return found
