"""One trip of a sequence without a break, in plain numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.course import Course
from app.domain.labels import Label


def sailed(
    course: Course, first: int, label: Label, ends: Sequence[int], release: int, most_late_s: int
) -> Iterator[tuple[int, Label]]:
    """From the stop at `first` on with the goods that are released by then, as far as they go.

    One label for each of `ends` that is reached with nothing later than that on the way.
    """
    count = len(course.errands)
    drive = course.reach(first, label.time, release)
    arrival = drive.arrival
    driving_s = label.driving_s + drive.driving_s
    late_s, price = label.late_s, label.price
    reloads = label.reloads
    if first:
        reloads = (*reloads, first)
        price += course.detour_price(first)
    wanted = iter(ends)
    end = next(wanted)
    before = ready = label.time
    for number in range(first, ends[-1]):
        errand = course.errands[number]
        if errand.released > drive.from_depot:
            return
        before = ready
        if number > first:
            arrival = course.drive(ready, number)
            driving_s += arrival - ready
        service = course.serve(number, arrival, is_from_depot=number == first)
        ready = service.end
        if service.late_s:
            late_s += max(0, service.late_s - errand.grace_s)
            price += min(service.late_s, errand.grace_s) * errand.per_late_s
            if late_s > most_late_s:
                return
        if number + 1 == end:
            if end == count:
                home = course.finish(ready)
                driving_s += home - ready
                before, ready = ready, home
            yield (
                end,
                Label(
                    time=ready,
                    before=before,
                    since=label.since,
                    over=label.over,
                    late_s=late_s,
                    price=price,
                    driving_s=driving_s,
                    reloads=reloads,
                ),
            )
            end = next(wanted, end)
