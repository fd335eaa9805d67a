"""Each engine behind the same question: this instance, so many seconds, so many cores, a seed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.solver.instance import Answer, Instance

Engine = Callable[[Instance, float, int, int], Answer]

NEEDS = {"wayboard": "numpy", "pyvrp": "pyvrp", "ortools": "ortools", "vroom": "vroom"}
"""The engines, and the package that each must have."""

UNSEEDED = frozenset({"ortools", "vroom"})
"""Every run of these is the same, so one is enough."""


def is_there(name: str) -> bool:
    return find_spec(NEEDS[name]) is not None


def engine(name: str) -> Engine:
    """The `solve` of `by_<name>`; only then is its package loaded."""
    solve: Engine = import_module(f"tests.benchmarks.solver.engines.by_{name}").solve
    return solve
