"""Assigning from the orders table: a route by name, the best fit, and taking off again."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.desktop.orders.orders_model import Column
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.tasks import Tasks
from app.domain.board import Board
from app.domain.fleet import Load
from app.domain.ids import OrderId
from app.domain.routes import RouteStatus
from tests.factories import DAY, make_order, make_shift, make_vehicle
from tests.gui.services import Services


def _open(qtbot: QtBot, screen: OrdersScreen, services: Services, total: int) -> Board:
    board = services.board()
    screen.set_board(board)
    screen.set_day(DAY)
    screen.show()
    qtbot.waitUntil(lambda: screen.model.total == total)
    return board


def _routes(services: Services) -> dict[OrderId, str]:
    board = services.board()
    return {
        order: each.route.shift.driver.name for each in board.routes for order in each.route.orders
    }


def test_a_route_that_is_named_takes_the_chosen_orders(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = [make_order(reference=f"R{number}") for number in range(3)]
    shift = make_shift()
    services.add_fleet(shift.depot, shift.driver, shift.vehicle, shift)
    services.add_orders(orders)
    board = _open(qtbot, screen, services, 3)
    screen.table.selectAll()
    qtbot.waitUntil(lambda: len(screen.chosen) == 3)
    screen.actions_.assign_chosen.emit(board.routes[0].id)
    qtbot.waitUntil(lambda: len(_routes(services)) == 3)

    screen.set_board(services.board())
    assert screen.model.index(0, Column.STATE).data() == "Planned"
    assert shift.driver.name in str(screen.model.index(0, Column.ROUTE).data())
    screen.actions_.unassign.trigger()
    qtbot.waitUntil(lambda: not _routes(services))


def test_the_best_fit_breaks_no_rule_and_says_which_one_it_would_break(
    qtbot: QtBot, services: Services, screen: OrdersScreen, tasks: Tasks
) -> None:
    small = make_vehicle(capacity=Load(weight_g=1_000, volume_cm3=10**9, parcels=99))
    shift = make_shift(vehicle=small)
    services.add_fleet(shift.depot, shift.driver, shift.vehicle, shift)
    services.add_orders([make_order(weight_g=9_000)])
    _open(qtbot, screen, services, 1)
    screen.table.selectAll()
    with qtbot.waitSignal(tasks.failed) as refused:
        screen.actions_.assign_chosen.emit(None)
    assert "over capacity by 8.0 kg" in str(refused.args[0])
    assert not _routes(services)


def test_the_menu_offers_each_route_that_is_still_open(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    shift = make_shift()
    services.add_fleet(shift.depot, shift.driver, shift.vehicle, shift)
    services.add_orders([make_order()])
    _open(qtbot, screen, services, 1)
    names = [action.text() for action in screen.actions_.routes_menu(screen).actions()]
    assert names[0] == "Best fit"
    assert any(shift.driver.name in name for name in names)
    assert services.board().routes[0].route.status is RouteStatus.DRAFT
