"""Temporary folders of the window: gone with it, or at a later start where it was killed."""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from pathlib import Path

from PySide6.QtCore import QLockFile

_NAMES = ("wayboard-import-", "wayboard-print-")
_LOCK = "in-use"
_KEPT_S = 24 * 3600
"""Younger ones stay: somebody may just be making theirs, before its lock is there."""


class Scratch:
    """A folder for files that nobody keeps, from when it is first asked for until `clear`.

    The end of the program clears it too.
    """

    def __init__(self, purpose: str) -> None:
        self._prefix = f"wayboard-{purpose}-"
        assert self._prefix in _NAMES
        self._folder: Path | None = None
        self._clear: weakref.finalize[[Path, QLockFile], Scratch] | None = None

    @property
    def folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=self._prefix))
            lock = _lock_of(self._folder)
            lock.tryLock(0)
            self._clear = weakref.finalize(self, _remove, self._folder, lock)
        return self._folder

    def clear(self) -> None:
        if self._clear is not None:
            self._clear()
        self._folder = self._clear = None


def sweep_scratch() -> None:
    """Remove what killed consoles left; never a folder whose console still runs."""
    oldest = time.time() - _KEPT_S
    for name in _NAMES:
        for folder in Path(tempfile.gettempdir()).glob(f"{name}*"):
            try:
                is_left = folder.lstat().st_mtime < oldest and not folder.is_symlink()
            except OSError:
                continue
            lock = _lock_of(folder)
            if is_left and lock.tryLock(0):
                _remove(folder, lock)


def _lock_of(folder: Path) -> QLockFile:
    """Its age says nothing: a console may be open for days."""
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)
    return lock


def _remove(folder: Path, lock: QLockFile) -> None:
    lock.unlock()
    shutil.rmtree(folder, ignore_errors=True)
