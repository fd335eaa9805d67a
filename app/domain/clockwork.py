"""A route in whole seconds and grams: the arithmetic that timetable and insertion share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from app.domain.fleet import Shift
from app.domain.geo import Location, distance_m
from app.domain.orders import Order, OrderKind
from app.domain.rules import NO_ORDER_RULES, NO_SHIFT_RULES, OrderRules, ShiftRules
from app.domain.travel import UNREACHABLE, TravelMatrix

NEVER = 1 << 62
_CROW_M_PER_S = 8.0
"""Stands in for a leg that no matrix knows: slow enough not to promise what can't be kept."""

Amounts = tuple[int, int, int]
"""Grams, cubic centimetres, parcels: in the order of Dimension."""


class Spot:
    """A place with its number in the matrix; -1 where the matrix does not know it."""

    __slots__ = ("location", "number")

    def __init__(self, location: Location | None, matrix: TravelMatrix) -> None:
        self.location = location
        self.number = -1 if location is None else matrix.index.get(location, -1)


class Visit(Spot):
    """A stop as the clock and the scales meet it; times in epoch seconds."""

    __slots__ = ("amounts", "closes", "is_delivery", "is_plain", "opens", "order", "service_s")

    def __init__(
        self, order: Order, matrix: TravelMatrix, rules: ShiftRules = NO_SHIFT_RULES
    ) -> None:
        super().__init__(order.location, matrix)
        self.order = order
        window = order.window
        self.service_s = (
            int(order.service_time.total_seconds())
            if rules is NO_SHIFT_RULES
            else service_s(order, rules)
        )
        self.opens = 0 if window is None else int(window.start.timestamp())
        self.closes = NEVER if window is None else int(window.end.timestamp())
        self.amounts: Amounts = (order.weight_g, order.volume_cm3, len(order.parcels))
        self.is_delivery = order.kind is OrderKind.DELIVERY
        self.is_plain = is_plain_order(order)
        """Whether `Clock` can tell all there is to tell of it."""


def service_s(order: Order, rules: ShiftRules) -> int:
    """How long the order takes at the door by vehicle and driver, without its set-up."""
    time = order.service_time
    if rules.vehicle_type and order.rules.service_by_type:
        time = dict(order.rules.service_by_type).get(rules.vehicle_type, time)
    return round(int(time.total_seconds()) * rules.service_pace)


def is_plain_order(order: Order) -> bool:
    """Whether `Clock` can tell all there is to tell of it."""
    return not order.more_load and (order.rules is NO_ORDER_RULES or _is_plain(order.rules))


def _is_plain(rules: OrderRules) -> bool:
    return not (
        rules.more_windows
        or rules.released_at is not None
        or rules.setup_time
        or rules.setup_by_type
        or rules.collected_by is not None
        or rules.takes_back
        or rules.goods
        or rules.apart_from
        or rules.lateness is not None
    )


class Leg(NamedTuple):
    """The way between two spots; `is_broken` where no road leads, `is_estimated` as the crow."""

    seconds: int
    metres: int
    is_broken: bool = False
    is_estimated: bool = False
    by_hour: tuple[int, ...] | None = None
    """Seconds by each of the day's matrices, UNREACHABLE while closed, where they differ; then
    `seconds` and `metres` are the least of each."""
    metres_by_hour: tuple[int, ...] = ()
    """The metres that belong to `by_hour`."""


NO_WAY = Leg(seconds=0, metres=0)


def _is_usual(rules: ShiftRules) -> bool:
    """Whether the rules change no more than service times."""
    return rules is NO_SHIFT_RULES or not (
        rules.pauses
        or rules.max_driving is not None
        or rules.max_work is not None
        or rules.max_distance_m is not None
        or rules.max_stops is not None
        or rules.max_reloads
        or rules.overtime is not None
        or rules.travel_pace != 1.0
        or rules.per_service_hour
        or rules.per_driving_hour
    )


