"""Routes that were driven in some plan, put together anew: the best of many plans in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.engines.partition import RowSet, cheapest
from app.planning.screening import kind
from app.planning.task import Arrangement, Column, Task

_MOST = 30_000
"""Routes that are remembered, the newest."""


class Shelf:
    """The routes of a search, each set of orders by one kind of van in its cheapest sequence."""

    def __init__(self, task: Task) -> None:
        self._task = task
        pinned = set(task.pins.values())
        kinds: dict[object, int] = {}
        self._kinds = [
            kinds.setdefault(
                (
                    kind(r.shift),
                    r.shift.vehicle.costs,
                    r.id if r.id in pinned else None,
                    task.wishes.row(r, task.orders),
                ),
                len(kinds),
            )
            for r in task.routes
        ]
        self._kind_of = {r.id: number for r, number in zip(task.routes, self._kinds, strict=True)}
        self._columns: dict[tuple[int, frozenset[OrderId]], Column] = {}

    def add(self, columns: Iterable[Column]) -> None:
        for column in columns:
            key = (self._kind_of[column.route.id], frozenset(o.id for o in column.orders))
            known = self._columns.pop(key, None)
            self._columns[key] = column if known is None or column.cost < known.cost else known
        while len(self._columns) > _MOST:
            del self._columns[next(iter(self._columns))]

    def best(
        self, plan: Sequence[RouteSketch], *, seconds: float, is_counted: bool
    ) -> Arrangement | None:
        """The cheapest routes with every order of `plan`; None where they are those of `plan`."""
        if not self._columns or not plan:
            return None
        row: dict[OrderId, int] = {}
        for sketch in plan:
            for visit in sketch.visits:
                row[visit.order.id] = len(row)
        count = len(row)
        for order in self._task.orders:
            row.setdefault(order.id, len(row))
        given = {
            (self._kinds[number], frozenset(visit.order.id for visit in sketch.visits)): Column(
                orders=tuple(sketch.orders),
                route=self._task.routes[number],
                cost=sketch.cost
                + sum(self._task.wishes.row(self._task.routes[number], sketch.orders)),
            )
            for number, sketch in enumerate(plan)
            if sketch.visits
        }
        columns = {**self._columns, **given}
        keys = list(columns)
        sets = [
            RowSet(tuple(row[o] for o in orders), number, columns[number, orders].cost)
            for number, orders in keys
        ]
        place = {key: number for number, key in enumerate(keys)}
        chosen = cheapest(
            sets,
            count,
            [self._kinds.count(number) for number in range(max(self._kinds) + 1)],
            [place[key] for key in given],
            seconds=seconds,
            is_counted=is_counted,
        )
        if chosen is None:
            return None
        return self._on_vans(plan, [(keys[n][0], columns[keys[n]].orders) for n in chosen])

    def _on_vans(
        self, plan: Sequence[RouteSketch], chosen: Sequence[tuple[int, tuple[Order, ...]]]
    ) -> Arrangement:
        """Each route on the van of its kind that drove most of it."""
        before = {visit.order.id: n for n, sketch in enumerate(plan) for visit in sketch.visits}
        claims = sorted(
            (-sum(before.get(o.id) == van for o in orders), van, number)
            for number, (of, orders) in enumerate(chosen)
            for van, kind_of_van in enumerate(self._kinds)
            if kind_of_van == of
        )
        routes: dict[int, tuple[Order, ...]] = {}
        given: set[int] = set()
        for _, van, number in claims:
            if van not in routes and number not in given:
                given.add(number)
                routes[van] = chosen[number][1]
        return tuple(routes.get(van, ()) for van in range(len(plan)))
