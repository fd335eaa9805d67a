"""Best fit and ghost cost: what a route would give to take orders, and where it takes them."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.domain.board import BoardRoute
from app.domain.checks import CLEAN
from app.domain.clockwork import Frame, is_plain_order
from app.domain.fleet import Load
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Lock, RouteStatus, inserted
from app.domain.sketch import RouteSketch
from app.domain.terms import Errand, Terms
from app.domain.timetable import Travel
from app.domain.trials import Trials
from app.domain.violations import Violation, ViolationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """What becomes of a route that takes the dragged orders at one place."""

    route: RouteId
    index: int
    """Before this position of the sequence as it is shown; the first one's for several orders."""
    orders: tuple[OrderId, ...]
    """The whole route's sequence afterwards."""
    extra_m: int
    extra_s: int
    """Working time more than now: driving, service, waiting and break."""
    extra_cost: float
    added: tuple[Violation, ...]
    """Rules that are kept without the dragged orders, or broken less; the gravest first."""
    load: Load
    """The most that would be aboard at once."""

    @property
    def is_feasible(self) -> bool:
        """Whether the orders make the route break no rule."""
        return not self.added


class Drag:
    """Orders in a dispatcher's hand: prepared when the drag starts, asked at every move.

    Several orders are placed one after the other, each where it costs least.
    """

    def __init__(
        self, routes: Iterable[BoardRoute], orders: Sequence[Order], travel: Travel
    ) -> None:
        self._routes = {each.id: each for each in routes}
        collected = {order.rules.collected_by for order in orders}
        self._orders = tuple(sorted(orders, key=lambda order: order.id not in collected))
        """In their own sequence, but what others need to be collected comes first."""
        self._dragged = frozenset(order.id for order in orders)
        self._travel = travel
        self._sketches: dict[RouteId, RouteSketch] = {}
        self._begun: dict[RouteId, tuple[RouteSketch, bool]] = {}
        """Routes that some of the orders were put on so far."""
        self._fits: dict[RouteId, Insertion] = {}

    def fits(self) -> tuple[Insertion, ...]:
        """The best place on each route, in the sequence they were given."""
        return tuple(self.fit(route) for route in self._routes)

    def fit(self, route: RouteId) -> Insertion:
        """The cheapest place on this route that breaks no rule, or else the one least bad."""
        if route not in self._fits:
            self._fits[route] = self._best_on(self._routes[route])
        return self._fits[route]

    def step(self, route: RouteId) -> bool:
        """Find the place of one more order on this route; True once `fit` needs no more of them.

        So that no single question keeps a window waiting, however many orders are dragged.
        """
        if route in self._fits:
            return True
        sketch, is_feasible = self._begun.get(route) or (self._sketch(self._routes[route]), True)
        placed = len(sketch.visits) - len(self._sketch(self._routes[route]).visits)
        if placed < len(self._orders):
            trial = sketch.cheapest(self._orders[placed])
            sketch = sketch.with_order(self._orders[placed], trial.index)
            self._begun[route] = (sketch, is_feasible and trial.is_feasible)
        return placed + 1 >= len(self._orders)

    def best(self, routes: Iterable[RouteId] | None = None) -> Insertion | None:
        """The cheapest place of all that breaks no rule, or else the one least bad.

        Without `routes`, every draft that is not locked is asked; None where there is no such.
        """
        asked = self._open() if routes is None else list(routes)
        if len(self._orders) == 1 and (found := self.fitting(asked, 1)):
            return self.fit(found[0])
        fits = [self.fit(route) for route in asked]
        feasible = [fit for fit in fits if fit.is_feasible]
        if feasible:
            return min(feasible, key=lambda fit: fit.extra_cost)
        return min(fits, key=lambda fit: (_badness(fit), fit.extra_cost), default=None)

    def fitting(self, routes: Iterable[RouteId], most: int) -> list[RouteId]:
        """Of these the `most` routes that can take one dragged order cheapest, the cheapest first.

        What others would break is not looked at, and those that can't be among them are not tried.
        """
        (order,) = self._orders
        fits: list[tuple[float, RouteId]] = []
        tried: list[tuple[float, RouteId, Trials, Errand, list[tuple[float, int]]]] = []
        for route in routes:
            each = self._routes[route]
            now = each.timetable
            trials = self._trials_of(each)
            if trials is None:
                trial = self._sketch(each).fitting(order)
                if trial is not None:
                    fits.append((trial.cost - now.cost, route))
                continue
            errand = trials.errand(order)
            places = trials.places(errand)
            if places:
                least = min(floor for floor, _ in places) - now.cost
                tried.append((least, route, trials, errand, places))
        fits.sort()
        for least, route, trials, errand, places in sorted(tried, key=lambda one: one[:2]):
            below = fits[most - 1][0] if len(fits) >= most else math.inf
            if least >= below:
                break
            cost = self._routes[route].timetable.cost
            trial = trials.best_of(places, errand, cost + below)
            if trial is not None:
                insort(fits, (trial.cost - cost, route))
        return [route for _, route in fits[:most]]

    def ghost_at(self, route: RouteId, index: int) -> Insertion:
        """All of the orders exactly there, in their own sequence, whatever it breaks."""
        each = self._routes[route]
        known = {stop.order.id: stop.order for stop in each.timetable.stops}
        known |= {order.id: order for order in self._orders}
        sequence = inserted(each.route.orders, [order.id for order in self._orders], index)
        orders = [known[order] for order in sequence if order in known]
        return self._insertion(
            each, index, RouteSketch(each.route.shift, orders, self._travel), is_known_good=False
        )

    @property
    def saved_cost(self) -> float:
        """What the routes that the orders leave will cost less."""
        return sum(
            each.timetable.cost - self._sketch(each).cost
            for each in self._routes.values()
            if self._dragged.intersection(each.route.orders)
        )

    def _open(self) -> list[RouteId]:
        return [
            each.id
            for each in self._routes.values()
            if each.route.status is RouteStatus.DRAFT and each.route.lock is Lock.NONE
        ]

    def _sketch(self, each: BoardRoute) -> RouteSketch:
        """The route without the dragged orders."""
        if each.id not in self._sketches:
            kept = [s.order for s in each.timetable.stops if s.order.id not in self._dragged]
            self._sketches[each.id] = RouteSketch(each.route.shift, kept, self._travel)
        return self._sketches[each.id]

    def _trials_of(self, each: BoardRoute) -> Trials | None:
        """Of a route that is as it was planned, breaks no rule, and asks for the general clock.

        Its trials need no look at the route as it is, which takes as long as one of them.
        """
        stops = each.timetable.stops
        if not each.timetable.is_feasible or any(s.order.id in self._dragged for s in stops):
            return None
        shift = each.route.shift
        frame = Frame(shift, self._travel[shift.vehicle.profile])
        orders = [stop.order for stop in stops]
        if frame.is_plain and all(is_plain_order(order) for order in (*orders, *self._orders)):
            return None
        visits = [frame.visit(order) for order in orders]
        terms = Terms(frame)
        return Trials(terms, [terms.errand(visit) for visit in visits], {}, CLEAN)

    def _best_on(self, each: BoardRoute) -> Insertion:
        while not self.step(each.id):
            pass
        sketch, is_feasible = self._begun.pop(each.id)
        return self._insertion(
            each,
            self._shown(each, [order.id for order in sketch.orders]),
            sketch,
            is_known_good=is_feasible,
        )

    def _shown(self, each: BoardRoute, sequence: Sequence[OrderId]) -> int:
        """The place of the first dragged order, counted in the sequence on screen."""
        behind = sequence[sequence.index(self._orders[0].id) :]
        stops = each.route.orders
        return next((stops.index(o) for o in behind if o not in self._dragged), len(stops))

    def _insertion(
        self, each: BoardRoute, index: int, sketch: RouteSketch, *, is_known_good: bool
    ) -> Insertion:
        now = each.timetable
        return Insertion(
            route=each.id,
            index=index,
            orders=tuple(order.id for order in sketch.orders),
            extra_m=sketch.metres - now.distance_m,
            extra_s=sketch.working_s - int(now.working.total_seconds()),
            extra_cost=sketch.cost - now.cost,
            added=() if is_known_good else added_violations(self._sketch(each), sketch),
            load=sketch.peak_load,
        )


