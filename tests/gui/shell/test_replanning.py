"""The day changes: its rest is planned anew, and the effect is shown before anything is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QTabBar, QToolButton

from app.config import Settings, load_settings
from app.desktop.actions import Act
from app.desktop.planning.effect_dialog import EffectDialog
from app.desktop.widgets.stability_box import StabilityBox
from app.domain.edits import ChangeOrders
from app.domain.orders import OrderKind
from app.domain.routes import Lock, RouteStatus
from app.domain.stability import BEST_COST, Steadiness, named
from app.services.workspace import Workspace, open_workspace
from tests.databases import put_schema
from tests.factories import at, place
from tests.gui.shell.conftest import Desk

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """When Ana's van is at its second stop and Bram's has not left."""
    settings = replace(
        Settings(data=tmp_path, who="Ana", workstation="desk-1", theme="light"),
        looks_for_improvements=False,
        seconds=0.5,
    )
    put_schema(settings.database_file)
    workspace = open_workspace(settings, lambda: at("08:08"))
    yield workspace
    workspace.close()


def on_the_road(desk: Desk) -> None:
    """Ana has left with SO-1 to SO-4, which are collected; SO-5 and SO-6 are on no route."""
    pickups = [
        replace(
            desk.reference(f"SO-{number}"),
            kind=OrderKind.PICKUP,
            window=None,
            place=place(53.556 + 0.004 * number, 13.27),
        )
        for number in range(1, 7)
    ]
    desk.workspace.dispatch.apply(ChangeOrders(put=tuple(pickups)))
    desk.do(desk.console.window.acts[Act.RELOAD].trigger)
    orders = [desk.reference(f"SO-{number}").id for number in range(1, 5)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(0), 0))
    desk.do(lambda: desk.console.board.set_status([desk.route(0)], RouteStatus.RELEASED))


def shown(desk: Desk) -> EffectDialog:
    dialog = desk.console.changes.replanning.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def press(desk: Desk, name: str) -> None:
    button = shown(desk).findChild(QPushButton, name)
    assert button is not None
    desk.do(lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))


def choose(desk: Desk, text: str) -> None:
    """Click a line of the menu that is open."""
    menu = desk.console.window.findChildren(QMenu, options=_DIRECT)[-1]
    (action,) = (action for action in menu.actions() if action.text() == text)
    assert action.isEnabled()
    place = menu.actionGeometry(action).center()
    desk.do(lambda: desk.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place))


def test_the_effect_is_shown_first_and_applied_as_one_edit(desk: Desk) -> None:
    on_the_road(desk)
    before = desk.console.editor.stack.count()
    desk.do(desk.console.window.acts[Act.REPLAN_UNASSIGNED].trigger)
    dialog = shown(desk)
    assert len(desk.board.unassigned) == 2
    assert {row.reference for row in dialog.stops.records.records} >= {"SO-5", "SO-6"}
    assert dialog.figures.rows.index(0, 0).data() != dialog.figures.rows.index(0, 1).data()
    assert desk.map.overlay
    press(desk, "effect_apply")
    assert not desk.board.unassigned
    assert desk.console.changes.replanning.dialog is None
    assert not desk.map.overlay
    assert desk.console.editor.stack.count() == before + 1
    assert desk.board.routes[0].route.status is RouteStatus.RELEASED
    notice = desk.console.window.notices.current
    assert notice is not None
    assert "another driver: 2" in notice.text
    undo = desk.console.window.notices.findChild(QToolButton, "notice_action")
    desk.do(lambda: desk.qtbot.mouseClick(undo, Qt.MouseButton.LeftButton))
    assert len(desk.board.unassigned) == 2


def test_a_discarded_effect_leaves_the_day_as_it_was(desk: Desk) -> None:
    on_the_road(desk)
    was = [desk.orders_of(0), desk.orders_of(1)]
    edits = desk.console.editor.stack.count()
    desk.do(desk.console.window.acts[Act.REPLAN_EVERYTHING].trigger)
    press(desk, "effect_discard")
    assert [desk.orders_of(0), desk.orders_of(1)] == was
    assert desk.console.editor.stack.count() == edits
    assert not desk.map.overlay


def test_a_lost_van_s_stops_are_spread_in_one_gesture(desk: Desk) -> None:
    on_the_road(desk)
    desk.do(lambda: desk.console.selection.select_route(desk.route(0), desk.console.map))
    desk.console.deeds.menu([], desk.route(0), QPoint(200, 200))
    choose(desk, "Van or driver lost…")
    dialog = shown(desk)
    frozen = {
        row.name: dialog.routes.records.index(number, 1).data()
        for number, row in enumerate(dialog.routes.records.records)
    }
    assert frozen == {"Ana · Van 3": "2 of 4", "Bram · Van 7": "not left yet"}
    assert "Ana · Van 3 is locked" in dialog.note.text
    tabs = dialog.findChild(QTabBar)
    desk.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert dialog.routes.isVisible()
    press(desk, "effect_apply")
    assert desk.orders_of(0) == ["SO-1", "SO-2"]
    assert sorted(desk.orders_of(1)) == ["SO-3", "SO-4"]
    assert len(desk.board.unassigned) == 2
    assert desk.board.routes[0].route.lock is Lock.SEQUENCE
    desk.do(desk.console.editor.undo)
    assert desk.orders_of(0) == ["SO-1", "SO-2", "SO-3", "SO-4"]
    assert desk.orders_of(1) == []


def test_an_urgent_order_is_inserted_alone(desk: Desk) -> None:
    on_the_road(desk)
    urgent = desk.reference("SO-6").id
    desk.do(lambda: desk.console.selection.select_orders([urgent], desk.console.map))
    desk.console.deeds.menu([urgent], None, QPoint(200, 200))
    choose(desk, "Insert now…")
    dialog = shown(desk)
    assert dialog.windowTitle() == "Insert SO-6"
    moved = [row for row in dialog.stops.records.records if row.moved.changes_route]
    assert [row.reference for row in moved] == ["SO-6"]
    press(desk, "effect_apply")
    assert [order.reference for order in desk.board.unassigned] == ["SO-5"]


def test_an_effect_is_outdated_once_the_day_goes_on(desk: Desk) -> None:
    on_the_road(desk)
    desk.do(desk.console.window.acts[Act.REPLAN_UNASSIGNED].trigger)
    dialog = shown(desk)
    assert dialog.apply.isEnabled()
    order = desk.reference("SO-5").id
    desk.do(lambda: desk.console.board.drop_orders([order], desk.route(1), 0))
    assert not dialog.apply.isEnabled()
    assert "changed meanwhile" in dialog.note.text
    press(desk, "effect_discard")
    assert desk.orders_of(1) == ["SO-5"]


def test_where_nothing_can_be_inserted_it_says_so(desk: Desk) -> None:
    on_the_road(desk)
    orders = [desk.reference(f"SO-{number}").id for number in (5, 6)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(1), 0))
    desk.do(desk.console.window.acts[Act.REPLAN_UNASSIGNED].trigger)
    notice = desk.console.window.notices.current
    assert notice is not None
    assert "nothing to insert" in notice.text
    assert desk.console.changes.replanning.dialog is None


def test_where_nothing_is_found_it_says_what_a_move_must_save(desk: Desk) -> None:
    on_the_road(desk)
    orders = [desk.reference(f"SO-{number}").id for number in (5, 6)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(1), 0))
    desk.console.changes.replanning.stability = named(Steadiness.HIGH)
    desk.do(desk.console.window.acts[Act.REPLAN_EVERYTHING].trigger)
    notice = desk.console.window.notices.current
    assert notice is not None
    assert "nothing better was found" in notice.text
    assert "Fewest changes: 50" in notice.text


def test_touch_nothing_is_chosen_beside_the_effect_and_searched_again(desk: Desk) -> None:
    on_the_road(desk)
    desk.do(desk.console.window.acts[Act.REPLAN_EVERYTHING].trigger)
    first = shown(desk)
    box = first.findChild(StabilityBox)
    assert box is not None
    assert box.value == BEST_COST
    box.setFocus()
    desk.do(lambda: desk.qtbot.keyClick(box, Qt.Key.Key_End))
    again = shown(desk)
    assert again is not first
    assert desk.console.changes.replanning.stability.touches_nothing
    moved = {row.reference for row in again.stops.records.records if row.moved.changes_route}
    assert moved == {"SO-5", "SO-6"}
    assert load_settings(desk.workspace.settings.data).replan_stability == "touch-nothing"
    (box,) = again.findChildren(StabilityBox)
    assert box.value.touches_nothing
    press(desk, "effect_discard")
    desk.do(desk.console.window.acts[Act.REPLAN_UNASSIGNED].trigger)
    assert shown(desk).findChild(StabilityBox) is None


def test_optimize_touches_nothing_where_the_settings_say_so(desk: Desk) -> None:
    orders = [desk.reference(f"SO-{number}").id for number in (1, 4, 2)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(1), 0))
    was = desk.orders_of(1)
    desk.console.planning.stability = named(Steadiness.TOUCH_NOTHING)
    desk.do(desk.console.window.acts[Act.OPTIMIZE].trigger)
    assert not desk.board.unassigned
    assert [each for each in desk.orders_of(1) if each in was] == was
