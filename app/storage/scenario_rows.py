"""Scenarios as rows, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.figures import Figures
from app.domain.ids import DepotId, ScenarioId
from app.domain.problem import Plan
from app.domain.scenarios import Origins, Recipe, Scenario
from app.storage.base import touch
from app.storage.records import ScenarioRecord
from app.storage.rules import as_plain, from_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the column `plan` holds."""

    plan: Plan
    origins: Origins
    taken: tuple[str, ...] = ()


def scenario_of(row: ScenarioRecord) -> Scenario:
    kept = from_plain(row.plan, _Kept)
    return Scenario(
        id=ScenarioId(row.id),
        day=row.day,
        depot=DepotId(row.depot_id) if row.depot_id else None,
        name=row.name,
        made_at=row.made_at,
        recipe=from_plain(row.recipe, Recipe),
        plan=kept.plan,
        figures=from_plain(row.figures, Figures),
        origins=kept.origins,
        taken=kept.taken,
        version=row.version,
    )


def fill_scenario(row: ScenarioRecord, scenario: Scenario, now: datetime, who: str) -> None:
    row.id, row.day, row.depot_id = scenario.id, scenario.day, scenario.depot
    row.name, row.made_at = scenario.name, scenario.made_at
    row.recipe = as_plain(scenario.recipe)
    row.plan = as_plain(_Kept(plan=scenario.plan, origins=scenario.origins, taken=scenario.taken))
    row.figures = as_plain(scenario.figures)
    touch(row, now, who)


def scenario_facts(scenario: Scenario) -> dict[str, str]:
    """What the history says of it."""
    facts = {"name": scenario.name, "day": scenario.day.isoformat()}
    if scenario.taken:
        facts["taken"] = scenario.taken[-1]
    return facts


def day_scenarios(session: Session, day: date, depot: DepotId | None) -> tuple[Scenario, ...]:
    """The shelf of a day: what was made for the same depot, or for all, the oldest first."""
    rows = session.scalars(
        select(ScenarioRecord)
        .where(ScenarioRecord.day == day, ScenarioRecord.depot_id == depot)
        .order_by(ScenarioRecord.made_at, ScenarioRecord.id)
    )
    return tuple(scenario_of(row) for row in rows)
