"""What keys do in windows with fields and lists: Tab goes as it is read, Enter stays in a list."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def keep_enter(event: QKeyEvent) -> None:
    """Enter has opened a row of a list.

    Qt passes it on nevertheless, up to the dialog, which presses a default button: even that of
    a form which the row has just opened.
    """
    if event.key() in ENTER_KEYS:
        event.accept()


def step_focus(window: QWidget, steps: int) -> bool:
    """Give the focus to the next field (1) or the one before (-1); False where there is none.

    Qt's own order is that in which widgets were made, so a field made late, a chip or a row that
    was added would come after the buttons.
    """
    stops = list(_stops(window))
    here = window.focusWidget()
    at = next((i for i, stop in enumerate(stops) if stop is here), None)
    if not stops or (len(stops) == 1 and at == 0):
        return False
    if at is None:
        at = -1 if steps > 0 else 0
    reason = Qt.FocusReason.TabFocusReason if steps > 0 else Qt.FocusReason.BacktabFocusReason
    stops[(at + steps) % len(stops)].setFocus(reason)
    return True


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.isHidden() or not widget.isEnabled():
        return
    layout = widget.layout()
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        if inner is not None:
            yield from _stops(inner)
    elif widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    elif layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        inner, below = item.widget(), item.layout()
        if inner is not None:
            yield from _stops(inner)
        elif below is not None:
            yield from _in_layout(below)
