"""The search on all cores: a small day whole, a large one in pieces."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.timetable import Travel
from app.planning.budget import Budget
from app.planning.lanes import Lanes, Report, Sketches
from app.planning.large_day import search_large
from app.planning.mending import arrangement
from app.planning.opening import opened
from app.planning.pauses import pauses
from app.planning.small_day import search_small
from app.planning.task import Arrangement, Roads, Stop, Task

_WHOLE_UP_TO = 220
"""Orders that are searched better in one piece than in several."""
_FEWEST_ROUTES = 4
"""With fewer there is nothing to cut."""
_ROOMY = 1.3
"""So many vans for each that the opening needs are surely enough."""
_MARGIN, _MARGIN_S = 0.05, 0.5
"""Such a share of the time, and so much at most, is left to mend what was found."""
_FILLING_S = 1.0
"""How long the last orders are tried one by one at the end."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan, and how the search for it ended."""

    sketches: Sketches
    is_cut_short: bool
    """Whether the clock, or somebody, ended a search whose counted work was not done."""


def search(
    task: Task,
    roads: Roads,
    travel: Travel,
    budget: Budget,
    start: Arrangement,
    *,
    seed: int,
    is_over: Stop,
    report: Report,
) -> Found:
    """The best plan within the budget; never worse than `start`, mended."""
    is_small = len(task.orders) <= _WHOLE_UP_TO or len(task.routes) < _FEWEST_ROUTES
    margin = min(_MARGIN_S, (budget.deadline - budget.begin) * _MARGIN)
    budget = replace(budget, deadline=budget.deadline - margin)
    with Lanes(
        task,
        roads,
        travel,
        budget,
        seed=seed,
        is_over=is_over,
        report=report,
        recombines=is_small,
    ) as lanes:
        first = opened(task, roads, pauses(task.shifts), start)
        lanes.begin(first)
        if not task.orders or not task.routes:
            return Found(lanes.best, is_cut_short=False)
        fresh = _fresh(task, budget, first, was_planned=any(start))
        if is_small:
            search_small(lanes, fresh)
        else:
            search_large(lanes, fresh)
        lanes.exchange()
    found = lanes.mended(task, arrangement(lanes.best), _FILLING_S)
    return Found(found, is_cut_short=lanes.is_cut_short)


def _fresh(task: Task, budget: Budget, start: Arrangement, *, was_planned: bool) -> frozenset[int]:
    """Which lanes begin with a plan of the engine's own, as far as there is a choice.

    It is better than the opening, but may need more vans than there are.
    """
    if sum(map(len, start)) < len(task.orders):
        return frozenset()
    lanes = frozenset(range(budget.lanes))
    is_roomy = sum(map(bool, start)) * _ROOMY <= len(start)
    return lanes if is_roomy and not was_planned else frozenset(n for n in lanes if n % 2)
