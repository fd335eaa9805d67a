"""The board with 40 routes and 1,000 stops: a drop until it is painted, moves with ghosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from app.desktop.board.board_model import Units, prepared
from app.desktop.board.board_view import BoardView, Layout
from app.desktop.board.drop_guide import DropGuide
from app.desktop.theme import ThemeMode, apply_theme
from app.desktop.widgets.dragging import orders_mime
from app.domain.board import Board, board_route, move
from app.domain.edits import ArrangeRoutes
from tests.factories import BERLIN
from tests.gui.board.days import make_board

UNITS = Units(zone=BERLIN)
_HELD = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


@pytest.fixture(scope="module")
def board() -> Board:
    return make_board(40, 25, 30)


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication, board: Board) -> BoardView:
    apply_theme(qapp, ThemeMode.LIGHT)
    view = BoardView()
    qtbot.addWidget(view)
    view.resize(1920, 700)
    view.set_board(board, UNITS)
    view.show()
    qtbot.waitExposed(view)
    return view


def _applied(board: Board, edit: ArrangeRoutes) -> Board:
    """What the dispatch service would answer: the two routes timed anew, the rest as it was."""
    routes = tuple(
        board_route(replace(each.route, stops=edit.stops[each.id]), board.orders, board.travel)
        if each.id in edit.stops
        else each
        for each in board.routes
    )
    return replace(board, routes=routes)


def test_drop_to_repaint(
    benchmark: BenchmarkFixture, qapp: QApplication, view: BoardView, board: Board
) -> None:
    """Two routes timed anew, their rows prepared and painted: aim 50 ms."""
    order = board.routes[1].route.orders[4]
    there = move(board, [order], board.routes[3].id, 7)
    boards = [_applied(board, there), board]

    def drop() -> None:
        changed = _applied(boards[1], there) if boards[0] is not board else board
        boards.reverse()
        view.set_board(changed, UNITS)
        qapp.processEvents()

    benchmark(drop)


def test_ghost_at_a_mouse_move(
    benchmark: BenchmarkFixture, qapp: QApplication, view: BoardView, board: Board
) -> None:
    """Every move into another gap of another row, painted: aim 16 ms."""
    mime = orders_mime([board.unassigned[0].id, board.unassigned[1].id])
    viewport = view.timeline.viewport()
    start = QPointF(700, 100)
    QApplication.sendEvent(viewport, QDragEnterEvent(start, Qt.DropAction.MoveAction, mime, *_HELD))
    while not _guide(view).is_ready:
        qapp.processEvents()
    steps = iter(range(10**9))

    def step() -> None:
        number = next(steps)
        at = QPointF(600 + number * 37 % 1000, 50 + number * 53 % 380)
        _move(viewport, mime, at)
        qapp.processEvents()

    benchmark(step)


def test_first_ghosts_of_a_drag(benchmark: BenchmarkFixture, board: Board) -> None:
    """All 40 rows asked for their best place of two orders; a drag does so in slices of 6 ms."""
    rows = prepared(board, UNITS)
    orders = (board.unassigned[0].id, board.unassigned[1].id)

    def ask() -> None:
        guide = DropGuide(rows, orders, UNITS)
        guide.prepare([row.route for row in rows.rows], 60)
        assert guide.is_ready

    benchmark(ask)


def test_a_slice_of_asking(benchmark: BenchmarkFixture, board: Board) -> None:
    """What keeps a mouse move waiting while the ghosts of 30 orders come in: aim 16 ms."""
    rows = prepared(board, UNITS)
    orders = tuple(order.id for order in board.unassigned)
    routes = [row.route for row in rows.rows]
    guides = [DropGuide(rows, orders, UNITS)]

    def ask() -> None:
        if guides[-1].is_ready:
            guides.append(DropGuide(rows, orders, UNITS))
        guides[-1].prepare(routes, 0.006)

    benchmark(ask)


@pytest.mark.parametrize("layout", Layout)
def test_painting_all_that_is_in_view(
    benchmark: BenchmarkFixture, view: BoardView, layout: Layout
) -> None:
    view.set_layout(layout)
    viewport = (view.timeline if layout is Layout.TIMELINE else view.columns).viewport()
    benchmark(viewport.repaint)


def test_preparing_the_whole_day(benchmark: BenchmarkFixture, board: Board) -> None:
    benchmark(prepared, board, UNITS)


def _guide(view: BoardView) -> DropGuide:
    guide = view.timeline.drops.guide
    assert guide is not None
    return guide


def _move(viewport: QObject, mime: QMimeData, at: QPointF) -> None:
    event = QDragMoveEvent(at, Qt.DropAction.MoveAction, mime, *_HELD)
    QApplication.sendEvent(viewport, event)
