"""What can be done with an order as it is: one rule for menus, keys and inspector."""

from __future__ import annotations

from collections.abc import Iterable

from app.desktop.inspector.sheet import Deed
from app.desktop.orders.order_texts import state_of
from app.domain.board import Board
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderStatus, address_reason
from app.services.orders import Chip

_OPEN = frozenset({Deed.EDIT, Deed.BEST_FIT, Deed.HOLD, Deed.NEXT_DAY, Deed.DUPLICATE, Deed.CANCEL})
_POSSIBLE: dict[Chip, frozenset[Deed]] = {
    Chip.UNASSIGNED: _OPEN | {Deed.INSERT},
    Chip.PLANNED: _OPEN | {Deed.UNASSIGN, Deed.LOCK, Deed.LABEL},
    Chip.ON_HOLD: frozenset(
        {Deed.EDIT, Deed.TAKE_OFF_HOLD, Deed.NEXT_DAY, Deed.DUPLICATE, Deed.CANCEL}
    ),
    Chip.OUT: frozenset({Deed.DUPLICATE, Deed.LABEL}),
    Chip.DELIVERED: frozenset({Deed.DUPLICATE}),
    Chip.FAILED: frozenset({Deed.EDIT, Deed.REOPEN, Deed.HOLD, Deed.DUPLICATE, Deed.CANCEL}),
    Chip.CANCELLED: frozenset({Deed.EDIT, Deed.REOPEN, Deed.DUPLICATE}),
}
ORDER_DEEDS = frozenset().union(*_POSSIBLE.values(), {Deed.SHOW_ON_MAP})


def possible(order: Order, *, is_on_route: bool, is_locked: bool = False) -> frozenset[Deed]:
    """What this order allows."""
    deeds = _POSSIBLE[state_of(order, is_on_route)]
    if is_locked and Deed.LOCK in deeds:
        deeds = deeds - {Deed.LOCK} | {Deed.UNLOCK}
    if order.status is OrderStatus.ON_HOLD and address_reason(order.place):
        deeds |= {Deed.FIX_ADDRESS}
    if not order.is_plannable:
        deeds -= {Deed.BEST_FIT, Deed.INSERT}
    return deeds | {Deed.SHOW_ON_MAP} if order.location is not None else deeds


def possible_for_any(each: Iterable[frozenset[Deed]]) -> frozenset[Deed]:
    """What at least one of several orders allows; with more than one, none is edited.

    Where one is not locked yet they are all locked first.
    """
    deeds = tuple(each)
    found = frozenset[Deed]().union(*deeds)
    if Deed.LOCK in found:
        found -= {Deed.UNLOCK}
    return found if len(deeds) == 1 else found - {Deed.EDIT, Deed.FIX_ADDRESS}


def locked_orders(board: Board | None) -> frozenset[OrderId]:
    """Those that the optimizer keeps on their route."""
    routes = board.routes if board is not None else ()
    return frozenset(s.order for each in routes for s in each.route.stops if s.is_locked)
