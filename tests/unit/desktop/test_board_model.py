"""The board prepared for painting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.desktop.board.board_hints import order_hint
from app.desktop.board.board_model import changed_rows, prepared
from app.desktop.board.board_moves import Direction, nudged
from app.desktop.colors import State
from app.domain.board import Board, board_route
from app.domain.fleet import UNLIMITED, Load
from app.domain.orders import OrderStatus
from app.domain.routes import RouteStatus
from app.domain.rules import OrderRules
from tests.factories import make_vehicle, window
from tests.gui.board.town import UNITS, Town

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def town() -> Town:
    return Town()


def _with(board: Board, number: int, **changes: object) -> Board:
    each = board.routes[number]
    changed = board_route(replace(each.route, **changes), board.orders, board.travel)
    return replace(board, routes=(*board.routes[:number], changed, *board.routes[number + 1 :]))


def test_rows_say_what_their_timetable_says(town: Town) -> None:
    board = town.board()
    row = prepared(board, UNITS).rows[0]
    table = board.routes[0].timetable
    assert (row.driver, row.stops) == ("Ana", "3")
    assert [block.begin for block in row.blocks] == [s.begin.timestamp() for s in table.stops]
    assert [block.number for block in row.blocks] == [1, 2, 3]
    assert row.bars[0].used == table.peak_load.weight_g
    assert row.state is State.GOOD


def test_a_route_keeps_its_colour_where_another_hour_gives_it_another_row(town: Town) -> None:
    board = town.board()
    before = prepared(board, UNITS)
    after = prepared(replace(board, routes=board.routes[::-1]), UNITS, before)
    assert [row.index for row in after.rows] == [0, 1, 2]
    assert {row.route: row.tint for row in after.rows} == {
        row.route: row.tint for row in before.rows
    }
    assert len({row.tint for row in after.rows}) == len(after.rows)


def test_a_card_of_several_windows_has_room_for_its_reference(town: Town) -> None:
    """They are all in what is told of it."""
    board = town.board()
    order = board.unassigned[0]
    two = OrderRules(more_windows=(window("20:00", "21:00"),))
    order = replace(order, window=window("08:00", "09:00"), rules=two)
    orders = {**board.orders, order.id: order}
    board = replace(board, orders=orders, unassigned=(order, *board.unassigned[1:]))
    rows = prepared(board, UNITS)
    hours, end = rows.cards[0].window, order_hint(rows, order.id, UNITS)
    assert hours.endswith(" +1")
    assert len(hours) == len("08:00–09:00 +1")
    assert f"{hours.removesuffix(' +1')} or " in end


def test_an_unchanged_row_is_the_same_value_again(town: Town) -> None:
    board = town.board()
    before = prepared(board, UNITS)
    after = prepared(_with(board, 1, stops=board.routes[1].route.stops[:2]), UNITS, before)
    assert after.rows[0] is before.rows[0]
    assert changed_rows(before, after) == [1]


def test_a_board_that_was_read_again_but_says_the_same_changes_no_row(town: Town) -> None:
    board = town.board()
    before = prepared(board, UNITS)
    again = replace(
        board,
        routes=tuple(board_route(r.route, board.orders, board.travel) for r in board.routes),
    )
    assert changed_rows(before, prepared(again, UNITS, before)) == []


def test_other_rows_or_another_span_change_everything(town: Town) -> None:
    board = town.board()
    before = prepared(board, UNITS)
    fewer = replace(board, routes=board.routes[:2])
    assert changed_rows(before, prepared(fewer, UNITS, before)) is None
    shift = replace(board.routes[0].route.shift, window=window("05:00", "17:00"))
    assert changed_rows(before, prepared(_with(board, 0, shift=shift), UNITS, before)) is None


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (("07:00", "08:00"), State.BAD),
        (("07:00", "08:10"), State.RISK),
        (("07:00", "12:00"), State.GOOD),
        (None, State.GOOD),
    ],
)
def test_a_stop_is_late_at_risk_or_on_time(
    town: Town, hours: tuple[str, str] | None, state: State
) -> None:
    town.orders["A"] = replace(town.orders["A"], window=window(*hours) if hours else None)
    row = prepared(town.board(), UNITS).rows[0]
    assert row.blocks[0].state is state
    assert row.state is state


def test_what_is_delivered_is_done_and_what_failed_is_broken(town: Town) -> None:
    town.orders["A"] = replace(town.orders["A"], status=OrderStatus.DELIVERED)
    town.orders["B"] = replace(town.orders["B"], status=OrderStatus.FAILED)
    blocks = prepared(town.board(), UNITS).rows[0].blocks
    assert [block.state for block in blocks] == [State.DONE, State.BAD, State.GOOD]


def test_a_finished_route_is_done(town: Town) -> None:
    town.change_route(0, lambda route: replace(route, status=RouteStatus.FINISHED))
    assert prepared(town.board(), UNITS).rows[0].state is State.DONE


def test_a_bar_of_a_vehicle_that_is_never_full_stays_empty(town: Town) -> None:
    shift = replace(
        town.routes[0].shift,
        vehicle=make_vehicle(capacity=Load(weight_g=10_000, volume_cm3=UNLIMITED, parcels=0)),
    )
    town.change_route(0, lambda route: replace(route, shift=shift))
    weight, volume, parcels = prepared(town.board(), UNITS).rows[0].bars
    assert weight.share == pytest.approx(1.5)
    assert volume.share == 0
    assert parcels.share > 1


def test_orders_are_put_in_the_sequence_of_driving(town: Town) -> None:
    rows = prepared(town.board(), UNITS)
    assert town.names(rows.in_sequence(town.ids("XFBA"))) == "ABFX"


def test_orders_of_two_routes_move_to_another_row_but_not_along_one(town: Town) -> None:
    rows = prepared(town.board(), UNITS)
    assert nudged(rows, town.ids("AD"), Direction.LATER) is None
    found = nudged(rows, town.ids("AD"), Direction.ROW_AFTER)
    assert found == (town.route(2), 0)
    assert nudged(rows, town.ids("X"), Direction.ROW_AFTER) is None


def test_several_stops_move_together_past_their_neighbour(town: Town) -> None:
    rows = prepared(town.board(), UNITS)
    assert nudged(rows, town.ids("AB"), Direction.LATER) == (town.route(0), 3)
    assert nudged(rows, town.ids("BC"), Direction.EARLIER) == (town.route(0), 0)


def test_the_head_names_what_is_broken_in_few_words(town: Town) -> None:
    assert prepared(town.board(), UNITS).rows[0].alarm == ""
    town.orders["A"] = replace(town.orders["A"], window=window("07:00", "07:30"))
    assert prepared(town.board(), UNITS).rows[0].alarm.startswith("A late by")
    town.orders["B"] = replace(town.orders["B"], window=window("07:00", "07:30"))
    assert prepared(town.board(), UNITS).rows[0].alarm == "2 stops late"
    town.orders["B"] = replace(town.orders["B"], requirements=frozenset({"cold"}), window=None)
    assert prepared(town.board(), UNITS).rows[0].alarm == "2 stops break rules"
    town.orders["C"] = replace(town.orders["C"], weight_g=800_000)
    row = prepared(town.board(), UNITS).rows[0]
    assert row.alarm.replace("\u202f", " ") == "210 kg over +2"
    assert row.problems == ("over capacity by 210.0 kg",)
