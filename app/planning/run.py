"""One run of the optimizer in its own process, seen from the console."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator

from app.domain.problem import Failed, Finished, PlanningMessage, Problem
from app.planning import worker
from app.planning.parcelling import slimmed

_GRACE_S = 2.0
"""How long a cancelled search may take to hand over its best plan."""
_TICK_S = 0.1


class PlanningRun:
    """A spawned solver process, its messages, and the ways to end it.

    `cancel` and `kill` may come from any thread while another one waits in `messages`.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        context = multiprocessing.get_context("spawn")
        self._connection, self._far_end = context.Pipe()
        self._process = context.Process(
            target=worker.main, args=(self._far_end,), name="wayboard-planning", daemon=True
        )
        self._sending = threading.Lock()
        self._kill_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The solver process, once started."""
        return self._process.pid

    def start(self) -> None:
        """Start the process; it gets the problem once somebody asks for messages."""
        self._process.start()
        self._far_end.close()

    def messages(self) -> Iterator[PlanningMessage]:
        """Progress again and again, then one Finished or Failed; blocks in between."""
        try:
            with self._sending:
                self._connection.send(slimmed(self._problem))
            while True:
                message = self._receive()
                yield message
                if isinstance(message, Finished | Failed):
                    return
        except (EOFError, OSError):
            yield self._death()
        finally:
            self._end()

    def cancel(self) -> None:
        """Ask for the best plan so far; a search that gives none in two seconds is killed."""
        self._kill_at = time.monotonic() + _GRACE_S
        try:
            with self._sending:
                self._connection.send(worker.CANCEL)
        except OSError:
            # It has just ended by itself; its last message, or its death, is on the way.
            return

    def kill(self) -> None:
        """End the process at once; whoever waits in `messages` gets Failed."""
        if self._process.is_alive():
            self._kill_at = self._kill_at or time.monotonic()
            self._process.kill()

    def _receive(self) -> PlanningMessage:
        while not self._connection.poll(_TICK_S):
            if self._kill_at is not None and time.monotonic() > self._kill_at:
                self.kill()
        message: PlanningMessage = self._connection.recv()
        return message

    def _death(self) -> Failed:
        self._process.join(1)
        how = f"exit code {self._process.exitcode}"
        if self._kill_at is not None:
            return Failed(
                message="The search was stopped before it had a plan. The board is unchanged.",
                report=how,
            )
        return Failed(
            message="The optimizer ended without an answer. The board is unchanged; try again.",
            report=f"the solver process died with {how}",
        )

    def _end(self) -> None:
        self._process.join(1)
        self.kill()
        self._process.join()
        self._connection.close()