class Frame:
    """A shift and its matrix, as numbers."""

    __slots__ = (
        "_later",
        "approach",
        "begin_s",
        "capacity",
        "depot",
        "end",
        "end_s",
        "fixed",
        "is_estimated",
        "is_plain",
        "matrix",
        "per_m",
        "per_s",
        "rest_closes",
        "rest_opens",
        "rest_s",
        "shift",
        "start",
    )

    def __init__(self, shift: Shift, matrix: TravelMatrix) -> None:
        self.shift = shift
        self.matrix = matrix
        overtime = shift.rules.overtime
        last = shift.window.end + (overtime.most if overtime is not None else timedelta())
        # What opens after the shift is closed to it.
        self._later = [m for start, m in matrix.later if start <= last.timestamp()]
        self.begin_s = int(shift.first_leave.timestamp())
        self.end_s = int(shift.window.end.timestamp())
        self.depot = Spot(shift.depot.location, matrix)
        self.start = Spot(shift.start_location, matrix)
        self.approach = self.leg(self.start, self.depot)
        """From the start place to the depot, where the goods are."""
        self.end = None if shift.end_location is None else Spot(shift.end_location, matrix)
        self.is_estimated = matrix.is_estimated
        rest = shift.rest
        self.rest_s = -1 if rest is None else int(rest.length.total_seconds())
        """-1 where the shift has no break."""
        self.rest_opens = 0 if rest is None else int(rest.window.start.timestamp())
        self.rest_closes = NEVER if rest is None else int(rest.window.end.timestamp())
        self.capacity: Amounts = shift.vehicle.capacity.amounts
        costs = shift.vehicle.costs
        self.fixed = costs.fixed
        self.per_m = costs.per_km / 1000
        self.per_s = costs.per_hour / 3600
        self.is_plain = (
            matrix.pace is None
            and matrix.costs is None
            and not matrix.later
            and shift.is_as_agreed
            and _is_usual(shift.rules)
        )
        """Whether `Clock` knows every rule of the shift."""

    def visit(self, order: Order) -> Visit:
        """The order as a stop on this shift."""
        return Visit(order, self.matrix, self.shift.rules)

    def leg(self, a: Spot, b: Spot) -> Leg:
        """A place that is not known is nowhere else; a pair without a road is flown."""
        row, column = a.number, b.number
        is_broken = False
        if row >= 0 and column >= 0:
            if row == column:
                return NO_WAY
            seconds = self.matrix.seconds[row][column]
            if self._later and (hourly := self._hourly(row, column, seconds)) is not None:
                return hourly
            if seconds != UNREACHABLE:
                return Leg(seconds, self.matrix.metres[row][column])
            is_broken = True
        if a.location is None or b.location is None or a.location == b.location:
            return NO_WAY
        metres = distance_m(a.location, b.location)
        return Leg(
            seconds=round(metres / _CROW_M_PER_S),
            metres=round(metres),
            is_broken=is_broken,
            is_estimated=True,
        )

    def _hourly(self, row: int, column: int, first_s: int) -> Leg | None:
        """A way that is another one at other hours; None where it is not, or is never open."""
        matrices = [self.matrix, *self._later]
        seconds = [first_s, *(matrix.seconds[row][column] for matrix in matrices[1:])]
        known = [number for number, s in enumerate(seconds) if s != UNREACHABLE]
        if not known or len(set(seconds)) == 1:
            return None
        metres = [matrix.metres[row][column] for matrix in matrices]
        return Leg(
            seconds=min(seconds[number] for number in known),
            metres=min(metres[number] for number in known),
            by_hour=tuple(seconds),
            metres_by_hour=tuple(metres),
        )

    def first_leg(self, visit: Visit) -> Leg:
        """From the start place by way of the depot; broken where the visit can't be reached."""
        leg = self.leg(self.depot, visit)
        if not self.approach.seconds and not self.approach.metres:
            return leg
        return Leg(
            seconds=leg.seconds + self.approach.seconds,
            metres=leg.metres + self.approach.metres,
            is_broken=leg.is_broken,
            is_estimated=leg.is_estimated or self.approach.is_estimated,
        )

    def last_leg(self, visit: Visit) -> Leg:
        return NO_WAY if self.end is None else self.leg(visit, self.end)

    def legs(self, visits: Sequence[Visit]) -> list[Leg]:
        """One leg to each visit, and the one to the end place."""
        if not visits:
            return []
        return [
            self.first_leg(visits[0]),
            *(self.leg(a, b) for a, b in pairwise(visits)),
            self.last_leg(visits[-1]),
        ]

    def cost(self, metres: int, working_s: int) -> float:
        return self.fixed + self.per_m * metres + self.per_s * working_s


