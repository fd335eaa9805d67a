"""A plain route gone through once forwards and once backwards, without its break."""

from __future__ import annotations

from app.domain.clockwork import NEVER, Visit
from app.domain.sketch import RouteSketch


class Passes:
    """How early a route can be anywhere, and how late it may be."""

    __slots__ = (
        "_legs",
        "_sketch",
        "bound",
        "duration",
        "earliest_end",
        "latest",
        "open_end",
        "ready",
        "work",
    )

    def __init__(self, sketch: RouteSketch) -> None:
        frame, visits = sketch.frame, sketch.visits
        legs = self._legs = [leg.seconds for leg in frame.legs(visits)]
        self._sketch = sketch
        count = len(visits)
        self.ready = [frame.begin_s]
        """When the van can leave for each position."""
        self.work = [0]
        """Driving and service until then."""
        self.bound = [0]
        """The earliest because of windows alone, however early the shift begins."""
        closes = []
        for number, visit in enumerate(visits):
            begin = max(self.ready[number] + legs[number], visit.opens)
            # What is late already may stay as late as it is.
            closes.append(max(visit.closes, begin))
            self.ready.append(begin + visit.service_s)
            self.work.append(self.work[number] + legs[number] + visit.service_s)
            soonest = max(self.bound[number] + legs[number], visit.opens)
            self.bound.append(soonest + visit.service_s)
        home = self.ready[-1] + (legs[-1] if legs else 0)
        limit = max(frame.end_s, home)
        self.latest = [0] * count + [limit]
        """The latest arrival at each visit; the last is the end of the shift."""
        self.open_end = [0] * count + [NEVER]
        """The same for a shift that may end at any time."""
        self.duration = [0] * (count + 1)
        self.earliest_end = [0] * (count + 1)
        for number in range(count - 1, -1, -1):
            visit, leg = visits[number], legs[number + 1]
            onward = visit.service_s + leg
            self.latest[number] = min(closes[number], self.latest[number + 1] - onward)
            self.open_end[number] = min(closes[number], self.open_end[number + 1] - onward)
            if self.latest[number] < visit.opens:
                self.latest[number] = -NEVER
            if self.open_end[number] < visit.opens:
                self.open_end[number] = -NEVER
            self.duration[number] = onward + self.duration[number + 1]
            self.earliest_end[number] = max(
                visit.opens + self.duration[number], self.earliest_end[number + 1]
            )

    def may_swap(self, visit: Visit, gone: int) -> bool:
        """Whether the visit may be in time somewhere, with the one at `gone` left out.

        For a route that breaks no rule. Where it may not, no clock need be asked: a break would
        only make it later.
        """
        frame, visits = self._sketch.frame, self._sketch.visits
        count = len(visits)
        # The latest arrival at what follows each place before the gap, from the gap backwards.
        if gone + 1 < count:
            after = visits[gone + 1]
            way = frame.leg(visits[gone - 1], after) if gone else frame.first_leg(after)
            bypass = way.seconds
        else:
            bypass = frame.last_leg(visits[gone - 1]).seconds if gone else 0
        latest = [self.latest[gone + 1]]
        onward = bypass
        for number in range(gone - 1, -1, -1):
            here = visits[number]
            due = min(here.closes, latest[-1] - onward - here.service_s)
            latest.append(due if due >= here.opens else -NEVER)
            onward = self._legs[number]
        latest.reverse()
        for place in range(self._sketch.frozen, gone + 1):
            before = visits[place - 1] if place else None
            behind = place if place < gone else gone + 1
            following = visits[behind] if behind < count else None
            if self._is_in_time(visit, self.ready[place], before, following, latest[place]):
                return True
        # Behind the gap everything is ready sooner.
        ready, onward = self.ready[gone], bypass
        for number in range(gone + 1, count):
            here = visits[number]
            ready = max(ready + onward, here.opens) + here.service_s
            onward = self._legs[number + 1]
            following = visits[number + 1] if number + 1 < count else None
            if number >= self._sketch.frozen and self._is_in_time(
                visit, ready, here, following, self.latest[number + 1]
            ):
                return True
        return False

    def _is_in_time(
        self, visit: Visit, ready: int, before: Visit | None, following: Visit | None, latest: int
    ) -> bool:
        due = latest - visit.service_s
        if ready > visit.closes or ready > due or visit.opens > due:
            return False
        frame = self._sketch.frame
        into = frame.first_leg(visit) if before is None else frame.leg(before, visit)
        begin = max(ready + into.seconds, visit.opens)
        if begin > visit.closes or begin > due:
            return False
        out = frame.last_leg(visit) if following is None else frame.leg(visit, following)
        return begin + out.seconds <= due
