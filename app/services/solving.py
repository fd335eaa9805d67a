"""Problems from files of other programs: read, planned or checked, and written as they write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.documents.benchmark_values import Benchmark, Convention
from app.documents.problem_file import read_limited, read_problem
from app.documents.solution_sol import AT_DEPOT, SolFile, SolRoute, parse_sol, sol_text
from app.documents.solution_vroom import SolutionReport, solution_bytes
from app.documents.vroom_values import VroomProblem
from app.domain.errors import ImportErrors, RuleError
from app.domain.problem import Plan
from app.domain.routes import Stop
from app.planning.run import PlanningRun
from app.services.benchmark_posing import pose_benchmark
from app.services.posing import SearchOptions
from app.services.report_lines import AskLines, line_profiles, with_lines
from app.services.sol_check import routes_of_sol
from app.services.solution_reports import DrivenRoute, plan_report, planned_routes, report
from app.services.step_check import routes_of_steps
from app.services.vroom_posing import AskRoads, pose_vroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan or a check, ready to be written."""

    content: bytes
    report: SolutionReport
    missing: int
    """How many orders are on no route although none of them may be left out at a price."""
    stated: str = ""
    """What a solution file says that it costs."""
    agrees: bool = True
    """Whether that is what it costs."""

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.report.faults and self.agrees


class Assignment:
    """One problem from a file, from reading to writing."""

    def __init__(
        self,
        file: VroomProblem | Benchmark,
        options: SearchOptions,
        ask_roads: AskRoads,
        *,
        ask_lines: AskLines | None = None,
        convention: Convention | None = None,
        solution: Path | None = None,
    ) -> None:
        """Raises DispatchError for a problem, or a solution, that says what can't be."""
        begin = time.perf_counter()
        self._file = file
        self._sol_name = str(solution or "")
        self._sol: SolFile | None = None
        self._add_lines: Callable[[SolutionReport], SolutionReport] | None = None
        if isinstance(file, Benchmark):
            if solution is not None:
                self._sol = parse_sol(read_limited(solution), self._sol_name)
            used = [each.number for each in self._sol.routes if each.visits] if self._sol else []
            known = [number for number in used if number <= len(file.vehicles)]
            self.posed = pose_benchmark(
                file, convention, options, known if file.has_own_fleet else used
            )
        else:
            self.posed = pose_vroom(file, options, ask_roads)
            if file.asks_lines and ask_lines is not None:
                self._add_lines = partial(with_lines, profiles=line_profiles(file), ask=ask_lines)
        self._loading_ms = _ms_since(begin)

    def start(self) -> PlanningRun:
        """Start the search in a process of its own; a given solution is where it begins."""
        problem = self.posed.problem
        if self._sol is not None:
            given = {
                each.route.id: tuple(Stop(order=order.id) for order in each.orders)
                for each in routes_of_sol(self.posed, self._sol, self._sol_name)
            }
            routes = tuple(replace(r, stops=given.get(r.id, ())) for r in problem.routes)
            placed = {order for route in routes for order in route.orders}
            left = tuple(order for order in problem.orders if order not in placed)
            problem = replace(problem, routes=routes, unassigned=left)
        if self.posed.searched is not None:
            problem = replace(problem, travel=self.posed.searched)
        run = PlanningRun(problem)
        run.start()
        return run

    def outcome(self, plan: Plan) -> Outcome:
        found = plan_report(self.posed, plan, self._loading_ms, round(plan.seconds * 1000))
        if not isinstance(self._file, Benchmark):
            return self._outcome(found, self._written(found))
        driven = planned_routes(self.posed, plan.routes)
        text = sol_text(self._sol_routes(driven), cost_text(found))
        return self._outcome(found, text.encode())

    def check(self) -> Outcome:
        """The given routes, driven as they stand. Raises RuleError where none are given."""
        begin = time.perf_counter()
        if not isinstance(self._file, Benchmark):
            driven = routes_of_steps(self.posed)
        elif self._sol is None:
            raise RuleError("There is nothing to check: name the solution's file with --solution.")
        else:
            driven = routes_of_sol(self.posed, self._sol, self._sol_name)
        found = report(
            self.posed, driven, {}, loading_ms=self._loading_ms, solving_ms=_ms_since(begin)
        )
        stated = self._sol.cost if self._sol is not None else ""
        return self._outcome(found, self._written(found), stated)

    def _written(self, found: SolutionReport) -> bytes:
        return solution_bytes(self._add_lines(found) if self._add_lines else found)

    def _outcome(self, found: SolutionReport, content: bytes, stated: str = "") -> Outcome:
        posed = self.posed
        optional = {posed.tasks[order].id for order in posed.optional}
        return Outcome(
            content=content,
            report=found,
            missing=sum(each.id not in optional for each in found.unassigned),
            stated=stated,
            agrees=not stated or is_stated(found, stated),
        )

    def _sol_routes(self, driven: list[DrivenRoute]) -> list[SolRoute]:
        """With the number of the vehicle where that matters, else counted; reloads as zeros."""
        posed = self.posed
        is_mixed = isinstance(self._file, Benchmark) and self._file.is_mixed
        routes = []
        for number, each in enumerate(driven, start=1):
            visits = []
            cuts = {reload.index for reload in each.timetable.reloads}
            for index, order in enumerate(each.orders):
                if index in cuts:
                    visits.append(AT_DEPOT)
                visits.append(posed.tasks[order.id].id)
            vehicle = posed.vehicles[each.route.id].id
            routes.append(SolRoute(number=vehicle if is_mixed else number, visits=tuple(visits)))
        return routes


def read(path: Path) -> VroomProblem | Benchmark:
    """Raises ImportErrors for what can't be read."""
    return read_problem(path)


def cost_text(found: SolutionReport) -> str:
    return f"{found.published_cost:.6f}".rstrip("0").rstrip(".")


def is_stated(found: SolutionReport, stated: str) -> bool:
    """Whether a published cost is this one: in the file's units, or counted as whole numbers."""
    try:
        said = float(stated)
    except ValueError as error:
        raise ImportErrors(f"The cost {stated!r} is no number.") from error
    decimals = len(stated.partition(".")[2])
    near = 0.5 * 10**-decimals + 1e-6
    counted = found.cost / (found.cost_scale / found.scale)
    return any(abs(cost - said) <= near for cost in (found.published_cost, counted))


def _ms_since(begin: float) -> int:
    return round((time.perf_counter() - begin) * 1000)


__all__ = ["Assignment", "Convention", "Outcome", "SearchOptions", "cost_text", "read"]
