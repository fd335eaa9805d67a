"""Solutions as the public collections keep them: `Route #1: 4 7 2`, then `Cost 123`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.documents.atomic_file import write_bytes
from app.documents.problem_text import MOST_NODES, MOST_VEHICLES, ProblemText
from app.domain.errors import ImportErrors

_ROUTE = re.compile(r"\s*route\s*#?\s*(\d+)\s*:?(.*)", re.IGNORECASE)
_COST = re.compile(r"\s*cost\s*:?\s*(\S+)\s*", re.IGNORECASE)

AT_DEPOT = 0
"""Stands inside a route where the vehicle goes back to load again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolRoute:
    """The customers of one vehicle, counted from 1 for the node after the depot."""

    number: int
    """From 1 on; where vehicles differ, it says which one drives."""
    visits: tuple[int, ...]
    line: int = 0
    """Where a file says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolFile:
    routes: tuple[SolRoute, ...]
    cost: str = ""
    """As written; empty where it is not stated."""


def parse_sol(content: bytes, name: str) -> SolFile:
    """Raises ImportErrors that names line and remedy. Other lines than routes and cost say nothing
    of the plan and are passed over."""
    text = ProblemText(content, name)
    routes: list[SolRoute] = []
    cost = ""
    for number, line in enumerate(text.lines, start=1):
        if match := _ROUTE.fullmatch(line):
            row = text.row(number, match[2].split())
            visits = tuple(
                text.whole(number, visit, 0, MOST_NODES, "a customer") for visit in row.numbers
            )
            vehicle = text.row(number, [match[1]]).numbers[0]
            routes.append(
                SolRoute(
                    number=text.whole(number, vehicle, 1, MOST_VEHICLES, "a route number"),
                    visits=visits,
                    line=number,
                )
            )
        elif match := _COST.fullmatch(line):
            text.row(number, [match[1]])
            cost = match[1]
    if not routes:
        raise ImportErrors(f"{name} has no line such as “Route #1: 4 7 2”.")
    return SolFile(routes=tuple(routes), cost=cost)


def sol_text(routes: Sequence[SolRoute], cost: str) -> str:
    lines = [f"Route #{each.number}: {' '.join(map(str, each.visits))}".rstrip() for each in routes]
    return "\n".join([*lines, f"Cost {cost}", ""])


def write_sol(path: Path, routes: Sequence[SolRoute], cost: str) -> None:
    """Raises DispatchError where `path` can't be written."""
    write_bytes(path, sol_text(routes, cost).encode())
