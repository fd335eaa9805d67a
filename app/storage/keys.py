"""New identifiers: the clock and the randomness that the domain does without."""

from __future__ import annotations

import random
import time
from uuid import UUID

from app.domain.ids import uuid7

_NS_PER_MS = 1_000_000
# Its seed comes from the system, each number does not: a call to the system for every id lets go
# of the interpreter and takes it back thousands of times in an import, and the window waits.
_random = random.Random()


def new_id() -> UUID:
    """A new version 7 UUID; ids of one process sort in the order they were made.

    The twelve bits after the milliseconds hold their fraction (RFC 9562, section 6.2, method 3).
    """
    unix_ms, rest_ns = divmod(time.time_ns(), _NS_PER_MS)
    fraction = (rest_ns << 12) // _NS_PER_MS
    return uuid7(unix_ms, fraction.to_bytes(2) + _random.randbytes(8))
