"""python -m tests.benchmarks.solver: run engines side by side and print their gaps."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.solver import days, growth, vrplib
from tests.benchmarks.solver.checker import Verdict, judged
from tests.benchmarks.solver.engines import NEEDS, UNSEEDED, is_there
from tests.benchmarks.solver.instance import Answer, Instance
from tests.benchmarks.solver.runner import run
from tests.benchmarks.solver.tables import Result, growth_table, table

_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
_SETS: dict[str, tuple[float, tuple[str, ...]]] = {
    "vrptw100": (5, ("RC104", "R112", "C101", "R208", "C206", "RC201")),
    "vrptw200": (15, ("RC1_2_4", "R2_2_7")),
    "vrptw400": (60, ("R1_4_5", "RC2_4_3", "C1_4_2")),
    "vrptw1000": (60, ("R1_10_3", "RC2_10_5", "C1_10_6")),
    "others": (
        30,
        (
            "CVRP/X-n1001-k43",
            "HFVRP/X101-FSMFD",
            "HFVRP/X1001-FSMF",
            "MTVRPTWR/C201R0.5",
            "PCVRPTW/C1_10_1",
            "VRPB/X-n1001-50-k22",
            "PDPTW/lrc104",
            "PDPTW/lrc206",
        ),
    ),
}
"""Seconds for each run, and the instances."""
_ALL = (*_SETS, "days", "growth")
_QUICK = 0.2
"""Of the time; and of each set the first instance only."""
_Case = tuple[Instance, float, Callable[[Answer], Verdict]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    engines = []
    for name in options.engines:
        if is_there(name):
            engines.append(name)
        else:
            _say(f"{name} is left out: the package {NEEDS[name]} is not installed here")
    texts = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {options.cores} of "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"gaps to the best known in percent: mean (each seed)\n"
    ]
    for name in options.set or _ALL:
        results = []
        for instance, seconds, judge in _cases(name, options):
            for count, seed in enumerate(options.seeds):
                for engine in engines:
                    if count and engine in UNSEEDED:
                        continue
                    answer = run(engine, instance, seconds, options.cores, seed)
                    results.append(_result(engine, instance, seconds, seed, answer, judge))
                    _say(results[-1].line)
        if results:
            texts.append(growth_table(results) if name == "growth" else table(name, results))
            _say("\n" + texts[-1])
            # After each set, so that a run that is cut short leaves what it has.
            options.output.write_text("\n".join(texts), encoding="utf-8")
    _say(f"Written to {options.output}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="solver", description=__doc__)
    parser.add_argument("--set", nargs="+", choices=_ALL, help="which instances; all by default")
    parser.add_argument("--only", nargs="+", default=[], help="only instances so named")
    parser.add_argument("--engines", nargs="+", choices=[*NEEDS], default=[*NEEDS])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--seconds", type=float, help="for each run, instead of the set's own")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--quick", action="store_true", help="one seed, few instances, little time")
    parser.add_argument("--output", type=Path, default=Path("bench-solver.md"))
    options = parser.parse_args(arguments)
    if options.quick:
        options.seeds = options.seeds[:1]
    return options


def _cases(name: str, options: argparse.Namespace) -> Iterator[_Case]:
    """Each instance with its seconds and its judge."""
    share = _QUICK if options.quick else 1.0
    if name == "growth":
        for instance, seconds in growth.instances(is_quick=options.quick):
            yield instance, seconds * share, _by_numbers(instance)
        return
    if name == "days":
        for day in days.read(_DATA, is_quick=options.quick):
            seconds = options.seconds or days.SECONDS * share
            yield day.instance, seconds, day.judged
        return
    usual, paths = _SETS[name]
    folder = _DATA / "instances"
    if not folder.is_dir():
        _say(f"{name} is left out: there is no folder {folder}")
        return
    for path in paths[:1] if options.quick else paths:
        file = folder / (path if "/" in path else f"VRPTW/{path}")
        if options.only and file.name.removesuffix(".vrp") not in options.only:
            continue
        instance = vrplib.read(file.with_name(f"{file.name}.vrp"))
        yield instance, options.seconds or usual * share, _by_numbers(instance)


def _by_numbers(instance: Instance) -> Callable[[Answer], Verdict]:
    return lambda answer: judged(instance, answer.routes)


def _result(
    engine: str,
    instance: Instance,
    seconds: float,
    seed: int,
    answer: Answer,
    judge: Callable[[Answer], Verdict],
) -> Result:
    return Result(
        engine=engine,
        instance=instance.name,
        size=instance.size,
        budget_s=seconds,
        seed=seed,
        answer=answer,
        verdict=judge(answer) if answer.routes else None,
        best_known=instance.best_known,
    )


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it is a program that prints


if __name__ == "__main__":
    sys.exit(main())
