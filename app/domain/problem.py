"""Everything that goes to the optimizer and comes back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.rules import NO_AIMS, Aims
from app.domain.timetable import Travel


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an order was told: moving it from there has the stability price of `Aims`."""

    route: RouteId
    begin: datetime
    """Its ETA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A day to plan: the routes as they stand (with their locks), and the orders to place."""

    routes: tuple[Route, ...]
    """Draft routes; their stops are the start of the search, their locks are kept."""
    orders: Mapping[OrderId, Order]
    """Every order on a route and every one in `unassigned`."""
    unassigned: tuple[OrderId, ...]
    travel: Travel
    seconds: float = 10.0
    """How long to search."""
    seed: int = 1
    cores: int | None = None
    """On how many cores; None for all."""
    iterations: int | None = None
    """Where given, the search ends after this much work and not by the clock, so that the same
    seed gives the same plan on every machine; `seconds` then only bounds it."""
    aims: Aims = NO_AIMS
    kept: Mapping[OrderId, Kept] = field(default_factory=dict)
    moves_nothing: bool = False
    """Only put what is unassigned into the routes as they are."""
    waiting: tuple[Unassigned, ...] = ()
    """What must not be planned now, and why: every plan tells it among what it leaves out."""


class Reason(StrEnum):
    """Why an order is on no route. The first group can't be helped by searching longer."""

    NO_SHIFT = "no_shift"
    NO_PLACE = "no_place"
    UNREACHABLE = "unreachable"
    MISSING_SKILL = "missing_skill"
    EXCEEDS_CAPACITY = "exceeds_capacity"
    OUTSIDE_WINDOWS = "outside_windows"
    """No shift can be there inside the order's window and its own."""
    WRONG_DEPOT = "wrong_depot"
    DRIVER_NOT_ALLOWED = "driver_not_allowed"
    """No driver of the day who could take it may."""
    EXCEEDS_DISTANCE = "exceeds_distance"
    """Farther than any shift may drive, even for this order alone."""
    EXCEEDS_DURATION = "exceeds_duration"
    """More driving or work than any shift allows, even for this order alone."""
    PAIR_INCOMPLETE = "pair_incomplete"
    """The order that collects its goods, or brings them on, is not planned with it."""
    NOT_ABOARD = "not_aboard"
    """Its goods are at the depot, and no van that could take it comes back to load them."""
    WOULD_DISPLACE = "would_displace"
    """Fits alone, but only by pushing out what is planned."""
    NOT_FOUND = "not_found"
    """Fits into the plan as it stands; the search ended before it was placed."""
    LOCKED = "locked"
    """The unassigned bin is locked, or every route that could take it is."""

    NOT_WORTH_IT = "not_worth_it"
    """Leaving it out costs less than any place that was found for it."""

    @property
    def is_final(self) -> bool:
        return self not in (
            Reason.WOULD_DISPLACE,
            Reason.NOT_FOUND,
            Reason.LOCKED,
            Reason.NOT_WORTH_IT,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """An order on no route, and why; `detail` names rule and amount for people."""

    order: OrderId
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The optimizer's answer: routes that break no rule, and the orders left over."""

    routes: Mapping[RouteId, tuple[OrderId, ...]]
    """Every route of the problem, in the sequence of driving; some may be empty."""
    unassigned: tuple[Unassigned, ...]
    cost: float
    engine: str
    """Which engine found it, for people."""
    seconds: float
    trajectory: tuple[tuple[float, float], ...] = ()
    """Seconds since the start, and the cost of the best plan from then on."""
    is_cut_short: bool = False
    """Work was to be counted, but the clock or somebody ended the search before it was done."""

    @property
    def reasons(self) -> dict[OrderId, Unassigned | None]:
        """Of each order that it knows of, why it is left out; None where it is not."""
        placed = dict.fromkeys(order for orders in self.routes.values() for order in orders)
        return {**placed, **{each.order: each for each in self.unassigned}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The best plan so far, at most five times a second."""

    cost: float
    unassigned: int
    seconds: float
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The optimizer broke; `report` is for a bug report."""

    message: str
    report: str = ""
    plan: Plan | None = None
    """The best plan that was found before, if any."""


PlanningMessage = Progress | Finished | Failed
