"""Scenarios: plans for a day that lie on a shelf beside the one on the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import fmean

from app.domain.board import Board
from app.domain.figures import Figures
from app.domain.fleet import UNLIMITED, Load
from app.domain.ids import DepotId, OrderId, RouteId, ScenarioId
from app.domain.problem import Plan
from app.domain.rules import NO_AIMS, Aims, Balance, Objective
from app.domain.timetable import Timetable

_PER_UNEVEN_HOUR = 25.0
"""What an hour of difference between shifts is worth where balance is sought: about its pay."""


class Preset(StrEnum):
    """The recipes that are offered; each asks one question about the day."""

    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    FEWEST_VANS = "fewest-vans"
    BALANCED = "balanced"
    LOCKS_KEPT = "locks-kept"
    """The cheapest, but everything that is locked today stays; the others plan as if nothing
    were, which tells what the locks cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a scenario is made: from the same orders and shifts it makes the same plan again.

    The search begins with empty routes and not with what the board happens to show. It ends
    after so much work and not by the clock, so that the plan is the same wherever it is made;
    only where the seconds were chosen, they end it too.
    """

    aims: Aims = NO_AIMS
    seed: int = 1
    seconds: float = 10.0
    """About how long the search takes on an idle machine."""
    iterations: int | None = None
    """The work. None before it is reckoned from the seconds, and where somebody ended the search
    before the work was done: then only the plan itself tells what was found."""
    is_timed: bool = False
    """The work was reckoned from the seconds, which somebody chose and which end it at last."""
    keeps_locks: bool = False


def recipe(preset: Preset, seconds: float, seed: int = 1, iterations: int | None = None) -> Recipe:
    """One of those that are offered, with this much effort."""
    return Recipe(
        aims=_AIMS.get(preset, NO_AIMS),
        seed=seed,
        seconds=seconds,
        iterations=iterations,
        keeps_locks=preset is Preset.LOCKS_KEPT,
    )


_LONGEST, _LONGEST_S = 30, 120.0
"""So many times the seconds, or so long, a search of chosen work may take on a busy machine."""


def bound(recipe: Recipe) -> float:
    """The seconds after which a search is ended, be its work done or not."""
    return longest(recipe.seconds, None if recipe.is_timed else recipe.iterations)


def longest(seconds: float, iterations: int | None) -> float:
    """The same for a search of this much work, or of none that was chosen."""
    return seconds if iterations is None else max(_LONGEST_S, seconds * _LONGEST)


def counted(recipe: Recipe, orders: int, *, is_everyday: bool) -> Recipe:
    """The same with the work that is about what its seconds are good for.

    Measured on one core of 2.5 GHz: the engine searches pieces of some 250 orders at most; the
    domain's own clock, which knows every rule, tries whole days.
    """
    if recipe.iterations is not None:
        return recipe
    per_s = 20_000 / min(max(orders, 50), 250) if is_everyday else 1_600 / max(orders, 10)
    work = max(20, round(per_s * recipe.seconds))
    return replace(recipe, iterations=work, is_timed=True)


_AIMS = {
    Preset.FASTEST: Aims(objective=Objective.FASTEST),
    Preset.FEWEST_VANS: Aims(objective=Objective.FEWEST_VEHICLES),
    Preset.BALANCED: Aims(balance=Balance.HOURS, per_imbalance=_PER_UNEVEN_HOUR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What a scenario was made from, each thing as a digest of what planning asks of it."""

    orders: Mapping[OrderId, str]
    shifts: Mapping[RouteId, str]
    roads: str = ""
    """Of traffic and road conditions; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A plan for a day with a name, and everything that is needed to make it again."""

    id: ScenarioId
    day: date
    depot: DepotId | None
    """Only this depot's routes; None for all."""
    name: str
    made_at: datetime
    recipe: Recipe
    plan: Plan
    figures: Figures
    """As they were when it was made; compare scenarios by boards of the same moment instead."""
    origins: Origins
    taken: tuple[str, ...] = ()
    """Routes that were taken from other plans since, for people; the recipe does not know them."""
    version: int = 0


