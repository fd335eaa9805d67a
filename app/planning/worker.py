"""The solver process: takes one problem, answers with messages, ends with its parent."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.domain.errors import DispatchError
from app.domain.problem import Failed, Finished, Plan, Problem

CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Keepsake:
    """The best plan so far, for whoever outlives this process."""

    plan: Plan


def main(connection: Connection) -> None:
    """Answer over `connection`, on which the problem comes, and perhaps CANCEL."""
    # PyVRP takes its time to load, and the console, which starts this process, has no use for it.
    from app.planning.solve import solve

    # Ctrl+C in a terminal reaches the whole group; the parent decides what becomes of the search.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    is_cancelled = threading.Event()
    first = connection.recv()
    if first == CANCEL:
        is_cancelled.set()
        first = connection.recv()
    problem: Problem = first
    threading.Thread(target=_listen, args=(connection, is_cancelled), daemon=True).start()
    answer: Finished | Failed
    try:
        plan = solve(
            problem,
            connection.send,
            is_cancelled.is_set,
            keep=lambda best: connection.send(Keepsake(best)),
        )
        answer = Finished(plan=plan)
    except DispatchError as error:
        answer = Failed(message=str(error))
    except Exception as error:  # noqa: BLE001 - nobody above could tell the user
        answer = Failed(
            message=f"The optimizer stopped: {error!r}.",
            report=traceback.format_exc(),
        )
    connection.send(answer)
    # Threads that are still in the middle of a step would keep the process, and a core.
    os._exit(0)


def _listen(connection: Connection, is_cancelled: threading.Event) -> None:
    """The parent's end closes with the parent, however it dies; nobody waits for a plan then."""
    try:
        while connection.recv() == CANCEL:
            is_cancelled.set()
    except (EOFError, OSError):
        os._exit(1)
