"""The shelf of scenarios, worked with the mouse."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QMessageBox,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.modeltest import ModelTester

from app.desktop.actions import Act
from app.desktop.dock_area import Pane
from app.desktop.scenarios.run_dialog import RunDialog, Wanted
from app.desktop.scenarios.scenarios_screen import ScenariosScreen
from app.desktop.scenarios.scenarios_view import ScenariosView
from app.domain.board import arrange
from app.domain.edits import ChangeOrders
from app.domain.problem import Plan
from app.domain.scenarios import Measure, Recipe, Scenario
from tests.factories import DAY, make_order
from tests.gui.shell.conftest import Desk

LEFT = Qt.MouseButton.LeftButton


def screen(desk: Desk) -> ScenariosScreen:
    return desk.console.scenarios


def view(desk: Desk) -> ScenariosView:
    return desk.console.scenarios.view


def open_pane(desk: Desk) -> None:
    desk.do(desk.console.window.acts[Act.SCENARIOS].trigger)
    assert desk.console.window.docks.dock(Pane.SCENARIOS).isVisible()


def put(desk: Desk, name: str, *sequences: Sequence[int]) -> Scenario:
    """A scenario with the orders SO-n on the day's routes."""
    orders = {order.reference: key for key, order in desk.board.orders.items()}
    plan = Plan(
        routes={
            each.id: tuple(orders[f"SO-{number}"] for number in sequence)
            for each, sequence in zip(desk.board.routes, sequences, strict=True)
        },
        unassigned=(),
        cost=1.0,
        engine="test",
        seconds=1.0,
    )
    return desk.workspace.scenarios.keep(desk.board, name, Recipe(), plan)


def planned(desk: Desk, *sequences: Sequence[int]) -> None:
    """Put orders on the board's routes."""
    orders = {order.reference: key for key, order in desk.board.orders.items()}
    routes = {
        each.id: [orders[f"SO-{number}"] for number in sequence]
        for each, sequence in zip(desk.board.routes, sequences, strict=True)
    }
    desk.do(lambda: desk.console.editor.submit(arrange(desk.board, routes), "Plan"))


def click(desk: Desk, widget: QWidget, at: QPoint | None = None) -> None:
    target = widget.viewport() if isinstance(widget, QAbstractItemView) else widget
    desk.do(lambda: desk.qtbot.mouseClick(target, LEFT, pos=at or target.rect().center()))


def click_row(desk: Desk, table: QTableView, row: int) -> None:
    click(desk, table, table.visualRect(table.model().index(row, 0)).center())


def choose(desk: Desk, scenario: Scenario) -> None:
    shelf = view(desk).shelf
    click(desk, shelf, shelf.row_rect_center(str(scenario.id)))


def show_tab(desk: Desk, number: int) -> None:
    tabs = view(desk).tabs
    click(desk, tabs, tabs.tabRect(number).center())


def dialog(desk: Desk) -> RunDialog:
    found = desk.console.window.findChild(RunDialog)
    assert found is not None
    return found


def cells(desk: Desk, measure: Measure) -> list[str]:
    rows = view(desk).figures.rows
    line = list(Measure).index(measure)
    return [str(rows.index(line, column).data()) for column in range(rows.columnCount())]


def names(desk: Desk) -> list[str]:
    return [entry.name for entry in view(desk).shelf.entries]


def answer(desk: Desk, text: str) -> list[str]:
    """Press the button with this text in the question that will come; gives back what it said."""
    said: list[str] = []

    def press() -> None:
        box = desk.console.window.findChild(QMessageBox)
        if box is None or not box.isVisible():
            QTimer.singleShot(20, press)
            return
        said.append(box.text())
        (button,) = (each for each in box.buttons() if each.text().replace("&", "") == text)
        desk.qtbot.mouseClick(button, LEFT)

    QTimer.singleShot(20, press)
    return said


