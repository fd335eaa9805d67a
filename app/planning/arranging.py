"""Which routes may be changed, and the edit that gives them other stops."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.board import BoardRoute
from app.domain.edits import ArrangeRoutes
from app.domain.ids import OrderId
from app.domain.routes import Lock, RouteStatus


def is_open(each: BoardRoute) -> bool:
    """Whether orders may come to the route and leave it."""
    return each.route.status is RouteStatus.DRAFT and each.route.lock is Lock.NONE


def arranged(*routes: tuple[BoardRoute, Sequence[OrderId]]) -> ArrangeRoutes:
    """Give routes these orders; stop locks stay where their order does."""
    return ArrangeRoutes(
        stops={each.id: each.route.with_orders(orders).stops for each, orders in routes},
        seen={each.id: each.route.version for each, _ in routes},
    )