def added_violations(before: RouteSketch, after: RouteSketch) -> tuple[Violation, ...]:
    """Rules that `after` breaks and `before` does not, or less; the gravest first."""
    return made_worse(before.violations, after.violations)


def made_worse(before: Iterable[Violation], after: Iterable[Violation]) -> tuple[Violation, ...]:
    """The same of what two routes break."""
    known = {violation.rule: violation.amount for violation in before}
    worse = [
        replace(violation, was=was)
        for violation in after
        if violation.amount > (was := known.get(violation.rule, 0))
    ]
    return tuple(sorted(worse, key=lambda violation: (_rank(violation), -violation.increase)))


_MENDED_BY_CLOCK = (
    ViolationKind.LATE,
    ViolationKind.SHIFT_EXCEEDED,
    ViolationKind.BREAK_MISSED,
    ViolationKind.DRIVING_EXCEEDED,
    ViolationKind.WORK_EXCEEDED,
    ViolationKind.LEFT_TOO_EARLY,
)

_MENDED_BY_SCALE = (ViolationKind.OVER_CAPACITY, ViolationKind.DISTANCE_EXCEEDED)


def _rank(violation: Violation) -> int:
    """What no other hour or load would mend comes first, then loads too big, then what is late."""
    if violation.kind in _MENDED_BY_CLOCK:
        return 2
    return 1 if violation.kind in _MENDED_BY_SCALE else 0


def _badness(fit: Insertion) -> tuple[int, int, int]:
    """How many rules no other hour or load would mend, how many loads too big, seconds too late."""
    ranks = [_rank(violation) for violation in fit.added]
    late = sum(v.increase for v, rank in zip(fit.added, ranks, strict=True) if rank == 2)
    return (ranks.count(0), ranks.count(1), late)
