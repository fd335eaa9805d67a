"""What every service is told: who acts, what time it is, and how long work reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who changes something, and where."""

    name: str
    workstation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far long work is."""

    fraction: float
    """0 to 1."""
    text: str


Clock = Callable[[], datetime]
Report = Callable[[Step], None]
Cancelled = Callable[[], bool]


def utc_now() -> datetime:
    return datetime.now(UTC)


def unheard(_step: Step) -> None:
    """A report that nobody listens to."""


def never() -> bool:
    """Work that nobody cancels."""
    return False