def pick(desk: Desk, name: str) -> None:
    """Choose from the menu of the scenario that is looked at."""
    desk.qtbot.mouseClick(view(desk).more, LEFT)
    menu = next(each for each in screen(desk).findChildren(QMenu) if each.isVisible())
    action = next(each for each in menu.actions() if each.objectName() == name)
    desk.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_several_recipes_are_run_from_the_dialog_and_come_to_the_shelf(desk: Desk) -> None:
    open_pane(desk)
    click(desk, view(desk).run)
    box = dialog(desk)
    for preset in ("balanced", "fewest-vans"):
        check = box.findChild(QCheckBox, f"recipe_{preset}")
        assert check is not None
        desk.qtbot.mouseClick(check, LEFT, pos=QPoint(8, check.height() // 2))
        assert not check.isChecked()
    field = box.findChild(QLineEdit, "name_cheapest")
    assert field is not None
    field.selectAll()
    desk.qtbot.keyClicks(field, "Plan A")
    box.seconds.setValue(1)
    seen: list[list[str]] = []
    screen(desk).making.changed.connect(
        lambda: seen.append([each.name for each in screen(desk).making.makings])
    )
    click(desk, box.run)
    assert ["Plan A", "Fastest"] in seen
    assert sorted(names(desk)) == ["Fastest", "Plan A"]
    assert not screen(desk).making.is_running
    assert cells(desk, Measure.UNASSIGNED)[0] == "6"
    assert cells(desk, Measure.UNASSIGNED)[1:] == ["★ 0  (−6)", "★ 0  (−6)"]
    assert len(desk.board.unassigned) == 6  # the board is as it was
    kept = desk.workspace.scenarios.shelf(DAY)
    assert {each.recipe.seconds for each in kept} == {1.0}


def test_a_recipe_that_keeps_locks_is_offered_but_not_proposed_where_nothing_is_locked(
    desk: Desk,
) -> None:
    open_pane(desk)
    click(desk, view(desk).run)
    assert [each.name for each in dialog(desk).wanted] == [
        "Cheapest",
        "Fastest",
        "Fewest vans",
        "Balanced",
    ]
    seed = dialog(desk).findChild(QSpinBox, "run_seed")
    assert seed is not None
    seed.setValue(9)
    assert {each.recipe.seed for each in dialog(desk).wanted} == {9}


def test_a_run_that_is_stopped_keeps_its_plan_and_one_that_is_discarded_does_not(
    desk: Desk,
) -> None:
    open_pane(desk)
    making = screen(desk).making
    click(desk, view(desk).run)
    box = dialog(desk)
    box.seconds.setValue(300)
    for preset in ("balanced", "fewest-vans"):
        check = box.findChild(QCheckBox, f"recipe_{preset}")
        assert check is not None
        check.setChecked(False)
    desk.qtbot.mouseClick(box.run, LEFT)
    desk.qtbot.waitUntil(lambda: any(each.progress is not None for each in making.makings))
    shelf = view(desk).shelf
    stops = [
        each
        for each in shelf.findChildren(QAbstractButton)
        if each.isVisible() and each.accessibleName() == "Stop Cheapest"
    ]
    desk.qtbot.mouseClick(stops[0], LEFT)
    making.discard(1)
    desk.wait()
    assert names(desk) == ["Cheapest"]
    assert "cut short" in shelf.entries[0].detail, "it says little of what its recipe can do"
    assert not desk.workspace.scenarios.shelf(DAY)[0].figures.unassigned


def test_a_run_that_dies_says_so_and_leaves_its_best_plan_on_the_shelf(desk: Desk) -> None:
    open_pane(desk)
    making = screen(desk).making
    making.run(desk.board, [Wanted(name="Long", recipe=Recipe(seconds=120.0, is_timed=True))])
    desk.qtbot.waitUntil(lambda: any(each.progress is not None for each in making.makings))
    solvers = [each for each in multiprocessing.active_children() if "planning" in each.name]
    desk.do(solvers[0].kill)
    (told,) = making.makings
    assert "was kept" in told.problem
    (kept,) = desk.workspace.scenarios.shelf(DAY)
    assert kept.name == "Long"
    assert not kept.plan.unassigned
    assert kept.recipe.iterations is None


def test_publishing_is_one_edit_with_undo_in_its_notice(desk: Desk) -> None:
    put(desk, "Mine", (1, 2, 3), (4, 5, 6))
    open_pane(desk)
    click(desk, view(desk).publish)
    assert desk.orders_of(0) == ["SO-1", "SO-2", "SO-3"]
    assert desk.orders_of(1) == ["SO-4", "SO-5", "SO-6"]
    assert desk.console.editor.stack.count() == 1
    assert not view(desk).publish.isEnabled()
    assert [entry.is_on_board for entry in view(desk).shelf.entries] == [True]
    notice = desk.console.window.notices.current
    assert notice is not None
    assert notice.action == "Undo"
    assert notice.act is not None
    desk.do(notice.act)
    assert len(desk.board.unassigned) == 6
    assert view(desk).publish.isEnabled()


def test_a_stale_scenario_says_what_it_leaves_out_and_asks_first(desk: Desk) -> None:
    put(desk, "Mine", (1, 2, 3), (4, 5, 6))
    more = ChangeOrders(put=(make_order(reference="SO-7"),))
    desk.do(lambda: desk.console.editor.submit(more, "New order"))
    open_pane(desk)
    assert "left unassigned: SO-7" in view(desk).stale_text
    assert view(desk).shelf.entries[0].is_stale
    said = answer(desk, "Cancel")
    click(desk, view(desk).publish)
    assert "SO-7" in said[0]
    assert len(desk.board.unassigned) == 7
    answer(desk, "Publish")
    click(desk, view(desk).publish)
    assert [order.reference for order in desk.board.unassigned] == ["SO-7"]


def test_figures_stand_side_by_side_with_the_difference_to_the_board(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "One van", (1, 2, 3, 4, 5, 6), ())
    open_pane(desk)
    ModelTester(view(desk).figures.rows).check(view(desk).figures.rows)
    assert cells(desk, Measure.VANS) == ["2", "★ 1  (−1)"]
    assert cells(desk, Measure.UNASSIGNED) == ["0", "0"]
    assert cells(desk, Measure.COST)[1].startswith("★ ")
    assert "−" in cells(desk, Measure.COST)[1]


def test_figures_are_held_against_the_plan_that_is_compared_with(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "One van", (1, 2, 3, 4, 5, 6), ())
    put(desk, "Part", (1, 2), ())
    open_pane(desk)
    assert cells(desk, Measure.UNASSIGNED) == ["★ 0", "★ 0", "4  (+4)"]
    base = view(desk).base
    desk.qtbot.keyClicks(base, "One")
    desk.do(lambda: base.activated.emit(base.currentIndex()))
    assert cells(desk, Measure.VANS) == ["2  (+1)", "★ 1", "1"]


def test_a_click_on_a_column_chooses_its_scenario(desk: Desk) -> None:
    first = put(desk, "First", (1, 2, 3), (4, 5, 6))
    put(desk, "Second", (4, 5, 6), (1, 2, 3))
    open_pane(desk)
    assert view(desk).shelf.chosen != str(first.id)
    figures = view(desk).figures
    click(desk, figures, figures.visualRect(figures.rows.index(2, 1)).center())
    assert view(desk).shelf.chosen == str(first.id)


def test_who_moved_is_listed_stop_by_stop_and_selected_everywhere(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "Swap", (1, 2), (3, 4, 5, 6))
    open_pane(desk)
    show_tab(desk, 2)
    assert view(desk).tabs.tabText(2) == "Stops (1 moved)"
    table = view(desk).moves
    (row,) = table.records.records
    assert (row.reference, row.source, row.target) == ("SO-3", "Ana · Van 3", "Bram · Van 7")
    shown = [str(table.model().index(0, column).data()) for column in range(4)]
    assert shown[2:] == ["Ana · Van 3", "Bram · Van 7"]
    click_row(desk, table, 0)
    assert desk.console.selection.orders == (row.moved.order,)
    assert desk.map.selection[0] == [str(row.moved.order)]
    click(desk, view(desk).only_drivers)
    assert len(table.records.records) > 1


def test_a_route_is_taken_to_the_board_as_one_edit(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "Other", (6, 5, 4), (3, 2, 1))
    open_pane(desk)
    show_tab(desk, 1)
    button = view(desk).take_to_base
    assert not button.isEnabled()
    click_row(desk, view(desk).routes, 0)
    assert button.text() == "Take to the board"
    click(desk, button)
    assert desk.orders_of(0) == ["SO-6", "SO-5", "SO-4"]
    assert sorted(desk.orders_of(1)) == ["SO-1", "SO-2", "SO-3"]
    desk.do(desk.console.editor.undo)
    assert desk.orders_of(0) == ["SO-1", "SO-2", "SO-3"]


def test_a_double_click_takes_a_route_to_the_board_once(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "Other", (6, 5, 4), (3, 2, 1))
    open_pane(desk)
    show_tab(desk, 1)
    click_row(desk, view(desk).routes, 0)
    button = view(desk).take_to_base
    edits = desk.console.editor.stack.count()

    def twice() -> None:
        desk.qtbot.mouseClick(button, LEFT)
        assert not button.isEnabled()
        desk.qtbot.mouseDClick(button, LEFT)

    desk.do(twice)
    assert desk.orders_of(0) == ["SO-6", "SO-5", "SO-4"]
    assert desk.console.editor.stack.count() == edits + 1


def test_a_double_click_publishes_once(desk: Desk) -> None:
    put(desk, "Mine", (1, 2, 3), (4, 5, 6))
    open_pane(desk)
    button = view(desk).publish

    def twice() -> None:
        desk.qtbot.mouseClick(button, LEFT)
        assert not button.isEnabled()
        desk.qtbot.mouseDClick(button, LEFT)

    desk.do(twice)
    assert desk.console.editor.stack.count() == 1
    assert not button.isEnabled()


def test_a_route_is_taken_from_one_scenario_into_another(desk: Desk) -> None:
    first = put(desk, "First", (1, 2, 3), (4, 5, 6))
    second = put(desk, "Second", (6, 5, 4), (3, 2, 1))
    open_pane(desk)
    choose(desk, second)
    base = view(desk).base
    assert [base.itemText(number) for number in range(base.count())] == ["On the board", "First"]
    desk.qtbot.keyClicks(base, "First")
    desk.do(lambda: base.activated.emit(base.currentIndex()))
    show_tab(desk, 1)
    click_row(desk, view(desk).routes, 0)
    button = view(desk).take_to_base
    assert button.text() == "Take into First"
    click(desk, button)
    found = desk.workspace.scenarios.named(DAY, "First")
    assert found.plan.routes[desk.route(0)] == second.plan.routes[desk.route(0)]
    assert found.taken == ("Ana · Van 3 from Second",)
    assert found.version > first.version
    assert len(desk.board.unassigned) == 6
    desk.do(desk.console.editor.undo)
    back = desk.workspace.scenarios.named(DAY, "First")
    assert (back.plan, back.figures, back.taken) == (first.plan, first.figures, ())
    desk.do(desk.console.editor.redo)
    assert desk.workspace.scenarios.named(DAY, "First").taken == found.taken


def test_two_plans_lie_over_each_other_on_the_map_until_somebody_ends_it(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "Other", (1, 2, 3), (6, 5, 4))
    open_pane(desk)
    assert not desk.map.overlay
    click(desk, view(desk).on_map)
    assert set(desk.map.routes) == {str(desk.route(0)), str(desk.route(1))}
    assert set(desk.map.overlay) == {str(desk.route(1))}  # the other one is the same
    assert desk.map.overlay[str(desk.route(1))].color == desk.map.routes[str(desk.route(1))].color
    chip = desk.console.map.findChild(QWidget, "map_overlay")
    assert chip is not None
    click(desk, chip)
    assert not desk.map.overlay
    assert not view(desk).on_map.isChecked()


def test_the_button_above_offers_the_shelf_and_lays_a_scenario_on_the_map(desk: Desk) -> None:
    planned(desk, (1, 2, 3), (4, 5, 6))
    put(desk, "Other", (4, 5, 6), (1, 2, 3))
    open_pane(desk)
    menu = desk.console.window.scenario_menu
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Only the board", "Other", "Run scenarios…", "Scenarios"]
    desk.do(menu.actions()[1].trigger)
    assert len(desk.map.overlay) == 2
    desk.do(menu.actions()[0].trigger)
    assert not desk.map.overlay


def test_a_scenario_is_renamed_and_removed_from_its_menu(desk: Desk) -> None:
    put(desk, "First", (1, 2, 3), (4, 5, 6))
    open_pane(desk)
    pick(desk, "rename_scenario")
    field = desk.console.window.findChild(QLineEdit, "scenario_name")
    assert field is not None
    field.selectAll()
    desk.qtbot.keyClicks(field, "Better")
    desk.do(lambda: desk.qtbot.keyClick(field, Qt.Key.Key_Return))
    assert names(desk) == ["Better"]
    said = answer(desk, "Remove")
    desk.do(lambda: desk.qtbot.keyClick(view(desk).shelf, Qt.Key.Key_Delete))
    assert "Better" in said[0]
    assert names(desk) == []
    assert view(desk).tabs.isHidden()


def test_another_day_has_another_shelf(desk: Desk) -> None:
    put(desk, "First", (1, 2, 3), (4, 5, 6))
    open_pane(desk)
    click(desk, view(desk).on_map)
    desk.do(lambda: desk.console.window.days.step(+1))
    assert names(desk) == []
    assert not view(desk).publish.isEnabled()
    assert not desk.map.overlay
    desk.do(lambda: desk.console.window.days.step(-1))
    assert names(desk) == ["First"]


@pytest.mark.parametrize("name", ["Ana & Bram", "<b>bold</b>"])
def test_names_are_text_whatever_is_in_them(desk: Desk, name: str) -> None:
    put(desk, name, (1, 2, 3), (4, 5, 6))
    open_pane(desk)
    assert names(desk) == [name]
    assert view(desk).figures.rows.headerData(1, Qt.Orientation.Horizontal) == name
    assert isinstance(view(desk).base, QComboBox)
