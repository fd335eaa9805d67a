"""The board prepared for painting: rows, blocks and cards with their words, made once a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from app.desktop.board.rule_words import brief
from app.desktop.colors import State
from app.desktop.widgets.formats import (
    NOTHING,
    minutes_text,
    weight_text,
    window_text,
)
from app.desktop.widgets.measures import distance_text, hours_text, money_text
from app.desktop.widgets.states import route_state, stop_state
from app.domain.board import Board, BoardRoute
from app.domain.fleet import UNLIMITED, Dimension, Load
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Unassigned
from app.domain.routes import Lock, RouteStatus
from app.domain.timetable import StopTime, Timetable

_HOUR = 3600
_EMPTY_DAY = (6 * _HOUR, 18 * _HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One stop; all times in epoch seconds."""

    order: OrderId
    number: int
    arrival: float
    begin: float
    end: float
    opens: float | None
    closes: float | None
    state: State
    reference: str
    recipient: str
    is_pickup: bool
    is_locked: bool
    late: str
    """By how much, in words; empty where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How full a vehicle is in one dimension."""

    dimension: Dimension
    used: int
    room: int
    text: str

    @property
    def share(self) -> float:
        """1 is full; a vehicle without room for any is overfull from the first piece."""
        if self.room >= UNLIMITED:
            return 0.0
        return self.used / self.room if self.room else (2.0 if self.used else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One route, ready to be painted."""

    source: BoardRoute
    index: int
    """Of the route on its day's board: its number is one more."""
    tint: int
    """Which colour it has."""
    driver: str
    vehicle: str
    stops: str
    hours: str
    distance: str
    cost: str
    bars: tuple[Bar, ...]
    state: State
    problems: tuple[str, ...]
    """The route's own violations, in words."""
    alarm: str
    """What is broken, in as few words as fit into the row's head; empty where nothing is."""
    blocks: tuple[Block, ...]
    departure: float
    end: float
    shift_start: float
    shift_end: float
    rests: tuple[tuple[float, float], ...]

    @property
    def route(self) -> RouteId:
        return self.source.route.id

    @property
    def lock(self) -> Lock:
        return self.source.route.lock

    @property
    def status(self) -> RouteStatus:
        return self.source.route.status

    @property
    def is_stale(self) -> bool:
        return self.source.route.is_manifest_stale

    @property
    def broken_stops(self) -> int:
        return sum(block.state is State.BAD for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One order in the bin."""

    order: OrderId
    reference: str
    recipient: str
    window: str
    load: str
    reason: str
    """Why the optimizer left it out; empty where it was not asked."""
    is_final: bool
    """Searching longer would not help."""
    is_pickup: bool
    priority: int


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A whole board, ready to be painted."""

    board: Board | None
    zone: ZoneInfo
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()
    row_of: Mapping[RouteId, int] = field(default_factory=dict)
    place_of: Mapping[OrderId, tuple[int, int]] = field(default_factory=dict)
    """Row and position of every order on a route."""

    @property
    def is_bin_locked(self) -> bool:
        return self.board is not None and self.board.is_bin_locked

    @cached_property
    def span(self) -> tuple[float, float]:
        """Whole hours from the first start to the last end, in epoch seconds."""
        if not self.rows:
            return _EMPTY_DAY
        first = min(min(row.shift_start, row.departure) for row in self.rows)
        last = max(max(row.shift_end, row.end) for row in self.rows)
        return first // _HOUR * _HOUR, -(-last // _HOUR) * _HOUR

    def row(self, route: RouteId) -> Row | None:
        number = self.row_of.get(route)
        return None if number is None else self.rows[number]

    def block(self, order: OrderId) -> Block | None:
        place = self.place_of.get(order)
        return None if place is None else self.rows[place[0]].blocks[place[1]]

    def in_sequence(self, orders: Sequence[OrderId]) -> tuple[OrderId, ...]:
        """By route and position; those in the bin last."""
        last = (len(self.rows), 0)
        return tuple(sorted(orders, key=lambda order: self.place_of.get(order, last)))


NO_ROWS = Rows(board=None, zone=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """How amounts are written on this workstation."""

    zone: ZoneInfo
    is_metric: bool = True


def prepared(board: Board, units: Units, before: Rows = NO_ROWS) -> Rows:
    """The board for painting; rows that `before` has already are taken from there."""
    known = {row.route: row for row in before.rows} if before.zone == units.zone else {}
    tints = board.tint_of
    rows = []
    for index, each in enumerate(board.routes):
        row, tint = known.get(each.id), tints[each.id]
        if row is None or (row.index, row.tint) != (index, tint) or not _is_of(row, each):
            row = _row(each, index, tint, units)
        rows.append(row)
    return Rows(
        board=board,
        zone=units.zone,
        rows=tuple(rows),
        cards=tuple(_card(order, board.reasons.get(order.id), units) for order in board.unassigned),
        row_of={row.route: number for number, row in enumerate(rows)},
        place_of={
            block.order: (number, position)
            for number, row in enumerate(rows)
            for position, block in enumerate(row.blocks)
        },
    )


def changed_rows(before: Rows, after: Rows) -> list[int] | None:
    """The rows that look different now; None where the board must be drawn anew."""
    if [row.route for row in before.rows] != [row.route for row in after.rows]:
        return None
    if before.span != after.span or before.zone != after.zone:
        return None
    return [
        number
        for number, (a, b) in enumerate(zip(before.rows, after.rows, strict=True))
        if a is not b
    ]


def _is_of(row: Row, each: BoardRoute) -> bool:
    return row.source is each or row.source == each


def _row(each: BoardRoute, index: int, tint: int, units: Units) -> Row:
    table, shift = each.timetable, each.route.shift
    locked = {stop.order for stop in each.route.stops if stop.is_locked}
    working = int(table.working.total_seconds()) if table.stops else 0
    return Row(
        source=each,
        index=index,
        tint=tint,
        driver=shift.driver.name,
        vehicle=shift.vehicle.name,
        stops=str(len(table.stops)),
        hours=hours_text(working) if table.stops else NOTHING,
        distance=distance_text(table.distance_m, is_metric=units.is_metric)
        if table.stops
        else NOTHING,
        cost=money_text(table.cost, shift.depot.currency) if table.stops else NOTHING,
        bars=bars(table.peak_load, shift.vehicle.capacity),
        state=route_state(each),
        problems=tuple(v.text for v in table.violations if v.order is None),
        alarm=_alarm(table, units),
        blocks=tuple(
            _block(stop, number, stop.order.id in locked)
            for number, stop in enumerate(table.stops, start=1)
        ),
        departure=table.departure.timestamp(),
        end=table.end.timestamp(),
        shift_start=shift.window.start.timestamp(),
        shift_end=shift.window.end.timestamp(),
        rests=tuple((rest.begin.timestamp(), rest.end.timestamp()) for rest in table.breaks),
    )


def _alarm(table: Timetable, units: Units) -> str:
    """The route's own first rule, or how many of its stops break theirs."""
    own = [brief(v, is_metric=units.is_metric) for v in table.violations if v.order is None]
    stops = [stop for stop in table.stops if stop.violations]
    if own:
        more = len(own) - 1 + len(stops)
        return f"{own[0]} +{more}" if more else own[0]
    if len(stops) == 1:
        return f"{stops[0].order.reference} {stops[0].violations[0].text}"
    if stops and all(stop.lateness for stop in stops):
        return _tr("%1 stops late").replace("%1", str(len(stops)))
    return _tr("%1 stops break rules").replace("%1", str(len(stops))) if stops else ""


def _block(stop: StopTime, number: int, is_locked: bool) -> Block:
    order, window = stop.order, stop.window
    return Block(
        order=order.id,
        number=number,
        arrival=stop.arrival.timestamp(),
        begin=stop.begin.timestamp(),
        end=stop.departure.timestamp(),
        opens=window.start.timestamp() if window else None,
        closes=window.end.timestamp() if window else None,
        state=stop_state(stop),
        reference=order.reference,
        recipient=order.recipient,
        is_pickup=order.kind is OrderKind.PICKUP,
        is_locked=is_locked,
        late=f"+{minutes_text(stop.lateness)}" if stop.lateness else "",
    )


def _first_window(order: Order, zone: ZoneInfo) -> str:
    """A card is narrow: of several windows the first, and how many more there are."""
    if not order.windows:
        return ""
    more = len(order.windows) - 1
    return window_text(order.windows[0], zone) + (f" +{more}" if more else "")


def _card(order: Order, reason: Unassigned | None, units: Units) -> Card:
    return Card(
        order=order.id,
        reference=order.reference,
        recipient=order.recipient,
        window=_first_window(order, units.zone),
        load=weight_text(order.weight_g),
        reason="" if reason is None else reason.detail or reason.reason.value.replace("_", " "),
        is_final=reason is not None and reason.reason.is_final,
        is_pickup=order.kind is OrderKind.PICKUP,
        priority=order.priority,
    )


def bars(used: Load, room: Load) -> tuple[Bar, ...]:
    """One bar for each dimension."""
    return tuple(
        Bar(dimension=dimension, used=amount, room=most, text=amount_text(dimension, amount))
        for dimension, amount, most in zip(Dimension, used.amounts, room.amounts, strict=True)
    )


def amount_text(dimension: Dimension, amount: int) -> str:
    """Short enough for a column whose head names the dimension; no unit."""
    match dimension:
        case Dimension.WEIGHT:
            return QLocale().toString(amount / 1000, "f", 0)
        case Dimension.VOLUME:
            return QLocale().toString(amount / 1_000_000, "f", 1)
        case Dimension.PARCELS:
            return str(amount)


def _tr(text: str) -> str:
    return QCoreApplication.translate("board_model", text)
