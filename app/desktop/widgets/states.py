"""How a stop or a route stands: on time, at risk, broken or done."""

from __future__ import annotations

from datetime import timedelta

from app.desktop.colors import State
from app.domain.board import BoardRoute
from app.domain.orders import OrderStatus
from app.domain.routes import RouteStatus
from app.domain.timetable import StopTime

LITTLE_SLACK = timedelta(minutes=10)
"""Less than that before a window closes is a risk: a red light, a search for a parking place."""


def slack(stop: StopTime) -> timedelta | None:
    """How much later service could begin; None where any time will do, negative where late."""
    return None if stop.window is None else stop.window.end - stop.begin


def stop_state(stop: StopTime) -> State:
    if stop.order.status is OrderStatus.DELIVERED:
        return State.DONE
    if stop.violations or stop.order.status is OrderStatus.FAILED:
        return State.BAD
    left = slack(stop)
    return State.RISK if left is not None and left < LITTLE_SLACK else State.GOOD


def route_state(each: BoardRoute) -> State:
    """The worst of its stops and its own rules."""
    if each.route.status is RouteStatus.FINISHED:
        return State.DONE
    if each.timetable.violations:
        return State.BAD
    states = {stop_state(stop) for stop in each.timetable.stops}
    if State.BAD in states:
        return State.BAD
    left = each.route.shift.window.end - each.timetable.end
    if State.RISK in states or (each.timetable.stops and left < LITTLE_SLACK):
        return State.RISK
    return State.GOOD
