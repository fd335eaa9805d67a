"""Two plans in detail: route by route, and stop by stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.desktop.scenarios.scenario_texts import Words
from app.desktop.widgets.formats import NOTHING, count_text
from app.desktop.widgets.measures import hours_text
from app.desktop.widgets.records import RecordColumn
from app.desktop.widgets.tones import Tone
from app.domain.board import Board, BoardRoute
from app.domain.ids import RouteId
from app.domain.scenario_boards import Moved, moves
from app.domain.timetable import Timetable

_ARROW = " → "
_Tr = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One route in both plans."""

    route: RouteId
    name: str
    before: BoardRoute
    after: BoardRoute
    words: Words

    @property
    def differs(self) -> bool:
        return self.before.route.orders != self.after.route.orders


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One order that another driver has, or that comes at another time; made off the window."""

    moved: Moved
    reference: str
    recipient: str
    source: str
    """Empty where it was on no route."""
    target: str
    was: str
    becomes: str
    shift: str


_Value = Callable[[RouteRow, BoardRoute], str]


def route_rows(before: Board, after: Board, words: Words) -> tuple[RouteRow, ...]:
    return tuple(
        RouteRow(route=a.id, name=a.route.shift.name, before=a, after=b, words=words)
        for a, b in zip(before.routes, after.routes, strict=True)
    )


def move_rows(before: Board, after: Board, words: Words) -> tuple[MoveRow, ...]:
    names: Mapping[RouteId | None, str] = {each.id: each.route.shift.name for each in before.routes}
    orders = before.orders
    return tuple(
        MoveRow(
            moved=moved,
            reference=orders[moved.order].reference,
            recipient=orders[moved.order].recipient,
            source=names.get(moved.source, ""),
            target=names.get(moved.target, ""),
            was=words.clock(moved.was) or NOTHING,
            becomes=words.clock(moved.becomes) or NOTHING,
            shift=words.later(moved.shift),
        )
        for moved in moves(before, after)
        if moved.order in orders
    )


def rows_of(
    before: Board, after: Board, words: Words
) -> tuple[tuple[RouteRow, ...], tuple[MoveRow, ...]]:
    """Both tables at once."""
    return route_rows(before, after, words), move_rows(before, after, words)


def route_columns(tr: _Tr) -> tuple[RecordColumn[RouteRow], ...]:
    def both(
        name: str, value: _Value, amount: Callable[[Timetable], float], width: int = 14
    ) -> RecordColumn[RouteRow]:
        return RecordColumn(
            title=name,
            text=lambda row: _pair(value(row, row.before), value(row, row.after)),
            order=lambda row: amount(row.after.timetable),
            tone=lambda row: Tone.PLAIN if row.differs else Tone.QUIET,
            is_number=True,
            width=width,
        )

    return (
        RecordColumn(
            title=tr("Route"),
            text=lambda row: row.name,
            tone=lambda row: Tone.PLAIN if row.differs else Tone.QUIET,
            width=22,
            is_vital=True,
        ),
        both(
            tr("Stops"),
            lambda _row, each: count_text(len(each.timetable.stops)),
            lambda table: len(table.stops),
        ),
        both(
            tr("Distance"),
            lambda row, each: row.words.distance(each.timetable.distance_m),
            lambda table: table.distance_m,
            20,
        ),
        both(
            tr("Hours"),
            lambda _row, each: _hours(each.timetable),
            lambda table: table.working.total_seconds(),
        ),
        both(
            tr("Cost"),
            lambda row, each: row.words.money(each.timetable.cost),
            lambda table: table.cost,
        ),
        both(tr("Late"), lambda _row, each: count_text(_late(each.timetable)), _late, 8),
        RecordColumn(
            title=tr("Come and go"),
            text=lambda row: _exchange(row, tr),
            order=lambda row: -len(set(row.before.route.orders) ^ set(row.after.route.orders)),
            tone=lambda row: Tone.PLAIN if row.differs else Tone.QUIET,
            width=24,
        ),
    )


def move_columns(tr: _Tr) -> tuple[RecordColumn[MoveRow], ...]:
    def route_tone(row: MoveRow) -> Tone:
        return Tone.PLAIN if row.moved.changes_route else Tone.QUIET

    return (
        RecordColumn(title=tr("Order"), text=lambda row: row.reference, width=12),
        RecordColumn(title=tr("Recipient"), text=lambda row: row.recipient, width=20),
        RecordColumn(
            title=tr("From"),
            text=lambda row: row.source or tr("Unassigned"),
            tone=lambda row: route_tone(row) if row.source else Tone.RISK,
            width=20,
        ),
        RecordColumn(
            title=tr("To"),
            text=lambda row: _target(row, tr),
            tone=lambda row: route_tone(row) if row.target else Tone.RISK,
            width=20,
        ),
        RecordColumn(
            title=tr("ETA before"),
            text=lambda row: row.was,
            order=lambda row: row.moved.was,
            is_number=True,
            width=9,
        ),
        RecordColumn(
            title=tr("ETA after"),
            text=lambda row: row.becomes,
            order=lambda row: row.moved.becomes,
            is_number=True,
            width=9,
        ),
        RecordColumn(
            title=tr("Change"),
            text=lambda row: row.shift,
            order=lambda row: row.moved.shift,
            width=16,
        ),
    )


def _pair(before: str, after: str) -> str:
    return after if before == after else f"{before}{_ARROW}{after}"


def _hours(table: Timetable) -> str:
    return hours_text(round(table.working.total_seconds()))


def _late(table: Timetable) -> int:
    return sum(1 for stop in table.stops if stop.lateness)


def _exchange(row: RouteRow, tr: _Tr) -> str:
    was, becomes = row.before.route.orders, row.after.route.orders
    if was == becomes:
        return tr("the same")
    come, go = len(set(becomes) - set(was)), len(set(was) - set(becomes))
    if not come and not go:
        return tr("another sequence")
    return tr("+{0} −{1}").format(count_text(come), count_text(go))


def _target(row: MoveRow, tr: _Tr) -> str:
    if not row.target:
        return tr("Unassigned")
    return row.target if row.moved.changes_route else tr("stays")
