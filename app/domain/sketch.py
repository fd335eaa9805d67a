"""One route prepared for many questions: what would it cost to take this order here, or there?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from app.domain.agenda import Agenda
from app.domain.checks import (
    CLEAN,
    Severity,
    is_misplaced,
    route_violations,
    share_over,
    stop_violations,
)
from app.domain.clockwork import NEVER, NO_WAY, Amounts, Clock, Frame, Leg, Visit, loads, peak
from app.domain.fleet import Load, Shift
from app.domain.orders import Order
from app.domain.outlook import Homing, Outlook, joined
from app.domain.pairing import Pairing, RuledPairing, is_everyday
from app.domain.terms import Terms
from app.domain.timetable import Travel
from app.domain.trials import PairTrial, Trial, Trials, amounts
from app.domain.violations import Violation


class _Guess(NamedTuple):
    place: int
    """Before which position."""
    metres: int
    working_s: int
    cost: float
    severity: Severity
    """At best; what the order itself breaks anywhere is left out."""
    is_exact: bool
    """Where not, `working_s` and `cost` are a lower bound."""


class RouteSketch:
    """A shift and its visits; it answers for a new order in constant time a position.

    Feasibility is exact. Durations are exact where no break is due, a lower bound where one is:
    only the few places that may be the best are run through by the clock. A route on which some
    rule asks for more than the clock knows is evaluated whole at each place.
    """

    def __init__(
        self, shift: Shift, orders: Sequence[Order], travel: Travel, *, frozen: int = 0
    ) -> None:
        frame = Frame(shift, travel[shift.vehicle.profile])
        self._terms: Terms | None = None
        self._set(frame, [frame.visit(order) for order in orders], frozen)

    def _set(
        self, frame: Frame, visits: list[Visit], frozen: int, legs: list[Leg] | None = None
    ) -> None:
        """`legs` spares a plain route the look into the matrix."""
        self.frame = frame
        self.visits = visits
        self.frozen = frozen
        """How many stops from the first on nothing may come before."""
        self.is_plain = frame.is_plain and all(visit.is_plain for visit in visits)
        self._outlook: Outlook | None = None
        self._severity: Severity | None = None
        self._trials: Trials | None = None
        self._clock: Clock | None = None
        self._agenda: Agenda | None = None
        if self.is_plain:
            self._run(frame.legs(visits) if legs is None else legs)
        else:
            self._evaluate()

    def _run(self, legs: list[Leg]) -> None:
        frame, visits = self.frame, self.visits
        self._legs = legs
        self._leg_s = [leg.seconds for leg in legs]
        self._services = [visit.service_s for visit in visits]
        self._opens = [visit.opens for visit in visits]
        self._closes = [visit.closes for visit in visits]
        self._loads = loads(visits)
        self._broken = sum(leg.is_broken for leg in self._legs)
        if visits:
            self._clock = Clock(frame, self._leg_s, self._services, self._opens, self._closes)
        self.metres = sum(leg.metres for leg in self._legs)
        self.peak: Amounts = peak(self._loads)
        self.working_s = 0 if self._clock is None else self._working_s(self._clock)
        self.cost = frame.cost(self.metres, self.working_s) if visits else 0.0

    def _evaluate(self) -> None:
        if not self.visits:
            self.metres, self.working_s, self.cost = 0, 0, 0.0
            self.peak = (0, 0, 0)
            return
        terms = self._known_terms()
        agenda = Agenda(terms, [terms.errand(visit) for visit in self.visits])
        self._agenda = agenda
        self.metres, self.working_s, self.cost = agenda.metres, agenda.working_s, agenda.cost
        self.peak = (agenda.peak[0], agenda.peak[1], agenda.peak[2])

    def _known_terms(self) -> Terms:
        if self._terms is None:
            self._terms = Terms(self.frame)
        return self._terms

    @property
    def orders(self) -> list[Order]:
        return [visit.order for visit in self.visits]

    @property
    def agenda(self) -> Agenda:
        """The route by every rule, whether or not it needs that; it must have a stop."""
        if self._agenda is None:
            terms = self._known_terms()
            self._agenda = Agenda(terms, [terms.errand(visit) for visit in self.visits])
        return self._agenda

    @property
    def begins(self) -> list[int]:
        """When each stop is served, in epoch seconds."""
        if self._clock is not None:
            return self._clock.begins_from(self.frame, self._leg_s, self._services, self._opens)
        return [service.begin for service in self.agenda.run.services] if self.visits else []

    @property
    def overrun_price(self) -> float:
        """The part of the cost that is for lateness and overtime."""
        return 0.0 if self._clock is not None or not self.visits else self.agenda.overrun_price

    @property
    def peak_load(self) -> Load:
        """The most that is aboard at once, in every dimension of the vehicle."""
        more = () if self._agenda is None else self._agenda.peak[3:]
        names = () if self._terms is None else self._terms.names
        return Load.of(self.peak, tuple(zip(names, more, strict=False)))

    def with_order(self, order: Order, index: int) -> RouteSketch:
        """The same route with this order before position `index`."""
        visit = self.frame.visit(order)
        visits = [*self.visits[:index], visit, *self.visits[index:]]
        if not self.is_plain:
            return self.of(visits)
        legs = [*self._legs[:index], *self._legs_with(visit, index), *self._legs[index + 1 :]]
        return self.of(visits, legs)

    def with_pair(self, pickup: Order, delivery: Order, trial: PairTrial) -> RouteSketch:
        """The same route with both orders where the trial had them."""
        return self.with_order(pickup, trial.pickup).with_order(delivery, trial.delivery)

    def without(self, index: int) -> RouteSketch:
        """The same route without the order at `index`."""
        visits = [*self.visits[:index], *self.visits[index + 1 :]]
        legs: list[Leg] | None = None
        if self.is_plain and visits:
            frame = self.frame
            if index == 0:
                between = frame.first_leg(visits[0])
            elif index == len(visits):
                between = frame.last_leg(visits[-1])
            else:
                between = frame.leg(visits[index - 1], visits[index])
            legs = [*self._legs[:index], between, *self._legs[index + 2 :]]
        shorter = self.of(visits, legs)
        if index < self.frozen:
            shorter.frozen -= 1
        return shorter

    def of(self, visits: list[Visit], legs: list[Leg] | None = None) -> RouteSketch:
        """The same shift with these visits; `legs` where they are known already."""
        sketch = RouteSketch.__new__(RouteSketch)
        sketch._terms = self._terms  # noqa: SLF001 - a sketch of the same shift
        sketch._set(self.frame, visits, self.frozen, legs)  # noqa: SLF001
        return sketch

    def on(self, shift: Shift) -> RouteSketch:
        """The same visits on a shift that differs in nothing but its hours, break and limits."""
        sketch = RouteSketch.__new__(RouteSketch)
        sketch._terms = None  # noqa: SLF001 - as in `of`
        legs = self._legs if self.is_plain else None
        frame = Frame(shift, self.frame.matrix)
        sketch._set(frame, self.visits, self.frozen, legs)  # noqa: SLF001
        return sketch

    @property
    def violations(self) -> list[Violation]:
        """What the timetable of this route names, in its sequence."""
        clock = self._clock
        if clock is None:
            return [] if self._agenda is None else list(self._agenda.violations)
        last = len(self.visits) - 1
        found = route_violations(self.frame, self.peak, clock.end_s, clock.rest_late_s)
        for number, visit in enumerate(self.visits):
            late = max(0, clock.begins[number] - visit.closes)
            cut_off = self._legs[number].is_broken or (number == last and self._legs[-1].is_broken)
            found.extend(stop_violations(self.frame.shift, visit, late, cut_off))
        return found

    @property
    def severity(self) -> Severity:
        """How badly the route breaks rules as it is."""
        if self._severity is None:
            self._severity = self._find_severity()
        return self._severity

    def _find_severity(self) -> Severity:
        if self._clock is None:
            return CLEAN if self._agenda is None else self._agenda.severity
        shift = self.frame.shift
        unmendable = sum(is_misplaced(shift, visit) for visit in self.visits)
        return (
            unmendable + self._broken + self.frame.approach.is_broken,
            self._over(self.peak),
            self._late_s(self._clock),
        )

    def may_take(self, order: Order) -> bool:
        """Whether there may be a place for it; if not, no clock and no scale need be asked."""
        visit = self.frame.visit(order)
        if self.is_plain and visit.is_plain:
            return not is_misplaced(self.frame.shift, visit)
        return self._general().may_take(self._known_terms().errand(visit))

    def at(self, order: Order, index: int) -> Trial:
        """The order exactly there."""
        visit = self.frame.visit(order)
        if self.is_plain and visit.is_plain:
            return self._exact(visit, index)
        return self._general().at(self._known_terms().errand(visit), index)

    def fitting_at(self, order: Order, index: int) -> Trial | None:
        """The same where that breaks no further rule: by every rule there is told sooner."""
        visit = self.frame.visit(order)
        if self.is_plain and visit.is_plain:
            trial = self._exact(visit, index)
            return trial if trial.is_feasible else None
        return self._general().fitting_at(self._known_terms().errand(visit), index)

    def violations_with(self, order: Order, trial: Trial) -> Sequence[Violation]:
        """What the route breaks with the order where the trial had it."""
        if trial.agenda is not None:
            return trial.agenda.violations
        return self.with_order(order, trial.index).violations

    def cheapest(self, order: Order) -> Trial:
        """The cheapest place that breaks no further rule; where none is, the least bad one."""
        visit = self.frame.visit(order)
        if not (self.is_plain and visit.is_plain):
            return self._general().cheapest(self._known_terms().errand(visit), self.frozen)
        if not is_misplaced(self.frame.shift, visit):
            if self.severity == CLEAN:
                found = self._cheapest_of(visit)
                if found is not None:
                    return found
            else:
                # What a broken route may still take is seen stop by stop, not from the sketch.
                places = range(self.frozen, len(self.visits) + 1)
                trials = [self._exact(visit, place) for place in places]
                feasible = [trial for trial in trials if trial.is_feasible]
                if not feasible:
                    return min(trials, key=lambda trial: (trial.severity, trial.cost))
                return min(feasible, key=lambda trial: trial.cost)
        return self._least_bad(visit, self._guesses(self._looked(), visit)[self.frozen :])

    def fitting(self, order: Order, below: float = math.inf) -> Trial | None:
        """The cheapest place that breaks no further rule and costs less than `below`, if any.

        What a search asks: sooner answered than `cheapest`, as no other place is looked at.
        """
        visit = self.frame.visit(order)
        if not (self.is_plain and visit.is_plain):
            errand = self._known_terms().errand(visit)
            return self._general().fitting(errand, self.frozen, below)
        if is_misplaced(self.frame.shift, visit):
            return None
        trial = self._cheapest_of(visit) if self.severity == CLEAN else self.cheapest(order)
        return trial if trial is not None and trial.is_feasible and trial.cost < below else None

    def _looked(self) -> Outlook:
        if self._outlook is None:
            self._outlook = Outlook(self.frame, self.visits, self._leg_s, self._loads)
        return self._outlook

    def pairing(self, pickup: Order, delivery: Order) -> Pairing | RuledPairing:
        """The same for a pickup and the delivery of its goods."""
        frame, frozen = self.frame, self.frozen
        if is_everyday(frame, self.visits, pickup, delivery):
            known = amounts(self.violations)
            return Pairing(frame, self.visits, known, (pickup, delivery), frozen)
        errand, visit = self._known_terms().errand, frame.visit
        return RuledPairing(self._general(), errand(visit(pickup)), errand(visit(delivery)), frozen)

    def _general(self) -> Trials:
        if self._trials is None:
            terms = self._known_terms()
            errands = (
                self._agenda.errands
                if self._agenda is not None
                else [terms.errand(visit) for visit in self.visits]
            )
            known = amounts(self.violations)
            self._trials = Trials(terms, errands, known, self.severity, self._agenda)
        return self._trials

    def _cheapest_of(self, visit: Visit) -> Trial | None:
        """On a route that breaks no rule: the cheapest place that breaks none either, if any."""
        outlook = self._looked()
        best: Trial | None = None
        for guess in sorted(self._openings(outlook, visit), key=lambda guess: guess.cost):
            if best is not None and guess.cost >= best.cost:
                break
            trial = (
                Trial(
                    index=guess.place,
                    metres=guess.metres,
                    working_s=guess.working_s,
                    cost=guess.cost,
                    peak=outlook.peak_with(visit, guess.place),
                    severity=CLEAN,
                    is_feasible=True,
                )
                if guess.is_exact
                else self._exact(visit, guess.place)
            )
            if best is None or trial.cost < best.cost:
                best = trial
        return best

    def _least_bad(self, visit: Visit, guesses: Sequence[_Guess]) -> Trial:
        ranked = sorted(guesses, key=lambda guess: (guess.severity, guess.cost))
        best = self._exact(visit, ranked[0].place)
        for guess in ranked[1:]:
            if guess.severity > best.severity or (
                # Where it is late, the cost may be no bound.
                guess.severity == best.severity
                and not guess.severity[2]
                and guess.cost >= best.cost
            ):
                break
            trial = self._exact(visit, guess.place)
            if (trial.severity, trial.cost) < (best.severity, best.cost):
                best = trial
        return best

    def _openings(self, outlook: Outlook, visit: Visit) -> list[_Guess]:
        """One for each position at which a route that breaks no rule goes on to break none.

        Most positions are out of the question by their time alone. This loop is what a ghost
        under the mouse waits for.
        """
        frame, leg, visits = self.frame, self.frame.leg, self.visits
        if self._broken or frame.approach.is_broken:
            return []
        service_s, opens, closes = visit.service_s, visit.opens, visit.closes
        here = (service_s, 0, opens, closes)
        room = zip(self.peak, visit.amounts, frame.capacity, strict=True)
        is_roomy = all(now + more <= most for now, more, most in room)
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
        legs, count = self._legs or (NO_WAY,), len(visits)
        found = []
        for place in range(self.frozen, count + 1):
            duration, _, earliest, _ = outlook.before[place]
            ready = earliest + duration
            if ready > closes:
                break
            due = outlook.after[place][3] - service_s
            if ready > due or opens > due:
                continue
            into = leg(visits[place - 1], visit) if place else frame.first_leg(visit)
            begin = ready + into.seconds
            if begin < opens:
                begin = opens
            if begin > closes or begin > due:
                continue
            out = leg(visit, visits[place]) if place < count else frame.last_leg(visit)
            if begin + out.seconds > due or into.is_broken or out.is_broken:
                continue
            if not is_roomy and self._over(outlook.peak_with(visit, place)):
                continue
            seconds, _, start, _ = joined(
                joined(outlook.before[place], here, into.seconds),
                outlook.after[place],
                out.seconds,
            )
            old = legs[place]
            is_rest_due = start < rest_closes < start + seconds
            if is_rest_due:
                if not outlook.has_time_to_rest(visit, place, into.seconds, out.seconds):
                    continue
                work_s = outlook.work_s - old.seconds + into.seconds + service_s + out.seconds
                seconds = max(seconds, work_s + frame.rest_s)
            metres = self.metres - old.metres + into.metres + out.metres
            cost = frame.cost(metres, seconds)
            found.append(_Guess(place, metres, seconds, cost, CLEAN, not is_rest_due))
        return found

    def _guesses(self, outlook: Outlook, visit: Visit) -> list[_Guess]:
        """One for each position, whatever it breaks."""
        frame, leg = self.frame, self.frame.leg
        service_s = visit.service_s
        here = (service_s, 0, visit.opens, visit.closes)
        room = zip(self.peak, visit.amounts, frame.capacity, strict=True)
        is_roomy = all(now + more <= most for now, more, most in room)
        broken_now = self._broken + frame.approach.is_broken
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
        opens = max(frame.begin_s, visit.opens, *self._opens)
        # Only what leaves before then, wherever it waits, is sure to rest.
        is_sure = frame.rest_s >= 0 and opens < rest_closes
        homing = Homing(frame, self.visits, self._leg_s) if is_sure else None
        guesses = []
        into = frame.first_leg(visit)
        for place, old in enumerate(self._legs or (NO_WAY,)):
            if place < len(self.visits):
                following = self.visits[place]
                out = leg(visit, following)
            else:
                out = frame.last_leg(visit)
            metres = self.metres - old.metres + into.metres + out.metres
            broken = broken_now - old.is_broken + into.is_broken + out.is_broken
            over = 0.0 if is_roomy else self._over(outlook.peak_with(visit, place))
            seconds, warp, start, _ = joined(
                joined(outlook.before[place], here, into.seconds),
                outlook.after[place],
                out.seconds,
            )
            is_rest_due = start < rest_closes < start + seconds
            if is_rest_due:
                work_s = outlook.work_s - old.seconds + into.seconds + service_s + out.seconds
                seconds = max(seconds, work_s + frame.rest_s)
            if homing is not None:
                done = homing.after(homing.ready[place], into.seconds, visit)
                warp = max(warp, homing.late_s(done, out.seconds, place))
            cost = frame.cost(metres, seconds)
            severity = (broken, over, warp)
            guesses.append(_Guess(place, metres, seconds, cost, severity, not is_rest_due))
            if place < len(self.visits):
                into = leg(following, visit)
        return guesses

    def _exact(self, visit: Visit, index: int) -> Trial:
        frame = self.frame
        into, out = self._legs_with(visit, index)
        clock = Clock(
            frame,
            [*self._leg_s[:index], into.seconds, out.seconds, *self._leg_s[index + 1 :]],
            [*self._services[:index], visit.service_s, *self._services[index:]],
            [*self._opens[:index], visit.opens, *self._opens[index:]],
            [*self._closes[:index], visit.closes, *self._closes[index:]],
        )
        metres = self.metres + into.metres + out.metres
        broken = self._broken + into.is_broken + out.is_broken
        if self.visits:
            metres -= self._legs[index].metres
            broken -= self._legs[index].is_broken
        most = (
            peak(loads([*self.visits[:index], visit, *self.visits[index:]]))
            if self._outlook is None
            else self._outlook.peak_with(visit, index)
        )
        working_s = self._working_s(clock)
        return Trial(
            index=index,
            metres=metres,
            working_s=working_s,
            cost=frame.cost(metres, working_s),
            peak=most,
            severity=(broken + frame.approach.is_broken, self._over(most), self._late_s(clock)),
            is_feasible=not is_misplaced(frame.shift, visit)
            and broken <= self._broken
            and not (frame.approach.is_broken and not self.visits)
            and self._is_no_fuller(most)
            and self._is_no_later(clock, visit, index),
        )

    def _legs_with(self, visit: Visit, index: int) -> tuple[Leg, Leg]:
        """The ways to the visit before position `index` and on from it."""
        frame, visits = self.frame, self.visits
        return (
            frame.leg(visits[index - 1], visit) if index else frame.first_leg(visit),
            frame.leg(visit, visits[index]) if index < len(visits) else frame.last_leg(visit),
        )

    def _is_no_fuller(self, most: Amounts) -> bool:
        rooms = zip(most, self.frame.capacity, self.peak, strict=True)
        return all(amount <= max(room, now) for amount, room, now in rooms)

    def _is_no_later(self, clock: Clock, visit: Visit, index: int) -> bool:
        frame, now = self.frame, self._clock
        if not self._late_s(clock):
            return True
        if now is None:
            return False
        closes = [*self._closes[:index], visit.closes, *self._closes[index:]]
        begins = [*now.begins[:index], 0, *now.begins[index:]]
        return (
            clock.end_s <= max(frame.end_s, now.end_s)
            and clock.rest_late_s <= now.rest_late_s
            and all(
                then <= max(close, before)
                for then, close, before in zip(clock.begins, closes, begins, strict=True)
            )
        )

    def _over(self, most: Amounts) -> float:
        capacity = self.frame.capacity
        if most[0] <= capacity[0] and most[1] <= capacity[1] and most[2] <= capacity[2]:
            return 0.0
        return share_over(most, capacity)

    def _late_s(self, clock: Clock) -> int:
        return clock.late_s + clock.rest_late_s + max(0, clock.end_s - self.frame.end_s)

    def _working_s(self, clock: Clock) -> int:
        return clock.end_s - self.frame.begin_s - clock.delay_s
