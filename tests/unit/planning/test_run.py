from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.domain.problem import Failed, Finished, PlanningMessage, Progress
from app.planning.run import PlanningRun
from tests.factories import make_order, make_route
from tests.unit.planning.days import make_problem

ROOT = Path(__file__).parents[3]


def a_run(seconds: float, count: int = 20) -> PlanningRun:
    orders = [make_order() for _ in range(count)]
    return PlanningRun(make_problem([make_route(), make_route()], orders, seconds=seconds))


def test_progress_comes_and_then_one_plan() -> None:
    run = a_run(0.6)
    run.start()
    messages = list(run.messages())
    assert all(isinstance(message, Progress) for message in messages[:-1])
    assert 1 <= len(messages[:-1]) <= 6
    assert isinstance(messages[-1], Finished)
    assert not messages[-1].plan.unassigned


def test_cancel_keeps_the_best_plan() -> None:
    run = a_run(120)
    run.start()
    last: PlanningMessage | None = None
    for last in run.messages():  # noqa: B007 - the last one is asked for below
        run.cancel()
    assert isinstance(last, Finished)
    assert not last.plan.unassigned
    assert last.plan.seconds < 60


def test_a_run_that_is_cancelled_before_it_began_still_has_a_plan() -> None:
    run = a_run(120)
    run.start()
    run.cancel()
    *_, last = run.messages()
    assert isinstance(last, Finished)
    assert not last.plan.unassigned


def test_a_killed_worker_becomes_failed_with_the_best_plan_it_had_shown() -> None:
    run = a_run(120)
    run.start()
    messages = run.messages()
    assert isinstance(next(messages), Progress)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    *_, last = messages
    assert isinstance(last, Failed)
    assert "was kept" in last.message
    assert "-9" in last.report
    assert last.plan is not None
    assert sum(map(len, last.plan.routes.values())) == 20
    assert not last.plan.unassigned


def test_a_worker_that_dies_before_its_first_plan_leaves_none() -> None:
    run = a_run(120)
    run.start()
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    *_, last = run.messages()
    assert isinstance(last, Failed)
    assert "try again" in last.message
    assert last.plan is None


def test_kill_ends_the_run_with_failed() -> None:
    run = a_run(120)
    run.start()
    messages = run.messages()
    next(messages)
    run.kill()
    *_, last = messages
    assert isinstance(last, Failed)
    assert "was stopped" in last.message


def test_a_search_that_does_not_stop_is_killed_and_its_best_plan_kept() -> None:
    run = a_run(120)
    run.start()
    messages = run.messages()
    next(messages)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGSTOP)
    run.cancel()
    *_, last = messages
    assert isinstance(last, Finished)
    assert not last.plan.unassigned


def test_a_bug_in_the_worker_is_reported_with_its_trace() -> None:
    order = make_order()
    problem = make_problem([make_route()], [order])
    object.__setattr__(problem, "seconds", "soon")
    run = PlanningRun(problem)
    run.start()
    *_, last = run.messages()
    assert isinstance(last, Failed)
    assert "Traceback" in last.report


def test_an_abandoned_run_leaves_no_process() -> None:
    run = a_run(120)
    run.start()
    messages = run.messages()
    next(messages)
    pid = run.pid
    messages.close()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


_PARENT = """
import sys
sys.path.insert(0, {root!r})
if __name__ == "__main__":
    import PySide6.QtCore
    from tests.unit.planning.test_run import a_run
    run = a_run(120)
    run.start()
    messages = run.messages()
    next(messages)
    print(run.pid, flush=True)
    list(messages)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_the_solver_process_loads_no_qt_and_dies_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(root=str(ROOT)))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        maps = Path(f"/proc/{child}/maps").read_text()
        parent.kill()
    assert "pyvrp" in maps
    assert "Qt6" not in maps
    until = time.monotonic() + 60
    while _is_alive(child):
        assert time.monotonic() < until, "the solver outlived its parent"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