def figures(board: Board) -> Figures:
    """What the plan on this board comes to."""
    used = [each.timetable for each in board.routes if each.timetable.stops]
    late = [stop.lateness for table in used for stop in table.stops if stop.lateness]
    hours = [table.working.total_seconds() for table in used]
    stops = [float(len(table.stops)) for table in used]
    return Figures(
        cost=sum(table.cost for table in used),
        distance_m=sum(table.distance_m for table in used),
        working=sum((table.working for table in used), timedelta()),
        vans=len(used),
        late=len(late),
        lateness=sum(late, timedelta()),
        unassigned=len(board.unassigned),
        violations=sum(len(table.violations) for table in used),
        load_use=fmean([_load_use(table) for table in used]) if used else 0.0,
        uneven=timedelta(seconds=round(_spread(hours))),
        uneven_stops=_spread(stops),
    )


class Measure(StrEnum):
    """The figures by which plans are compared, the weightiest first."""

    UNASSIGNED = "unassigned"
    LATE = "late"
    VIOLATIONS = "violations"
    COST = "cost"
    DISTANCE = "distance"
    HOURS = "hours"
    VANS = "vans"
    LOAD_USE = "load use"
    FAIRNESS = "fairness"

    def of(self, given: Figures) -> float:
        """As a number; hours and fairness in seconds."""
        match self:
            case Measure.UNASSIGNED:
                return given.unassigned
            case Measure.LATE:
                return given.late
            case Measure.VIOLATIONS:
                return given.violations
            case Measure.COST:
                return given.cost
            case Measure.DISTANCE:
                return given.distance_m
            case Measure.HOURS:
                return given.working.total_seconds()
            case Measure.VANS:
                return given.vans
            case Measure.LOAD_USE:
                return given.load_use
            case Measure.FAIRNESS:
                return given.uneven.total_seconds()

    @property
    def is_more_better(self) -> bool:
        return self is Measure.LOAD_USE


_STEPS = {
    Measure.COST: 0.01,
    Measure.DISTANCE: 100.0,
    Measure.HOURS: 60.0,
    Measure.LOAD_USE: 0.01,
    Measure.FAIRNESS: 60.0,
}
"""What a smaller difference is nobody sees."""


def best(measure: Measure, columns: Sequence[Figures]) -> frozenset[int]:
    """Which plans are best by a measure; none where all are alike.

    A plan that leaves orders behind is cheap and short: where others leave fewer, it is best in
    nothing. One that alone leaves fewest is best in what it does better than they all the same.
    """
    if not columns:
        return frozenset()
    fewest = min(given.unassigned for given in columns)
    sign = -1 if measure.is_more_better else 1
    values = {
        number: sign * round(measure.of(given) / _STEPS.get(measure, 1.0))
        for number, given in enumerate(columns)
        if given.unassigned == fewest
    }
    leading = min(values.values())
    if len(values) == 1:
        others = [sign * round(measure.of(each) / _STEPS.get(measure, 1.0)) for each in columns]
        return (
            frozenset(values)
            if others.count(leading) == 1 and leading == min(others)
            else frozenset()
        )
    found = frozenset(number for number, value in values.items() if value == leading)
    return found if len(found) < len(columns) else frozenset()


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where a scenario has it already."""
    known = {each.casefold() for each in taken}
    number, free = 1, name
    while free.casefold() in known:
        number += 1
        free = f"{name} {number}"
    return free


def _load_use(table: Timetable) -> float:
    room = _by_dimension(table.shift.vehicle.capacity)
    aboard = _by_dimension(table.peak_load)
    shares = [aboard.get(name, 0) / most for name, most in room.items() if 0 < most < UNLIMITED]
    return max(shares, default=0.0)


def _by_dimension(load: Load) -> dict[str, int]:
    weight, volume, parcels = load.amounts
    return {"weight": weight, "volume": volume, "parcels": parcels, **dict(load.more)}


def _spread(values: Sequence[float]) -> float:
    """The mean distance from the mean."""
    if not values:
        return 0.0
    mean = fmean(values)
    return fmean([abs(value - mean) for value in values])
