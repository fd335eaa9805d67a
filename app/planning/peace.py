"""The process that looks for improvements on an idle core, and its end in the console."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection

from app.domain.problem import Problem
from app.planning.improve import Improvement, improvements
from app.planning.parcelling import slimmed

_WORTH = 0.5
"""What saves less than this share of the best one so far is not told."""
_NICENESS = 19
"""Last in the queue for a core: nobody waits for it."""


class PeaceSearch:
    """One search over one plan; it is killed as soon as the plan is another."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        context = multiprocessing.get_context("spawn")
        self._connection, self._far_end = context.Pipe()
        self._process = context.Process(
            target=main, args=(self._far_end,), name="wayboard-peace", daemon=True
        )
        self._killed = threading.Event()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        """Start the process and hand it the plan; takes as long as the process to come up."""
        if self._killed.is_set():
            return
        self._process.start()
        self._far_end.close()
        if self._killed.is_set():
            # Just now, by whoever saw no process yet.
            self._process.kill()
            return
        try:
            self._connection.send(slimmed(self._problem))
        except OSError:
            # It was killed meanwhile.
            return

    def found(self) -> tuple[Improvement, ...] | None:
        """What was found since the last question, without waiting; None once it has ended."""
        if self._killed.is_set():
            return None
        news: list[Improvement] = []
        try:
            while self._connection.poll(0):
                message: Improvement | None = self._connection.recv()
                if message is None:
                    return tuple(news) or None
                news.append(message)
        except (EOFError, OSError):
            return tuple(news) or None
        return tuple(news)

    def kill(self) -> None:
        """End it, now or before it was started, without waiting until it is gone.

        The window's thread asks for this with every change of the board, and a process that is
        last in the queue for a core takes its time to go.
        """
        self._killed.set()
        if self._process.pid is not None:
            self._process.kill()


def main(connection: Connection) -> None:
    """Answer with improvements, then with None; ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        problem: Problem = connection.recv()
        threading.Thread(target=_outlive_nobody, args=(connection,), daemon=True).start()
        best = 0.0
        for improvement in improvements(problem, lambda: False):
            best = max(best, improvement.saved_cost)
            if improvement.saved_cost >= _WORTH * best:
                connection.send(improvement)
        connection.send(None)
    except (EOFError, OSError):
        # The console has gone, or does not want to know any more.
        return


def _outlive_nobody(connection: Connection) -> None:
    """The parent never says a second thing: what comes is its end."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
