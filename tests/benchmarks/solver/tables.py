"""What was measured, as markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from tests.benchmarks.solver.checker import Verdict
from tests.benchmarks.solver.instance import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run."""

    engine: str
    instance: str
    size: int
    budget_s: float
    seed: int
    answer: Answer
    verdict: Verdict | None
    best_known: float | None

    @property
    def gap(self) -> float | None:
        """In percent; None where there is nothing to compare, or a rule is broken."""
        if self.verdict is None or not self.verdict.is_lawful or not self.best_known:
            return None
        return (self.verdict.cost / self.best_known - 1) * 100

    @property
    def words(self) -> str:
        if self.verdict is None:
            return self.answer.note or "nothing"
        if not self.verdict.is_lawful:
            faults = self.verdict.faults
            return f"breaks rules: {faults[0]}" + (
                f" and {len(faults) - 1} more" * (len(faults) > 1)
            )
        gap = "" if self.gap is None else f"{self.gap:+.2f} %, "
        left = f", {self.verdict.left_out} left out" if self.verdict.left_out else ""
        return f"{gap}cost {self.verdict.cost:.1f}, {self.verdict.vans} vans{left}"

    @property
    def _first(self) -> str:
        """When there was a first plan, of engines that say so."""
        trajectory = self.answer.trajectory
        return f", first plan after {trajectory[0][0]:.2f} s" if trajectory else ""

    @property
    def line(self) -> str:
        return (
            f"{self.instance:18} {self.engine:9} seed {self.seed}  {self.words}  "
            f"({self.answer.seconds:.1f} s, {self.answer.cpu_s:.0f} CPU s, "
            f"{self.answer.megabytes:.0f} MB{self._first})"
        )


def table(title: str, results: Sequence[Result]) -> str:
    """Gaps of every seed with their mean for each engine, then the mean over the instances."""
    engines = list(dict.fromkeys(result.engine for result in results))
    lines = [
        f"### {title}",
        "",
        "| instance | stops | s | " + " | ".join(engines) + " |",
        "|---|---|---|" + "---|" * len(engines),
    ]
    for name in dict.fromkeys(result.instance for result in results):
        mine = [result for result in results if result.instance == name]
        cells = [_cell([r for r in mine if r.engine == engine]) for engine in engines]
        lines.append(
            f"| {name} | {mine[0].size} | {mine[0].budget_s:g} | " + " | ".join(cells) + " |"
        )
    lines.append("| CPU s | | | " + " | ".join(_cpu(results, e) for e in engines) + " |")
    lines.append("| **mean** | | | " + " | ".join(_mean(results, e) for e in engines) + " |")
    return "\n".join(lines) + "\n"


def _cpu(results: Sequence[Result], engine: str) -> str:
    """How much of the machine the engine had: others may have been at work on it."""
    mine = [result for result in results if result.engine == engine]
    return f"{fmean(result.answer.cpu_s for result in mine):.0f}"


def growth_table(results: Sequence[Result]) -> str:
    """Cost for each stop and peak memory as days grow."""
    engines = list(dict.fromkeys(result.engine for result in results))
    lines = [
        "### Growth at a fixed time for each stop",
        "",
        "| stops | s | " + " | ".join(engines) + " |",
        "|---|---|" + "---|" * len(engines),
    ]
    for name in dict.fromkeys(result.instance for result in results):
        mine = [result for result in results if result.instance == name]
        cells = []
        for engine in engines:
            found = [r for r in mine if r.engine == engine]
            megabytes = max((r.answer.megabytes for r in found), default=0.0)
            seconds = max((r.answer.seconds for r in found), default=0.0)
            cells.append(f"{_cost(found)}, {seconds:.1f} s, {megabytes:.0f} MB")
        lines.append(f"| {mine[0].size} | {mine[0].budget_s:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(results: Sequence[Result]) -> str:
    gaps = [result.gap for result in results if result.gap is not None]
    if not gaps or len(gaps) < len(results):
        if any(r.verdict is None or not r.verdict.is_lawful for r in results):
            return next(r.words for r in results if r.gap is None)
        return _cost(results)
    seeds = "" if len(gaps) == 1 else f" ({' '.join(f'{gap:.2f}' for gap in gaps)})"
    return f"**{fmean(gaps):.2f}**{seeds}"


def _cost(results: Sequence[Result]) -> str:
    lawful = [r.verdict for r in results if r.verdict is not None and r.verdict.is_lawful]
    if not lawful:
        return results[0].words if results else "–"
    left = fmean(verdict.left_out for verdict in lawful)
    costs = " ".join(f"{verdict.cost:.1f}" for verdict in lawful)
    return costs + (f", {left:g} left out" if left else "")


def _mean(results: Sequence[Result], engine: str) -> str:
    """Over the instances on which every engine has a gap, so that the means compare."""
    by_instance: dict[str, list[Result]] = {}
    for result in results:
        by_instance.setdefault(result.instance, []).append(result)
    whole = [rs for rs in by_instance.values() if all(r.gap is not None for r in rs)]
    gaps = [r.gap for rs in whole for r in rs if r.engine == engine and r.gap is not None]
    return f"**{fmean(gaps):.2f}**" if gaps else "–"
