"""Driving and service by the hour: how a `Pace` stretches them."""

from __future__ import annotations

import math
from bisect import bisect_right

from app.domain.travel import Pace


def arrival(pace: Pace, leave: int, seconds: float) -> int:
    """When a way of `seconds` by the matrix is driven, piece by piece, for who leaves at `leave`.

    Who leaves later never arrives earlier.
    """
    if not seconds:
        return leave
    piece = max(0, bisect_right(pace.starts, leave) - 1)
    now, left = float(leave), float(seconds)
    last = len(pace.starts) - 1
    while piece < last:
        room = (pace.starts[piece + 1] - now) / pace.travel[piece]
        if left <= room:
            break
        left -= room
        piece += 1
        now = float(pace.starts[piece])
    # Half a second is rounded down always, not to the even one: `latest_leave` counts on it.
    return math.ceil(now + left * pace.travel[piece] - 0.5)


def covered(pace: Pace, leave: int, until: int) -> float:
    """How many of a way's seconds by the matrix are driven between these two moments."""
    piece = max(0, bisect_right(pace.starts, leave) - 1)
    now, done = leave, 0.0
    for later in range(piece + 1, len(pace.starts)):
        if pace.starts[later] >= until:
            break
        done += (pace.starts[later] - now) / pace.travel[later - 1]
        now, piece = pace.starts[later], later
    return done + (until - now) / pace.travel[piece]


def latest_leave(pace: Pace, arrive: int, seconds: int) -> int:
    """The latest leaving with which a way of `seconds` is driven by then."""
    if not seconds:
        return arrive
    # Arrivals are rounded, so that half a second after it is still in time.
    now, left = arrive + 0.5, float(seconds)
    piece = max(0, bisect_right(pace.starts, now) - 1)
    while piece:
        room = (now - pace.starts[piece]) / pace.travel[piece]
        if left <= room:
            break
        left -= room
        now = float(pace.starts[piece])
        piece -= 1
    return math.floor(now - left * pace.travel[piece] + 1e-6)


def served(pace: Pace, begin: int, seconds: int) -> int:
    """When a service of `seconds` that starts at `begin` is over.

    Rain that ends meanwhile holds up no longer than it lasts: who begins later never ends earlier.
    """
    if not pace.service_s:
        return begin + seconds
    piece = max(0, bisect_right(pace.starts, begin) - 1)
    end = begin + seconds + pace.service_s[piece]
    for later in range(piece + 1, len(pace.starts)):
        if pace.starts[later] >= end:
            break
        end = min(end, pace.starts[later] + seconds + pace.service_s[later])
    return end
