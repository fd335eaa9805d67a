"""The week of shifts with its bar: turn the pages, copy, templates, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.desktop.fleet.week_model import WeekCell, WeekModel
from app.desktop.fleet.week_view import WeekView
from app.desktop.theme import NORMAL, SPACING, icon, text_font
from app.desktop.widgets.formats import dated_text, menu_text, short_day_text
from app.desktop.widgets.notice_strip import NoticeStrip
from app.domain.fleet import Driver, Shift

_WEEK = timedelta(days=7)


class WeekPanel(QWidget):
    week_requested = Signal(object)
    """The Monday of the week to show."""
    shift_requested = Signal(object)
    """A Shift to be edited."""
    new_requested = Signal(object, object)
    """A day, and the driver's id or None."""
    delete_requested = Signal(object)
    """The chosen shifts."""
    copy_day_requested = Signal(object)
    """The day to be copied; the target is asked for."""
    copy_week_requested = Signal()
    """To the week after."""
    template_chosen = Signal(str)
    save_template_requested = Signal()
    delete_template_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("week_panel")
        self.model = WeekModel(self)
        self.view = WeekView(self.model, self)
        self._title = QLabel(self)
        self._title.setFont(text_font(NORMAL, bold=True))
        self._templates = QMenu(self)
        self._forget = QMenu(self.tr("Delete template"), self)
        copies = QMenu(self)
        copies.addAction(self.tr("Copy the chosen day to…"), self._on_copy_day)
        copies.addAction(
            self.tr("Copy this week to the next one"), lambda: self.copy_week_requested.emit()
        )
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACING, 0, SPACING, 0)
        bar.setSpacing(SPACING)
        for text, glyph, weeks in (
            (self.tr("The week before"), "chevron-left", -1),
            (self.tr("The week after"), "chevron-right", +1),
        ):
            turn = self._button("", glyph)
            turn.setToolTip(text)
            turn.setAccessibleName(text)
            turn.clicked.connect(lambda _checked=False, weeks=weeks: self._turn(weeks))
            bar.addWidget(turn)
        bar.addWidget(self._title)
        bar.addStretch(1)
        new = self._button(self.tr("New shift"), "plus")
        new.setObjectName("new_shift")
        new.clicked.connect(self._on_new)
        bar.addWidget(new)
        for text, glyph, menu in (
            (self.tr("Copy"), "content-copy", copies),
            (self.tr("Templates"), "calendar-star", self._templates),
        ):
            button = self._button(text, glyph)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(menu)
            bar.addWidget(button)
        self.strip = NoticeStrip(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(bar)
        layout.addWidget(self.strip)
        layout.addWidget(self.view, 1)
        self.view.cell_activated.connect(self._on_cell_activated)
        self.view.delete_requested.connect(self._on_delete_requested)
        self.view.menu_requested.connect(self._on_menu_requested)
        self.set_templates(())

    def show_week(self, monday: date, drivers: Sequence[Driver], shifts: Sequence[Shift]) -> None:
        self.model.show(monday, drivers, shifts)
        last = monday + _WEEK - timedelta(days=1)
        self._title.setText(
            self.tr("Week {0}: {1} – {2}").format(
                monday.isocalendar().week, short_day_text(monday), dated_text(last)
            )
        )
        self.show_conflicts()

    def show_conflicts(self) -> None:
        """Everything that can't be driven as it stands, in the strip."""
        self.strip.show_text("\n".join(self.model.problems), "bad")

    def set_templates(self, names: Sequence[str]) -> None:
        self._templates.clear()
        self._forget.clear()
        for name in names:
            fill = self._templates.addAction(
                self.tr("Fill this week from {0}").format(menu_text(name))
            )
            fill.triggered.connect(
                lambda _checked=False, name=name: self.template_chosen.emit(name)
            )
            forget = self._forget.addAction(menu_text(name))
            forget.triggered.connect(
                lambda _checked=False, name=name: self.delete_template_requested.emit(name)
            )
        if names:
            self._templates.addSeparator()
        self._templates.addAction(
            self.tr("Save this week as a template…"), lambda: self.save_template_requested.emit()
        )
        if names:
            self._templates.addMenu(self._forget)

    def _button(self, text: str, glyph: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "flat")
        button.setIcon(icon(glyph))
        button.setText(text)
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    @property
    def _chosen_day(self) -> date:
        chosen = self.view.chosen
        return chosen[0].day if chosen else self.model.monday

    def _turn(self, weeks: int) -> None:
        self.week_requested.emit(self.model.monday + weeks * _WEEK)

    def _on_new(self) -> None:
        chosen = self.view.chosen
        driver = chosen[0].driver.id if chosen else None
        self.new_requested.emit(self._chosen_day, driver)

    def _on_copy_day(self) -> None:
        self.copy_day_requested.emit(self._chosen_day)

    def _on_cell_activated(self, cell: WeekCell) -> None:
        if cell.shifts:
            self.shift_requested.emit(cell.shifts[0])
        else:
            self.new_requested.emit(cell.day, cell.driver.id)

    def _on_delete_requested(self, cells: Sequence[WeekCell]) -> None:
        shifts = tuple(shift for cell in cells for shift in cell.shifts)
        if shifts:
            self.delete_requested.emit(shifts)

    def _on_menu_requested(self, position: QPoint) -> None:
        cells = self.view.chosen
        if not cells:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(cells) == 1:
            for shift, line in zip(cells[0].shifts, cells[0].lines, strict=True):
                edit = menu.addAction(self.tr("Edit {0}…").format(menu_text(line)))
                edit.triggered.connect(
                    lambda _checked=False, shift=shift: self.shift_requested.emit(shift)
                )
        menu.addAction(self.tr("New shift…"), self._on_new)
        menu.addAction(self.tr("Copy this day to…"), self._on_copy_day)
        delete = menu.addAction(
            icon("trash-can-outline"),
            self.tr("Delete shifts"),
            lambda: self._on_delete_requested(cells),
        )
        delete.setEnabled(any(cell.shifts for cell in cells))
        menu.popup(position)
