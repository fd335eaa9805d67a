"""Where a fixed sequence of stops is best broken by reloads and breaks.

A forward search over the sequence with labels: after each stop, every way to have come there that
no other beats in loads over capacity, lateness, price and time, and that may still become better
than the best layout so far. What breaks rules least wins, then what costs least, then what ends
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from app.domain.clockwork import NEVER
from app.domain.completion import Completion
from app.domain.course import Bounds, Course, Halting, Layout, Way
from app.domain.labels import CLEAN_KEY, Key, Label, Left, promise
from app.domain.sailing import sailed
from app.domain.terms import Amounts, Halt
from app.domain.trips import Trips

_Found = tuple[Key, int, Label]
"""How good a layout is, the leaving, and the label at the end place."""
_MOST_LABELS = (1, 12)
"""Of one state after one stop: at first only the most promising, so that there is something to
beat; more than so many never showed in practice."""


class Placing:
    """One search: `due` are the breaks to take, others are taken where their limits call.

    With None for it, there are no breaks; with `cuts`, the reloads are given. The van may leave at
    any of `leaves`. With `is_clean_asked`, what breaks a rule is worth no search of its own.
    """

    def __init__(
        self,
        course: Course,
        due: Sequence[int] | None,
        max_reloads: int,
        leaves: Iterable[int],
        cuts: Sequence[int] | None = None,
        *,
        is_clean_asked: bool = False,
    ) -> None:
        self._course = course
        self._terms = course.terms
        self._count = len(course.errands)
        self._leaves = sorted(leaves)
        self._is_clean_asked = is_clean_asked
        self._due = frozenset(due or ())
        halts = () if due is None else self._terms.halts
        self._limited = [number for number, halt in enumerate(halts) if halt.has_limits]
        limited = [halts[number] for number in self._limited]
        self._counts_driving = any(halt.most_driving_s < NEVER for halt in limited)
        self._counts_work = any(halt.most_work_s < NEVER for halt in limited)
        self._in_play = sorted(self._due.union(self._limited))
        self._max_reloads = max_reloads
        self._trips = Trips(course.cargo, self._count, self._terms.capacity, max_reloads, cuts)
        self._most_late_s = NEVER
        """Ways that are later are not followed."""
        self._most_labels = _MOST_LABELS[-1]
        self._is_cut = False
        """Whether ways were left out only for being too many."""
        self._leave_s = 0
        self._to_beat: Key | None = None
        self._left: dict[int, Left] = {}
        """By the breaks that are taken."""
        self._is_pruned = bool(self._in_play) or max_reloads > 0
        self._is_load_asked = any(
            self._terms.halts[n].most_aboard is not None for n in self._in_play
        )

    def best(self) -> tuple[Layout, int]:
        """The best layout, and the leaving that it is for."""
        found = self._on_time if self._in_play or self._is_clean_asked else None
        if not _is_clean(found):
            found = self._best(NEVER)
        assert found is not None, "a break may always be taken late"
        _, leave_s, label = found
        layout = Layout(
            reloads=label.reloads,
            halts=label.halts,
            missed=tuple(n for n in sorted(self._due) if not label.has_taken(n)),
        )
        return layout, leave_s

    def may_be_clean(self) -> bool:
        """Whether some layout takes all breaks that are due, with nothing too late or too full;
        and none too long, where that is asked.

        Who leaves later has worked less until the first break: for how late may be, that counts.
        """
        if _is_clean(self._on_time):
            return True
        if not self._counts_work:
            return False
        return _is_clean(self._best(0, self._ahead_of.deadline[0]))

    @cached_property
    def _on_time(self) -> _Found | None:
        """The best layout with nothing late: most routes have one, and it is found sooner."""
        return self._best(0)

    def _best(self, most_late_s: int, since: int = 0) -> _Found | None:
        """The best layout where nothing on the way is later than that; None where all are.

        Work counts from leaving on, or from `since`.
        """
        self._most_late_s = most_late_s
        self._to_beat = CLEAN_KEY if self._is_clean_asked and not most_late_s else None
        best: _Found | None = None
        for most_labels in _MOST_LABELS if self._in_play else _MOST_LABELS[-1:]:
            self._most_labels = most_labels
            self._is_cut = False
            for leave_s in self._leaves:
                self._leave_s = leave_s
                for label in self._finals(Label(leave_s, leave_s, max(since, leave_s))):
                    key = label.final_key(self._terms, leave_s, self._due)
                    if self._to_beat is not None and key > self._to_beat:
                        continue
                    if best is None or (key, leave_s) < best[:2]:
                        best = key, leave_s, label
                        self._to_beat = key
            if not self._is_cut:
                break
        return best

    @cached_property
    def _ahead_of(self) -> Completion:
        return Completion(self._course, by_depot=self._max_reloads > 0, breaks=len(self._in_play))

    def _may_win(self, label: Label, index: int) -> bool:
        """Whether it may become better than the best so far, with the stop at `index` next.

        After a break on the way there, that way counts as if it were driven from its begin on.
        """
        if index > self._count:
            return label.late_s <= self._most_late_s
        ahead, left = self._ahead_of, self._left_of(label)
        driven_s = 0 if label.way is None else label.way.driving_s
        since = label.time - driven_s
        late_s = label.late_s
        if since > ahead.deadline[index]:
            late_s += since - ahead.deadline[index]
        for closes in left.closes:
            if label.time > closes:
                late_s += label.time - closes
        if late_s > self._most_late_s:
            return False
        if self._to_beat is None or late_s < self._to_beat[2]:
            return True
        if left.closes or not self._limited:
            is_due = bool(left.closes)
            return self._may_beat(label, index, late_s, left.rest_s, is_due)
        # With one more break, or with none, so that all its work and driving counts.
        if left.limited_s is not None and self._may_beat(
            label, index, late_s, left.limited_s, True
        ):
            return True
        end = since + ahead.onward_s[index]
        late_s += self._missed_s(label, ahead.driving_s[index] - driven_s, end)
        return late_s <= self._most_late_s and self._may_beat(label, index, late_s, 0, False)

    def _may_beat(
        self, label: Label, index: int, late_s: int, rest_s: int, is_resting: bool
    ) -> bool:
        """Whether it may become as good as the best so far, with breaks of that length on one of
        the ways ahead.

        Told by what counts first in its key, as far as that is enough.
        """
        to_beat, terms = self._to_beat, self._terms
        assert to_beat is not None, "there is nothing to beat yet"
        if to_beat[0] or label.over < to_beat[1] or late_s < to_beat[2]:
            return True
        if label.over > to_beat[1] or late_s > to_beat[2]:
            return False
        ahead = self._ahead_of
        driven_s = 0 if label.way is None else label.way.driving_s
        end = label.time - driven_s + ahead.onward_s[index] + rest_s
        if end < ahead.ends[index]:
            end = ahead.ends[index]
        driving_s = label.driving_s - driven_s + ahead.driving_s[index]
        excess = end - terms.last_end_s if end > terms.last_end_s else 0
        if driving_s > terms.max_driving_s:
            excess += driving_s - terms.max_driving_s
        if excess != to_beat[3]:
            return excess < to_beat[3]
        if to_beat is CLEAN_KEY:
            return True
        price = label.price + ahead.price[index]
        next_halt = (Halting(index, -1),) if is_resting else ()
        key = label.key(terms, self._leave_s, late_s, driving_s, price, end, next_halt)
        return key <= to_beat

    def _left_of(self, label: Label) -> Left:
        left = self._left.get(label.taken)
        if left is None:
            in_play = [n for n in self._in_play if not label.has_taken(n)]
            left = Left.of(self._terms.halts, in_play, self._limited, self._due)
            self._left[label.taken] = left
        return left

    def _finals(self, start: Label) -> Iterator[Label]:
        """The labels at the end place: trip by trip, each from one reload to the next."""
        starts = [[start], *([] for _ in range(self._count - 1))]
        known: list[list[Label]] = [[] for _ in range(self._count)]
        for left in range(self._max_reloads, -1, -1):
            if not any(starts):
                break
            following: list[list[Label]] = [[] for _ in range(self._count)]
            for first, labels in enumerate(starts):
                ends = self._trips.ends(first, left) if labels else {}
                driven = self._resting if self._in_play else self._unbroken
                for end, arrived in driven(first, labels, list(ends)):
                    over = ends[end]
                    if over:
                        arrived = [replace(label, over=max(over, label.over)) for label in arrived]
                    if end == self._count:
                        yield from arrived
                    else:
                        following[end].extend(arrived)
            starts = [
                self._unbeaten(labels, before)
                for labels, before in zip(following, known, strict=True)
            ]

    def _unbeaten(self, labels: list[Label], known: list[Label]) -> list[Label]:
        """Without those that `known` ones with fewer reloads beat; the others join these."""
        found = [
            label
            for label in self._pruned(labels)
            if not any(other.taken == label.taken and self._beats(other, label) for other in known)
        ]
        known += found
        return found

    def _resting(
        self, first: int, labels: list[Label], ends: Sequence[int]
    ) -> Iterator[tuple[int, list[Label]]]:
        """The labels after the trips that start there and end there; home, after the last stop."""
        if not ends:
            return
        course = self._course
        release = course.cargo.release(first, ends[0])
        arrived = labels
        for number in range(first, ends[-1]):
            end = number + 1
            later = course.errands[number].released
            if self._is_load_asked and end in ends:
                release = max(release, later)
                arrived = self._driven(first, end, labels, release)
            elif self._is_load_asked:
                continue
            elif later > release:
                release = later
                arrived = self._driven(first, end, labels, release)
            else:
                arrived = self._on(arrived, number, release if number == first else None, None)
            if end == self._count:
                aboard = self._aboard(first, end)[-1] if self._is_load_asked else None
                yield end, self._on(arrived, end, None, aboard)
            elif end in ends:
                yield end, arrived

    def _unbroken(
        self, first: int, labels: list[Label], ends: Sequence[int]
    ) -> Iterator[tuple[int, list[Label]]]:
        """The same where no break is in play: one way for each trip, in plain numbers."""
        found: dict[int, list[Label]] = {end: [] for end in ends}
        for label in labels:
            release, done = 0, 0
            while done < len(ends):
                later = self._course.cargo.release(first, ends[done])
                release = max(release, later)
                before = done
                for end, arrived in sailed(
                    self._course, first, label, ends[done:], release, self._most_late_s
                ):
                    if self._may_win(arrived, end if end < self._count else end + 1):
                        found[end].append(arrived)
                    done += 1
                if done == before:
                    # It is too late on the way, whatever else it waits for.
                    break
        yield from found.items()

    def _driven(self, first: int, end: int, labels: list[Label], release: int) -> list[Label]:
        """The trip over stops `first` to `end`, whose goods are released then."""
        loads = self._aboard(first, end) if self._is_load_asked else None
        for number in range(first, end):
            labels = self._on(
                labels,
                number,
                release if number == first else None,
                None if loads is None else loads[number - first],
            )
        return labels

    def _aboard(self, first: int, end: int) -> list[Amounts]:
        """The load before each stop of a trip, and after its last."""
        cargo = self._course.cargo
        load = cargo.leaving(first, end)
        aboard = []
        for number in range(first, end):
            aboard.append(load)
            load = cargo.after(number, load)
        return [*aboard, load]

    def _on(
        self, labels: Sequence[Label], index: int, release: int | None, aboard: Amounts | None
    ) -> list[Label]:
        """From ready at the stop before to ready at this one, with a break before it or not."""
        found = [
            ahead
            for label in labels
            for ahead in self._ahead(label, index, release, aboard)
            if self._may_win(ahead, index + 1)
        ]
        return self._pruned(found)

    def _ahead(
        self, label: Label, index: int, release: int | None, aboard: Amounts | None
    ) -> Iterator[Label]:
        ahead = self._step(label, index, release)
        yield ahead
        for number, halt in self._left_of(label).next:
            if self._is_worth(halt, label, index, ahead.time) and (
                aboard is None or halt.has_room(aboard)
            ):
                for rested in self._rested(label, index, release, number):
                    if self._may_win(rested, index):
                        yield from self._ahead(rested, index, release, aboard)

    def _is_worth(self, halt: Halt, label: Label, index: int, next_ready: int) -> bool:
        """Whether a break there can be better than at any neighbouring stop.

        Before its window opens the last stop leaves most work done; after it closed only the
        first is worth a thought. Where driving or the load count, any place may be; where work
        does, any after it opened.
        """
        if self._counts_driving or self._is_load_asked:
            return True
        begin, late_s, opens = halt.may_begin(label.time)
        if self._counts_work and begin == label.time:
            return True
        if late_s:
            return index == 0 or label.before <= label.time - late_s
        return index == self._count or next_ready > opens

    def _rested(
        self, label: Label, index: int, release: int | None, number: int
    ) -> Iterator[Label]:
        """On the way there after that break, as early as may be; or late, where limits count."""
        course, halt = self._course, self._terms.halts[number]
        way = label.way or course.set_out(label.time, release)
        early = course.early(way, index, release, halt)
        yield self._after(label, way, early, Halting(index, number))
        if self._limited:
            late = course.late(way, index, release, halt, self._bounds(label))
            if late[1] > early[1]:
                yield self._after(label, way, late, Halting(index, number, is_late=True))

    def _after(self, label: Label, way: Way, stopped: tuple[Way, int], halting: Halting) -> Label:
        at, begin = stopped
        halt = self._terms.halts[halting.halt]
        driving_s = at.driving_s - way.driving_s
        over_s = self._missed_s(label, driving_s, begin) if self._limited else 0
        end = begin + halt.length_s
        return Label(
            time=end,
            before=label.time,
            since=end,
            over=label.over,
            late_s=label.late_s + halt.may_begin(begin)[1] + over_s,
            price=label.price,
            driving_s=label.driving_s + driving_s,
            taken=label.taken | 1 << halting.halt,
            halts=(*label.halts, halting),
            reloads=label.reloads,
            way=Way(end, *at[1:]),
        )

    def _step(self, label: Label, index: int, release: int | None) -> Label:
        course = self._course
        reloads = label.reloads
        late_s, price = label.late_s, label.price
        way = label.way
        if way is not None:
            drive = course.arrived(way, index, release)
            driving_s, ready = drive.driving_s - way.driving_s, drive.arrival
        elif index == self._count:
            ready = course.finish(label.time)
            driving_s = ready - label.time
        else:
            drive = course.reach(index, label.time, release)
            driving_s = drive.driving_s
        if index < self._count:
            service = course.serve(index, drive.arrival, is_from_depot=release is not None)
            ready = service.end
            if release is not None and index:
                reloads = (*reloads, index)
                price += course.detour_price(index)
            if service.late_s:
                errand = course.errands[index]
                late_s += max(0, service.late_s - errand.grace_s)
                price += min(service.late_s, errand.grace_s) * errand.per_late_s
        if self._limited:
            late_s += self._missed_s(label, driving_s, ready)
        return Label(
            time=ready,
            before=label.time,
            since=label.since,
            over=label.over,
            late_s=late_s,
            price=price,
            driven_s=label.driven_s + driving_s,
            driving_s=label.driving_s + driving_s,
            taken=label.taken,
            halts=label.halts,
            reloads=reloads,
        )

    def _bounds(self, label: Label) -> Bounds:
        halt = self._left_of(label).calling
        if halt is None:
            return Bounds(NEVER, NEVER)
        return Bounds(halt.most_driving_s - label.driven_s, label.since + halt.most_work_s)

    def _missed_s(self, label: Label, driving_s: int, until: int) -> int:
        """By how much more this step exceeds what the break that is next allows."""
        halt = self._left_of(label).calling
        if halt is None:
            return 0
        driven_s = label.driven_s - halt.most_driving_s
        worked_s = label.time - label.since - halt.most_work_s
        then_driven_s, then_worked_s = driven_s + driving_s, worked_s + until - label.time
        if driven_s <= 0 and worked_s <= 0 and then_driven_s <= 0 and then_worked_s <= 0:
            return 0
        return max(0, then_driven_s, then_worked_s) - max(0, driven_s, worked_s)

    def _pruned(self, labels: list[Label]) -> list[Label]:
        """Without those that another one beats in everything."""
        if len(labels) < 2 or not self._is_pruned:
            return labels
        states: dict[tuple[int, int], list[Label]] = {}
        for label in sorted(labels, key=promise):
            kept = states.setdefault((label.taken, len(label.reloads)), [])
            if any(self._beats(other, label) for other in kept):
                continue
            if len(kept) < self._most_labels:
                kept.append(label)
            else:
                self._is_cut = True
        return [label for kept in states.values() for label in kept]

    def _beats(self, a: Label, b: Label) -> bool:
        return (
            a.over <= b.over
            and a.late_s <= b.late_s
            and a.price <= b.price
            and a.time <= b.time
            and (not self._counts_driving or a.driven_s <= b.driven_s)
            and (not self._counts_work or a.since >= b.since)
        )


def _is_clean(found: _Found | None) -> bool:
    """Whether no break is missed and no trip too full."""
    return found is not None and not any(found[0][:2])
