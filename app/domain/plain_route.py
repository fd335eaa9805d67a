"""A plain route by the everyday clock: its figures, and what each place for a stop would cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from app.domain.checks import (
    CLEAN,
    Severity,
    is_misplaced,
    route_violations,
    share_over,
    stop_violations,
)
from app.domain.clockwork import NEVER, NO_WAY, Amounts, Clock, Frame, Leg, Visit, loads, peak
from app.domain.outlook import Homing, Outlook, joined
from app.domain.trials import Trial
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


class PlainRoute:
    """A route on which no rule asks for more than the everyday clock knows.

    It judges a position for one more visit in constant time. Feasibility is exact. Durations are
    exact where no break is due, a lower bound where one is: only the few places that may be the
    best are run through by the clock.
    """

    def __init__(self, frame: Frame, visits: list[Visit], frozen: int, legs: list[Leg]) -> None:
        """`legs` are the ways to each visit and to the end place; before `frozen` nothing may
        come."""
        self.frame = frame
        self.visits = visits
        self.frozen = frozen
        self.legs = legs
        self._leg_s = [leg.seconds for leg in legs]
        self._services = [visit.service_s for visit in visits]
        self._opens = [visit.opens for visit in visits]
        self._closes = [visit.closes for visit in visits]
        self._loads = loads(visits)
        self._broken = sum(leg.is_broken for leg in legs)
        self._outlook: Outlook | None = None
        self._clock: Clock | None = None
        if visits:
            self._clock = Clock(frame, self._leg_s, self._services, self._opens, self._closes)
        self.metres = sum(leg.metres for leg in legs)
        self.peak: Amounts = peak(self._loads)
        self.working_s = 0 if self._clock is None else self._working_s(self._clock)
        self.cost = frame.cost(self.metres, self.working_s) if visits else 0.0

    @property
    def begins(self) -> list[int]:
        """When each stop is served, in epoch seconds."""
        if self._clock is None:
            return []
        return self._clock.begins_from(self.frame, self._leg_s, self._services, self._opens)

    @property
    def violations(self) -> list[Violation]:
        """What the timetable of this route names, in its sequence."""
        clock = self._clock
        if clock is None:
            return []
        last = len(self.visits) - 1
        found = route_violations(self.frame, self.peak, clock.end_s, clock.rest_late_s)
        for number, visit in enumerate(self.visits):
            late = max(0, clock.begins[number] - visit.closes)
            cut_off = self.legs[number].is_broken or (number == last and self.legs[-1].is_broken)
            found.extend(stop_violations(self.frame.shift, visit, late, cut_off))
        return found

    @cached_property
    def severity(self) -> Severity:
        """How badly it breaks rules as it is."""
        if self._clock is None:
            return CLEAN
        shift = self.frame.shift
        unmendable = sum(is_misplaced(shift, visit) for visit in self.visits)
        return (
            unmendable + self._broken + self.frame.approach.is_broken,
            self._over(self.peak),
            self._late_s(self._clock),
        )

    def legs_with(self, visit: Visit, index: int) -> list[Leg]:
        """The ways with this visit before position `index`."""
        return [*self.legs[:index], *self._around(visit, index), *self.legs[index + 1 :]]

    def legs_without(self, index: int) -> list[Leg]:
        """The ways without the visit at `index`, of which it must not be the only one."""
        frame, visits = self.frame, self.visits
        if index == 0:
            between = frame.first_leg(visits[1])
        elif index == len(visits) - 1:
            between = frame.last_leg(visits[-2])
        else:
            between = frame.leg(visits[index - 1], visits[index + 1])
        return [*self.legs[:index], between, *self.legs[index + 2 :]]

    def at(self, visit: Visit, index: int) -> Trial:
        """The visit exactly there."""
        frame = self.frame
        into, out = self._around(visit, index)
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
            metres -= self.legs[index].metres
            broken -= self.legs[index].is_broken
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

    def cheapest(self, visit: Visit) -> Trial:
        """The cheapest place that breaks no further rule; where none is, the least bad one."""
        if not is_misplaced(self.frame.shift, visit):
            if self.severity == CLEAN:
                found = self.fitting(visit)
                if found is not None:
                    return found
            else:
                # What a broken route may still take is seen stop by stop, not in sum.
                places = range(self.frozen, len(self.visits) + 1)
                trials = [self.at(visit, place) for place in places]
                feasible = [trial for trial in trials if trial.is_feasible]
                if not feasible:
                    return min(trials, key=lambda trial: (trial.severity, trial.cost))
                return min(feasible, key=lambda trial: trial.cost)
        return self._least_bad(visit, self._guesses(self._looked(), visit)[self.frozen :])

    def fitting(self, visit: Visit) -> Trial | None:
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
                else self.at(visit, guess.place)
            )
            if best is None or trial.cost < best.cost:
                best = trial
        return best

    def _looked(self) -> Outlook:
        if self._outlook is None:
            self._outlook = Outlook(self.frame, self.visits, self._leg_s, self._loads)
        return self._outlook

    def _least_bad(self, visit: Visit, guesses: Sequence[_Guess]) -> Trial:
        ranked = sorted(guesses, key=lambda guess: (guess.severity, guess.cost))
        best = self.at(visit, ranked[0].place)
        for guess in ranked[1:]:
            if guess.severity > best.severity or (
                # Where it is late, the cost may be no bound.
                guess.severity == best.severity
                and not guess.severity[2]
                and guess.cost >= best.cost
            ):
                break
            trial = self.at(visit, guess.place)
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
        is_roomy = self._is_roomy(visit)
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
        legs, count = self.legs or (NO_WAY,), len(visits)
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
        is_roomy = self._is_roomy(visit)
        broken_now = self._broken + frame.approach.is_broken
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
        opens = max(frame.begin_s, visit.opens, *self._opens)
        # Only what leaves before then, wherever it waits, is sure to rest.
        is_sure = frame.rest_s >= 0 and opens < rest_closes
        homing = Homing(frame, self.visits, self._leg_s) if is_sure else None
        guesses = []
        into = frame.first_leg(visit)
        for place, old in enumerate(self.legs or (NO_WAY,)):
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

    def _around(self, visit: Visit, index: int) -> tuple[Leg, Leg]:
        """The ways to the visit before position `index` and on from it."""
        frame, visits = self.frame, self.visits
        return (
            frame.leg(visits[index - 1], visit) if index else frame.first_leg(visit),
            frame.leg(visit, visits[index]) if index < len(visits) else frame.last_leg(visit),
        )

    def _is_roomy(self, visit: Visit) -> bool:
        """Whether the van takes it wherever it is on the route."""
        rooms = zip(self.peak, visit.amounts, self.frame.capacity, strict=True)
        return all(aboard + more <= most for aboard, more, most in rooms)

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
