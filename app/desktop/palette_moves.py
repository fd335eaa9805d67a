"""Moves as they are typed: `1042 > ana`, `120-124 > van 3 @2`, `> bin`; text in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.board import Board, BoardRoute
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order

_BIN_WORDS = frozenset({"bin", "unassigned", "unassign", "none", "-"})
_LONGEST_RANGE = 500
_RANGE = re.compile(r"(\D*)(\d+)(?:-|–|\.\.)(?:\1)?(\d+)")
_DIGITS = re.compile(r"(\d+)\D*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMove:
    """What was typed, taken apart; nothing of it is looked up yet."""

    orders: tuple[str, ...]
    """References, numbers and ranges; empty for the orders that are selected."""
    target: str
    """A driver, a vehicle, or the bin."""
    position: int | None = None
    """Before this stop, counted from 1; None for wherever it fits best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move that can be made."""

    orders: tuple[OrderId, ...]
    route: RouteId | None
    """None unassigns."""
    index: int | None
    """Before this position of the sequence as it is shown; None for the best fit."""


def typed_move(text: str) -> TypedMove | None:
    """Take a typed move apart; None where the text is none (yet)."""
    left, arrow, right = text.partition(">")
    if not arrow:
        return None
    target, at, where = right.partition("@")
    target = " ".join(target.split())
    if not target:
        return None
    position = None
    if at:
        if not where.strip().isdigit() or int(where) < 1:
            return None
        position = int(where)
    return TypedMove(orders=_split(left), target=target, position=position)


def resolved(typed: TypedMove, board: Board, selected: Sequence[OrderId]) -> Move:
    """The orders and the route that were meant.

    Raises RuleError that says what is missing or could be several.
    """
    orders = _orders(typed.orders, board) if typed.orders else tuple(selected)
    if not orders:
        raise RuleError("Type which orders, such as 1042 or 120-124, or select some first.")
    if typed.target.casefold() in _BIN_WORDS:
        return Move(orders=orders, route=None, index=None)
    route = _route(typed.target, board)
    index = None
    if typed.position is not None:
        index = min(typed.position - 1, len(route.route.stops))
    return Move(orders=orders, route=route.id, index=index)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[,;\s]+", text.strip()) if part)


def _orders(words: Iterable[str], board: Board) -> tuple[OrderId, ...]:
    known = [*board.orders.values(), *board.on_hold]
    by_reference = {order.reference.casefold(): order for order in known}
    found: dict[OrderId, None] = {}
    for word in words:
        exact = by_reference.get(word.casefold())
        for order in (exact,) if exact is not None else _numbered(word, known):
            found[order.id] = None
    return tuple(found)


def _numbered(word: str, known: Sequence[Order]) -> tuple[Order, ...]:
    """The orders of a range, or the one whose reference ends in this number."""
    matched = _RANGE.fullmatch(word)
    if matched is None:
        return (_ending_in(word, known),)
    prefix, first, last = matched.group(1), int(matched.group(2)), int(matched.group(3))
    if not first <= last <= first + _LONGEST_RANGE:
        raise RuleError(f"{word} is no range: the smaller number comes first.")
    width = len(matched.group(2))
    by_number: dict[int, list[Order]] = {}
    for order in known:
        digits = _DIGITS.search(order.reference)
        if digits is not None and order.reference.casefold().startswith(prefix.casefold()):
            by_number.setdefault(_tail(digits.group(1), width), []).append(order)
    orders = [o for number in range(first, last + 1) for o in by_number.get(number, ())]
    if not orders:
        raise RuleError(f"No order of this day is in {word}.")
    return tuple(orders)


def _tail(digits: str, width: int) -> int:
    """`120` also means the order 2024-000120 or 1000120: the last figures count."""
    number = digits[-width:] if len(digits) > width else digits
    return int(number)


def _ending_in(word: str, known: Sequence[Order]) -> Order:
    ending = word.casefold()
    found = [order for order in known if order.reference.casefold().endswith(ending)]
    if not found:
        raise RuleError(f"There is no order {word} on this day.")
    if len(found) > 1:
        some = ", ".join(sorted(order.reference for order in found)[:4])
        raise RuleError(f"{word} could be {some}. Type more of the reference.")
    return found[0]


def _route(target: str, board: Board) -> BoardRoute:
    wanted = target.casefold()
    for names in (_exact, _beginning, _within):
        found = [each for each in board.routes if names(each, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            some = "; ".join(each.route.shift.name for each in found[:4])
            raise RuleError(f"“{target}” could be {some}. Type more of the name.")
    raise RuleError(f"Nobody on this day is called “{target}”.")


def _names(each: BoardRoute) -> tuple[str, ...]:
    shift = each.route.shift
    named = (shift.driver.name, shift.vehicle.name, shift.vehicle.plate, shift.name)
    return tuple(name.casefold() for name in named if name)


def _exact(each: BoardRoute, wanted: str) -> bool:
    return wanted in _names(each)


def _beginning(each: BoardRoute, wanted: str) -> bool:
    return any(word.startswith(wanted) for name in _names(each) for word in (name, *name.split()))


def _within(each: BoardRoute, wanted: str) -> bool:
    return any(wanted in name for name in _names(each))
