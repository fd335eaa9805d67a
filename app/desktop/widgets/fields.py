"""Forms: fields with their labels and units, and what is wrong beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time, timedelta

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.flow_layout import FlowLayout
from app.desktop.widgets.formats import python_date, qt_date
from app.desktop.widgets.measures import hours_text
from app.desktop.widgets.parsing import (
    amount_text,
    parse_amount,
    parse_clock,
    parse_hours,
    parse_location,
)
from app.domain.geo import Location


class FieldForm(QWidget):
    """Labels above their fields in columns, each with room for what is wrong with it."""

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACING)
        self._grid.setVerticalSpacing(2 * SPACING)
        self._columns = columns
        self._next = (0, 0)
        self._messages: dict[QWidget, QLabel] = {}
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(self, label: str, field: QWidget, *, span: int = 1, unit: str = "") -> None:
        """Put the next field; `span` is how many columns it takes."""
        cell = QWidget(self)
        cell.setObjectName("field")
        layout = QVBoxLayout(cell)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        title = QLabel(label, cell)
        title.setProperty("kind", "small")
        title.setBuddy(field)
        field.setAccessibleName(f"{label} ({unit})" if unit else label)
        layout.addWidget(title)
        if unit:
            row = QHBoxLayout()
            row.setSpacing(SPACING)
            row.addWidget(field, 1)
            mark = QLabel(unit, cell)
            mark.setProperty("kind", "muted")
            row.addWidget(mark)
            layout.addLayout(row)
        else:
            layout.addWidget(field)
        message = QLabel(cell)
        message.setObjectName(f"{field.objectName()}_message")
        message.setProperty("kind", "bad")
        message.setWordWrap(True)
        message.hide()
        layout.addWidget(message)
        layout.addStretch(1)
        self._messages[field] = message
        if isinstance(field, QLineEdit):
            field.textEdited.connect(lambda _text: self.say(field, ""))
        self._place(cell, span)

    def add_row(self, widget: QWidget) -> None:
        """Put a widget without a label across all columns."""
        self._place(widget, self._columns)

    def skip(self, span: int = 1) -> None:
        """Leave a place empty."""
        self._place(None, span)

    def say(self, field: QWidget, text: str) -> None:
        """Show what is wrong with a field; no text means that nothing is."""
        message = self._messages[field]
        message.setText(text)
        message.setVisible(bool(text))
        field.setAccessibleDescription(text)
        if bool(text) != (field.property("state") == "bad"):
            field.setProperty("state", "bad" if text else "")
            field.style().unpolish(field)
            field.style().polish(field)

    def message(self, field: QWidget) -> str:
        """What is shown as wrong with a field."""
        return self._messages[field].text()

    def clear(self) -> None:
        for field in self._messages:
            self.say(field, "")

    def checked[T](self, field: QWidget, read: Callable[[], T]) -> T | None:
        """What `read` gives; where it raises ValueError, its text is shown with the field."""
        try:
            value = read()
        except ValueError as error:
            self.say(field, str(error))
            return None
        self.say(field, "")
        return value

    @property
    def first_wrong(self) -> QWidget | None:
        return next((field for field, label in self._messages.items() if label.text()), None)

    def _place(self, widget: QWidget | None, span: int) -> None:
        row, column = self._next
        if column + span > self._columns:
            row, column = row + 1, 0
        if widget is not None:
            self._grid.addWidget(widget, row, column, 1, span)
        self._next = (row, column + span)


class AmountField(QLineEdit):
    """An amount in a unit of people, kept in whole small units; empty means none."""

    def __init__(self, factor: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._factor = factor
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def set_amount(self, amount: int | None) -> None:
        self.setText("" if amount is None else amount_text(amount, self._factor))

    def amount(self) -> int | None:
        """Raises ValueError for what is no amount."""
        return parse_amount(self.text(), self._factor)


class HoursField(QLineEdit):
    """A length in hours, typed as 7:30 or 7.5; empty means none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def set_length(self, length: timedelta | None) -> None:
        self.setText("" if length is None else hours_text(int(length.total_seconds())))

    def length(self) -> timedelta | None:
        """Raises ValueError for what is no length of a day."""
        return parse_hours(self.text())


class ClockField(QLineEdit):
    """A time of day, typed in any of the usual ways; empty means none."""

    def set_clock(self, clock: time | None) -> None:
        self.setText("" if clock is None else f"{clock:%H:%M}")

    def clock(self) -> time | None:
        """Raises ValueError for what is no time."""
        return parse_clock(self.text())


