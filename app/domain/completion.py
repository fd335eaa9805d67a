"""What the rest of a sequence asks at least of a van that is on its way through it."""

from __future__ import annotations

from app.domain.clockwork import NEVER, Leg
from app.domain.course import Course


class Completion:
    """From each stop of a course to the end place, as if no break had to be taken on the way.

    All is given by the index of the stop that is next, and holds whatever the van did before:
    there are no set-ups and waits for goods, each stop is open from its first window on until its
    last one closes, a van is as fast as it ever is, and with `by_depot` it comes by the depot
    where that is shorter. So many breaks may make it look faster by a second each, where a way
    that they part is rounded.
    """

    __slots__ = ("deadline", "driving_s", "ends", "onward_s", "price")

    def __init__(self, course: Course, *, by_depot: bool, breaks: int) -> None:
        count = len(course.errands)
        rounded_s = 0 if course.terms.is_steady else breaks
        self.deadline = [NEVER] * (count + 1)
        """Who is ready later at the stop before is late by at least so much somewhere."""
        self.onward_s = [0] * (count + 1)
        """Driving and service."""
        self.driving_s = [0] * (count + 1)
        self.ends = [0] * (count + 1)
        """Nobody is at the end place sooner, as stops open when they do."""
        self.price = [0.0] * (count + 1)
        """What ways by the depot spare at most."""
        last_s = _least_s(course, course.legs[-1]) - rounded_s
        self.onward_s[count] = self.driving_s[count] = last_s
        for index in range(count - 1, -1, -1):
            errand = course.errands[index]
            leg_s = _least_s(course, course.legs[index])
            self.price[index] = self.price[index + 1]
            if by_depot:
                leg_s = min(leg_s, sum(_least_s(course, leg) for leg in course.by_depot(index)))
                if index:
                    # A little more, as these sums are rounded in another sequence.
                    self.price[index] += min(0.0, course.detour_price(index) - 1e-6)
            closes = errand.windows[-1][1] + errand.grace_s
            served = min(closes + rounded_s, self.deadline[index + 1] - errand.service_s)
            self.deadline[index] = served - leg_s
            served_s = errand.service_s + self.onward_s[index + 1]
            self.onward_s[index] = leg_s + served_s
            self.driving_s[index] = leg_s + self.driving_s[index + 1]
            self.ends[index] = max(self.ends[index + 1], errand.windows[0][0] + served_s)


def _least_s(course: Course, leg: Leg) -> int:
    """By the fastest roads of the day."""
    terms = course.terms
    seconds = terms.base_s(leg)
    return seconds if terms.pace is None else int(seconds * min(terms.pace.travel))
