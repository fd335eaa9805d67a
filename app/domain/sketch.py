"""One route prepared for many questions: what would it cost to take this order here, or there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.clockwork import NEVER, NO_WAY, Amounts, Clock, Frame, Leg, Visit, loads, peak
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.outlook import Outlook, joined
from app.domain.timetable import Travel, route_violations, stop_violations
from app.domain.violations import Violation

Severity = tuple[int, float, int]
"""How badly a route breaks rules, worst first: how many that no clock or scale can mend, loads
over capacity as a share of it, seconds too late."""

_CLEAN: Severity = (0, 0.0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A place for an order; `metres` to `peak` are the whole route's with it."""

    index: int
    metres: int
    working_s: int
    cost: float
    peak: Amounts
    severity: Severity
    is_feasible: bool
    """It breaks no rule that the route without the order keeps."""


class _Guess(NamedTuple):
    place: int
    """Before which position."""
    metres: int
    working_s: int
    cost: float
    severity: Severity
    """At best; what the order itself breaks anywhere is left out."""
    is_feasible: bool
    is_exact: bool
    """Where not, `working_s` and `cost` are a lower bound."""


class RouteSketch:
    """A shift and its visits; it answers for a new order in constant time a position.

    Feasibility is exact. Durations are exact where no break is due, a lower bound where one is:
    only the few places that may be the best are run through by the clock.
    """

    def __init__(self, shift: Shift, orders: Sequence[Order], travel: Travel) -> None:
        matrix = travel[shift.vehicle.profile]
        self._set(Frame(shift, matrix), [Visit(order, matrix) for order in orders])

    def _set(self, frame: Frame, visits: list[Visit]) -> None:
        self.frame = frame
        self.visits = visits
        self._legs = frame.legs(visits)
        self._leg_s = [leg.seconds for leg in self._legs]
        self._services = [visit.service_s for visit in visits]
        self._opens = [visit.opens for visit in visits]
        self._closes = [visit.closes for visit in visits]
        self._loads = loads(visits)
        self._outlook: Outlook | None = None
        self._severity: Severity | None = None
        self._broken = sum(leg.is_broken for leg in self._legs)
        self._clock = (
            Clock(frame, self._leg_s, self._services, self._opens, self._closes) if visits else None
        )
        self.metres = sum(leg.metres for leg in self._legs)
        self.peak = peak(self._loads)
        self.working_s = 0 if self._clock is None else self._working_s(self._clock)
        self.cost = frame.cost(self.metres, self.working_s) if visits else 0.0

    @property
    def orders(self) -> list[Order]:
        return [visit.order for visit in self.visits]

    def with_order(self, order: Order, index: int) -> RouteSketch:
        """The same route with this order before position `index`."""
        visit = Visit(order, self.frame.matrix)
        return self.of([*self.visits[:index], visit, *self.visits[index:]])

    def without(self, index: int) -> RouteSketch:
        """The same route without the order at `index`."""
        return self.of([*self.visits[:index], *self.visits[index + 1 :]])

    def of(self, visits: list[Visit]) -> RouteSketch:
        """The same shift with these visits."""
        sketch = RouteSketch.__new__(RouteSketch)
        sketch._set(self.frame, visits)  # noqa: SLF001 - a sketch of the same shift
        return sketch

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
            return _CLEAN
        unmendable = sum(self._is_misplaced(visit) for visit in self.visits)
        return (
            unmendable + self._broken + self.frame.approach.is_broken,
            self._over(self.peak),
            self._late_s(self._clock),
        )

    def at(self, order: Order, index: int) -> Trial:
        """The order exactly there."""
        return self._exact(Visit(order, self.frame.matrix), index)

    def cheapest(self, order: Order) -> Trial:
        """The cheapest place that breaks no further rule; where none is, the least bad one."""
        visit = Visit(order, self.frame.matrix)
        if self._outlook is None:
            self._outlook = Outlook(self.frame, self.visits, self._leg_s, self._loads)
        guesses = self._guesses(self._outlook, visit)
        found = None
        if not self._is_misplaced(visit):
            if self.severity == _CLEAN:
                found = self._cheapest_of(self._outlook, visit, guesses)
            else:
                # What a broken route may still take is seen stop by stop, not from the sketch.
                trials = [self._exact(visit, guess.place) for guess in guesses]
                feasible = [trial for trial in trials if trial.is_feasible]
                if not feasible:
                    return min(trials, key=lambda trial: (trial.severity, trial.cost))
                found = min(feasible, key=lambda trial: trial.cost)
        return found or self._least_bad(visit, guesses)

    def _cheapest_of(
        self, outlook: Outlook, visit: Visit, guesses: Sequence[_Guess]
    ) -> Trial | None:
        best: Trial | None = None
        feasible = [guess for guess in guesses if guess.is_feasible]
        for guess in sorted(feasible, key=lambda guess: guess.cost):
            if best is not None and guess.cost >= best.cost:
                break
            trial = (
                Trial(
                    index=guess.place,
                    metres=guess.metres,
                    working_s=guess.working_s,
                    cost=guess.cost,
                    peak=outlook.peak_with(visit, guess.place),
                    severity=_CLEAN,
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
            if guess.severity > best.severity:
                break
            trial = self._exact(visit, guess.place)
            if (trial.severity, trial.cost) < (best.severity, best.cost):
                best = trial
        return best

    def _guesses(self, outlook: Outlook, visit: Visit) -> list[_Guess]:
        """One for each position. This loop is what a ghost under the mouse waits for."""
        frame, leg = self.frame, self.frame.leg
        service_s = visit.service_s
        here = (service_s, 0, visit.opens, visit.closes)
        room = zip(self.peak, visit.amounts, frame.capacity, strict=True)
        is_roomy = all(now + more <= most for now, more, most in room)
        broken_now = self._broken + frame.approach.is_broken
        fixed, per_m, per_s = frame.fixed, frame.per_m, frame.per_s
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
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
            is_feasible = not (warp or broken or over)
            is_rest_due = start < rest_closes < start + seconds
            if is_rest_due:
                work_s = outlook.work_s - old.seconds + into.seconds + service_s + out.seconds
                seconds = max(seconds, work_s + frame.rest_s)
                is_feasible = is_feasible and outlook.has_time_to_rest(
                    visit, place, into.seconds, out.seconds
                )
            cost = fixed + per_m * metres + per_s * seconds
            guesses.append(
                _Guess(
                    place,
                    metres,
                    seconds,
                    cost,
                    (broken, over, warp),
                    is_feasible,
                    not is_rest_due,
                )
            )
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
            is_feasible=not self._is_misplaced(visit)
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

    def _is_misplaced(self, visit: Visit) -> bool:
        """Whether the order would be wrong at any place on this route."""
        order, shift = visit.order, self.frame.shift
        return (
            visit.location is None
            or (order.depot is not None and order.depot != shift.depot.id)
            or not order.requirements <= shift.abilities
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
        rooms = zip(most, capacity, strict=True)
        return sum((amount - room) / max(room, 1) for amount, room in rooms if amount > room)

    def _late_s(self, clock: Clock) -> int:
        return clock.late_s + clock.rest_late_s + max(0, clock.end_s - self.frame.end_s)

    def _working_s(self, clock: Clock) -> int:
        return clock.end_s - self.frame.begin_s - clock.delay_s
