"""How the window words the modes of planning anew, and what one of them would change."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.formats import count_text
from app.domain.board import Board
from app.domain.effect import Effect
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.problem import Plan
from app.domain.replan import ReplanMode

_MODES = {
    ReplanMode.UNASSIGNED_ONLY: "Only the unassigned",
    ReplanMode.KEEP_DRIVERS: "Keep drivers, reorder",
    ReplanMode.KEEP_TIMES: "Keep promised times",
    ReplanMode.EVERYTHING: "Everything open",
}
_HINTS = {
    ReplanMode.UNASSIGNED_ONLY: "Insert what is on no route; all others keep driver and sequence",
    ReplanMode.KEEP_DRIVERS: "Each order stays with its driver; sequences are open",
    ReplanMode.KEEP_TIMES: "Drivers are open; every ETA stays within 15 minutes",
    ReplanMode.EVERYTHING: "All that is not done, next or aboard may change",
}
_NAMED = 4
"""So many orders are named; the rest is counted."""


def mode_name(mode: ReplanMode) -> str:
    return _tr(_MODES[mode])


def mode_hint(mode: ReplanMode) -> str:
    return _tr(_HINTS[mode])


def headline(effect: Effect) -> str:
    """Who moves, in one line."""
    drivers = sum(each.changes_route for each in effect.moves)
    return _tr("Orders with another driver: {0}, only with another ETA: {1}; routes: {2}").format(
        count_text(drivers),
        count_text(len(effect.moves) - drivers),
        count_text(len(effect.changed)),
    )


def warnings(effect: Effect, plan: Plan) -> str:
    """What somebody must do or know before it is made so; empty for nothing."""
    orders = effect.before.orders
    lines = []
    for route in sorted(effect.lost):
        name = effect.before.route(route).route.shift.name
        lines.append(
            _tr("{0} is locked: no plan gives it anything until it is unlocked.").format(name)
        )
    if effect.fetched:
        lines.append(
            _tr("To be taken over from the lost van: {0}").format(_named(effect.fetched, orders))
        )
    had_route = effect.before.route_of
    left = [each for each in plan.unassigned if each.order in orders]
    # What had no place before is no news, unless it is all that was asked for.
    news = [each for each in left if each.order in had_route] or left
    if len(news) <= _NAMED:
        lines += [
            _tr("{0} finds no place: {1}").format(orders[each.order].reference, each.detail)
            for each in news
        ]
    else:
        lines.append(
            _tr("{0} orders find no place: {1}").format(
                count_text(len(news)), _named(tuple(each.order for each in news), orders)
            )
        )
    return "\n".join(lines)


def is_outdated(effect: Effect, board: Board) -> bool:
    """Whether the day went on since, so that the plan is none for it any more."""
    before, now = effect.before, board
    versions = {each.id: each.route.version for each in now.routes}
    return (
        now.day != before.day
        or any(versions.get(e.id) != e.route.version for e in before.routes)
        or now.orders.keys() != before.orders.keys()
        or any(now.orders[key].version != order.version for key, order in before.orders.items())
    )


def _named(orders: tuple[OrderId, ...], known: Mapping[OrderId, Order]) -> str:
    names = [known[order].reference for order in orders[:_NAMED]]
    more = len(orders) - len(names)
    text = ", ".join(names)
    return _tr("{0} and {1} more").format(text, count_text(more)) if more else text


def _tr(text: str) -> str:
    return QCoreApplication.translate("replan_texts", text)
