"""The strip above the map: which routes are shown, and what the map waits for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from app.desktop.theme import SPACING, icon
from app.domain.board import BoardRoute
from app.domain.ids import RouteId


class MapStrip(QWidget):
    """Knows which routes are hidden, and has chips for the states that somebody can end."""

    shown_changed = Signal()
    """Other routes are to be shown."""
    overlay_ended = Signal()
    drawing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hidden_routes: frozenset[RouteId] = frozenset()
        self._routes: Sequence[BoardRoute] = ()
        self._is_asking = False
        self._dashed = 0
        button = QToolButton(self)
        button.setObjectName("map_routes")
        button.setProperty("kind", "flat")
        button.setIcon(icon("eye-outline"))
        button.setText(self.tr("Routes"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(button)
        # Not with every change of the board: a day may have a hundred routes.
        self._menu.aboutToShow.connect(self._fill_menu)
        button.setMenu(self._menu)
        self._unassigned = QToolButton(self)
        self._unassigned.setObjectName("only_unassigned")
        self._unassigned.setProperty("kind", "chip")
        self._unassigned.setText(self.tr("Only unassigned"))
        self._unassigned.setCheckable(True)
        self._unassigned.toggled.connect(self.shown_changed)
        self._overlay = self._ending_chip("map_overlay", self.tr("Show the board alone again"))
        self._overlay.clicked.connect(self.overlay_ended)
        self._drawing = self._ending_chip(
            "stop_drawing", self.tr("Escape gives up, Backspace takes the last corner back")
        )
        self._drawing.setText(self.tr("Click the corners; double-click or Enter closes"))
        self._drawing.clicked.connect(self.drawing_ended)
        self._note = QLabel(self)
        self._note.setObjectName("map_note")
        self._note.setProperty("kind", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, 0, 2 * SPACING, 0)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(button)
        for chip in (self._unassigned, self._overlay, self._drawing):
            layout.addWidget(chip)
        layout.addWidget(self._note, 1, Qt.AlignmentFlag.AlignRight)
        self.setFixedHeight(28)

    @property
    def is_only_unassigned(self) -> bool:
        return self._unassigned.isChecked()

    @property
    def is_drawing(self) -> bool:
        return not self._drawing.isHidden()

    def set_routes(self, routes: Sequence[BoardRoute], *, is_other_day: bool) -> None:
        """What the menu offers; on another day nothing is hidden."""
        self._routes = routes
        if is_other_day:
            self.hidden_routes = frozenset()

    def show_overlay(self, text: str | None) -> None:
        """Which plans the map compares; None for the board alone."""
        self._overlay.setText((text or "").replace("&", "&&"))
        self._overlay.setVisible(text is not None)

    def show_drawing(self, *, is_on: bool) -> None:
        self._drawing.setVisible(is_on)

    def ask_for_place(self, *, is_on: bool) -> None:
        self._is_asking = is_on
        self.show_note()

    def set_dashed(self, count: int) -> None:
        """How many routes are still drawn without their streets."""
        self._dashed = count
        self.show_note()

    def show_note(self) -> None:
        hidden = sum(each.id in self.hidden_routes for each in self._routes)
        if self._is_asking:
            self._note.setText(self.tr("Click where it is"))
        elif hidden:
            self._note.setText(self.tr("Routes hidden: %n", "", hidden))
        else:
            words = self.tr("Dashed until their streets are found: %n", "", self._dashed)
            self._note.setText(words if self._dashed else "")

    def _ending_chip(self, name: str, tip: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName(name)
        chip.setProperty("kind", "chip")
        chip.setIcon(icon("close"))
        chip.setIconSize(QSize(12, 12))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setToolTip(tip)
        chip.hide()
        return chip

    def _fill_menu(self) -> None:
        self._menu.clear()
        everything = self._menu.addAction(self.tr("Show all routes"))
        everything.triggered.connect(lambda: self._hide_routes(frozenset()))
        none = self._menu.addAction(self.tr("Hide all routes"))
        none.triggered.connect(
            lambda: self._hide_routes(frozenset(each.id for each in self._routes))
        )
        self._menu.addSeparator()
        for each in self._routes:
            action = self._menu.addAction(each.route.shift.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(each.id not in self.hidden_routes)
            action.toggled.connect(lambda is_on, route=each.id: self._toggle(route, is_on))

    def _toggle(self, route: RouteId, is_shown: bool) -> None:
        hidden = self.hidden_routes
        self._hide_routes(hidden - {route} if is_shown else hidden | {route})

    def _hide_routes(self, routes: frozenset[RouteId]) -> None:
        self.hidden_routes = routes
        self.shown_changed.emit()
