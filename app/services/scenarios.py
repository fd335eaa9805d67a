"""The shelf of a day's scenarios: made, compared, changed, and published to the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.board import Board
from app.domain.edits import ArrangeRoutes, ChangeScenario, Compound, NotePublished
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.figures import Figures
from app.domain.ids import DepotId, RouteId, ScenarioId
from app.domain.problem import Plan, Problem
from app.domain.routes import Lock, Route
from app.domain.scenario_boards import (
    Fit,
    Taken,
    becoming,
    fit,
    origins_of,
    publication,
    shown,
    take,
    taken_plan,
    with_sequences,
)
from app.domain.scenarios import Recipe, Scenario, bound, counted, figures, free_name
from app.planning.relaxed import is_plain
from app.services.context import Actor, Clock
from app.services.planning import PlanningService
from app.services.scenario_runs import ScenarioRuns
from app.storage.database import Database
from app.storage.events import Journal
from app.storage.keys import new_id
from app.storage.records import ScenarioRecord
from app.storage.scenario_rows import day_scenarios, fill_scenario, scenario_facts, scenario_of

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A scenario on the board's own day, by today's orders, roads and prices."""

    scenario: Scenario
    board: Board
    figures: Figures
    fit: Fit
    is_on_board: bool
    """The board shows this plan."""


