"""Errors a user can act on; every other exception is a bug.

The text of a DispatchError is fit for the user: it says what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence


class DispatchError(Exception):
    """What a user can act on; `str(error)` is shown as it is."""


class RuleError(DispatchError):
    """A rule of the trade refuses what was asked."""


class ConflictError(DispatchError):
    """Somebody else changed the same thing first."""


class NotFoundError(DispatchError):
    """What was asked for is not there, or not any more."""


class StorageUnavailable(DispatchError):
    """The database can't be reached, opened or upgraded."""


class RegionError(DispatchError):
    """A region pack or its source can't be built, read or used."""


class PlanningFailed(DispatchError):
    """The optimizer ended without a plan."""


class Cancelled(DispatchError):
    """The user asked for long work to stop; nothing of it was kept."""


class ImportErrors(DispatchError):
    """A file that can't be taken at all; `problems` lists each cause, one line each."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
