"""Tasks: where calls run, how failures are told, and that nothing outlives the window."""

from __future__ import annotations

import asyncio
import threading
import time
from asyncio import _set_running_loop
from datetime import date
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.desktop.tasks import Tasks, Work
from app.domain.edits import Changes
from app.domain.errors import RuleError, StorageUnavailable
from app.services.context import Cancelled, Report, Step

CHANGES = Changes(days=frozenset({date(2024, 3, 5)}))


def _raises(error: Exception) -> None:
    raise error


def test_calls_on_the_database_keep_the_sequence_in_which_they_were_asked_for(
    qtbot: QtBot, tasks: Tasks
) -> None:
    seen: list[tuple[int, str]] = []

    def call(number: int) -> None:
        time.sleep(0.01 * (3 - number))
        seen.append((number, threading.current_thread().name))

    async def ask() -> None:
        await asyncio.gather(*(tasks.run(call, number) for number in range(3)))

    tasks.start(ask())
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert [number for number, _ in seen] == [0, 1, 2]
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.current_thread().name


def test_long_work_does_not_hold_up_the_database(qtbot: QtBot, tasks: Tasks) -> None:
    go_on = threading.Event()
    answers: list[str] = []

    async def long() -> None:
        await tasks.run_long(go_on.wait, 60)
        answers.append("long")

    async def short() -> None:
        answers.append(await tasks.run(lambda: "short"))

    tasks.start(long())
    tasks.start(short())
    qtbot.waitUntil(lambda: bool(answers))
    go_on.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == ["short", "long"]


def test_what_a_user_can_act_on_is_told_with_its_origin(qtbot: QtBot, tasks: Tasks) -> None:
    refusal = RuleError("Ana has no licence for trucks.")
    with qtbot.waitSignal(tasks.failed) as told:
        tasks.start(tasks.run(_raises, refusal), "board")
    assert told.args == [refusal, "board"]


@pytest.mark.parametrize("where", ["in the coroutine", "in the thread"])
def test_a_bug_reaches_the_handler_of_the_loop(
    qtbot: QtBot, tasks: Tasks, loop: QEventLoop, where: str
) -> None:
    bug = ZeroDivisionError("a bug")
    bugs: list[Any] = []
    loop.set_exception_handler(lambda _loop, context: bugs.append(context["exception"]))

    async def fail() -> None:
        if where == "in the thread":
            await tasks.run(_raises, bug)
        raise bug

    tasks.start(fail())
    qtbot.waitUntil(lambda: bugs == [bug])


def test_a_lost_database_is_told_once_it_answers_again(qtbot: QtBot, tasks: Tasks) -> None:
    away = StorageUnavailable("day.db can't be reached.")
    with qtbot.waitSignal(tasks.storage_lost) as lost:
        tasks.start(tasks.run(_raises, away))
    assert lost.args == ["day.db can't be reached."]
    with qtbot.waitSignal(tasks.storage_found):
        tasks.start(tasks.run(lambda: None))
    with qtbot.assertNotEmitted(tasks.storage_found, wait=50):
        tasks.start(tasks.run(lambda: None))


def test_progress_of_long_work_reaches_the_window_and_cancelling_reaches_the_work(
    qtbot: QtBot, tasks: Tasks
) -> None:
    work = Work("Import")
    steps: list[tuple[float, str]] = []
    work.stepped.connect(lambda fraction, text: steps.append((fraction, text)))

    def long(report: Report, cancelled: Cancelled) -> None:
        report(Step(fraction=0.5, text="row 500"))
        deadline = time.monotonic() + 60
        while not cancelled() and time.monotonic() < deadline:
            time.sleep(0.005)

    with qtbot.waitSignal(work.stepped):
        tasks.start(tasks.run_work(work, long, work.report, work.cancelled))
    assert tasks.works == {work}
    with qtbot.waitSignal(work.ended):
        work.cancel()
    assert steps == [(0.5, "row 500")]
    assert not tasks.works


def test_a_flood_of_steps_is_thinned_but_its_texts_and_its_end_are_kept() -> None:
    work = Work("Import")
    steps: list[float] = []
    work.stepped.connect(lambda fraction, _text: steps.append(fraction))
    for number in range(10_000):
        work.report(Step(fraction=number / 10_000, text="rows"))
    work.report(Step(fraction=0.99, text="places"))
    work.report(Step(fraction=1.0, text="places"))
    assert steps[0] == 0
    assert steps[-2:] == [0.99, 1.0]
    assert len(steps) < 100


def test_publish_gives_back_the_reading_that_the_screens_started(
    qtbot: QtBot, tasks: Tasks
) -> None:
    read: list[str] = []

    async def reading() -> None:
        read.append(await tasks.run(lambda: "fresh"))

    tasks.changed.connect(lambda _changes, _origin: tasks.start(reading()))
    started = tasks.publish(CHANGES, "board")
    assert len(started) == 1
    qtbot.waitUntil(lambda: all(task.done() for task in started))
    assert read == ["fresh"]


def test_nothing_is_published_where_nothing_changed(qtbot: QtBot, tasks: Tasks) -> None:
    with qtbot.assertNotEmitted(tasks.changed):
        assert tasks.publish(Changes()) == set()


def test_closing_ends_what_waits_and_asks_long_work_to_stop(loop: QEventLoop) -> None:
    tasks = Tasks(loop)
    work = Work("Region")
    ended: list[str] = []
    begun = threading.Event()

    def long() -> None:
        begun.set()
        deadline = time.monotonic() + 60
        while not work.cancelled() and time.monotonic() < deadline:
            time.sleep(0.005)
        ended.append("work")

    async def wait_for_ever() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("coroutine")

    async def never_begun() -> None:
        raise AssertionError

    async def live_and_close() -> None:
        tasks.start(tasks.run_work(work, long))
        tasks.start(wait_for_ever())
        while not begun.is_set():
            await asyncio.sleep(0.01)
        tasks.start(never_begun()).cancel()
        await tasks.close()

    _set_running_loop(None)
    loop.run_until_complete(live_and_close())
    assert sorted(ended) == ["coroutine", "work"]
