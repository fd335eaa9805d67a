"""What is special about a row of the timeline at this moment."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from app.desktop.board.drop_guide import Ghost
from app.domain.ids import OrderId

ROW_HEIGHT = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLook:
    """Chosen, pointed at, dragged over."""

    is_chosen: bool = False
    is_target: bool = False
    """A drag would drop on its head."""
    is_best: bool = False
    ghost: Ghost | None = None
    selected: Container[OrderId] = frozenset()
    focused: OrderId | None = None
    hovered: OrderId | None = None
    is_under_mouse: bool = False
    now: float | None = None
    """What a van on the road has done by then, or drives to, is no longer ours to change."""
