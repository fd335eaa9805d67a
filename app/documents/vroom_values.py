"""What VROOM's input says, in its own words and units: seconds, metres, numbers of places."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Window = tuple[int, int]
Amounts = tuple[int, ...]


class TaskKind(StrEnum):
    JOB = "job"
    PICKUP = "pickup"
    DELIVERY = "delivery"


class StepKind(StrEnum):
    START = "start"
    JOB = "job"
    PICKUP = "pickup"
    DELIVERY = "delivery"
    BREAK = "break"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place, by its coordinates, its row in the matrices, or both."""

    location: tuple[float, float] | None = None
    """Longitude and latitude; beside a row of the matrices perhaps a point of some plane."""
    index: int | None = None

    @property
    def is_on_earth(self) -> bool:
        if self.location is None:
            return False
        lon, lat = self.location
        return -180 <= lon <= 180 and -90 <= lat <= 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job, or one end of a shipment."""

    kind: TaskKind
    id: int
    spot: Spot
    description: str | None = None
    setup: int = 0
    service: int = 0
    setup_per_type: Mapping[str, int] = field(default_factory=dict)
    service_per_type: Mapping[str, int] = field(default_factory=dict)
    delivery: Amounts = ()
    pickup: Amounts = ()
    skills: frozenset[int] = frozenset()
    priority: int = 0
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Two tasks with the same skills and priority; `pickup` and `delivery` carry the same."""

    pickup: Task
    delivery: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleBreak:
    id: int
    service: int = 0
    windows: tuple[Window, ...] = ()
    max_load: Amounts | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a given route; `path` is where the file says so."""

    kind: StepKind
    path: str
    id: int | None = None
    at: int | None = None
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    fixed: int = 0
    per_hour: int = 3600
    per_task_hour: int = 0
    per_km: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomVehicle:
    id: int
    path: str
    profile: str = "car"
    description: str | None = None
    start: Spot | None = None
    end: Spot | None = None
    capacity: Amounts = ()
    prices: Prices = Prices()
    skills: frozenset[int] = frozenset()
    type: str = ""
    window: Window | None = None
    breaks: tuple[VehicleBreak, ...] = ()
    speed_factor: float = 1.0
    max_tasks: int | None = None
    max_travel_time: int | None = None
    max_distance: int | None = None
    steps: tuple[Step, ...] = ()
    has_steps: bool = False

    @property
    def counts_metres(self) -> bool:
        """Whether it pays for them, or may drive only so many."""
        return bool(self.prices.per_km) or self.max_distance is not None

    @property
    def pace(self) -> float:
        """By what travel times are multiplied: VROOM keeps two decimals of it."""
        return math.floor(100 / self.speed_factor + 0.5) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomMatrix:
    """Row by row; `metres` and `costs` where the file has them."""

    seconds: list[array[int]]
    metres: list[array[int]] | None = None
    costs: list[array[int]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomProblem:
    jobs: tuple[Task, ...]
    shipments: tuple[Shipment, ...]
    vehicles: tuple[VroomVehicle, ...]
    matrices: Mapping[str, VroomMatrix]
    """By profile; what they lack is for the roads to say."""
    dimensions: int
    """How many amounts every load has."""
    asks_lines: bool = False
    """For the routes' lines along the streets: no word of VROOM's own, which has an option `-g`,
    but of the server that passes files on to it."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every job and both ends of every shipment, in the sequence of the file."""
        ends = [task for each in self.shipments for task in (each.pickup, each.delivery)]
        return (*self.jobs, *ends)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Where every vehicle starts and ends, and every task is."""
        corners = (spot for v in self.vehicles for spot in (v.start, v.end) if spot is not None)
        return (*corners, *(task.spot for task in self.tasks))

    @property
    def is_on_map(self) -> bool:
        """Whether every place has its longitude and latitude."""
        return all(spot.is_on_earth for spot in self.spots)

    def asks_roads(self, vehicle: VroomVehicle) -> bool:
        """Whether the roads are to say what no matrix does."""
        return self.lacks_ways(vehicle) and self.is_on_map

    def lacks_ways(self, vehicle: VroomVehicle) -> bool:
        """Whether no matrix has the seconds of a vehicle, or the metres where it counts them."""
        matrix = self.matrices.get(vehicle.profile)
        return matrix is None or (vehicle.counts_metres and matrix.metres is None)
