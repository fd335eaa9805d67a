"""Editor: edits one at a time, undo that survives its own versions, conflicts that end history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.tasks import Tasks
from app.domain.edits import Applied, ArrangeRoutes, Changes, Edit, Kind
from app.domain.errors import ConflictError, StorageUnavailable
from app.domain.ids import OrderId, RouteId
from app.domain.routes import Stop
from tests.factories import DAY, new_id

R1, R2 = RouteId(new_id()), RouteId(new_id())
A, B = OrderId(new_id()), OrderId(new_id())


@dataclass
class Day:
    """Routes with versions, kept as the dispatch service keeps them."""

    stops: dict[RouteId, tuple[Stop, ...]] = field(default_factory=lambda: {R1: (), R2: ()})
    versions: dict[RouteId, int] = field(default_factory=lambda: {R1: 1, R2: 1})
    is_away: bool = False

    def apply(self, edit: Edit) -> Applied:
        if self.is_away:
            raise StorageUnavailable("day.db can't be reached.")
        assert isinstance(edit, ArrangeRoutes)
        for route, seen in edit.seen.items():
            if self.versions[route] != seen:
                raise ConflictError("R1 was changed by Bo at 10:42. Your change was not made.")
        before = {route: self.stops[route] for route in edit.stops}
        for route, stops in edit.stops.items():
            self.stops[route] = stops
            self.versions[route] += 1
        seen = {route: self.versions[route] for route in edit.stops}
        return Applied(
            inverse=ArrangeRoutes(stops=before, seen=seen),
            changes=Changes(routes=frozenset(edit.stops), days=frozenset({DAY})),
            touched={(Kind.ROUTE, key): (v - 1, v) for key, v in seen.items()},
        )

    def put(self, route: RouteId, *orders: OrderId) -> ArrangeRoutes:
        return ArrangeRoutes(
            stops={route: tuple(Stop(order=order) for order in orders)},
            seen={route: self.versions[route]},
        )

    def orders(self, route: RouteId) -> tuple[OrderId, ...]:
        return tuple(stop.order for stop in self.stops[route])


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def editor(day: Day, tasks: Tasks) -> Iterator[Editor]:
    editor = Editor(day.apply, tasks)
    yield editor
    editor.deleteLater()


def _wait(qtbot: QtBot, editor: Editor) -> None:
    qtbot.waitUntil(lambda: not editor.is_busy)


def _submit(qtbot: QtBot, editor: Editor, edit: Edit, text: str = "Move") -> None:
    assert editor.submit(edit, text)
    with qtbot.waitSignal(editor.done):
        pass
    _wait(qtbot, editor)


def _step(qtbot: QtBot, editor: Editor, direction: str) -> None:
    with qtbot.waitSignal(editor.stack.indexChanged):
        getattr(editor, direction)()
    _wait(qtbot, editor)


def test_an_edit_is_made_published_and_can_be_undone(
    qtbot: QtBot, day: Day, editor: Editor, tasks: Tasks
) -> None:
    with qtbot.waitSignal(tasks.changed) as changed:
        editor.submit(day.put(R1, A), "Assign A", "board")
    assert changed.args is not None
    assert changed.args[0].routes == {R1}
    assert changed.args[1] == "board"
    _wait(qtbot, editor)
    assert editor.stack.undoText() == "Assign A"
    _step(qtbot, editor, "undo")
    assert day.orders(R1) == ()
    _step(qtbot, editor, "redo")
    assert day.orders(R1) == (A,)


def test_every_edit_of_one_route_can_be_undone_and_made_again_in_turn(
    qtbot: QtBot, day: Day, editor: Editor
) -> None:
    for orders in ((A,), (A, B), (B, A)):
        _submit(qtbot, editor, day.put(R1, *orders))
    seen = []
    for direction in ["undo"] * 3 + ["redo"] * 3 + ["undo", "undo", "redo", "undo", "undo"]:
        _step(qtbot, editor, direction)
        seen.append(day.orders(R1))
    states: list[tuple[Any, ...]] = [(), (A,), (A, B), (B, A)]
    assert seen == [states[n] for n in (2, 1, 0, 1, 2, 3, 2, 1, 2, 1, 0)]


def test_a_second_edit_is_not_taken_while_one_is_under_way(
    qtbot: QtBot, day: Day, editor: Editor
) -> None:
    first, second = day.put(R1, A), day.put(R1, B)
    assert editor.submit(first, "Move A")
    assert not editor.submit(second, "Move B")
    _wait(qtbot, editor)
    assert day.orders(R1) == (A,)
    assert editor.stack.count() == 1


def test_the_editor_is_busy_until_the_screens_are_fresh(
    qtbot: QtBot, day: Day, editor: Editor, tasks: Tasks
) -> None:
    shown: list[bool] = []

    async def refresh() -> None:
        await asyncio.sleep(0.03)
        shown.append(editor.is_busy)

    tasks.changed.connect(lambda *_: tasks.start(refresh()))
    _submit(qtbot, editor, day.put(R1, A))
    assert shown == [True]


def test_keys_pressed_faster_than_the_database_answers_are_done_one_after_the_other(
    qtbot: QtBot, day: Day, editor: Editor
) -> None:
    _submit(qtbot, editor, day.put(R1, A))
    _submit(qtbot, editor, day.put(R1, A, B))
    for _ in range(3):
        editor.undo()
    qtbot.waitUntil(lambda: editor.stack.index() == 0 and not editor.is_busy)
    assert day.orders(R1) == ()


def test_a_conflicting_undo_is_refused_and_clears_the_history(
    qtbot: QtBot, day: Day, editor: Editor, tasks: Tasks
) -> None:
    _submit(qtbot, editor, day.put(R1, A))
    day.apply(day.put(R1, A, B))  # another console
    with qtbot.waitSignal(editor.history_cleared) as told, qtbot.waitSignal(tasks.failed):
        editor.undo()
    assert told.args is not None
    assert "changed by Bo at 10:42" in told.args[0]
    _wait(qtbot, editor)
    assert not editor.stack.canUndo()
    assert day.orders(R1) == (A, B)


def test_a_database_that_is_away_leaves_the_history_as_it_was(
    qtbot: QtBot, day: Day, editor: Editor, tasks: Tasks
) -> None:
    _submit(qtbot, editor, day.put(R1, A))
    day.is_away = True
    with qtbot.waitSignal(tasks.failed):
        editor.undo()
    _wait(qtbot, editor)
    day.is_away = False
    _step(qtbot, editor, "undo")
    assert day.orders(R1) == ()


def test_a_refused_edit_leaves_nothing_to_undo(
    qtbot: QtBot, day: Day, editor: Editor, tasks: Tasks
) -> None:
    stale = replace(day.put(R1, A), seen={R1: 7})
    with qtbot.waitSignal(tasks.failed):
        editor.submit(stale, "Move")
    _wait(qtbot, editor)
    assert editor.stack.count() == 0
    assert day.orders(R1) == ()
