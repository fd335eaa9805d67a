"""How long work in this room reports and is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """Where the building of a region stands."""

    part: str
    """"addresses", "roads" or "basemap"."""
    fraction: float
    """Of the whole build, 0 to 1; it never goes back."""
    text: str
    """What is being done, for people."""


type Report = Callable[[BuildProgress], None]
type ReportFraction = Callable[[float], None]
type IsCancelled = Callable[[], bool]


def never() -> bool:
    """Stand for a cancel button that nobody can press."""
    return False


def unheard(_fraction: float) -> None:
    """Stand for a progress bar that nobody watches."""


def stop_if(cancelled: IsCancelled, what: str) -> None:
    """Raise Cancelled, naming what was stopped, once somebody asked for it."""
    if cancelled():
        raise Cancelled(f"{what} was cancelled; nothing was changed.")
