"""A service day on one sheet: its routes, the orders left over, and those on hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardRoute
from app.domain.fleet import Load
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind, Payment
from app.domain.problem import Unassigned
from app.domain.routes import RouteStatus
from app.domain.times import TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One route for the supervisor."""

    route: RouteId
    driver: str
    vehicle: str
    plate: str
    depot: str
    time_zone: str
    status: RouteStatus
    revision: int
    is_manifest_stale: bool
    stops: int
    pickups: int
    parcels: int
    peak_load: Load
    capacity: Load
    distance_m: int
    working: timedelta
    leave_by: datetime
    back_at: datetime
    cost: float
    currency: str
    cash: Mapping[str, Decimal]
    """To collect on the way, by currency."""
    unknown_cash: int
    """Orders of which nobody said how much to collect."""
    violations: tuple[str, ...]
    """In words; those of a stop begin with its number."""
    is_estimated: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """An order that no van takes today, and why."""

    order: OrderId
    reference: str
    recipient: str
    address: str
    kind: OrderKind
    window: TimeWindow | None
    parcels: int
    weight_g: int
    priority: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    day: date
    time_zone: str
    printed_at: datetime
    rows: tuple[SummaryRow, ...]
    unassigned: tuple[LeftOver, ...]
    on_hold: tuple[LeftOver, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def in_use(self) -> tuple[SummaryRow, ...]:
        """Routes that drive at all."""
        return tuple(row for row in self.rows if row.stops)

    @property
    def violations(self) -> int:
        return sum(len(row.violations) for row in self.rows)


def day_summary(board: Board, time_zone: str, printed_at: datetime) -> DaySummary:
    """The day as its board shows it; `time_zone` is the depot's, for orders without a route."""
    return DaySummary(
        day=board.day,
        time_zone=time_zone,
        printed_at=printed_at,
        rows=tuple(_row(each) for each in board.routes),
        unassigned=tuple(
            _left_over(order, _reason(board.reasons.get(order.id))) for order in board.unassigned
        ),
        on_hold=tuple(
            _left_over(order, order.hold_reason or "no reason given") for order in board.on_hold
        ),
    )


def _row(each: BoardRoute) -> SummaryRow:
    route, times = each.route, each.timetable
    shift = route.shift
    orders = [stop.order for stop in times.stops]
    numbers = {order.id: number for number, order in enumerate(orders, start=1)}
    paying = [order for order in orders if order.payment is Payment.CASH_ON_DELIVERY]
    return SummaryRow(
        route=route.id,
        driver=shift.driver.name,
        vehicle=shift.vehicle.name,
        plate=shift.vehicle.plate,
        depot=shift.depot.name,
        time_zone=shift.depot.time_zone,
        status=route.status,
        revision=route.contents_version,
        is_manifest_stale=route.is_manifest_stale,
        stops=len(orders),
        pickups=sum(order.kind is OrderKind.PICKUP for order in orders),
        parcels=sum(len(order.parcels) for order in orders),
        peak_load=times.peak_load,
        capacity=shift.vehicle.capacity,
        distance_m=times.distance_m,
        working=times.working,
        leave_by=times.departure,
        back_at=times.end,
        cost=times.cost,
        currency=shift.depot.currency,
        cash=_cash(paying, shift.depot.currency),
        unknown_cash=sum(order.cod_amount is None for order in paying),
        violations=tuple(
            violation.text
            if violation.order is None
            else f"stop {numbers[violation.order]} {violation.text}"
            for violation in times.violations
        ),
        is_estimated=times.is_estimated,
    )


def _cash(paying: Iterable[Order], currency: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for order in paying:
        if order.cod_amount is not None:
            paid_in = order.currency or currency
            sums[paid_in] = sums.get(paid_in, Decimal()) + order.cod_amount
    return sums


def _left_over(order: Order, reason: str) -> LeftOver:
    return LeftOver(
        order=order.id,
        reference=order.reference,
        recipient=order.recipient,
        address=order.address.line,
        kind=order.kind,
        window=order.window,
        parcels=len(order.parcels),
        weight_g=order.weight_g,
        priority=order.priority,
        reason=reason,
    )


def _reason(why: Unassigned | None) -> str:
    if why is None:
        return "not planned yet"
    return why.detail or why.reason.value.replace("_", " ")
