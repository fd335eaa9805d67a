"""The day on paper for the supervisor: every route, every order that stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import (
    MM,
    clock,
    counted,
    cubic_metres,
    day_words,
    distance,
    joined,
    kilograms,
    moment_words,
    money,
    of_capacity,
    span,
    window,
)
from app.documents.pdf_page import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Block, footer, paginated, rule
from app.documents.pdf_page import paint as paint_blocks
from app.documents.pdf_stack import Stack
from app.documents.pdf_text import Align, draw, draw_fitting
from app.documents.print_parts import DistanceUnit
from app.domain.day_summary import DaySummary, LeftOver, SummaryRow
from app.domain.fleet import UNLIMITED
from app.domain.orders import OrderKind
from app.domain.routes import RouteStatus

_SIZE = (PAGE_HEIGHT, PAGE_WIDTH)
_LEFT, _RIGHT = MARGIN, PAGE_HEIGHT - MARGIN
_TOP, _BOTTOM = PAGE_WIDTH - MARGIN, MARGIN + 5 * MM
_TITLE_HEIGHT = 26 * MM
_CONTINUATION_HEIGHT = 8 * MM
_ROW_HEIGHT = 9.2 * MM


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    width: float
    align: Align = Align.LEFT


_ROUTE_COLUMNS = (
    _Column("Driver, vehicle", 50 * MM),
    _Column("Leave", 15 * MM, Align.RIGHT),
    _Column("Back", 15 * MM, Align.RIGHT),
    _Column("Hours", 16 * MM, Align.RIGHT),
    _Column("Stops", 13 * MM, Align.RIGHT),
    _Column("Parcels", 15 * MM, Align.RIGHT),
    _Column("Weight", 36 * MM, Align.RIGHT),
    _Column("Volume", 31 * MM, Align.RIGHT),
    _Column("Distance", 20 * MM, Align.RIGHT),
    _Column("Cost", 24 * MM, Align.RIGHT),
    _Column("Cash", 25 * MM, Align.RIGHT),
    _Column("State", 17 * MM, Align.RIGHT),
)
_CASH = [column.head for column in _ROUTE_COLUMNS].index("Cash")
_ORDER_COLUMNS = (
    _Column("Order", 30 * MM),
    _Column("Recipient", 52 * MM),
    _Column("Address", 72 * MM),
    _Column("Window", 24 * MM),
    _Column("Parcels", 24 * MM),
    _Column("Why", 75 * MM),
)


def draw_summary(canvas: Any, summary: DaySummary, unit: DistanceUnit) -> None:
    """All pages, in landscape."""
    pages = paginated(
        _body(summary, unit),
        _TOP - _BOTTOM - _TITLE_HEIGHT,
        _TOP - _BOTTOM - _CONTINUATION_HEIGHT,
    )
    title = f"Day summary · {day_words(summary.day)}"
    foot = joined((title, f"printed {moment_words(summary.printed_at, summary.zone)}"))
    for number, blocks in enumerate(pages, start=1):
        canvas.setPageSize(_SIZE)
        if number == 1:
            _draw_title(canvas, summary, unit)
            top = _TOP - _TITLE_HEIGHT
        else:
            draw(canvas, _LEFT, _TOP - 4 * MM, title, 11, Weight.BOLD)
            top = _TOP - _CONTINUATION_HEIGHT
        paint_blocks(canvas, blocks, top)
        footer(canvas, foot, number, len(pages), _RIGHT)
        canvas.showPage()
    canvas.setPageSize((PAGE_WIDTH, PAGE_HEIGHT))


def _draw_title(canvas: Any, summary: DaySummary, unit: DistanceUnit) -> None:
    depots = joined(dict.fromkeys(row.depot for row in summary.rows))
    draw(canvas, _LEFT, _TOP - 7 * MM, day_words(summary.day), 20, Weight.BOLD)
    draw_fitting(canvas, _RIGHT, _TOP - 7 * MM, depots, 11, 120 * MM, align=Align.RIGHT)
    rows = summary.in_use
    facts = (
        ("Routes", f"{len(rows)} of {len(summary.rows)}"),
        ("Stops", str(sum(row.stops for row in rows))),
        ("Parcels", str(sum(row.parcels for row in rows))),
        ("Distance", _way(rows, unit)),
        ("Cost", _costs(rows)),
        ("Broken rules", str(summary.violations)),
        ("Unassigned", str(len(summary.unassigned))),
        ("On hold", str(len(summary.on_hold))),
    )
    cell = (_RIGHT - _LEFT) / len(facts)
    rule(canvas, _LEFT, _RIGHT, _TOP - 10 * MM, 0.8)
    for number, (name, fact) in enumerate(facts):
        x = _LEFT + number * cell
        draw(canvas, x, _TOP - 14 * MM, name, 8)
        draw_fitting(canvas, x, _TOP - 20 * MM, fact, 14, cell - 5 * MM, Weight.BOLD)


def _costs(rows: Sequence[SummaryRow]) -> str:
    sums: dict[str, float] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0.0) + row.cost
    return " + ".join(money(amount, currency) for currency, amount in sums.items()) or "0"


def _cash(rows: Sequence[SummaryRow]) -> tuple[str, str]:
    """What to collect: the first currency, and below it all that can't be added to it."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        for currency, amount in row.cash.items():
            sums[currency] = sums.get(currency, Decimal()) + amount
    parts = [money(amount, currency) for currency, amount in sums.items() if amount]
    if unknown := sum(row.unknown_cash for row in rows):
        parts.append(f"{unknown} × not known")
    return (parts[0] if parts else "", " + ".join(parts[1:]))


