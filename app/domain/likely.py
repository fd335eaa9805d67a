"""What an errand is likely to cost at each position, by the hours at which the route is there."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.agenda import Agenda
from app.domain.clockwork import NEVER, Spot
from app.domain.slack import Ways
from app.domain.terms import Errand


class Likely:
    """Guesses in constant time a position: neither a bound, nor do they see what breaks a rule.

    The way there and on is driven at the hour of the route as it is. What that delays is made up
    by waiting behind it, and a wait at the errand's own door by leaving the depot later.
    """

    def __init__(self, agenda: Agenda) -> None:
        run = agenda.run
        self._agenda = agenda
        self._terms = agenda.terms
        frame = agenda.terms.frame
        visits: list[Spot] = [errand.visit for errand in agenda.errands]
        self._before = [frame.depot, *visits]
        self._behind = [*visits, frame.end]
        self._leave = [
            run.drives[0].from_depot,
            *(drive.arrival - drive.driving_s for drive in run.drives[1:]),
            run.end_s - run.home_s,
        ]
        """When the van drives on to each stop, and to the end place."""
        self._arrive = [*(drive.arrival for drive in run.drives), run.end_s]
        waits = [s.begin - d.arrival for s, d in zip(run.services, run.drives, strict=True)]
        self._waits_behind = [0] * (len(waits) + 1)
        for index in range(len(waits) - 1, -1, -1):
            self._waits_behind[index] = self._waits_behind[index + 1] + waits[index]
        self._may_leave_later = [NEVER]
        waited = 0
        for wait, service in zip(waits, run.services, strict=True):
            waited += wait
            room = min(self._may_leave_later[-1], waited + max(0, service.room_s))
            self._may_leave_later.append(room)

    def costs(self, errand: Errand, ways: Sequence[Ways]) -> list[float]:
        """Of the whole route with it, by position."""
        terms, agenda = self._terms, self._agenda
        more_s = terms.per_service_s * errand.service_s
        found = []
        for index, (into, out) in enumerate(ways):
            there = terms.way(self._leave[index], into)
            begin = _opening(errand, there)
            done = terms.served(begin, errand.service_s)
            after = terms.way(done, out)
            late_s = after - self._arrive[index] - self._waits_behind[index]
            longer_s = max(0, late_s) - min(begin - there, self._may_leave_later[index])
            before, behind = self._before[index], self._behind[index]
            price = terms.price(before, errand.visit, into, there - self._leave[index])
            if behind is not None:
                price += terms.price(errand.visit, behind, out, after - done)
                driven_s = self._arrive[index] - self._leave[index]
                price -= terms.price(before, behind, agenda.course.legs[index], driven_s)
            hours = 0.0 if terms.frame.matrix.costs is not None else terms.frame.per_s * longer_s
            found.append(agenda.cost + price + hours + more_s)
        return found


def _opening(errand: Errand, arrival: int) -> int:
    for opens, closes in errand.windows:
        if arrival <= closes + errand.grace_s:
            return max(arrival, opens)
    return arrival
