"""One run of the optimizer in its own process, seen from the console."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

from app.domain.problem import Failed, Finished, Plan, PlanningMessage, Problem
from app.planning import worker
from app.planning.parcelling import slimmed

_GRACE_S = 2.0
"""How long a cancelled search may take to hand over its best plan, and why orders are left."""
_SHORT_GRACE_S = 0.4
"""The same where its last plan is known and has a place for every order."""
_START_GRACE_S = 15.0
"""The same where it has not said a word yet: on a busy computer it may still be starting."""
_TICK_S = 0.05


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
        self._cancelled_at: float | None = None
        self._is_killed = False
        self._kept: Plan | None = None
        self._has_spoken = False

    @property
    def pid(self) -> int | None:
        """The solver process, once started."""
        return self._process.pid

    def start(self) -> None:
        """Start the process; it gets the problem once somebody asks for messages."""
        self._process.start()
        self._far_end.close()

    def messages(self) -> Iterator[PlanningMessage]:
        """Progress again and again, then one Finished or Failed; blocks in between.

        A search that breaks off leaves the best plan that it had shown, no older than a second or
        so: in Failed, or in Finished where that is what was asked for.
        """
        try:
            with self._sending:
                self._connection.send(slimmed(self._problem))
            while True:
                message = self._receive()
                if isinstance(message, worker.Keepsake):
                    self._kept = message.plan
                    continue
                if isinstance(message, Failed):
                    message = self._failed(message)
                yield message
                if isinstance(message, Finished | Failed):
                    return
        except (EOFError, OSError):
            yield self._death()
        finally:
            self._end()

    def cancel(self) -> None:
        """Ask for the best plan so far; a search that gives none in time is killed."""
        self._cancelled_at = time.monotonic()
        try:
            with self._sending:
                self._connection.send(worker.CANCEL)
        except OSError:
            # It has just ended by itself; its last message, or its death, is on the way.
            return

    def kill(self) -> None:
        """End the process at once; whoever waits in `messages` gets Failed."""
        if self._process.is_alive():
            self._is_killed = True
            self._process.kill()

    def _receive(self) -> PlanningMessage | worker.Keepsake:
        while not self._connection.poll(_TICK_S):
            if self._cancelled_at is not None:
                is_known = self._kept is not None and not self._kept.unassigned
                grace_s = _SHORT_GRACE_S if is_known else _GRACE_S
                if not self._has_spoken:
                    grace_s = _START_GRACE_S
                if time.monotonic() > self._cancelled_at + grace_s:
                    self.kill()
        message: PlanningMessage | worker.Keepsake = self._connection.recv()
        self._has_spoken = True
        return message

    def _death(self) -> Finished | Failed:
        self._process.join(1)
        how = f"exit code {self._process.exitcode}"
        if self._cancelled_at is not None and self._kept is not None:
            return Finished(plan=self._kept)
        if self._is_killed:
            return self._failed(Failed(message="The search was stopped.", report=how))
        return self._failed(
            Failed(
                message="The optimizer ended without an answer.",
                report=f"the solver process died with {how}",
            )
        )

    def _failed(self, failed: Failed) -> Failed:
        """With what was found before, and what that means for the user."""
        if self._kept is None:
            return replace(failed, message=f"{failed.message} The board is unchanged; try again.")
        return replace(
            failed,
            message=f"{failed.message} The best plan that it had found was kept.",
            plan=self._kept,
        )

    def _end(self) -> None:
        self._process.join(1)
        self.kill()
        self._process.join()
        self._connection.close()
