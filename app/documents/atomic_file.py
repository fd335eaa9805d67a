"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.domain.errors import DispatchError

_LEFT_BEHIND_S = 3_600
"""A part that nobody has written to for so long is of a program that was killed."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block ends without an error.

    Raises DispatchError where the folder or the file can't be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _refusal(path, error) from error
    part = Path(name)
    _remove_left_behind(path)
    try:
        yield part
        # mkstemp makes files that only their owner may read; a document is made for others too.
        part.chmod(0o666 & ~_umask())
        os.replace(part, path)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _remove_left_behind(path: Path) -> None:
    """Parts of `path` that programs left when they were killed while they wrote it."""
    of_ours = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}\.part")
    with suppress(OSError):
        for entry in os.scandir(path.parent):
            if of_ours.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if time.time() - entry.stat().st_mtime > _LEFT_BEHIND_S:
                        os.unlink(entry.path)


def write_bytes(path: Path, content: bytes) -> None:
    """Raises DispatchError where `path` can't be written; what was there then stays."""
    with replacing(path) as part:
        part.write_bytes(content)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _refusal(path: Path, error: OSError) -> DispatchError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DispatchError(f"{path} can't be written: the disk is full. Free some space.")
    return DispatchError(
        f"{path} can't be written: {error.strerror or error}. "
        "Choose another folder, or close the program that has the file open."
    )
