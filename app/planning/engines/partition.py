"""Set partitioning by OR-Tools: the cheapest sets that hold every row once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

_NODES = 200
"""Of the branching, where the same must come out on every machine."""
_MOST = 600
"""Sets for the branching, the least dear first; more take longer than they are worth."""
_HALF = 0.5


class RowSet(NamedTuple):
    """One that may be chosen."""

    rows: tuple[int, ...]
    kind: int
    cost: float


def cheapest(
    sets: Sequence[RowSet],
    row_count: int,
    most: Sequence[int],
    given: Sequence[int],
    *,
    seconds: float,
    is_counted: bool,
) -> list[int] | None:
    """Which of `sets` hold each of the first `row_count` rows once at the lowest cost.

    A row beyond those is held once at most, and of each kind at most `most[kind]` are taken.
    `given` is such a choice; None where no cheaper one is found in `seconds`. Where `is_counted`,
    the work is bounded too, and as much of it is done on every machine. Sets that cannot be in a
    cheaper choice, by their reduced costs in the linear relaxation, are left out (Dantzig,
    Fulkerson and Johnson, 1954).
    """
    # A quarter of a second to load, and few plans come here.
    from ortools.math_opt.python import mathopt

    upper = sum(sets[number].cost for number in given)

    def model(
        numbers: Sequence[int], *, is_integer: bool
    ) -> tuple[mathopt.Model, list[mathopt.Variable]]:
        made = mathopt.Model()
        holders = defaultdict(list)
        members = defaultdict(list)
        chosen = []
        for number in numbers:
            rows, kind, cost = sets[number]
            variable = made.add_variable(lb=0.0, ub=1.0, is_integer=is_integer)
            made.objective.set_linear_coefficient(variable, cost)
            chosen.append(variable)
            members[kind].append(variable)
            for row in rows:
                holders[row].append(variable)
        for row, variables in holders.items():
            made.add_linear_constraint(
                lb=1.0 if row < row_count else 0.0, ub=1.0, expr=mathopt.fast_sum(variables)
            )
        for kind, variables in members.items():
            made.add_linear_constraint(mathopt.fast_sum(variables) <= float(most[kind]))
        return made, chosen

    whole, shares = model(range(len(sets)), is_integer=False)
    relaxed = mathopt.solve(whole, mathopt.SolverType.GLOP)
    if not relaxed.has_dual_feasible_solution():
        return None
    room = upper - relaxed.objective_value()
    reduced = relaxed.reduced_costs(shares)
    must = set(given)
    useful = sorted(
        (n for n in range(len(sets)) if n in must or reduced[n] < room), key=lambda n: reduced[n]
    )
    useful = [n for n in useful if n in must] + [n for n in useful if n not in must][:_MOST]
    made, chosen = model(useful, is_integer=True)
    hint = mathopt.SolutionHint(
        variable_values={
            variable: float(number in must) for number, variable in zip(useful, chosen, strict=True)
        }
    )
    found = mathopt.solve(
        made,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=seconds), node_limit=_NODES if is_counted else None
        ),
        model_params=mathopt.ModelSolveParameters(solution_hints=[hint]),
    )
    if not found.has_primal_feasible_solution() or not found.objective_value() < upper * (1 - 1e-9):
        return None
    values = found.variable_values(chosen)
    return [number for number, value in zip(useful, values, strict=True) if value > _HALF]
