"""The loop that the window's tests have, for tests of the whole program."""

from __future__ import annotations

from tests.gui.conftest import loop

__all__ = ["loop"]
