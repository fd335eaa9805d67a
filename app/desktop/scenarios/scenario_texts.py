"""Figures, recipes and differences of scenarios as the window writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.formats import (
    NARROW_SPACE,
    NOTHING,
    clock_text,
    count_text,
    minutes_text,
)
from app.desktop.widgets.measures import distance_text, hours_text, money_text, signed
from app.domain.figures import Figures
from app.domain.problem import Progress
from app.domain.scenarios import Measure, Preset, Scenario

PRESET_NAMES = {
    Preset.CHEAPEST: "Cheapest",
    Preset.FASTEST: "Fastest",
    Preset.FEWEST_VANS: "Fewest vans",
    Preset.BALANCED: "Balanced",
    Preset.LOCKS_KEPT: "Locks kept",
}
PRESET_HINTS = {
    Preset.CHEAPEST: "Least cost of vans, kilometres and hours; as if nothing were locked",
    Preset.FASTEST: "Fewest working hours of all drivers together",
    Preset.FEWEST_VANS: "As few vans as can do it, then the cheapest",
    Preset.BALANCED: "Drivers work about equally long",
    Preset.LOCKS_KEPT: "The cheapest that leaves alone what is locked on the board",
}
_MEASURES = {
    Measure.UNASSIGNED: "Unassigned",
    Measure.LATE: "Late stops",
    Measure.VIOLATIONS: "Broken rules",
    Measure.COST: "Cost",
    Measure.DISTANCE: "Distance",
    Measure.HOURS: "Working hours",
    Measure.VANS: "Vans",
    Measure.LOAD_USE: "Load use",
    Measure.FAIRNESS: "Uneven hours",
}
_HINTS = {
    Measure.UNASSIGNED: "Orders on no route",
    Measure.LATE: "Stops that begin after their window",
    Measure.VIOLATIONS: "Every rule that a route breaks",
    Measure.COST: "By the prices of the vans",
    Measure.DISTANCE: "Of all vans together",
    Measure.HOURS: "Of all drivers together, from leaving to coming back",
    Measure.VANS: "With at least one stop",
    Measure.LOAD_USE: "How full the vans are where they are fullest, on average",
    Measure.FAIRNESS: "By how much a driver's hours differ from the mean, on average",
}


class Words:
    """The units of the workstation and of the day."""

    def __init__(self, zone: ZoneInfo, currency: str, *, is_metric: bool) -> None:
        self.zone = zone
        self._currency = currency
        self._is_metric = is_metric

    def figure(self, measure: Measure, given: Figures) -> str:
        return self._written(measure, measure.of(given))

    def change(self, measure: Measure, before: Figures, now: Figures) -> str:
        """The difference with its sign; empty where there is none to be seen."""
        change = measure.of(now) - measure.of(before)
        text = self._written(measure, abs(change))
        if text == self._written(measure, 0.0):
            return ""
        return signed(text, change)

    def summary(self, given: Figures) -> str:
        """One line for the shelf."""
        parts = [
            money_text(given.cost, self._currency),
            distance_text(given.distance_m, is_metric=self._is_metric),
            _tr("{0} vans").format(count_text(given.vans)),
        ]
        if given.unassigned:
            parts.append(_tr("{0} unassigned").format(count_text(given.unassigned)))
        return " · ".join(parts)

    def money(self, amount: float) -> str:
        return money_text(amount, self._currency)

    def distance(self, metres: int) -> str:
        return distance_text(metres, is_metric=self._is_metric)

    def clock(self, moment: datetime | None) -> str:
        return clock_text(moment, self.zone) if moment is not None else ""

    def later(self, shift: timedelta | None) -> str:
        """By how much an ETA moves; nothing where one of the two is unknown."""
        if shift is None:
            return ""
        seconds = shift.total_seconds()
        if abs(seconds) < 60:
            return NOTHING
        text = minutes_text(abs(shift))
        return (_tr("{0} later") if seconds > 0 else _tr("{0} earlier")).format(text)

    def _written(self, measure: Measure, value: float) -> str:
        match measure:
            case Measure.COST:
                return money_text(value, self._currency)
            case Measure.DISTANCE:
                return distance_text(round(value), is_metric=self._is_metric)
            case Measure.HOURS:
                return f"{hours_text(round(value))}{NARROW_SPACE}h"
            case Measure.FAIRNESS:
                return f"{hours_text(round(value))}{NARROW_SPACE}h"
            case Measure.LOAD_USE:
                return f"{round(100 * value)}{NARROW_SPACE}%"
            case _:
                return count_text(round(value))


def measure_name(measure: Measure) -> str:
    return _tr(_MEASURES[measure])


def measure_hint(measure: Measure) -> str:
    return _tr(_HINTS[measure])


def preset_name(preset: Preset) -> str:
    return _tr(PRESET_NAMES[preset])


def preset_hint(preset: Preset) -> str:
    return _tr(PRESET_HINTS[preset])


def progress_text(progress: Progress, seconds: float) -> str:
    text = _tr("{0} of {1} s").format(f"{progress.seconds:.0f}", f"{seconds:.0f}")
    if progress.unassigned:
        left = _tr("{0} unassigned").format(count_text(progress.unassigned))
        return f"{text} · {left}"
    return text


def recipe_text(scenario: Scenario, zone: ZoneInfo) -> str:
    """How it was made, with all that is needed to make it again."""
    recipe, plan = scenario.recipe, scenario.plan
    parts = [
        _tr("made at {0}").format(clock_text(scenario.made_at, zone)),
        plan.engine,
        _tr("{0} s").format(f"{plan.seconds:.0f}"),
        _tr("seed {0}").format(recipe.seed),
    ]
    if recipe.iterations is None:
        parts.append(_tr("ended before its work was done: another run may find another plan"))
    else:
        parts.append(_tr("{0} iterations").format(count_text(recipe.iterations)))
    parts.append(_tr("locks kept") if recipe.keeps_locks else _tr("locks ignored"))
    return ", ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("scenario_texts", text)