def _body(summary: DaySummary, unit: DistanceUnit) -> Iterator[Block]:
    yield _heads(_ROUTE_COLUMNS)
    for row in summary.in_use:
        yield _route_row(summary, row, unit)
    idle = [row for row in summary.rows if not row.stops]
    if idle:
        names = ", ".join(f"{row.driver} ({row.vehicle})" for row in idle)
        yield _note(f"Without stops: {names}")
    if summary.rows:
        yield _total_row(summary, unit)
    else:
        yield _note("No shifts on this day.")
    for title, orders in (("Unassigned", summary.unassigned), ("On hold", summary.on_hold)):
        if orders:
            yield _section(f"{title}: {counted(len(orders), 'order')}")
            yield _heads(_ORDER_COLUMNS)
            for order in orders:
                yield _order_row(summary, order)


def _section(text: str) -> Block:
    def paint(canvas: Any, top: float) -> None:
        draw(canvas, _LEFT, top - 9 * MM, text, 13, Weight.BOLD)

    return Block(11 * MM, paint, is_kept_with_next=True)


def _heads(columns: Sequence[_Column]) -> Block:
    def paint(canvas: Any, top: float) -> None:
        _draw_cells(canvas, columns, [column.head for column in columns], top - 3.6 * MM, 7.5)
        rule(canvas, _LEFT, _RIGHT, top - 5 * MM, 1.0)

    return Block(5 * MM, paint, is_kept_with_next=True)


def _draw_cells(
    canvas: Any,
    columns: Sequence[_Column],
    cells: Sequence[str],
    baseline: float,
    size: float,
    weight: Weight = Weight.REGULAR,
) -> None:
    x = _LEFT
    for column, cell in zip(columns, cells, strict=True):
        at = x if column.align is Align.LEFT else x + column.width - 1 * MM
        draw_fitting(canvas, at, baseline, cell, size, column.width - 2 * MM, weight, column.align)
        x += column.width


def _way(rows: Sequence[SummaryRow], unit: DistanceUnit) -> str:
    """How far all of them drive; marked where roads are not known and it is an estimate."""
    about = "~" if any(row.is_estimated for row in rows) else ""
    return about + distance(sum(row.distance_m for row in rows), unit)


def _route_row(summary: DaySummary, row: SummaryRow, unit: DistanceUnit) -> Block:
    day = summary.day
    cash, more_cash = _cash([row])
    cells = (
        row.driver,
        clock(row.leave_by, row.zone, day),
        clock(row.back_at, row.zone, day),
        span(row.working),
        str(row.stops),
        str(row.parcels),
        of_capacity(row.peak_load.weight_g, row.capacity.weight_g, kilograms),
        of_capacity(row.peak_load.volume_cm3, row.capacity.volume_cm3, cubic_metres),
        _way([row], unit),
        money(row.cost, row.currency),
        cash,
        _state(row),
    )
    problems = Stack(_RIGHT - _LEFT - 4 * MM)
    if row.violations:
        problems.text(f"! {joined(row.violations)}", 8.5, Weight.BOLD, max_lines=4)
    height = _ROW_HEIGHT + problems.height + (1.4 * MM if row.violations else 0)

    def paint(canvas: Any, top: float) -> None:
        _draw_cells(canvas, _ROUTE_COLUMNS, cells, top - 3.8 * MM, 9.5, Weight.BOLD)
        vehicle = joined((row.vehicle, row.plate))
        draw_fitting(canvas, _LEFT, top - 7.6 * MM, vehicle, 8.5, _ROUTE_COLUMNS[0].width)
        if row.pickups:
            x = _LEFT + sum(column.width for column in _ROUTE_COLUMNS[:5]) - 1 * MM
            text = counted(row.pickups, "pick-up")
            draw(canvas, x, top - 7.6 * MM, text, 8, align=Align.RIGHT)
        _draw_more_cash(canvas, more_cash, top - 7.6 * MM)
        _draw_bars(canvas, row, top - 7.2 * MM)
        problems.paint(canvas, _LEFT + 4 * MM, top - _ROW_HEIGHT)
        rule(canvas, _LEFT, _RIGHT, top - height, 0.4)

    return Block(height, paint)


