"""What a drop would mean, said before it happens: a ghost for every row and for the gap."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.desktop.board.board_model import Bar, Rows, Units, bars
from app.desktop.board.rule_words import brief
from app.desktop.colors import State
from app.desktop.widgets.measures import distance_text, money_text, signed
from app.domain.board import with_halves
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import Drag, Insertion
from app.domain.routes import Lock, RouteStatus
from app.domain.violations import Violation

_LEAST_M = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghost:
    """What a route would give for the dragged orders, in words."""

    headline: str
    """More kilometres and minutes."""
    note: str
    """What it would cost, or which rules it would break and by how much."""
    state: State
    bars: tuple[Bar, ...] = ()
    """How full the vehicle would be."""
    extra_cost: float = 0.0
    is_refused: bool = False
    """A best fit is refused here; in a gap a person may still put it."""


class DropGuide:
    """Orders in the dispatcher's hand over one board; made when the drag comes in.

    Rows are asked one after the other in slices, so that no mouse move waits for all of them.
    """

    def __init__(
        self, rows: Rows, orders: Sequence[OrderId], units: Units, source: RouteId | None = None
    ) -> None:
        """`source` is the route that is given away whole: it goes behind what the others have."""
        board = rows.board
        assert board is not None  # an empty view takes no drops
        self.rows = rows
        self.orders = tuple(orders)
        self.source = source
        self._units = units
        self._board = board
        self._drags: dict[tuple[OrderId, ...], Drag] = {}
        moving = with_halves(board, self.orders)
        self._drag = self._dragged(moving)
        self._ghosts: dict[RouteId, Ghost] = {}
        self._gaps: dict[tuple[RouteId, int], Ghost] = {}
        self._saved = self._drag.saved_cost
        dragged = frozenset(moving)
        self._sources = {r.route for r in rows.rows if dragged.intersection(r.source.route.orders)}
        self.best: RouteId | None = None
        """The cheapest of the rows that were asked so far and would take the orders."""

    def is_for(self, rows: Rows, orders: Sequence[OrderId], source: RouteId | None) -> bool:
        """Whether it still answers for this drag over this board."""
        return (
            self.rows.board is rows.board and self.orders == tuple(orders) and self.source == source
        )

    def prepare(self, routes: Iterable[RouteId], seconds: float) -> list[RouteId]:
        """Ask these rows, as many as fit into `seconds`; gives back those that were asked."""
        until = time.perf_counter() + seconds
        asked: list[RouteId] = []
        for route in routes:
            if route in self._ghosts:
                continue
            while self._is_stepwise(route) and not self._drag.step(route):
                if time.perf_counter() >= until:
                    return self._ranked(asked)
            self._ghosts[route] = self._row_ghost(route)
            asked.append(route)
            if time.perf_counter() >= until:
                break
        return self._ranked(asked)

    def _is_stepwise(self, route: RouteId) -> bool:
        return self.source is None and self._closed(route) is None

    def _ranked(self, asked: list[RouteId]) -> list[RouteId]:
        if asked:
            open_rows = [
                route
                for route, ghost in self._ghosts.items()
                if ghost.state is State.GOOD and route != self.source
            ]
            self.best = min(open_rows, key=self._change, default=None)
        return asked

    @property
    def is_ready(self) -> bool:
        return len(self._ghosts) == len(self.rows.rows)

    def row_ghost(self, route: RouteId) -> Ghost | None:
        """None while the row was not asked yet, and for the one that is given away."""
        return None if route == self.source else self._ghosts.get(route)

    def gap_ghost(self, route: RouteId, index: int) -> Ghost:
        """The orders exactly there."""
        key = (route, index)
        if key not in self._gaps:
            closed = self._closed(route)
            drag = self._dragged(with_halves(self._board, self.orders, route))
            self._gaps[key] = closed or self._ghost(drag.ghost_at(route, index), route)
        return self._gaps[key]

    def _dragged(self, orders: tuple[OrderId, ...]) -> Drag:
        if orders not in self._drags:
            known = [self._board.orders[key] for key in orders if key in self._board.orders]
            # An order on hold among them is refused when they are dropped; the rest has its ghost.
            plannable = [order for order in known if order.is_plannable]
            self._drags[orders] = Drag(self._board.routes, plannable, self._board.travel)
        return self._drags[orders]

    def _row_ghost(self, route: RouteId) -> Ghost:
        closed = self._closed(route)
        if closed is not None:
            return closed
        row = self.rows.row(route)
        if self.source is not None and row is not None:
            return self._ghost(self._drag.ghost_at(route, len(row.blocks)), route)
        fit = self._drag.fit(route)
        return self._ghost(fit, route, is_refused=not fit.is_feasible)

    def _change(self, route: RouteId) -> float:
        """What the whole day would cost more: a row that gives the orders away saves something."""
        saved = 0.0 if route in self._sources else self._saved
        return self._ghosts[route].extra_cost - saved

    def _closed(self, route: RouteId) -> Ghost | None:
        row = self.rows.row(route)
        if row is None or row.status is RouteStatus.DRAFT:
            return None
        return Ghost(
            headline=_tr("released to the driver"),
            note=_tr("take the route back to change it"),
            state=State.DONE,
            is_refused=True,
        )

    def _ghost(self, found: Insertion, route: RouteId, *, is_refused: bool = False) -> Ghost:
        row = self.rows.row(route)
        assert row is not None
        shift = row.source.route.shift
        minutes = round(found.extra_s / 60)
        # What is written as nothing has no sign that says otherwise.
        metres = 0 if abs(found.extra_m) < _LEAST_M else found.extra_m
        way = distance_text(metres, is_metric=self._units.is_metric)
        headline = f"{signed(way, metres)}  {signed(f'{abs(minutes)}\u202fmin', minutes)}"
        if found.added:
            note = ", ".join(self._rule(violation) for violation in found.added[:3])
            if len(found.added) > 3:
                note += _tr(" and %1 more").replace("%1", str(len(found.added) - 3))
        else:
            note = money_text(abs(found.extra_cost), shift.depot.currency, decimals=2)
            note = signed(note, found.extra_cost)
            if row.lock is not Lock.NONE:
                note += _tr(" · locked for the optimizer")
        return Ghost(
            headline=headline,
            note=note,
            state=State.BAD if found.added else State.GOOD,
            bars=bars(found.load, shift.vehicle.capacity),
            extra_cost=found.extra_cost,
            is_refused=is_refused,
        )

    def _rule(self, violation: Violation) -> str:
        """The rule and whom it hits."""
        words = brief(violation, is_metric=self._units.is_metric)
        board = self.rows.board
        if violation.order is None or board is None:
            return words
        order = board.orders.get(violation.order)
        return words if order is None else f"{order.reference} {words}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("DropGuide", text)
