"""Steps from day to day and opens a calendar in which busy days stand out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.colors import tokens
from app.desktop.theme import icon
from app.desktop.widgets.formats import day_text, python_date, qt_date, short_day_text
from app.desktop.widgets.parsing import FIRST_DAY, LAST_DAY, parse_day

_CALENDAR_SIZE = QSize(360, 240)


class DayPicker(QWidget):
    """A value and a signal; who listens decides whether the day is opened."""

    day_chosen = Signal(object)
    calendar_opened = Signal()
    """The counts of the days may be read afresh now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("day_picker")
        self._day = date.today()  # noqa: DTZ011 - replaced before anybody sees it
        self._busy: Mapping[date, str] = {}
        self._calendar: QCalendarWidget | None = None
        before = self._button("chevron-left", self.tr("Previous day"))
        before.clicked.connect(lambda: self.step(-1))
        after = self._button("chevron-right", self.tr("Next day"))
        after.clicked.connect(lambda: self.step(+1))
        self._name = QToolButton(self)
        self._name.setObjectName("day_name")
        self._name.setMinimumWidth(self._name.fontMetrics().horizontalAdvance("Wed 30 Sep 2026 x"))
        self._name.clicked.connect(self.open_calendar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(before)
        layout.addWidget(self._name)
        layout.addWidget(after)

    @property
    def day(self) -> date:
        return self._day

    def set_day(self, day: date, today: date) -> None:
        self._day = day
        text = short_day_text(day)
        self._name.setText(text if day.year == today.year else f"{text} {day.year}")
        relation = {0: self.tr("today"), 1: self.tr("tomorrow"), -1: self.tr("yesterday")}
        words = relation.get((day - today).days, "")
        self._name.setToolTip(f"{day_text(day)} ({words})" if words else day_text(day))
        self._name.setAccessibleName(self.tr("Service day: {0}").format(day_text(day)))

    def step(self, days: int) -> None:
        """Ask for an earlier or a later day."""
        self.day_chosen.emit(self._day + timedelta(days=days))

    def set_busy_days(self, busy: Mapping[date, str]) -> None:
        """Days with orders, and what to say of each."""
        self._busy = busy
        if self._calendar is not None:
            self._mark(self._calendar)

    def open_calendar(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setObjectName("calendar_popup")
        field = _DayLine(popup)
        field.setObjectName("day_typed")
        field.setPlaceholderText(self.tr("A day, such as 2026-11-20"))
        field.setAccessibleName(self.tr("Day"))
        message = QLabel(popup)
        message.setProperty("kind", "bad")
        message.setTextFormat(Qt.TextFormat.PlainText)
        message.setWordWrap(True)
        message.hide()
        field.returnPressed.connect(lambda: self._take_typed(popup, field, message))
        calendar = QCalendarWidget(popup)
        calendar.setDateEditEnabled(False)
        calendar.setDateRange(qt_date(FIRST_DAY), qt_date(LAST_DAY))
        calendar.setFirstDayOfWeek(self.locale().firstDayOfWeek())
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.ISOWeekNumbers)
        calendar.setMinimumSize(_CALENDAR_SIZE)
        # Qt paints weekends red; here red means broken.
        plain = QTextCharFormat()
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekday, plain)
        calendar.setSelectedDate(qt_date(self._day))
        field.left.connect(calendar.setFocus)
        calendar.activated.connect(lambda day: self._choose(popup, python_date(day)))
        calendar.clicked.connect(lambda day: self._choose(popup, python_date(day)))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(field)
        layout.addWidget(message)
        layout.addWidget(calendar)
        popup.destroyed.connect(self._on_popup_gone)
        self._calendar = calendar
        self._mark(calendar)
        popup.move(self._name.mapToGlobal(QPoint(0, self._name.height())))
        popup.show()
        field.setFocus()
        self.calendar_opened.emit()

    def _take_typed(self, popup: QFrame, field: QLineEdit, message: QLabel) -> None:
        try:
            day = parse_day(field.text(), self._day)
        except ValueError as error:
            message.setText(str(error))
            message.show()
            popup.adjustSize()
            return
        self._choose(popup, self._day if day is None else day)

    def _choose(self, popup: QFrame, day: date) -> None:
        popup.close()
        self.day_chosen.emit(day)

    def _on_popup_gone(self) -> None:
        self._calendar = None

    def _mark(self, calendar: QCalendarWidget) -> None:
        for day, words in self._busy.items():
            style = QTextCharFormat()
            style.setFontWeight(QFont.Weight.Bold)
            style.setBackground(QColor(tokens().accent_soft))
            style.setToolTip(words)
            calendar.setDateTextFormat(qt_date(day), style)

    def _button(self, glyph: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(glyph))
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button


class _DayLine(QLineEdit):
    left = Signal()
    """Up or Down: the days of the calendar below are meant."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.left.emit()
            return
        super().keyPressEvent(event)
