"""What every test of the window stands on: Qt's loop joined with asyncio's, and Tasks on it."""

from __future__ import annotations

import asyncio
import gc
from asyncio import _set_running_loop
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.desktop.tasks import Tasks


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[QEventLoop]:
    """An asyncio loop that runs whenever pytest-qt lets Qt's events through.

    A bug in a coroutine fails the test, as it would open the crash window.
    """
    loop = QEventLoop(qapp)
    bugs: list[dict[str, object]] = []
    # As in the program: garbage with Qt objects in it must not be found on a worker's thread.
    gc.disable()
    loop.set_exception_handler(lambda _loop, context: bugs.append(context))
    asyncio.set_event_loop(loop)
    # qasync marks itself as running in run_forever() only, and here pytest-qt runs Qt's loop.
    _set_running_loop(loop)
    yield loop
    _set_running_loop(None)
    asyncio.set_event_loop(None)
    loop.close()
    # Its timers must die on this thread; the next test's worker could be the one to collect them.
    gc.collect()
    gc.enable()
    for context in bugs:
        error = context.get("exception")
        if isinstance(error, BaseException):
            raise error
        pytest.fail(str(context))


@pytest.fixture
def tasks(loop: QEventLoop) -> Iterator[Tasks]:
    tasks = Tasks(loop)
    yield tasks
    _set_running_loop(None)
    loop.run_until_complete(tasks.close())
