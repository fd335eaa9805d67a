"""Ruin and recreate by the domain's own clock: every rule and price that a plan is judged by.

Slower than the engines by far, but it knows all that they can't be told: breaks after hours of
driving, goods that may not share a van, prices for lateness, balance, stability, the hour of the
day. Large neighbourhood search after Shaw (1998), with the blinks of Christiaens and Vanden
Berghe (2020).
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from operator import le
from typing import NamedTuple

from app.domain.aims import (
    balance_price,
    balanced,
    imbalance,
    left_out_price,
    route_price,
    stop_price,
)
from app.domain.checks import is_misplaced
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.problem import Kept
from app.domain.rules import Aims, Balance, Objective
from app.domain.sketch import RouteSketch
from app.domain.trials import PairTrial, Trial
from app.planning.jobs import Job, jobs_of, neighbours
from app.planning.mending import PRIORITIES, Worth, broken
from app.planning.screening import kind
from app.planning.task import Roads, Stop, Task

_MOST_REMOVED = 18
_BLINK, _WIDE_BLINK = 0.02, 0.2
"""How often the best place is overlooked, so that equal ruins are not always rebuilt alike; more
often in every second step while an order has no place: where limits are tight, the cheapest places
leave none for the last."""
_NEAR, _MOST_NEAR = 40, 160
_FEW_ROUTES = 10
"""So many routes are all asked; of more only those that come by near the order."""
_FEW_WAITING = 12
_REGRET_UP_TO = 300
"""Orders of a day; with more, asking every route for every one that waits takes too long."""
_HEAT = 0.02
"""How much worse than the best a plan may be at the start and still be walked from."""
_WHOLE_ROUTE = 0.1

Sketches = tuple[RouteSketch, ...]


class _Place(NamedTuple):
    """Where a job would go; pairs have places for both halves."""

    extra: float
    route: int
    trial: Trial | None
    pair: PairTrial | None


@dataclass(slots=True)
class _State:
    routes: list[RouteSketch]
    prices: list[float]
    left: dict[OrderId, Job]
    """By the first order of each job that is on no route."""

    def copy(self) -> _State:
        return _State([*self.routes], [*self.prices], {**self.left})


class Polish:
    """Improves a plan by one thread until told to stop."""

    def __init__(
        self,
        task: Task,
        roads: Roads,
        aims: Aims,
        kept: Mapping[OrderId, Kept],
        seed: int,
    ) -> None:
        """`task` has the prices of its objective already, see `pricing.priced`."""
        self._task = task
        self._aims = replace(aims, objective=Objective.CHEAPEST)
        self._leaving_aims = aims
        self._kept = kept
        self._has_hours = bool(kept and aims.other_time_per_hour)
        self._is_balanced = aims.balance is not Balance.NONE and aims.per_imbalance > 0
        self._random = random.Random(seed)
        self._jobs = jobs_of(task.orders)
        self._job_of = {order.id: job for job in self._jobs for order in job.orders}
        self._near = neighbours(self._jobs, task, roads, _MOST_NEAR)
        self._hopeless: Set[OrderId] = frozenset()

    def run(
        self,
        sketches: Sequence[RouteSketch],
        is_over: Stop,
        progress: Callable[[], float],
        report: Callable[[Sequence[RouteSketch]], None] = lambda _sketches: None,
        give_up: Stop = lambda: False,
    ) -> Sketches:
        """The best plan found until `is_over`, never worse than the one given.

        `is_over` is asked before each step, `give_up` in the middle of one. `progress` rises
        from 0 to 1: the search walks less and less far from its best.
        """
        now = self._state(sketches)
        self._hopeless = _without_a_van(now)
        best, best_worth = now.copy(), self._worth(now)
        now_worth = best_worth
        if not self._jobs:
            return tuple(sketches)
        while not is_over():
            then = now.copy()
            if not self._step(then, give_up):
                continue
            worth = self._worth(then)
            if worth < best_worth:
                best, best_worth = then.copy(), worth
                report(best.routes)
            if self._may_walk(worth, now_worth, best_worth, progress()):
                now, now_worth = then, worth
        return tuple(best.routes)

    def worth(self, sketches: Sequence[RouteSketch]) -> Worth:
        """How good a plan is by all its aims; the smaller the better."""
        return self._worth(self._state(sketches))

    def inserted(
        self,
        sketches: Sequence[RouteSketch],
        is_over: Stop,
        report: Callable[[Sequence[RouteSketch]], None] = lambda _sketches: None,
    ) -> Sketches:
        """The plan with what is on no route put where it costs least, and nothing else moved.

        Where few wait, the one that loses most by waiting goes first (regret); many go in by
        their rank and the width of their windows. `report` hears of the plan after each of them.
        """
        state = self._state(sketches)
        waiting = sorted(state.left.values(), key=lambda job: (-_rank(job), _width(job)))
        few = _FEW_WAITING if len(self._jobs) <= _REGRET_UP_TO else 0
        while len(waiting) > few and not is_over():
            job = waiting.pop(0)
            if place := self._cheapest(state, job):
                self._put(state, job, place)
                report(state.routes)
        known: dict[OrderId, dict[int, tuple[RouteSketch, _Place | None]]] = {}
        while waiting and not is_over():
            chosen: tuple[tuple[int, float], Job, _Place] | None = None
            for job in waiting:
                if is_over():
                    return tuple(state.routes)
                found = self._places_again(state, job, known.setdefault(job.first.id, {}))
                if found and (chosen is None or (_rank(job), _regret(found)) > chosen[0]):
                    chosen = (_rank(job), _regret(found)), job, found[0]
            if chosen is None:
                break
            _, job, place = chosen
            self._put(state, job, place)
            report(state.routes)
            waiting.remove(job)
        return tuple(state.routes)

    def _cheapest(self, state: _State, job: Job) -> _Place | None:
        """The best place, looked for on the routes near by first; on the others if it must be."""
        near = self._by_nearness(state, job)
        best: _Place | None = None
        # An empty van answers at once, and the others need only do better.
        for number in sorted(near, key=lambda n: bool(state.routes[n].visits)):
            below = math.inf if best is None else best.extra
            best = self._place_on(state, job, number, below) or best
        if best is None:
            pins = {self._task.pins.get(order.id) for order in job.orders} - {None}
            others = () if pins else set(range(len(state.routes))).difference(near)
            found = (self._place_on(state, job, number) for number in sorted(others))
            best = min(
                (place for place in found if place is not None),
                key=lambda place: (place.extra, place.route),
                default=None,
            )
        return best

    def _places_again(
        self, state: _State, job: Job, known: dict[int, tuple[RouteSketch, _Place | None]]
    ) -> list[_Place]:
        """As `_places`; only routes that have changed since are asked anew."""
        found = []
        for number in self._by_nearness(state, job):
            sketch = state.routes[number]
            # What balances the routes depends on the others too.
            if self._is_balanced or number not in known or known[number][0] is not sketch:
                known[number] = sketch, self._place_on(state, job, number)
            place = known[number][1]
            if place is not None:
                found.append(place)
        if not found and (place := self._cheapest(state, job)):
            found.append(place)
        found.sort(key=lambda place: (place.extra, place.route))
        return found

    def _by_nearness(self, state: _State, job: Job) -> list[int]:
        """The routes that `_asked` names, and any that comes by; the nearest first."""
        asked = self._asked(state, job)
        if any(self._task.pins.get(order.id) for order in job.orders):
            return asked
        where = {
            visit.order.id: number
            for number, sketch in enumerate(state.routes)
            for visit in sketch.visits
        }
        passing = [where[o.first.id] for o in self._near[job.first.id] if o.first.id in where]
        return list(dict.fromkeys([*passing[:_NEAR], *asked]))

    def _state(self, sketches: Sequence[RouteSketch]) -> _State:
        placed = {visit.order.id for sketch in sketches for visit in sketch.visits}
        return _State(
            list(sketches),
            [self._price(number, sketch) for number, sketch in enumerate(sketches)],
            {job.first.id: job for job in self._jobs if job.first.id not in placed},
        )

    def _price(self, number: int, sketch: RouteSketch) -> float:
        return route_price(self._task.routes[number].id, sketch, self._aims, self._kept)

    def _worth(self, state: _State) -> Worth:
        left = [0] * PRIORITIES
        price = sum(state.prices)
        for job in state.left.values():
            for order in job.orders:
                price += left_out_price(order, self._leaving_aims, self._kept)
                if order.rules.drop_price is None:
                    left[PRIORITIES - 1 - order.priority] += 1
        if self._is_balanced:
            price += balance_price(state.routes, self._aims)
        return tuple(left), broken(state.routes), round(price, 6)

    def _may_walk(self, worth: Worth, now: Worth, best: Worth, progress: float) -> bool:
        if worth <= now:
            return True
        if worth[:-1] != best[:-1]:
            return False
        heat = _HEAT * max(0.0, 1 - progress) * max(1.0, abs(best[-1]))
        return worth[-1] < best[-1] - heat * math.log(1 - self._random.random())

    def _step(self, state: _State, give_up: Stop) -> bool:
        """Take some jobs off and put them back; False where nothing could be done in time."""
        before = [sketch.severity for sketch in state.routes]
        removed = self._ruin(state)
        waiting = [job for key, job in state.left.items() if key not in self._hopeless]
        if len(waiting) > _MOST_REMOVED:
            waiting = self._random.sample(waiting, _MOST_REMOVED)
        jobs = [*removed, *waiting]
        if not jobs:
            return False
        blink = self._random.choice((_BLINK, _WIDE_BLINK)) if waiting else _BLINK
        for job in self._sequence(jobs):
            if give_up():
                return False
            found = self._places(state, job, blink)
            state.left[job.first.id] = job
            if found:
                self._put(state, job, found[0])
            elif any(order.id in self._task.pins for order in job.orders):
                return False
        # Without a stop the next one may need its set-up, or wait for another window.
        return all(map(le, (sketch.severity for sketch in state.routes), before))

    def _ruin(self, state: _State) -> list[Job]:
        where = {
            visit.order.id: number
            for number, sketch in enumerate(state.routes)
            for visit in sketch.visits[sketch.frozen :]
        }
        movable = [job for job in self._jobs if all(o.id in where for o in job.orders)]
        if not movable:
            return []
        seed = self._random.choice(movable)
        if self._random.random() < _WHOLE_ROUTE:
            home = where[seed.first.id]
            chosen = [job for job in movable if where[job.first.id] == home]
            chosen = chosen[: 2 * _MOST_REMOVED]
        else:
            count = self._random.randint(1, min(_MOST_REMOVED, len(movable)))
            known = {job.first.id for job in movable}
            chosen = [job for job in self._near[seed.first.id] if job.first.id in known][:count]
        gone = {order.id for job in chosen for order in job.orders}
        for number in {where[order] for order in gone}:
            sketch = state.routes[number]
            kept = [visit for visit in sketch.visits if visit.order.id not in gone]
            state.routes[number] = sketch.of(kept)
            state.prices[number] = self._price(number, state.routes[number])
        return chosen

    def _sequence(self, jobs: list[Job]) -> list[Job]:
        self._random.shuffle(jobs)
        match self._random.randrange(4):
            case 0:
                key: Callable[[Job], float] = _size
            case 1:
                key = _width
            case 2:
                key = self._remoteness
            case _:
                return sorted(jobs, key=lambda job: -_rank(job))
        return sorted(jobs, key=lambda job: (-_rank(job), key(job)))

    def _remoteness(self, job: Job) -> float:
        """The farthest from the depot first: they have the fewest places."""
        depot = self._task.routes[0].shift.depot.location
        place = job.first.location
        if place is None:
            return 0.0
        return -((place.lat - depot.lat) ** 2 + (place.lon - depot.lon) ** 2)

    def _places(self, state: _State, job: Job, blink: float) -> list[_Place]:
        """What it adds on each route that can take it, the cheapest first, with the trial."""
        found: list[_Place] = []
        for number in self._asked(state, job):
            if blink and self._random.random() < blink:
                continue
            if place := self._place_on(state, job, number):
                found.append(place)
        found.sort(key=lambda place: (place.extra, place.route))
        return found

    def _place_on(
        self, state: _State, job: Job, number: int, below: float = math.inf
    ) -> _Place | None:
        """Its best place on this route, where that adds less than `below` and than leaving it."""
        below = min(below, self._price_of_leaving(job))
        place = self._best_on(state, job, number, self._limit(state, job, number, below))
        return place if place is not None and place.extra < below else None

    def _best_on(self, state: _State, job: Job, number: int, limit: float) -> _Place | None:
        sketch = state.routes[number]
        if job.second is not None:
            pair = sketch.pairing(job.first, job.second).fitting(limit)
            return None if pair is None else self._priced(state, job, _Place(0, number, None, pair))
        trial = sketch.fitting(job.first, limit)
        if trial is None:
            return None
        place = self._priced(state, job, _Place(0, number, trial, None))
        at_hour = self._at_its_hour(sketch, job.first) if self._has_hours else None
        if at_hour is None or at_hour.index == trial.index:
            return place
        return min(place, self._priced(state, job, _Place(0, number, at_hour, None)), key=_extra)

    def _limit(self, state: _State, job: Job, number: int, below: float) -> float:
        """What the route may cost with it, where its own cost tells."""
        if self._has_hours or self._is_balanced:
            return math.inf
        return below - self._other_price(state, job, number) + state.routes[number].cost

    def _other_price(self, state: _State, job: Job, number: int) -> float:
        """What it adds beside the cost of the route."""
        route = self._task.routes[number]
        price = sum(
            stop_price(route.id, route.shift, order, self._aims, self._kept) for order in job.orders
        )
        if not state.routes[number].visits and self._aims.use_every_shift:
            price -= self._aims.idle_shift
        return price

    def _at_its_hour(self, sketch: RouteSketch, order: Order) -> Trial | None:
        """Where it would be served when its customer was told; else where it keeps nobody waiting.

        None where it does not fit there.
        """
        told = self._kept.get(order.id)
        index = len(sketch.visits)
        if told is not None:
            index = bisect_left(sketch.begins, told.begin.timestamp(), sketch.frozen)
        return sketch.fitting_at(order, index)

    def _priced(self, state: _State, job: Job, place: _Place) -> _Place:
        """The place with what it adds to the price of its route."""
        number, trial = place.route, place.trial or place.pair
        sketch = state.routes[number]
        if self._has_hours or trial is None:
            # Where hours have a price, those of the other stops count as well.
            after = self._price(number, self._with(sketch, job, place))
            extra = after - state.prices[number]
        else:
            extra = trial.cost - sketch.cost + self._other_price(state, job, number)
        if self._is_balanced and trial is not None:
            extra += self._unbalancing(state, job, number, trial.working_s)
        return place._replace(extra=extra)

    def _unbalancing(self, state: _State, job: Job, number: int, working_s: int) -> float:
        """What it adds that the routes are then less alike; below 0 where they are more so."""
        amounts = {n: balanced(s, self._aims) for n, s in enumerate(state.routes) if s.visits}
        before = imbalance([*amounts.values()])
        stops = len(state.routes[number].visits) + len(job.orders)
        is_by_hours = self._aims.balance is Balance.HOURS
        amounts[number] = working_s / 3600 if is_by_hours else float(stops)
        return self._aims.per_imbalance * (imbalance([*amounts.values()]) - before)

    def _price_of_leaving(self, job: Job) -> float:
        if any(order.rules.drop_price is None for order in job.orders):
            return math.inf
        return sum(left_out_price(o, self._leaving_aims, self._kept) for o in job.orders)

    def _asked(self, state: _State, job: Job) -> list[int]:
        pins = {self._task.pins.get(order.id) for order in job.orders} - {None}
        numbers = range(len(state.routes))
        if pins:
            return [n for n in numbers if self._task.routes[n].id in pins]
        if len(state.routes) <= _FEW_ROUTES:
            return list(numbers)
        close = {o.id for other in self._near[job.first.id][:_NEAR] for o in other.orders}
        asked = []
        empty_kinds = set()
        for number in numbers:
            sketch = state.routes[number]
            if sketch.visits:
                if any(visit.order.id in close for visit in sketch.visits):
                    asked.append(number)
                continue
            shift = self._task.routes[number].shift
            of_kind = kind(shift), shift.vehicle.costs, self._other_price(state, job, number)
            if of_kind not in empty_kinds:
                empty_kinds.add(of_kind)
                asked.append(number)
        return asked

    def _put(self, state: _State, job: Job, place: _Place) -> None:
        number = place.route
        state.routes[number] = self._with(state.routes[number], job, place)
        state.prices[number] = self._price(number, state.routes[number])
        state.left.pop(job.first.id, None)

    @staticmethod
    def _with(sketch: RouteSketch, job: Job, place: _Place) -> RouteSketch:
        if place.pair is not None and job.second is not None:
            return sketch.with_pair(job.first, job.second, place.pair)
        return sketch if place.trial is None else sketch.with_order(job.first, place.trial.index)


def _without_a_van(state: _State) -> Set[OrderId]:
    """The jobs that no van may do, whatever else it does."""
    frames = [sketch.frame for sketch in state.routes]
    return {
        key
        for key, job in state.left.items()
        if all(
            any(is_misplaced(frame.shift, frame.visit(order)) for order in job.orders)
            for frame in frames
        )
    }


def _rank(job: Job) -> int:
    return max(order.priority for order in job.orders)


def _size(job: Job) -> float:
    return -sum(max(order.load.amounts) for order in job.orders)


def _width(job: Job) -> float:
    """How long it may be served: the tightest first."""
    windows = [window for order in job.orders for window in order.windows]
    if not windows:
        return math.inf
    return sum(window.length.total_seconds() for window in windows)


def _extra(place: _Place) -> float:
    return place.extra


def _regret(places: Sequence[_Place]) -> float:
    """How much dearer the second best route is than the best."""
    return math.inf if len(places) < 2 else places[1].extra - places[0].extra
