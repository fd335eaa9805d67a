"""What every command shares: progress on a terminal, errors in words, exit codes."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, time
from enum import IntEnum
from types import FrameType
from typing import Any

import typer

from app.domain.errors import Cancelled, DispatchError, ImportErrors
from app.services.context import Step

_SHOWN_PROBLEMS = 20


class Exit(IntEnum):
    """0 done, 1 not done, 2 wrong usage (typer's own), 3 done but for some rows."""

    DONE = 0
    FAILED = 1
    PARTLY = 3


class Progress:
    """One line that is written over, on a terminal only: a log keeps only results."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._width = 0

    def __call__(self, step: Step) -> None:
        self.show(f"{step.fraction:4.0%}  {step.text}")

    def show(self, text: str) -> None:
        if not self._is_shown:
            return
        line = text[:100]
        sys.stderr.write(f"\r{line:<{self._width}}")
        sys.stderr.flush()
        self._width = len(line)

    def clear(self) -> None:
        if self._is_shown and self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            self._width = 0


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    line = Progress()
    try:
        yield line
    finally:
        line.clear()


@contextlib.contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """The first Ctrl+C asks what runs inside to stop and tidy up; a second one tears it off."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def ask(_signal: int, _frame: FrameType | None) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def errors_in_words() -> Iterator[None]:
    """Errors that a user can act on end the command with their text; bugs keep their trace."""
    try:
        yield
    except Cancelled as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.FAILED) from error
    except DispatchError as error:
        typer.secho(f"Error: {error}", err=True, fg=typer.colors.RED)
        if isinstance(error, ImportErrors):
            for problem in error.problems[:_SHOWN_PROBLEMS]:
                typer.echo(f"  {problem}", err=True)
            if (more := len(error.problems) - _SHOWN_PROBLEMS) > 0:
                typer.echo(f"  … and {more} more", err=True)
        raise typer.Exit(Exit.FAILED) from error


def parsed_day(text: str | None) -> date | None:
    """A day as YYYY-MM-DD, or None. Raises typer.BadParameter for anything else."""
    return None if text is None else required_day(text)


def required_day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises typer.BadParameter for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a day. Write it as YYYY-MM-DD, such as 2024-03-05."
        ) from error


def required_clock(text: str, option: str) -> time:
    """A time of day as HH:MM. Raises typer.BadParameter for anything else."""
    try:
        hour, minute = text.strip().split(":")
        return time(int(hour), int(minute))
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no time; write HH:MM", param_hint=option) from error


def echo_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
