"""What can be done about an order on no route, or a broken rule: words and edits, computed apart.

Pure functions that may take a tenth of a second: never called on the window's thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.desktop.widgets.measures import distance_text, money_text, signed
from app.domain.board import Board, BoardRoute
from app.domain.edits import Edit
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.remedies import Candidate, Remedy, Rung, Verdict
from app.domain.violations import duration_text
from app.planning.best_fit import candidates
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders

_RUNGS = 5
_MANY = 25
"""More orders than that find no room on one route, and are for the optimizer."""
_FEW_M = 100
_FEW_CENTS = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to do, with a button."""

    text: str
    detail: str
    edit: Edit
    undo_text: str
    """What the history calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A title with things to do, or with plain lines, below it."""

    title: str
    choices: tuple[Choice, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    """Who and what."""
    more: tuple[tuple[str, str], ...] = ()
    """Such lines for those who ask for them."""
    more_text: str = ""
    """What asks for them."""


Advice = tuple[Part, ...]


def order_advice(ladders: Ladders, order: Order, *, is_metric: bool = True) -> Advice:
    """For an order that is selected alone; empty where nothing is wrong with it."""
    board = ladders.board
    each = next((each for each in board.routes if order.id in each.route.orders), None)
    if each is not None:
        return _mending(ladders, each, order.id)
    if not order.is_plannable or not board.routes:
        return ()
    if why := board.waiting.get(order.id):
        # A place of its own would be no place for its goods.
        return (Part(title="Why it waits", lines=(("", f"{why[:1].upper()}{why[1:]}."),)),)
    places = _places(board, [order], is_metric=is_metric)
    return places or _ladder(ladders, order)


def orders_advice(ladders: Ladders, orders: Sequence[Order], *, is_metric: bool = True) -> Advice:
    """For several orders: the routes that take all of them for least."""
    board = ladders.board
    routed = board.route_of
    if len(orders) > _MANY or any(o.id in routed or not o.is_plannable for o in orders):
        return ()
    return _places(board, orders, is_metric=is_metric)


def route_advice(ladders: Ladders, route: RouteId) -> Advice:
    """For a route: what mends the rules that it breaks as a whole."""
    return _mending(ladders, ladders.board.route(route), None)


def _places(board: Board, orders: Sequence[Order], *, is_metric: bool) -> Advice:
    found = candidates(board, orders, is_strict=True)
    if not found:
        return ()
    currency = _currency(board)
    who = orders[0].reference if len(orders) == 1 else f"{len(orders)} orders"
    choices = tuple(
        Choice(
            text=_candidate_text(each) if len(orders) == 1 else each.name,
            detail=_candidate_detail(each, currency, is_metric=is_metric),
            edit=each.edit,
            undo_text=f"Move {' with '.join(filter(None, (who, each.brings)))} to {each.name}",
        )
        for each in found
    )
    return (Part(title="Best places", choices=choices),)


def _candidate_text(each: Candidate) -> str:
    place = f"{each.name}, stop {each.index + 1}"
    return f"{place}, with {each.brings}" if each.brings else place


def _candidate_detail(each: Candidate, currency: str, *, is_metric: bool) -> str:
    parts = [_price(each.extra_cost, currency)]
    if abs(each.extra_m) >= _FEW_M:
        parts.append(signed(distance_text(abs(each.extra_m), is_metric=is_metric), each.extra_m))
    parts.append(f"{round(100 * each.load_share)} % full")
    if each.late_s:
        parts.append(f"late by {duration_text(each.late_s)}")
    if each.wish_cost:
        parts.append("not the driver or area preferred")
    return " · ".join(parts)


def _ladder(ladders: Ladders, order: Order) -> Advice:
    """For an order that has no place on a draft that is open."""
    ladder = ladders.ladder(order, is_refused=True)
    currency = _currency(ladders.board)
    choices = _choices(ladder.remedies, currency, order.reference)
    parts = [Part(title="What would make room", choices=choices)] if choices else []
    lines = tuple((rung.name, _rung_text(rung)) for rung in ladder.rungs)
    if all(rung.verdict is not Verdict.FITS for rung in ladder.rungs):
        more = lines[_RUNGS:]
        shifts = "shift says" if len(more) == 1 else "shifts say"
        parts.append(
            Part(
                title="Why no shift takes it",
                lines=lines[:_RUNGS],
                more=more,
                more_text=f"{len(more)} more {shifts} no",
            )
        )
    return tuple(parts)


def _rung_text(rung: Rung) -> str:
    text = rung.text[:1].upper() + rung.text[1:]
    if rung.remedies:
        nearest = rung.remedies[0].text
        return f"{text}. {nearest}."
    return f"{text}."


def _mending(ladders: Ladders, each: BoardRoute, order: OrderId | None) -> Advice:
    found = diagnosis(ladders, each, order)
    if found is None:
        return ()
    currency = each.route.shift.depot.currency
    parts = []
    if found.causes:
        text = " and ".join(cause.text for cause in found.causes)
        parts.append(Part(title="Why", lines=(("", f"Because of {text}."),)))
    if found.remedies:
        choices = _choices(found.remedies, currency, "")
        parts.append(Part(title="What mends it", choices=choices))
    return tuple(parts)


def _choices(remedies: Sequence[Remedy], currency: str, reference: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            text=remedy.text,
            detail=_price(remedy.extra_cost, currency),
            edit=remedy.edit,
            undo_text=f"{reference}: {remedy.text}" if reference else remedy.text,
        )
        for remedy in remedies
    )


def _price(amount: float, currency: str) -> str:
    if abs(amount) < _FEW_CENTS:
        return "costs nothing"
    return signed(money_text(abs(amount), currency, decimals=2), amount)


def _currency(board: Board) -> str:
    return board.routes[0].route.shift.depot.currency if board.routes else ""