def _draw_more_cash(canvas: Any, text: str, baseline: float) -> None:
    right = _LEFT + sum(column.width for column in _ROUTE_COLUMNS[: _CASH + 1]) - 1 * MM
    room = _ROUTE_COLUMNS[_CASH - 1].width + _ROUTE_COLUMNS[_CASH].width
    draw_fitting(canvas, right, baseline, text, 8.5, room, Weight.BOLD, Align.RIGHT)


def _state(row: SummaryRow) -> str:
    if row.is_manifest_stale:
        return "stale"
    return "draft" if row.status is RouteStatus.DRAFT else row.status.value


def _draw_bars(canvas: Any, row: SummaryRow, y: float) -> None:
    """How full the van is, under its weight and its volume."""
    load, most = row.peak_load, row.capacity
    x = _LEFT + sum(column.width for column in _ROUTE_COLUMNS[:6])
    for column, amount, room in (
        (_ROUTE_COLUMNS[6], load.weight_g, most.weight_g),
        (_ROUTE_COLUMNS[7], load.volume_cm3, most.volume_cm3),
    ):
        if amount and 0 < room < UNLIMITED:
            length = column.width - 6 * MM
            canvas.setLineWidth(0.4)
            canvas.rect(x + 5 * MM, y, length, 1.6 * MM)
            share = min(1.0, amount / room)
            canvas.rect(x + 5 * MM, y, length * share, 1.6 * MM, fill=1, stroke=0)
        x += column.width


def _total_row(summary: DaySummary, unit: DistanceUnit) -> Block:
    rows = summary.in_use
    cash, more_cash = _cash(rows)
    weight_g = sum(row.peak_load.weight_g for row in rows)
    volume_cm3 = sum(row.peak_load.volume_cm3 for row in rows)
    cells = (
        "All routes",
        "",
        "",
        span(sum((row.working for row in rows), timedelta())),
        str(sum(row.stops for row in rows)),
        str(sum(row.parcels for row in rows)),
        kilograms(weight_g) if weight_g else "",
        cubic_metres(volume_cm3) if volume_cm3 else "",
        _way(rows, unit),
        _costs(rows),
        cash,
        "",
    )
    height = (11.3 if more_cash else 7.5) * MM

    def paint(canvas: Any, top: float) -> None:
        _draw_cells(canvas, _ROUTE_COLUMNS, cells, top - 5 * MM, 9.5, Weight.BOLD)
        _draw_more_cash(canvas, more_cash, top - 8.8 * MM)
        rule(canvas, _LEFT, _RIGHT, top - height + 0.5 * MM, 1.0)

    return Block(height, paint)


def _note(text: str) -> Block:
    stack = Stack(_RIGHT - _LEFT)
    stack.text(text, 9, max_lines=4)
    return Block(stack.height + 3 * MM, _painter(stack))


def _painter(stack: Stack) -> Callable[[Any, float], None]:
    return lambda canvas, top: stack.paint(canvas, _LEFT, top - 1.2 * MM)


def _order_row(summary: DaySummary, order: LeftOver) -> Block:
    kind = "pick-up " if order.kind is OrderKind.PICKUP else ""
    priority = f"priority {order.priority}" if order.priority else ""
    weight = kilograms(order.weight_g) if order.weight_g else ""
    texts = (
        (order.reference, Weight.BOLD),
        (order.recipient, Weight.REGULAR),
        (order.address, Weight.REGULAR),
        (window(order.window, summary.zone, summary.day), Weight.REGULAR),
        (joined((f"{kind}{order.parcels}", weight, priority)), Weight.REGULAR),
        (order.reason, Weight.BOLD),
    )
    stacks = []
    for column, (text, face) in zip(_ORDER_COLUMNS, texts, strict=True):
        stack = Stack(column.width - 2 * MM)
        stack.text(text, 8.5, face, max_lines=4)
        stacks.append(stack)
    height = max(stack.height for stack in stacks) + 2 * MM

    def paint(canvas: Any, top: float) -> None:
        x = _LEFT
        for column, stack in zip(_ORDER_COLUMNS, stacks, strict=True):
            stack.paint(canvas, x, top - 0.8 * MM)
            x += column.width
        rule(canvas, _LEFT, _RIGHT, top - height, 0.3)

    return Block(height, paint)
