"""What a dispatcher can change, as values; applying one gives back its inverse.

Every edit carries the versions that the screen showed: 0 for a thing that is to be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.addresses import Address
from app.domain.conditions import RoadCondition
from app.domain.figures import Figures
from app.domain.fleet import Depot, Driver, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import ConditionId, OrderId, RouteId, ScenarioId
from app.domain.orders import Order
from app.domain.problem import Plan, Unassigned
from app.domain.routes import Lock, RouteStatus, Stop
from app.domain.underway import Moments, Underway


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeRoutes:
    """Give routes these stops: every move on the board, and the optimizer's plan.

    An order that leaves one of the routes and comes to none of them is unassigned.
    """

    stops: Mapping[RouteId, tuple[Stop, ...]]
    seen: Mapping[RouteId, int]
    leaves_after: Mapping[RouteId, datetime | None] = field(default_factory=dict)
    """When some of these vans leave at the earliest; the others' stays as it is."""
    underway: Mapping[RouteId, Underway | None] = field(default_factory=dict)
    """The same for vans that have left."""
    promised: Mapping[RouteId, Moments] = field(default_factory=dict)
    """The same for `Shift.promised`."""
    reasons: Mapping[OrderId, Unassigned | None] = field(default_factory=dict)
    """Why orders are in no plan from now on, None for no reason; of others it stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRoutes:
    locks: Mapping[RouteId, Lock]
    seen: Mapping[RouteId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRouteStatus:
    """Release routes to their drivers, or take them back; their orders follow."""

    statuses: Mapping[RouteId, RouteStatus]
    seen: Mapping[RouteId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrders:
    """Make, replace or delete whole orders; `Order.version` is the version seen.

    An order that may no longer be planned, or not on that day, leaves its route.
    """

    put: tuple[Order, ...] = ()
    delete: Mapping[OrderId, int] = field(default_factory=dict)
    pins: Mapping[Address, Location | None] | None = None
    """What to remember of addresses; None takes it from the pins of the orders."""
    reasons: Mapping[OrderId, Unassigned | None] = field(default_factory=dict)
    """Why orders that come back are in no plan."""


FleetThing = Depot | Vehicle | Driver | Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFleet:
    """Make, replace or delete depots, vehicles, drivers and shifts."""

    put: tuple[FleetThing, ...] = ()
    delete: tuple[FleetThing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMarks:
    """What a route is beside its shift and its stops."""

    lock: Lock
    contents_version: int
    printed_version: int | None
    printed: Mapping[str, Any] | None
    """The manifest as it was printed."""
    leaves_after: datetime | None = None
    underway: Underway | None = None
    promised: Moments = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRoutes:
    """Give routes that came back with their shift what the deletion took from them."""

    marks: Mapping[RouteId, RouteMarks]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTemplate:
    """Keep a week's shifts under a name, instead of those that are kept under it."""

    name: str
    shifts: tuple[Mapping[str, Any], ...] | None
    """Each with its weekday and clock times; None forgets the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBin:
    """Whether the optimizer leaves the unassigned orders of a day alone."""

    day: date
    is_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePublished:
    """Write into the history that a scenario became the plan, or was taken back."""

    scenario: ScenarioId
    name: str
    is_published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConditions:
    """Make, replace or end road conditions; `RoadCondition.version` is the version seen."""

    put: tuple[RoadCondition, ...] = ()
    delete: Mapping[ConditionId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """Several edits that succeed or fail together, in this sequence."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeScenario:
    """Give a scenario on the shelf another plan."""

    scenario: ScenarioId
    version: int
    plan: Plan
    figures: Figures
    taken: tuple[str, ...]
    """`Scenario.taken` with this plan."""


Edit = (
    ArrangeRoutes
    | LockRoutes
    | SetRouteStatus
    | ChangeOrders
    | ChangeFleet
    | RestoreRoutes
    | KeepTemplate
    | LockBin
    | ChangeConditions
    | NotePublished
    | ChangeScenario
    | Compound
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a change touched, so that each screen can tell whether it must read again."""

    orders: frozenset[OrderId] = frozenset()
    routes: frozenset[RouteId] = frozenset()
    days: frozenset[date] = frozenset()
    """Service days whose board looks different now."""
    is_fleet_changed: bool = False
    are_roads_changed: bool = False
    """Road conditions came or went: travel times are other ones now."""

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            orders=self.orders | other.orders,
            routes=self.routes | other.routes,
            days=self.days | other.days,
            is_fleet_changed=self.is_fleet_changed or other.is_fleet_changed,
            are_roads_changed=self.are_roads_changed or other.are_roads_changed,
        )

    @property
    def is_empty(self) -> bool:
        return not (
            self.orders
            or self.routes
            or self.days
            or self.is_fleet_changed
            or self.are_roads_changed
        )


class Kind(StrEnum):
    """What has a version; a shift and its route share their id."""

    ORDER = "order"
    ROUTE = "route"
    FLEET = "fleet"
    CONDITION = "condition"
    SCENARIO = "scenario"


Touched = Mapping[tuple[Kind, UUID], tuple[int, int]]
"""Versions before and after an edit; 0 for what was not there, or is not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An edit that was made."""

    inverse: Edit
    changes: Changes
    touched: Touched = field(default_factory=dict)
