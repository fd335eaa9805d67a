"""Best fit and ghost cost: what a route would give to take orders, and where it takes them."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import heapify, heappop, heappush

from app.domain.aims import stop_price
from app.domain.board import BoardRoute
from app.domain.checks import CLEAN
from app.domain.clockwork import Frame
from app.domain.fleet import Load
from app.domain.glance import Glance
from app.domain.ids import OrderId, RouteId
from app.domain.lacking import Lacking
from app.domain.orders import Order
from app.domain.routes import Lock, RouteStatus, inserted
from app.domain.sketch import RouteSketch
from app.domain.terms import Terms, may_reload
from app.domain.timetable import Travel
from app.domain.trials import Trial, Trials
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
    wish_cost: float = 0.0
    """What it is worth to the depot that these orders are elsewhere: with a driver they prefer, or
    inside this shift's area."""

    @property
    def is_feasible(self) -> bool:
        """Whether the orders make the route break no rule."""
        return not self.added

    @property
    def price(self) -> float:
        """By which places are compared."""
        return self.extra_cost + self.wish_cost


_ROUNDING = 1e-6
"""Between the same costs summed up one way and another."""


class _Asked:
    """A route that may be the cheapest for an order; what it costs more at least is ever better
    known."""

    def __init__(
        self,
        each: BoardRoute,
        kept: Sequence[Order],
        order: Order,
        travel: Travel,
        sketch: Callable[[], RouteSketch],
        *,
        is_clean: bool,
    ) -> None:
        """`kept` are its orders but for the dragged one, and `sketch` makes the route of them.

        `is_clean` says that it is as it was planned and breaks no rule.
        """
        self.wish = wish_cost(each, [order])
        frame = Frame(each.route.shift, travel[each.route.shift.vehicle.profile])
        self.route = each.id
        self._cost = each.timetable.cost
        self._sketch = sketch
        self._terms = Terms(frame)
        self._visits = [frame.visit(known) for known in kept]
        self._visit = frame.visit(order)
        self._is_plain = frame.is_plain and all(v.is_plain for v in (*self._visits, self._visit))
        self._glance = Glance(self._terms, self._visits, self._visit, is_clean=is_clean)
        self.least = self._glance.least_cost - self._cost + self.wish
        """With what it is worth to have the order elsewhere, as all that is asked of this."""
        self._is_clean = is_clean
        self.is_near = not self._glance.tells_places
        """Whether nothing but a trial tells more."""

    def __lt__(self, other: _Asked) -> bool:
        return (self.least, self.route) < (other.least, other.route)

    def look(self, until: float) -> None:
        """Look nearer, until it is known to cost more than that."""
        known = self._glance.near_cost(self._cost + until - self.wish)
        self.least = known - self._cost + self.wish
        self.is_near = self._glance.is_judged

    def cheapest(self, below: float) -> tuple[float, int] | None:
        """Its price, where that is less, and its position; None where it fits none."""
        if self._is_plain or not self._is_clean:
            # A route by every rule need not be evaluated as it is to be tried.
            trial = self._sketch().fitting(self._visit.order)
        else:
            trial = self._tried(self._cost + below - self.wish)
        return None if trial is None else (trial.cost - self._cost + self.wish, trial.index)

    def _tried(self, below: float) -> Trial | None:
        terms = self._terms
        errand = terms.errand(self._visit)
        errands = [terms.errand(visit) for visit in self._visits]
        trials = Trials(terms, errands, {}, CLEAN)
        if not trials.may_take(errand):
            return None
        if may_reload(terms, [*errands, errand]) and (
            Lacking(terms, errands, [errand], 0).least() != CLEAN
        ):
            # Where the van comes by the depot anywhere, each place asks for all of them.
            return None
        best: Trial | None = None
        if self._glance.tells_places:
            for floor, index in self._glance.places():
                if floor >= below:
                    return best
                trial = trials.fitting_at(errand, index)
                if trial is None:
                    # Others may not be so either, which is sooner told of all of them at once.
                    break
                if trial.cost < below:
                    best, below = trial, trial.cost
            else:
                return best
        return trials.best_of(trials.places(errand), errand, below) or best


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
        self._found: dict[RouteId, tuple[int, float]] = {}
        """The cheapest place of a single order and its price, on the routes that could take it."""

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
            return min(feasible, key=lambda fit: fit.price)
        return min(fits, key=lambda fit: (_badness(fit), fit.price), default=None)

    def fitting(
        self, routes: Iterable[RouteId], most: int, *, is_any: bool = False
    ) -> list[RouteId]:
        """Of these the `most` routes that can take one dragged order cheapest, the cheapest first,
        with what it is worth to the depot to have it elsewhere.

        What others would break is not looked at, and those that can't be among them are not tried.
        With `is_any` so many that can take it will do, the likeliest to be cheap.
        """
        (order,) = self._orders
        fits: list[tuple[float, RouteId]] = []
        asked = [self._asked(self._routes[route], order) for route in routes]
        heapify(asked)
        while asked:
            nearest = heappop(asked)
            below = fits[most - 1][0] if len(fits) >= most else math.inf
            is_over = nearest.least == math.inf or nearest.least > below + _ROUNDING
            if is_over or (is_any and len(fits) >= most):
                break
            if not nearest.is_near:
                nearest.look(min(below, asked[0].least if asked else math.inf))
                heappush(asked, nearest)
            elif (found := nearest.cheapest(below + _ROUNDING)) is not None:
                price, index = found
                self._found[nearest.route] = index, price - nearest.wish
                insort(fits, (price, nearest.route))
        return [route for _, route in fits[:most]]

    def found(self, route: RouteId) -> tuple[int, float]:
        """Where one of the routes that `fitting` has named takes the order, among the stops it has
        without it, and what it costs more."""
        return self._found[route]

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
            self._sketches[each.id] = RouteSketch(each.route.shift, self._kept(each), self._travel)
        return self._sketches[each.id]

    def _kept(self, each: BoardRoute) -> list[Order]:
        stops = each.timetable.stops
        return [stop.order for stop in stops if stop.order.id not in self._dragged]

    def _asked(self, each: BoardRoute, order: Order) -> _Asked:
        kept = self._kept(each)
        is_clean = each.timetable.is_feasible and len(kept) == len(each.timetable.stops)
        sketch = partial(self._sketch, each)
        return _Asked(each, kept, order, self._travel, sketch, is_clean=is_clean)

    def _best_on(self, each: BoardRoute) -> Insertion:
        if each.id in self._found:
            orders = self._kept(each)
            orders.insert(self._found[each.id][0], self._orders[0])
            sketch = RouteSketch(each.route.shift, orders, self._travel)
            index = self._shown(each, [order.id for order in orders])
            return self._insertion(each, index, sketch, is_known_good=True)
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
            wish_cost=wish_cost(each, self._orders),
        )


def wish_cost(each: BoardRoute, orders: Iterable[Order]) -> float:
    """What it is worth to the route's depot that these orders are on other routes."""
    shift = each.route.shift
    return sum(stop_price(each.id, shift, order, shift.depot.aims, {}) for order in orders)


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
