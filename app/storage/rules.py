"""Planning rules, slots and amounts as JSON values, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.domain.ids import OrderId
from app.domain.rules import NO_ORDER_RULES, NO_SHIFT_RULES, OrderRules, ShiftRules
from app.domain.underway import Moments, Underway


def as_plain(value: object) -> Any:
    """A frozen domain value in dictionaries, lists, texts and numbers."""
    return msgspec.to_builtins(value)


def from_plain[T](plain: Any, shape: type[T]) -> T:
    """The value that was kept; what an older program did not know has its default.

    Raises msgspec.ValidationError where it is of another shape.
    """
    return msgspec.convert(plain, shape)


def rules_column(rules: OrderRules | ShiftRules) -> dict[str, Any] | None:
    """Only what differs from no rules at all; None for those."""
    nothing = NO_ORDER_RULES if isinstance(rules, OrderRules) else NO_SHIFT_RULES
    if rules == nothing:
        return None
    empty = as_plain(nothing)
    return {name: value for name, value in as_plain(rules).items() if value != empty[name]}


def order_rules(plain: dict[str, Any] | None) -> OrderRules:
    return NO_ORDER_RULES if plain is None else from_plain(plain, OrderRules)


def shift_rules(plain: dict[str, Any] | None) -> ShiftRules:
    return NO_SHIFT_RULES if plain is None else from_plain(plain, ShiftRules)


def underway_column(underway: Underway | None) -> dict[str, Any] | None:
    return None if underway is None else as_plain(underway)


def promised_column(promised: Moments) -> list[Any] | None:
    return as_plain(promised) or None


def promised_of(plain: list[Any] | None) -> Moments:
    return from_plain(plain, tuple[tuple[OrderId, datetime], ...]) if plain else ()


def amounts_column(more: tuple[tuple[str, int], ...]) -> dict[str, int] | None:
    return dict(more) or None


def amounts(plain: dict[str, int] | None) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(plain.items())) if plain else ()
