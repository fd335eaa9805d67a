"""What became of a file's rows, each kind of problem told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.order_drafts import RowProblem, Severity

GRAVITY = tuple(Severity)
"""The gravest first, as only the beginning may fit."""
_NOT_TAKEN = frozenset({Severity.REJECT, Severity.SKIP, Severity.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemGroup:
    """The same problem in the same column, wherever it came up in the file."""

    lines: tuple[int, ...]
    problem: RowProblem
    """The first of them."""
    others: int = 0
    """How many more texts there are of this kind, each with another value in it."""


def grouped(problems: Iterable[RowProblem]) -> tuple[ProblemGroup, ...]:
    """Each kind of problem once, the gravest first, and then as they stand in the file.

    Where rows were not simply taken, each text is a kind: its value is what has to be corrected.
    """
    kinds: dict[tuple[Severity, str, str, str], list[RowProblem]] = {}
    for problem in problems:
        text = problem.text if problem.severity in _NOT_TAKEN else ""
        key = (problem.severity, problem.column, problem.code, text)
        kinds.setdefault(key, []).append(problem)
    groups = (
        ProblemGroup(
            lines=tuple(dict.fromkeys(problem.line for problem in same)),
            problem=same[0],
            others=len({problem.text for problem in same}) - 1,
        )
        for same in kinds.values()
    )
    return tuple(sorted(groups, key=lambda group: GRAVITY.index(group.problem.severity)))
