"""The command palette: actions with their keys, typed moves, and orders found by their text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QHideEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.colors import tokens
from app.desktop.theme import SMALL, SPACING, icon, text_font

_SHOWN = 12
_WIDTH = 640
_LOOK_UP_MS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: what it is, what stands at its right, and what Enter does."""

    text: str
    hint: str = ""
    icon: QIcon
    run: Callable[[], object] | None = None
    """None for a line that only says something."""


class Palette(QFrame):
    """Opens over the window; `search_wanted` asks for more lines than the actions have."""

    search_wanted = Signal(str)
    """What is typed, once nothing was typed for a moment; answer with `set_found`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setProperty("kind", "card")
        self._window = window
        self._actions: list[QAction] = []
        self._found: tuple[Entry, ...] = ()
        self._model = _Entries(self)
        self.field = QLineEdit(self)
        self.field.setObjectName("palette_field")
        self.field.setPlaceholderText(
            self.tr("An order, a command, or a move such as  1042 > ana  or  120-124 > van 3 @2")
        )
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName(self.tr("Command, move or order"))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_EntryDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(lambda index: self._run(index.row()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.field)
        layout.addWidget(self._list)
        self._delay = QTimer(self, singleShot=True, interval=_LOOK_UP_MS)
        self._delay.timeout.connect(lambda: self.search_wanted.emit(self.field.text()))

    @property
    def entries(self) -> Sequence[Entry]:
        return self._model.entries

    def open(self, actions: Iterable[QAction]) -> None:
        """Show the palette; `actions` are those that there are at this moment."""
        self._actions = [action for action in actions if action.text() and action.isVisible()]
        self._found = ()
        self.field.clear()
        self._fill()
        width = min(_WIDTH, self._window.width() - 32)
        corner = QPoint((self._window.width() - width) // 2, 48)
        height = self.sizeHint().height()
        self.setGeometry(QRect(self._window.mapToGlobal(corner), QSize(width, height)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def set_found(self, text: str, entries: Sequence[Entry]) -> None:
        """Moves and orders for `text`; ignored where something else is typed by now."""
        if text == self.field.text():
            self._found = tuple(entries) or (self._nothing(text),)
            self._fill(max(0, self._list.currentIndex().row()))

    def hideEvent(self, event: QHideEvent) -> None:
        self._delay.stop()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = watched is self.field and event.type() is QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and self._on_key(event.key()):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        row = self._list.currentIndex().row()
        match key:
            case Qt.Key.Key_Down:
                self._choose(row + 1)
            case Qt.Key.Key_Up:
                self._choose(row - 1)
            case Qt.Key.Key_PageDown:
                self._choose(row + _SHOWN)
            case Qt.Key.Key_PageUp:
                self._choose(row - _SHOWN)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run(row)
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def _on_typed(self) -> None:
        self._found = ()
        self._fill()
        if self.field.text().strip():
            self._delay.start()
        else:
            self._delay.stop()

    def _fill(self, row: int = 0) -> None:
        # What is found comes late, so it goes below: nothing may move under a finger on Enter.
        commands = [_command(action) for action in matching(self.field.text(), self._actions)]
        found = [entry for entry in self._found if entry.run or not commands]
        self._model.set_entries([*commands, *found])
        self._choose(row)
        lines = min(max(len(self.entries), 1), _SHOWN)
        line = self._list.sizeHintForRow(0) if self.entries else 0
        self._list.setFixedHeight(lines * max(line, 1) + 2)
        self.resize(self.width(), self.sizeHint().height())

    def _nothing(self, text: str) -> Entry:
        return Entry(
            text=self.tr("No order, command or day is called “{0}”.").format(text.strip()),
            icon=icon("magnify", "muted"),
        )

    def _choose(self, row: int) -> None:
        count = self._model.rowCount()
        if count:
            self._list.setCurrentIndex(self._model.index(min(max(row, 0), count - 1)))

    def _run(self, row: int) -> None:
        if not 0 <= row < len(self.entries):
            return
        run = self.entries[row].run
        if run is not None:
            self.close()
            run()


def matching(text: str, actions: Iterable[QAction]) -> list[QAction]:
    """The actions whose words begin with those typed, in any sequence; all for nothing typed."""
    if ">" in text:
        return []
    typed = text.casefold().split()
    found = []
    for action in actions:
        words = _words(action).casefold().split()
        if all(any(word.startswith(part) for word in words) for part in typed):
            found.append(action)
    # What can't be done now comes last; otherwise they stay in the order of the menus.
    return sorted(found, key=lambda action: not action.isEnabled())


def _words(action: QAction) -> str:
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _command(action: QAction) -> Entry:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Entry(
        text=_words(action),
        hint=keys,
        icon=action.icon() if not action.icon().isNull() else icon("chevron-right", "muted"),
        run=action.trigger if action.isEnabled() else None,
    )


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.entries)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.text} {entry.hint}".strip()
            case Qt.ItemDataRole.DecorationRole:
                return entry.icon
            case Qt.ItemDataRole.UserRole:
                return entry
            case _:
                return None


class _EntryDelegate(QStyledItemDelegate):
    """Text at the left, its key or place at the right; dim where nothing can be done."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, option.fontMetrics.height() + 3 * SPACING)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        style = option.widget.style()
        plain = QStyleOptionViewItem(option)
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, plain, painter, option.widget
        )
        area = option.rect.adjusted(2 * SPACING, 0, -2 * SPACING, 0)
        size = 16
        mode = QIcon.Mode.Normal if entry.run else QIcon.Mode.Disabled
        entry.icon.paint(
            painter, QRect(area.left(), area.center().y() - size // 2, size, size), mode=mode
        )
        painter.save()
        group = QPalette.ColorGroup.Normal if entry.run else QPalette.ColorGroup.Disabled
        painter.setFont(text_font(SMALL, tabular=True))
        hint_width = painter.fontMetrics().horizontalAdvance(entry.hint)
        painter.setPen(QColor(tokens(option.palette).muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, entry.hint)
        painter.setFont(option.font)
        painter.setPen(option.palette.color(group, QPalette.ColorRole.Text))
        words = area.adjusted(size + 2 * SPACING, 0, -hint_width - 2 * SPACING, 0)
        text = option.fontMetrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(
            words, middle | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, text
        )
        painter.restore()
