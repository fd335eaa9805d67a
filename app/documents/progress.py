"""How long work on files tells how far it is, and how it is asked to stop."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[float, str], None]
"""Takes the done fraction, 0 to 1, and a line for people."""

IsCancelled = Callable[[], bool]