class ClockSpan(QWidget):
    """From one time of day to another; either may be left open."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.start, self.end = ClockField(self), ClockField(self)
        self.start.setObjectName(f"{name}_start")
        self.end.setObjectName(f"{name}_end")
        self.start.setAccessibleName(self.tr("From"))
        self.end.setAccessibleName(self.tr("Until"))
        self.setFocusProxy(self.start)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.start, 1)
        layout.addWidget(QLabel("–", self))
        layout.addWidget(self.end, 1)

    def set_placeholder(self, text: str) -> None:
        self.start.setPlaceholderText(text)
        self.end.setPlaceholderText(text)

    def set_clocks(self, start: time | None, end: time | None) -> None:
        self.start.set_clock(start)
        self.end.set_clock(end)

    def clocks(self) -> tuple[time | None, time | None]:
        """Raises ValueError for what is no time."""
        return self.start.clock(), self.end.clock()


class DayField(QDateEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("ddd d MMM yyyy")

    def set_day(self, day: date) -> None:
        self.setDate(qt_date(day))

    def day(self) -> date:
        return python_date(self.date())


class ChoiceField[T](QComboBox):
    """One of some values, shown by their names."""

    def __init__(self, choices: Iterable[tuple[T, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[T] = []
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[T, str]]) -> None:
        """Offer others; the chosen one stays chosen where it is still there."""
        chosen = self._values[self.currentIndex()] if self._values else None
        pairs = list(choices)
        with QSignalBlocker(self):
            self.clear()
            self._values = [value for value, _ in pairs]
            self.addItems([name for _, name in pairs])
            if chosen in self._values:
                self.setCurrentIndex(self._values.index(chosen))

    def choose(self, value: T) -> None:
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    @property
    def chosen(self) -> T | None:
        """None where there is nothing to choose from."""
        return self._values[self.currentIndex()] if self._values else None


class TagField(QFrame):
    """Words, each a chip with a cross; comma or Enter ends a word."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: dict[str, QToolButton] = {}
        self._flow = FlowLayout(self)
        self.entry = QLineEdit(self)
        self.entry.setPlaceholderText(self.tr("add, then Enter"))
        self.entry.setMinimumWidth(120)
        self._has_ended_word = False
        """Enter did, and is used up by it."""
        self.entry.returnPressed.connect(self._on_return)
        self.entry.editingFinished.connect(self._take_typed)
        self.entry.textEdited.connect(self._on_text_edited)
        self.setFocusProxy(self.entry)
        self._flow.addWidget(self.entry)

    @property
    def tags(self) -> frozenset[str]:
        self._take_typed()
        return frozenset(self._tags)

    def set_tags(self, tags: Iterable[str]) -> None:
        for button in self._tags.values():
            self._drop(button)
        self._tags.clear()
        for tag in sorted(tags):
            self._add(tag)

    def suggest(self, tags: Iterable[str]) -> None:
        """Words that are in use already."""
        completer = QCompleter(sorted(tags), self.entry)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._take_typed, Qt.ConnectionType.QueuedConnection)
        self.entry.setCompleter(completer)

    def _on_return(self) -> None:
        self._has_ended_word = bool(self.entry.text().strip(" ,;"))
        self._take_typed()

    def _take_typed(self) -> None:
        words = [word.strip() for word in self.entry.text().replace(";", ",").split(",")]
        self.entry.clear()
        for word in filter(None, words):
            self._add(word)

    def _add(self, tag: str) -> None:
        if tag in self._tags:
            return
        button = QToolButton(self)
        button.setProperty("kind", "chip")
        button.setText(tag)
        button.setIcon(icon("close", "muted"))
        button.setIconSize(QSize(12, 12))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setToolTip(self.tr("Remove {0}").format(tag))
        button.clicked.connect(lambda: self._remove(tag))
        self._tags[tag] = button
        self._flow.removeWidget(self.entry)
        self._flow.addWidget(button)
        self._flow.addWidget(self.entry)
        button.show()
        self.updateGeometry()
        self.changed.emit()

    def _remove(self, tag: str) -> None:
        self._drop(self._tags.pop(tag))
        self.updateGeometry()
        self.changed.emit()

    def _drop(self, button: QToolButton) -> None:
        self._flow.removeWidget(button)
        button.hide()
        button.deleteLater()

    def _on_text_edited(self, text: str) -> None:
        if text.endswith((",", ";")):
            self._take_typed()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter that ends a word does not press the dialog's button; with nothing typed it does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._has_ended_word:
            event.accept()
            return
        super().keyPressEvent(event)


class CoordinatesField(QLineEdit):
    """Latitude and longitude in degrees, as maps write them; empty means none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("53.563822, 13.289257")

    def set_location(self, location: Location | None) -> None:
        self.setText("" if location is None else f"{location.lat:.6f}, {location.lon:.6f}")

    def location(self) -> Location | None:
        """Raises ValueError for what is no place on the earth."""
        return parse_location(self.text())
