"""A route seen from each of its positions: how much time and room is left before and behind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from app.domain.clockwork import NEVER, Amounts, Frame, Visit

Segment = tuple[int, int, int, int]
"""Part of a route (Vidal et al., 2013): its shortest duration, the time by which it is late in
all, and the earliest and latest start with which it lasts no longer than that."""


def joined(first: Segment, second: Segment, leg_s: int) -> Segment:
    """One segment after the other, with the way between them."""
    duration, warp, earliest, latest = first
    after = duration - warp + leg_s
    waiting = second[2] - after - latest
    if waiting < 0:
        waiting = 0
    late = earliest + after - second[3]
    if late < 0:
        late = 0
    return (
        duration + second[0] + leg_s + waiting,
        warp + second[1] + late,
        max(second[2] - after, earliest) - waiting,
        min(second[3] - after, latest) + late,
    )


Readiness = tuple[int, int]
"""The earliest after a stop, whoever is late: without the break, and with it."""


class Homing:
    """When a route with a break is over at the earliest, whoever is late and however it rests."""

    __slots__ = ("_frame", "_from_opens", "_onward_s", "ready")

    def __init__(self, frame: Frame, visits: Sequence[Visit], leg_s: Sequence[int]) -> None:
        self._frame = frame
        self.ready: list[Readiness] = [(frame.begin_s, NEVER)]
        """Before each position."""
        for visit, seconds in zip(visits, leg_s, strict=False):
            self.ready.append(self.after(self.ready[-1], seconds, visit))
        count = len(visits)
        self._onward_s = [0] * (count + 1)
        self._from_opens = [0] * (count + 1)
        for index in range(count - 1, -1, -1):
            visit, onward_s = visits[index], leg_s[index + 1] + self._onward_s[index + 1]
            self._onward_s[index] = visit.service_s + onward_s
            opened = visit.opens + self._onward_s[index]
            self._from_opens[index] = max(opened, self._from_opens[index + 1])

    def after(self, ready: Readiness, leg_s: int, visit: Visit) -> Readiness:
        """When the visit is over to which this way leads."""
        now, rested = ready
        now += leg_s
        rested += leg_s
        resting = self._frame.rest_opens
        resting = (now if now > resting else resting) + self._frame.rest_s
        if resting < rested:
            rested = resting
        opens = visit.opens
        return (
            (now if now > opens else opens) + visit.service_s,
            (rested if rested > opens else opens) + visit.service_s,
        )

    def over(self, index: int, leg_s: int) -> tuple[int, int]:
        """When it is over at the earliest that waits no more from this position on: without a
        break, and with one."""
        now, rested = self.ready[index]
        straight = now + leg_s + self._onward_s[index]
        rested += leg_s + self._onward_s[index]
        return straight, min(rested, straight + self._frame.rest_s)

    def late_s(self, ready: Readiness, leg_s: int, index: int) -> int:
        """By how much it is over too late at least that drives on to position `index` from there.

        0 where the break may not be due.
        """
        now, rested = ready
        frame, onward_s, from_opens = self._frame, self._onward_s[index], self._from_opens[index]
        straight = now + leg_s + onward_s
        if max(straight, from_opens) <= frame.rest_closes:
            return 0
        soonest = max(min(straight + frame.rest_s, rested + leg_s + onward_s), from_opens)
        return max(0, soonest - frame.end_s)


class Outlook:
    """What `RouteSketch` needs to judge an insertion at any position in constant time."""

    __slots__ = (
        "_aboard",
        "_frame",
        "_latest",
        "_latest_resting",
        "_leg_s",
        "_most_before",
        "_most_behind",
        "_ready",
        "_ready_rested",
        "_visits",
        "after",
        "before",
        "work_s",
    )

    def __init__(
        self,
        frame: Frame,
        visits: Sequence[Visit],
        leg_s: Sequence[int],
        aboard: Sequence[Amounts],
    ) -> None:
        self._frame = frame
        self._visits = visits
        self._leg_s = leg_s
        count = len(visits)
        self.work_s = sum(leg_s) + sum(visit.service_s for visit in visits)
        spots = [(visit.service_s, 0, visit.opens, visit.closes) for visit in visits]
        self.before: list[Segment] = [(0, 0, frame.begin_s, NEVER)]
        """Up to the end of service at each visit, from leaving the start place."""
        for spot, seconds in zip(spots, leg_s, strict=False):
            self.before.append(joined(self.before[-1], spot, seconds))
        self.after: list[Segment] = [(0, 0, 0, frame.end_s)] * (count + 1)
        """From arriving at each visit to the end place."""
        for index in range(count - 1, -1, -1):
            self.after[index] = joined(spots[index], self.after[index + 1], leg_s[index + 1])
        self._aboard = aboard
        self._most_before: list[Amounts] = []
        self._most_behind: list[Amounts] = []
        self._ready: list[int] = []

    def peak_with(self, visit: Visit, index: int) -> Amounts:
        """The most aboard at once with this visit before position `index`."""
        if not self._most_before:
            self._most_before = [*accumulate(self._aboard, most_of)]
            self._most_behind = [*accumulate(reversed(self._aboard), most_of)][::-1]
        before, behind = self._most_before[index], self._most_behind[index]
        if visit.is_delivery:
            return most_of(sum_of(before, visit.amounts), behind)
        return most_of(before, sum_of(behind, visit.amounts))

    def has_time_to_rest(self, visit: Visit, index: int, into_s: int, out_s: int) -> bool:
        """Whether the break can begin in its window and nothing is late, with this visit here."""
        frame = self._frame
        if not self._ready:
            self._look_for_rest(frame, self._visits, self._leg_s)
        rested = min(self._ready_rested[index] + into_s, _rested(frame, self._ready[index], into_s))
        if _served(visit, rested) + out_s <= self._latest[index]:
            return True
        served = _served(visit, self._ready[index] + into_s)
        return (
            served + out_s <= self._latest_resting[index]
            or _rested(frame, served, out_s) <= self._latest[index]
        )

    def _look_for_rest(self, frame: Frame, visits: Sequence[Visit], leg_s: Sequence[int]) -> None:
        """Earliest readiness after each visit, and latest arrival at each, with and without."""
        count = len(visits)
        self._ready = [frame.begin_s]
        self._ready_rested = [NEVER]
        for index, visit in enumerate(visits):
            ready, leg = self._ready[index], leg_s[index]
            rested = min(self._ready_rested[index] + leg, _rested(frame, ready, leg))
            self._ready.append(_served(visit, ready + leg))
            self._ready_rested.append(_served(visit, rested))
        self._latest = [-NEVER] * count + [frame.end_s]
        self._latest_resting = [-NEVER] * (count + 1)
        for index in range(count - 1, -1, -1):
            visit, leg = visits[index], leg_s[index + 1]
            onward = self._latest[index + 1]
            resting = self._latest_resting[index + 1] - leg
            if frame.rest_opens + frame.rest_s <= onward:
                resting = max(resting, min(frame.rest_closes, onward - frame.rest_s - leg))
            self._latest[index] = _arrival(visit, onward - leg)
            self._latest_resting[index] = _arrival(visit, resting)


def _rested(frame: Frame, ready: int, leg_s: int) -> int:
    """When somebody arrives who rests on the way; NEVER where that would be too late."""
    if ready > frame.rest_closes:
        return NEVER
    return max(ready + leg_s, frame.rest_opens) + frame.rest_s


def _served(visit: Visit, arrival: int) -> int:
    """When service is over; NEVER where it could not begin in time."""
    begin = max(arrival, visit.opens)
    return begin + visit.service_s if begin <= visit.closes else NEVER


def _arrival(visit: Visit, ready_by: int) -> int:
    """The latest arrival for service to be over by `ready_by`; -NEVER where there is none."""
    latest = min(visit.closes, ready_by - visit.service_s)
    return latest if latest >= visit.opens else -NEVER


def most_of(a: Amounts, b: Amounts) -> Amounts:
    """The larger amount in each dimension."""
    return (
        a[0] if a[0] > b[0] else b[0],
        a[1] if a[1] > b[1] else b[1],
        a[2] if a[2] > b[2] else b[2],
    )


def sum_of(a: Amounts, b: Amounts) -> Amounts:
    """Both together, in each dimension."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])
