"""Builds a region in a process of its own, so that the window stays live meanwhile."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.errors import Cancelled as CancelledError
from app.domain.errors import DispatchError, RegionError
from app.roads.progress import BuildProgress
from app.roads.region import Region
from app.roads.region_build import build_region
from app.services.context import Cancelled, Report, Step

_TICK_S = 0.1
_GRACE_S = 10.0
"""A part that is being written in one go may end before it looks whether it should."""
_CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """A bug in the child, as text: not every exception can be pickled."""

    report: str


def build_apart(
    extract: Path, name: str, root: Path, report: Report, cancelled: Cancelled
) -> Region:
    """The same as roads.build_region, in a spawned process that ends with it.

    Raises RegionError and errors.Cancelled; the region of that name is then as it was.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_main, args=(theirs, extract, name, root), name="wayboard-region", daemon=True
    )
    process.start()
    theirs.close()
    try:
        return _listen(ours, report, cancelled)
    except EOFError as error:
        process.join(1)
        if cancelled():
            raise CancelledError("The region was not built; nothing was changed.") from error
        raise RegionError(
            f"Building the region ended without an answer (exit code {process.exitcode}). Is there "
            "enough memory? Close other programs and try again."
        ) from error
    finally:
        if process.is_alive():
            process.join(1)
            process.kill()
        process.join()
        ours.close()


def _listen(connection: Connection, report: Report, cancelled: Cancelled) -> Region:
    asked_at: float | None = None
    while True:
        while not connection.poll(_TICK_S):
            if cancelled() and asked_at is None:
                asked_at = time.monotonic()
                connection.send(_CANCEL)
            if asked_at is not None and time.monotonic() - asked_at > _GRACE_S:
                raise CancelledError("The region was not built; nothing was changed.")
        match connection.recv():
            case BuildProgress() as progress:
                report(Step(fraction=progress.fraction, text=progress.text))
            case Region() as region:
                return region
            case DispatchError() as error:
                raise error
            case _Broken(report=text):
                raise RuntimeError(text)


def _main(connection: Connection, extract: Path, name: str, root: Path) -> None:
    """The child: everything that happens goes through the pipe, the end included."""
    told_at = 0.0

    def told(progress: BuildProgress) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _TICK_S:
            told_at = time.monotonic()
            connection.send(progress)

    try:
        connection.send(build_region(extract, name, root, told, lambda: connection.poll()))
    except DispatchError as error:
        connection.send(error)
    except Exception:  # noqa: BLE001 - sent to the parent, which raises it there
        connection.send(_Broken(report=traceback.format_exc()))
    finally:
        connection.close()
