"""What is told of a search that is still running: its figures, and the plan it would leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Plan, Problem, Progress, Reason, Unassigned
from app.domain.routes import Lock
from app.domain.sketch import RouteSketch

Report = Callable[[Progress], None]
"""Hears how a search goes on, a few times a second at most."""
Keep = Callable[[Plan], None]
"""Hears of the best plan so far, once a second at most: what is left if the process dies."""

_REPORTS_PER_S = 5
_KEPT_PER_S = 1
_BROKEN_OFF = "The search was broken off before a place was found."


class Teller:
    """Follows one search of a problem, and makes its sequences a plan of the whole day."""

    def __init__(
        self,
        problem: Problem,
        cost_of: Callable[[Sequence[RouteSketch]], float],
        report: Report,
        keep: Keep,
    ) -> None:
        self.begin = time.perf_counter()
        """When the search began, by `time.perf_counter`."""
        self.open = tuple(route for route in problem.routes if route.lock is Lock.NONE)
        self.fixed: dict[RouteId, tuple[OrderId, ...]] = {}
        """The sequences of the routes that are locked, once known."""
        in_play = dict.fromkeys(
            [*(order for route in self.open for order in route.orders), *problem.unassigned]
        )
        self.in_play = tuple(problem.orders[o] for o in in_play if o in problem.orders)
        """What is, or may come, on the open routes."""
        self.engine = ""
        self._problem = problem
        self._cost_of = cost_of
        self._report = report
        self._keep = keep
        self._next_report = self._next_keep = 0.0
        self._heard: Sequence[RouteSketch] | None = None
        self._kept: Sequence[RouteSketch] | None = None
        self._trajectory: list[tuple[float, float]] = []

    def trace(self, sketches: Sequence[RouteSketch]) -> float:
        """The cost of what the open routes drive, which joins the trajectory where it is new."""
        if sketches is not self._heard:
            self._heard = sketches
            cost = self._cost_of(sketches)
            if not self._trajectory or cost != self._trajectory[-1][1]:
                self._trajectory.append((time.perf_counter() - self.begin, cost))
        return self._trajectory[-1][1]

    def tell(self, sketches: Sequence[RouteSketch], stage: str) -> None:
        """The best so far, to those who want to hear of it now."""
        cost = self.trace(sketches)
        now = time.perf_counter()
        if now >= self._next_keep and sketches is not self._kept:
            self._next_keep = now + 1 / _KEPT_PER_S
            self._kept = sketches
            is_cut_short = self._problem.iterations is not None
            self._keep(self.plan(sketches, cost, unexplained, is_cut_short=is_cut_short))
        if now >= self._next_report:
            self._next_report = now + 1 / _REPORTS_PER_S
            self._report(
                Progress(
                    cost=cost,
                    unassigned=len(self.in_play) - sum(len(each.visits) for each in sketches),
                    seconds=now - self.begin,
                    stage=stage,
                )
            )

    def sequences(self, sketches: Sequence[RouteSketch]) -> dict[RouteId, tuple[OrderId, ...]]:
        """Of every route of the day, the locked ones too."""
        found = {
            route.id: tuple(order.id for order in sketch.orders)
            for route, sketch in zip(self.open, sketches, strict=True)
        }
        return {route.id: (self.fixed | found)[route.id] for route in self._problem.routes}

    def explains_until(self, cancelled: Callable[[], bool]) -> float | None:
        """When reasons should be told; None where the work is counted and not the time."""
        if self._problem.iterations is not None:
            return None
        return self.begin if cancelled() else self.begin + self._problem.seconds

    def plan(
        self,
        sketches: Sequence[RouteSketch],
        cost: float,
        why: Callable[[Order], Unassigned],
        *,
        is_cut_short: bool,
    ) -> Plan:
        """The plan that the search leaves if it ends now."""
        routes = self.sequences(sketches)
        placed = {order for orders in routes.values() for order in orders}
        unassigned = tuple(why(order) for order in self.in_play if order.id not in placed)
        return Plan(
            routes=routes,
            unassigned=unassigned,
            cost=cost,
            engine=self.engine,
            seconds=time.perf_counter() - self.begin,
            trajectory=tuple(self._trajectory),
            is_cut_short=is_cut_short,
        )


def unexplained(order: Order) -> Unassigned:
    """For an order that nobody has asked about yet."""
    return Unassigned(order=order.id, reason=Reason.NOT_FOUND, detail=_BROKEN_OFF)