class Clock:
    """A route run through by the clock, leaving as early as the shift allows.

    `delay_s` is how much later the van may leave without serving anyone later than it must: the
    forward time slack of Savelsbergh (1992), waiting that can be moved to before departure.
    It changes neither the end nor any lateness.
    """

    __slots__ = ("begins", "delay_s", "end_s", "late_s", "rest_at", "rest_late_s")

    def __init__(
        self,
        frame: Frame,
        legs: Sequence[int],
        services: Sequence[int],
        opens: Sequence[int],
        closes: Sequence[int],
    ) -> None:
        self.rest_at = -1
        self._run(frame, legs, services, opens, closes)
        if frame.rest_s >= 0 and self._is_rest_due(frame):
            self.rest_at = self._place_rest(frame, legs, services, opens, closes)
            self._run(frame, legs, services, opens, closes)

    def _is_rest_due(self, frame: Frame) -> bool:
        """On a route that is under way when the break must have begun at the latest."""
        return self.end_s > frame.rest_closes and frame.begin_s + self.delay_s < frame.rest_closes

    def _run(
        self,
        frame: Frame,
        legs: Sequence[int],
        services: Sequence[int],
        opens: Sequence[int],
        closes: Sequence[int],
    ) -> None:
        clock = frame.begin_s
        waited = late = 0
        slack = NEVER
        begins = []
        rest_at = self.rest_at
        self.rest_late_s = 0
        number = 0
        for service in services:
            if number == rest_at:
                clock, waited, slack = self._rest(frame, clock, legs[number], waited, slack)
            else:
                clock += legs[number]
            if clock < opens[number]:
                waited += opens[number] - clock
                clock = opens[number]
            room = closes[number] - clock
            if room >= 0:
                if waited + room < slack:
                    slack = waited + room
            else:
                late -= room
                slack = min(slack, waited)
            begins.append(clock)
            clock += service
            number += 1
        if number == rest_at:
            clock, waited, slack = self._rest(frame, clock, legs[number], waited, slack)
        else:
            clock += legs[number]
        self.begins = begins
        self.end_s = clock
        self.late_s = late
        slack = min(slack, waited + max(0, frame.end_s - self.end_s))
        self.delay_s = min(slack, waited)

    def begins_from(
        self,
        frame: Frame,
        legs: Sequence[int],
        services: Sequence[int],
        opens: Sequence[int],
    ) -> list[int]:
        """When each service begins if the van leaves as late as it may."""
        clock = frame.begin_s + self.delay_s
        begins = []
        for number, service in enumerate(services):
            clock += legs[number]
            if number == self.rest_at:
                clock = max(clock, frame.rest_opens) + frame.rest_s
            clock = max(clock, opens[number])
            begins.append(clock)
            clock += service
        return begins

    def _rest(
        self, frame: Frame, ready: int, leg_s: int, waited: int, slack: int
    ) -> tuple[int, int, int]:
        """Drive on until the break's window opens, rest where that is, and drive the rest."""
        slack = min(slack, waited + max(0, frame.rest_closes - ready))
        self.rest_late_s = max(0, ready - frame.rest_closes)
        arrival = ready + leg_s
        if arrival < frame.rest_opens:
            waited += frame.rest_opens - arrival
            arrival = frame.rest_opens
        return arrival + frame.rest_s, waited, slack

    def _place_rest(
        self,
        frame: Frame,
        legs: Sequence[int],
        services: Sequence[int],
        opens: Sequence[int],
        closes: Sequence[int],
    ) -> int:
        """The leg on which the break costs least lateness, then ends the route soonest.

        Where waiting makes up for it either way, a later leg is taken if the van is ahead there.
        Of the legs that begin before the break's window opens the last leaves most work done.
        After its window has closed only the first is worth a thought.
        """
        count = len(services)
        ready = [frame.begin_s]
        ready.extend(begin + service for begin, service in zip(self.begins, services, strict=True))
        late_before = [0]
        for begin, close in zip(self.begins, closes, strict=True):
            late_before.append(late_before[-1] + max(0, begin - close))
        waits, room = self._behind(legs, services, closes)
        first = count
        while first > 0 and ready[first] > frame.rest_opens:
            first -= 1
        best: tuple[int, int, int] | None = None

        def rested(index: int, until: int) -> tuple[int, int]:
            """When it is at that stop after a break on this leg, and its lateness up to there."""
            late = late_before[index] + max(0, ready[index] - frame.rest_closes)
            clock = max(ready[index] + legs[index], frame.rest_opens) + frame.rest_s
            for number in range(index, until):
                begin = max(clock, opens[number])
                late += max(0, begin - closes[number])
                clock = begin + services[number] + legs[number + 1]
            begin = max(clock, opens[until])
            return begin, late + max(0, begin - closes[until])

        for index in range(first, count + 1):
            late = late_before[index] + max(0, ready[index] - frame.rest_closes)
            clock = max(ready[index] + legs[index], frame.rest_opens) + frame.rest_s
            for number in range(index, count):
                if clock < opens[number]:
                    clock = opens[number]
                if clock == self.begins[number]:
                    # Waiting has swallowed the break: from here on all is as it was.
                    late += late_before[count] - late_before[number]
                    clock = self.end_s
                    break
                if not waits[number] and clock - self.begins[number] <= room[number]:
                    # Nothing makes up for it, and nobody is late for it.
                    clock += self.end_s - self.begins[number]
                    break
                if clock > closes[number]:
                    late += clock - closes[number]
                clock += services[number] + legs[number + 1]
            if best is None or (late, clock) < best[:2]:
                best = (late, clock, index)
            elif (late, clock) == best[:2] and index < count:
                here, before = rested(index, index), rested(best[2], index)
                if here[0] < before[0] and here[1] <= before[1]:
                    best = (late, clock, index)
            if ready[index] > frame.rest_closes:
                break
        return best[2] if best else 0

    def _behind(
        self, legs: Sequence[int], services: Sequence[int], closes: Sequence[int]
    ) -> tuple[list[int], list[int]]:
        """The waiting behind each stop, and how much later it and all behind it may be served."""
        count = len(services)
        waits, room = [0] * count, [NEVER] * count
        ready, waited, least = self.end_s - legs[count], 0, NEVER
        for number in range(count - 1, -1, -1):
            begin = self.begins[number]
            waited += ready - begin - services[number]
            waits[number] = waited
            least = min(least, closes[number] - begin)
            room[number] = least
            ready = begin - legs[number]
        return waits, room


def loads(visits: Sequence[Visit]) -> list[Amounts]:
    """What is aboard at the start and after each visit."""
    weight = volume = parcels = 0
    for visit in visits:
        if visit.is_delivery:
            weight += visit.amounts[0]
            volume += visit.amounts[1]
            parcels += visit.amounts[2]
    aboard = [(weight, volume, parcels)]
    for visit in visits:
        if visit.is_delivery:
            weight -= visit.amounts[0]
            volume -= visit.amounts[1]
            parcels -= visit.amounts[2]
        else:
            weight += visit.amounts[0]
            volume += visit.amounts[1]
            parcels += visit.amounts[2]
        aboard.append((weight, volume, parcels))
    return aboard


def peak(aboard: Sequence[Amounts]) -> Amounts:
    """The most of each dimension that is aboard at once."""
    return (
        max(load[0] for load in aboard),
        max(load[1] for load in aboard),
        max(load[2] for load in aboard),
    )
