"""Build a region in a process of its own, seen from the console."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.errors import Cancelled, DispatchError
from app.roads.progress import BuildProgress, IsCancelled, never
from app.roads.region import Region, clear_away

_CANCEL = "cancel"
_GRACE_S = 2.0
"""How long a cancelled build may take to clean up after itself."""
_TICK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionBuilt:
    """The build is done and in place."""

    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFailed:
    """Nothing was built; a region of this name is as it was before."""

    message: str
    report: str = ""
    """For those who mend the program; empty where the user can do it."""
    is_cancelled: bool = False


type BuildMessage = BuildProgress | RegionBuilt | RegionFailed


class RegionBuild:
    """A spawned process that builds a region, its messages, and the ways to end it.

    `cancel` and `kill` may come from any thread while another one waits in `messages`.
    """

    def __init__(self, extract: Path, name: str, root: Path) -> None:
        self._name = name
        self._root = root
        context = multiprocessing.get_context("spawn")
        self._connection, self._far_end = context.Pipe()
        self._process = context.Process(
            target=main,
            args=(self._far_end, extract, name, root),
            name="wayboard-region",
        )
        self._kill_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The building process, once started."""
        return self._process.pid

    def start(self) -> None:
        """Start the process; whoever starts it must take its messages to their end."""
        self._process.start()
        self._far_end.close()

    def messages(self, cancelled: IsCancelled = never) -> Iterator[BuildMessage]:
        """Progress again and again, then one RegionBuilt or RegionFailed; blocks in between.

        `cancelled` is asked ten times a second, for those who have no second thread for `cancel`.
        """
        try:
            while True:
                message = self._receive(cancelled)
                yield message
                if not isinstance(message, BuildProgress):
                    return
        except (EOFError, OSError):
            yield self._death()
        finally:
            self._end()

    def cancel(self) -> None:
        """Ask for an end that changes nothing; a build that goes on for two seconds is killed."""
        self._kill_at = time.monotonic() + _GRACE_S
        try:
            self._connection.send(_CANCEL)
        except OSError:
            return  # it has just ended by itself

    def kill(self) -> None:
        """End the process at once; whoever waits in `messages` gets RegionFailed."""
        if self._process.is_alive():
            self._process.kill()

    def _receive(self, cancelled: IsCancelled) -> BuildMessage:
        while not self._connection.poll(_TICK_S):
            if self._kill_at is None and cancelled():
                self.cancel()
            if self._kill_at is not None and time.monotonic() > self._kill_at:
                self.kill()
        message: BuildMessage = self._connection.recv()
        return message

    def _death(self) -> RegionFailed:
        self._process.join()
        clear_away(self._root, self._name)
        if self._kill_at is not None:
            return RegionFailed(message=_CANCELLED.format(self._name), is_cancelled=True)
        return RegionFailed(
            message=f"Building the region “{self._name}” ended without a result. "
            "Nothing was changed; try again.",
            report=f"the building process died with exit code {self._process.exitcode}",
        )

    def _end(self) -> None:
        self._process.join(_GRACE_S)
        self.kill()
        self._process.join()
        self._process.close()
        self._connection.close()


_CANCELLED = "Building the region “{}” was cancelled. Nothing was changed."


def main(connection: Connection, extract: Path, name: str, root: Path) -> None:
    """The life of the building process: messages to `connection`, which may answer with cancel."""
    # Ctrl+C in a terminal reaches the whole group; the parent decides what becomes of the build
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    # Here and not above: what builds a region is heavy, and the parent never builds.
    from app.roads.region_build import build_region

    is_cancelled = threading.Event()
    threading.Thread(target=_listen, args=(connection, is_cancelled), daemon=True).start()
    answer: RegionBuilt | RegionFailed
    try:
        region = build_region(extract, name, root, connection.send, is_cancelled.is_set)
        answer = RegionBuilt(region=region)
    except Cancelled:
        answer = RegionFailed(message=_CANCELLED.format(name), is_cancelled=True)
    except DispatchError as error:
        answer = RegionFailed(message=str(error))
    except Exception as error:  # noqa: BLE001 - nobody above could tell the user
        answer = RegionFailed(
            message=f"Building the region “{name}” failed: {error}. Nothing was changed.",
            report=traceback.format_exc(),
        )
    connection.send(answer)


def _listen(connection: Connection, is_cancelled: threading.Event) -> None:
    """The parent's end closes with the parent, however it dies: then stop, cleaning up if time."""
    try:
        while connection.recv() != _CANCEL:
            continue
        is_cancelled.set()
        connection.recv()
    except (EOFError, OSError):
        is_cancelled.set()
        threading.Event().wait(_GRACE_S)
        os._exit(1)
