"""A routing problem in bare numbers, from which every engine builds its own model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.problem import Problem

Matrix = NDArray[np.int64]
Routes = tuple[tuple[int, tuple[int, ...]], ...]
"""Van number and clients in the sequence of driving; 0 between two clients is a reload."""

NO_WAY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Place and number are the same: 1 and up, in the sequence of the file; 0 is the depot."""

    delivery: tuple[int, ...] = ()
    """Brought from the depot; by dimension."""
    pickup: tuple[int, ...] = ()
    service_s: int = 0
    opens: int = 0
    closes: int
    released_at: int = 0
    prize: int | None = None
    """What leaving it out costs; None where it must be served."""
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    opens: int
    closes: int
    length_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    capacity: tuple[int, ...] = ()
    fixed: float = 0.0
    per_m: float = 1.0
    per_s: float = 0.0
    opens: int = 0
    closes: int
    max_reloads: int = 0
    skills: frozenset[str] = frozenset()
    rest: Rest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    name: str
    clients: tuple[Client, ...]
    vans: tuple[Van, ...]
    metres: Matrix
    """NO_WAY where there is none."""
    seconds: Matrix
    pairs: tuple[tuple[int, int], ...] = ()
    """What is picked up at the first client goes to the second one, on the same route."""
    best_known: float | None = None
    day: Problem | None = None
    """Set for a real day: its cost has hours in it, and orders may be left out at a great price."""

    @property
    def is_day(self) -> bool:
        return self.day is not None

    @property
    def size(self) -> int:
        return len(self.clients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine gave back."""

    routes: Routes
    seconds: float
    megabytes: float = 0.0
    """The most memory that its process had."""
    cpu_s: float = 0.0
    """Less than seconds times cores where others were at work on the machine."""
    trajectory: tuple[tuple[float, float], ...] = ()
    note: str = ""
    """Why there is nothing, or what is not comparable."""
