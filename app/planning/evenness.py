"""A day whose vans may work hardly more than all do on average: its cheapest plan is an even one.

No engine knows a price for unlike routes, but each knows limits; moving stops one by one by that
price, the polish finds even plans that drive a fifth more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import fmean

from app.domain.aims import balanced
from app.domain.routes import Route
from app.domain.rules import Aims, Balance
from app.domain.sketch import RouteSketch
from app.planning.task import Task

_ROOM = 1.02
"""What a van may do against the mean; less, and hardly a plan holds all."""


def evened(
    task: Task, plan: Sequence[RouteSketch], aims: Aims
) -> tuple[Task, tuple[RouteSketch, ...]]:
    """The vans that drive in `plan` and all orders, with limits; and that plan, which breaks them.

    Raises ValueError where fewer than two vans drive.
    """
    used = [
        (route, sketch) for route, sketch in zip(task.routes, plan, strict=True) if sketch.visits
    ]
    if len(used) < 2:
        message = "one van is always even"
        raise ValueError(message)
    most = _ROOM * fmean(balanced(sketch, aims) for _, sketch in used)
    routes = tuple(_limited(route, most, aims) for route, _ in used)
    sketches = tuple(
        sketch.on(route.shift) for route, (_, sketch) in zip(routes, used, strict=True)
    )
    return replace(task, routes=routes), sketches


def _limited(route: Route, most: float, aims: Aims) -> Route:
    rules = route.shift.rules
    if aims.balance is Balance.HOURS:
        work = timedelta(seconds=round(most * 3600))
        rules = replace(rules, max_work=min(rules.max_work or work, work))
    else:
        stops = math.ceil(most)
        rules = replace(rules, max_stops=min(rules.max_stops or stops, stops))
    return replace(route, shift=replace(route.shift, rules=rules))
