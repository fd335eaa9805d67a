"""What the public benchmark formats say: nodes, loads, windows, vehicles, in the file's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Convention(StrEnum):
    """How distances become whole numbers."""

    DIMACS = "dimacs"
    """Cut off after one decimal: tenths are counted."""
    ROUND = "round"
    """To the nearest whole number."""
    EXACT = "exact"
    """As they are; counted in thousandths."""

    @property
    def scale(self) -> int:
        """How many whole numbers make a unit of the file."""
        return {Convention.DIMACS: 10, Convention.ROUND: 1, Convention.EXACT: 1000}[self]


class BenchmarkFormat(StrEnum):
    VRPLIB = "VRPLIB"
    SOLOMON = "Solomon"
    LI_LIM = "Li–Lim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A depot or a customer; `number` is the file's, counted from 0 for the first one."""

    number: int
    at: tuple[float, float] | None = None
    """None where a matrix says how far it is."""
    delivery: int = 0
    pickup: int = 0
    window: tuple[float, float] | None = None
    service: float = 0.0
    released: float = 0.0
    prize: float | None = None
    """What leaving it out costs; None where it has to be visited."""
    collected_at: int | None = None
    """The node where its goods are collected; None where they come from the depot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkVehicle:
    capacity: int | None
    """None where nothing is ever too much."""
    depot: int = 0
    fixed: float = 0.0
    per_distance: float = 1.0
    max_distance: float | None = None
    max_duration: float | None = None
    reloads: bool = False
    max_reloads: int | None = None
    """None for as many as it likes, where it `reloads`."""
    allowed: frozenset[int] | None = None
    """The only customers it may visit; None for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A problem of one of the public collections."""

    name: str
    kind: str
    """The file's TYPE, such as CVRP; empty where the format has none."""
    format: BenchmarkFormat
    nodes: tuple[Node, ...]
    depots: tuple[int, ...]
    vehicles: tuple[BenchmarkVehicle, ...]
    has_own_fleet: bool = True
    """Whether the file says how many vehicles there are."""
    matrix: Sequence[Sequence[float]] | None = None
    """Distances; None where coordinates say them."""
    rounding: str = "EUC_2D"
    """How the file's own EDGE_WEIGHT_TYPE measures coordinates."""
    linehaul_first: bool = False
    """Whether what is collected has to come after all that is delivered."""
    cost_scale: int = 1
    """How many of the file's prices make a unit of its published costs."""

    @property
    def customers(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.number not in self.depots)

    @property
    def has_times(self) -> bool:
        return any(node.window is not None for node in self.nodes)

    @property
    def is_mixed(self) -> bool:
        """Whether it matters which vehicle drives a route."""
        return len(set(self.vehicles)) > 1

    @property
    def usual_convention(self) -> Convention:
        """With which the published costs of its family were counted."""
        if self.format is BenchmarkFormat.LI_LIM or self.kind in ("PDPTW", "HFVRP"):
            return Convention.EXACT
        if self.format is BenchmarkFormat.SOLOMON or self.has_times:
            return Convention.DIMACS
        return Convention.ROUND
