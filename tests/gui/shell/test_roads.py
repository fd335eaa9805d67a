"""Road conditions in the window: drawn, listed, changed, ended, and what they do to the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from app.desktop.actions import Act
from app.desktop.roads.condition_form import ConditionForm
from app.desktop.roads.roads_view import RoadsView
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import ChangeConditions
from app.domain.geo import Location
from app.domain.routes import RouteStatus
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from tests.factories import DAY, window
from tests.gui import forms
from tests.gui.shell.conftest import NOW, Desk

TRIANGLE = tuple(
    Location(lat=lat, lon=lon) for lat, lon in ((53.55, 13.25), (53.57, 13.25), (53.55, 13.29))
)
BOW_TIE = tuple(
    Location(lat=lat, lon=lon)
    for lat, lon in ((53.55, 13.25), (53.57, 13.29), (53.57, 13.25), (53.55, 13.29))
)


def view(desk: Desk) -> RoadsView:
    desk.do(desk.console.window.acts[Act.ROADS].trigger)
    shown = desk.console.roads.view
    assert shown.isVisible()
    return shown


def click(desk: Desk, name: str) -> None:
    button = view(desk).findChild(QToolButton, name)
    assert button.isEnabled()
    desk.do(lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))


def form(desk: Desk) -> ConditionForm:
    (found,) = (each for each in desk.console.roads.findChildren(ConditionForm) if each.isVisible())
    return found


def save(desk: Desk) -> None:
    desk.do(lambda: forms.save(desk.qtbot, form(desk)))


def draw(desk: Desk, kind: str = "closure") -> None:
    click(desk, f"new_{kind}")
    assert desk.map.is_drawing
    desk.do(lambda: desk.map.area_drawn.emit(TRIANGLE))


def conditions(desk: Desk) -> tuple[RoadCondition, ...]:
    roads = desk.board.roads
    assert roads is not None
    return roads.conditions


def choose(desk: Desk, row: int = 0) -> None:
    table = view(desk).table
    place = table.visualRect(table.model().index(row, 2)).center()
    desk.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_closure_is_drawn_named_saved_and_undone(desk: Desk) -> None:
    draw(desk)
    shown = form(desk)
    shown.name.setText("Ringstraße")
    assert [area.is_closed for area in desk.map.areas] == [True]
    save(desk)
    (closure,) = conditions(desk)
    assert (closure.name, closure.kind) == ("Ringstraße", ConditionKind.CLOSURE)
    assert closure.area == TRIANGLE
    assert [area.title for area in desk.map.areas] == ["Ringstraße"]
    assert [row.condition.name for row in view(desk).table.records.records] == ["Ringstraße"]
    assert desk.console.editor.stack.undoText() == "Closure: Ringstraße"
    desk.do(desk.console.window.acts[Act.UNDO].trigger)
    assert conditions(desk) == ()
    assert desk.map.areas == []
    desk.do(desk.console.window.acts[Act.REDO].trigger)
    assert [each.name for each in conditions(desk)] == ["Ringstraße"]


def test_a_slow_zone_takes_its_hours_and_its_percent(desk: Desk) -> None:
    draw(desk, "slow_zone")
    shown = form(desk)
    shown.name.setText("Market")
    shown.start.setText("7")
    shown.end.setText("11:30")
    shown.slower.setText("80")
    shown.profiles[Profile.CAR].setChecked(False)
    save(desk)
    (zone,) = conditions(desk)
    assert zone.window == window("07:00", "11:30")
    assert zone.travel_factor == 1.8
    assert zone.profiles == {Profile.VAN, Profile.TRUCK}
    lines = desk.map.areas[0].lines
    assert any("+80" in line for line in lines)
    assert not desk.map.areas[0].is_closed


def test_rain_slows_the_board_and_makes_the_plan_stale_until_it_is_kept(desk: Desk) -> None:
    orders = [desk.reference(f"SO-{number}").id for number in (1, 2, 3)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(0), 0))
    before = desk.board.routes[0].timetable.end
    stale = desk.console.changes.stale
    assert not stale.isVisible()
    click(desk, "new_weather")
    form(desk).slower.setText("100")
    form(desk).service.setText("120")
    form(desk).start.setText("06:00")
    save(desk)
    assert desk.board.routes[0].timetable.end > before + timedelta(minutes=5)
    assert stale.isVisible()
    assert "before the roads changed" in stale.text
    keep = stale.findChild(QPushButton, "keep_plan")
    desk.do(lambda: desk.qtbot.mouseClick(keep, Qt.MouseButton.LeftButton))
    assert not stale.isVisible()
    desk.do(desk.console.window.acts[Act.UNDO].trigger)
    assert desk.board.routes[0].timetable.end == before
    assert stale.isVisible()


def test_optimizing_again_makes_a_plan_that_knows_the_roads(desk: Desk) -> None:
    orders = [desk.reference(f"SO-{number}").id for number in (1, 2, 3)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(0), 0))
    add(desk, name="Rain", kind=ConditionKind.WEATHER, area=(), travel_factor=1.5)
    desk.console.changes.seconds = 0.5
    again = desk.console.changes.stale.findChild(QPushButton, "optimize_again")
    assert again.text() == "Optimize again"
    desk.do(lambda: desk.qtbot.mouseClick(again, Qt.MouseButton.LeftButton))
    assert not desk.board.is_planned_on_other_roads
    assert not desk.console.changes.stale.isVisible()


def test_with_vans_on_the_road_the_rest_is_planned_anew(desk: Desk) -> None:
    order = desk.reference("SO-1").id
    desk.do(lambda: desk.console.board.drop_orders([order], desk.route(0), 0))
    desk.do(lambda: desk.console.board.set_status([desk.route(0)], RouteStatus.RELEASED))
    add(desk, name="Rain", kind=ConditionKind.WEATHER, area=(), travel_factor=1.5)
    again = desk.console.changes.stale.findChild(QPushButton, "optimize_again")
    assert again.text() == "Re-plan from now…"


def add(desk: Desk, **changes: object) -> None:
    values: dict[str, object] = {
        "name": "Ringstraße",
        "kind": ConditionKind.CLOSURE,
        "window": window("08:00", "12:00"),
        "area": TRIANGLE,
    }
    given = values | changes
    made = desk.workspace.conditions.new(
        given.pop("kind"), given.pop("name"), given.pop("window"), **given
    )
    desk.do(lambda: desk.tasks.start(desk.console.editor.apply(made, "Add", desk.console.roads)))


def test_what_has_begun_ends_now_and_what_has_not_is_removed(desk: Desk) -> None:
    begun = TimeWindow(start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=3))
    add(desk, name="Ringstraße", window=begun)
    add(desk, name="Market", window=window("10:00", "12:00"))
    rows = view(desk).table.records.records
    assert [(row.condition.name, row.is_now) for row in rows] == [
        ("Ringstraße", True),
        ("Market", False),
    ]
    choose(desk, 0)
    click(desk, "end_condition")
    assert [row.condition.name for row in view(desk).table.records.records] == ["Market"]
    assert [area.title for area in desk.map.areas] == ["Market"]
    over = next(each for each in conditions(desk) if each.name == "Ringstraße")
    assert over.window.end == NOW
    choose(desk, 0)
    click(desk, "end_condition")
    assert [each.name for each in conditions(desk)] == ["Ringstraße"]
    desk.do(desk.console.editor.undo)
    desk.do(desk.console.editor.undo)
    assert {each.name for each in conditions(desk)} == {"Ringstraße", "Market"}
    assert len(view(desk).table.records.records) == 2


def test_those_of_the_day_come_first(desk: Desk) -> None:
    add(desk, name="Tomorrow", window=window("08:00", "12:00", DAY + timedelta(days=1)))
    add(desk, name="Today")
    rows = view(desk).table.records.records
    assert [row.condition.name for row in rows] == ["Today", "Tomorrow"]
    assert [area.title for area in desk.map.areas] == ["Today"]


def test_a_condition_is_changed_and_drawn_again(desk: Desk) -> None:
    add(desk)
    choose(desk)
    click(desk, "edit_condition")
    shown = form(desk)
    again = shown.findChild(QPushButton, "draw_again")
    desk.do(lambda: desk.qtbot.mouseClick(again, Qt.MouseButton.LeftButton))
    assert not shown.isVisible()
    other = tuple(replace(corner, lat=corner.lat + 0.01) for corner in TRIANGLE)
    desk.do(lambda: desk.map.area_drawn.emit(other))
    assert shown.isVisible()
    shown.name.setText("Bridge")
    save(desk)
    (closure,) = conditions(desk)
    assert (closure.name, closure.area) == ("Bridge", other)


def test_giving_up_the_drawing_changes_nothing(desk: Desk) -> None:
    click(desk, "new_closure")
    stop = desk.console.map.findChild(QToolButton, "stop_drawing")
    assert stop.isVisible()
    desk.do(lambda: desk.qtbot.mouseClick(stop, Qt.MouseButton.LeftButton))
    assert not desk.map.is_drawing
    assert not stop.isVisible()
    assert not desk.console.roads.findChildren(ConditionForm)


def test_an_area_whose_lines_cross_is_drawn_again(desk: Desk) -> None:
    click(desk, "new_closure")
    desk.do(lambda: desk.map.area_drawn.emit(BOW_TIE))
    notice = desk.console.window.notices.current
    assert notice is not None
    assert "cross each other" in notice.text
    assert desk.map.is_drawing
    assert not desk.console.roads.findChildren(ConditionForm)


def test_what_is_wrong_is_said_beside_its_field(desk: Desk) -> None:
    draw(desk)
    shown = form(desk)
    shown.start.setText("12:00")
    shown.end.setText("09:00")
    save(desk)
    message = shown.findChild(QLabel, "end_message")
    assert "end after it begins" in message.text()
    assert conditions(desk) == ()


def test_a_start_that_is_no_time_is_said_beside_the_start(desk: Desk) -> None:
    draw(desk)
    shown = form(desk)
    shown.start.setText("60")
    save(desk)
    assert "is not a time" in shown.findChild(QLabel, "start_message").text()
    assert not shown.findChild(QLabel, "end_message").text()
    assert conditions(desk) == ()


def test_another_console_s_closure_arrives(desk: Desk) -> None:
    view(desk)
    made = desk.workspace.conditions.new(
        ConditionKind.CLOSURE, "Bridge", window("08:00", "12:00"), area=TRIANGLE
    )
    applied = desk.workspace.dispatch.apply(made)
    desk.do(lambda: desk.tasks.publish(applied.changes, None))
    assert [row.condition.name for row in view(desk).table.records.records] == ["Bridge"]
    edit = ChangeConditions(delete={made.put[0].id: 1})
    applied = desk.workspace.dispatch.apply(edit)
    desk.do(lambda: desk.tasks.publish(applied.changes, None))
    assert not view(desk).table.records.records