class ScenariosService:
    def __init__(
        self, database: Database, planning: PlanningService, clock: Clock, actor: Actor
    ) -> None:
        self._database = database
        self._planning = planning
        self._clock = clock
        self._actor = actor

    def shelf(self, day: date, depot: DepotId | None = None) -> tuple[Scenario, ...]:
        """Every scenario of the day, the oldest first."""
        with self._database.reading() as session:
            return day_scenarios(session, day, depot)

    def named(self, day: date, name: str, depot: DepotId | None = None) -> Scenario:
        """Raises NotFoundError, naming those there are."""
        shelf = self.shelf(day, depot)
        for scenario in shelf:
            if scenario.name.casefold() == name.strip().casefold():
                return scenario
        there = ", ".join(each.name for each in shelf)
        known = f"There are: {there}." if there else "The shelf is empty; run some first."
        raise NotFoundError(f"There is no scenario “{name}” on {day}. {known}")

    def problem(self, board: Board, recipe: Recipe) -> Problem:
        """What the optimizer is asked. Raises RuleError where there is nothing to plan with."""
        free = board if recipe.keeps_locks else replace(board, is_bin_locked=False)
        problem = self._planning.problem(free, bound(recipe), recipe.seed)
        routes = tuple(_emptied(route, recipe.keeps_locks) for route in problem.routes)
        placed = {order for route in routes for order in route.orders}
        loose = {*problem.unassigned}.union(*(route.orders for route in problem.routes)) - placed
        return replace(
            problem,
            routes=routes,
            unassigned=tuple(sorted(loose)),
            iterations=recipe.iterations,
            # What a depot prefers is no question of the recipe.
            aims=replace(
                recipe.aims,
                other_than_preferred=problem.aims.other_than_preferred,
                outside_area=problem.aims.outside_area,
            ),
        )

    def counted(self, board: Board, recipe: Recipe) -> Recipe:
        """The recipe with its work, as it is run and kept; see `scenarios.counted`."""
        problem = self.problem(board, recipe)
        return counted(recipe, len(problem.orders), is_everyday=is_plain(problem))

    def start(
        self, board: Board, recipes: Sequence[Recipe], cores: int | None = None
    ) -> ScenarioRuns:
        """Start the optimizer for all of them, as many at once as there are cores."""
        runs = ScenarioRuns([self.problem(board, each) for each in recipes], cores)
        runs.start()
        return runs

    def keep(self, board: Board, name: str, recipe: Recipe, plan: Plan) -> Scenario:
        """Put a plan on the shelf, under this name or the next one that is free.

        Where its search was ended before its work was done, the recipe can't tell it again.
        """
        now = self._clock()
        # On a busy machine the same work may take longer than the seconds that were chosen.
        recipe = replace(
            recipe, iterations=None if plan.is_cut_short else recipe.iterations, is_timed=False
        )
        scenario = Scenario(
            id=ScenarioId(new_id()),
            day=board.day,
            depot=board.depot,
            name=_checked(name),
            made_at=now,
            recipe=recipe,
            plan=plan,
            figures=_no_figures(board),
            origins=origins_of(board, recipe.keeps_locks),
        )
        scenario = replace(scenario, figures=figures(shown(board, scenario)))
        with self._database.transaction() as session:
            there = [each.name for each in day_scenarios(session, board.day, board.depot)]
            scenario = replace(scenario, name=free_name(scenario.name, there))
            row = ScenarioRecord()
            fill_scenario(row, scenario, now, self._actor.name)
            session.add(row)
            self._note(session, scenario, "created")
            session.flush()
            return scenario_of(row)

    def rename(self, scenario: Scenario, name: str) -> Scenario:
        """Raises RuleError where another one of the day has the name."""
        name = _checked(name)
        if name == scenario.name:
            return scenario
        with self._database.transaction() as session:
            others = [
                each.name.casefold()
                for each in day_scenarios(session, scenario.day, scenario.depot)
                if each.id != scenario.id
            ]
            if name.casefold() in others:
                raise RuleError(f"Another scenario of this day is called “{name}” already.")
            return self._write(session, scenario, replace(scenario, name=name), "changed")

    def remove(self, scenario: Scenario) -> None:
        with self._database.transaction() as session:
            session.delete(self._row(session, scenario))
            self._note(session, scenario, "deleted")

    def compare(self, board: Board, scenarios: Sequence[Scenario]) -> tuple[Compared, ...]:
        """Each by the same orders, roads and prices: those of the board."""
        compared = []
        for scenario in scenarios:
            then = shown(board, scenario)
            compared.append(
                Compared(
                    scenario=scenario,
                    board=then,
                    figures=figures(then),
                    fit=fit(board, scenario),
                    is_on_board=not becoming(board, then).stops,
                )
            )
        return tuple(compared)

    def take(
        self, board: Board, source: Board, source_name: str, target: Scenario, route: RouteId
    ) -> tuple[ChangeScenario, Taken]:
        """The edit that gives a route of a scenario the stops that it has in another plan."""
        there = shown(board, target)
        taken = take(source, there, route)
        then = with_sequences(there, taken.routes)
        note = f"{board.route(route).route.shift.name} from {source_name}"
        edit = ChangeScenario(
            scenario=target.id,
            version=target.version,
            plan=replace(taken_plan(target.plan, taken), cost=then.cost),
            figures=figures(then),
            taken=(*target.taken, note),
        )
        return edit, taken

    def take_to_board(
        self, board: Board, source: Board, route: RouteId
    ) -> tuple[ArrangeRoutes, Taken]:
        """The same for the board itself, as one edit."""
        taken = take(source, board, route)
        return becoming(board, with_sequences(board, taken.routes)), taken

    def publish(self, board: Board, scenario: Scenario) -> Compound:
        """The one edit that makes the board what the scenario is, and says so in the history.

        Raises RuleError where nothing would change.
        """
        arranged = publication(board, scenario)
        if not arranged.stops:
            raise RuleError(f"The board already shows the plan of “{scenario.name}”.")
        return Compound(edits=(arranged, NotePublished(scenario=scenario.id, name=scenario.name)))

    def published(self, board: Board, scenario: Scenario) -> None:
        """Once the board shows it: keep on which roads it was made."""
        if not fit(board, scenario).has_other_roads:
            self._planning.keep_roads(board)

    def _write(self, session: Session, was: Scenario, scenario: Scenario, action: str) -> Scenario:
        row = self._row(session, was)
        fill_scenario(row, scenario, self._clock(), self._actor.name)
        self._note(session, scenario, action)
        session.flush()
        return scenario_of(row)

    def _row(self, session: Session, scenario: Scenario) -> ScenarioRecord:
        row = session.get(ScenarioRecord, scenario.id)
        if row is None:
            raise NotFoundError(f"“{scenario.name}” was removed by somebody else.")
        if row.version != scenario.version:
            raise ConflictError(
                f"“{scenario.name}” was changed by {row.edited_by}. Your change was not made."
            )
        return row

    def _note(self, session: Session, scenario: Scenario, action: str) -> None:
        journal = Journal(session, self._clock(), self._actor.name, self._actor.workstation)
        facts = scenario_facts(scenario)
        before, after = (facts, None) if action == "deleted" else (None, facts)
        journal.note("scenario", scenario.id, action, before, after)
        journal.write()


def _emptied(route: Route, keeps_locks: bool) -> Route:
    """A route as the search begins with it: without the stops that may go anywhere."""
    if keeps_locks:
        if route.lock is not Lock.NONE:
            return route
        kept = tuple(
            stop
            for number, stop in enumerate(route.stops)
            if stop.is_locked or number < route.frozen
        )
        return replace(route, stops=kept)
    return replace(route, stops=route.stops[: route.frozen], lock=Lock.NONE)


def _no_figures(board: Board) -> Figures:
    return figures(replace(board, routes=()))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RuleError("A scenario needs a name.")
    if len(name) > LONGEST_NAME:
        raise RuleError(f"A scenario's name has at most {LONGEST_NAME} characters.")
    return name
