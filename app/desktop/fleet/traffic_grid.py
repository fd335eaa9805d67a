"""Traffic by weekday and hour: how much longer travel takes than on an empty road."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desktop.colors import mixed, tokens
from app.desktop.theme import SMALL, SPACING, text_font
from app.desktop.widgets.parsing import parse_decimal
from app.domain.fleet import WeekPace

AnyIndex = QModelIndex | QPersistentModelIndex
_DAYS, _HOURS = 7, 24
_LEAST, _MOST = -50, 400
_FULL = 60
"""From so many percent on a cell has its strongest colour."""
_RUSH = {7: 30, 8: 25, 12: 10, 15: 10, 16: 25, 17: 30, 18: 15}
"""Percent by hour, on working days in a town."""
_CELL = 25
_ROW = 22

NO_TRAFFIC: WeekPace = ()
CITY_RUSH_HOURS: WeekPace = tuple(
    tuple(1 + _RUSH.get(hour, 0) / 100 if day < 5 else 1.0 for hour in range(_HOURS))
    for day in range(_DAYS)
)


class TrafficModel(QAbstractTableModel):
    """Weekdays by hours; a cell is the percentage by which travel takes longer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._percents = [[0] * _HOURS for _ in range(_DAYS)]

    @property
    def week(self) -> WeekPace:
        """Empty where every hour is as the roads are."""
        if not any(any(day) for day in self._percents):
            return NO_TRAFFIC
        return tuple(tuple(1 + each / 100 for each in day) for day in self._percents)

    def set_week(self, week: WeekPace) -> None:
        self.beginResetModel()
        self._percents = [
            [round((factor - 1) * 100) for factor in day] for day in week or [(1.0,) * 24] * _DAYS
        ]
        self.endResetModel()

    def set_cells(self, cells: Iterable[AnyIndex], percent: int) -> None:
        for index in cells:
            self._percents[index.row()][index.column()] = percent
        self.dataChanged.emit(self.index(0, 0), self.index(_DAYS - 1, _HOURS - 1))

    # Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _DAYS

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _HOURS

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        percent = self._percents[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return str(percent) if percent else ""
            case Qt.ItemDataRole.EditRole:
                return str(percent)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.BackgroundRole:
                return _ground(percent)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                day = QLocale().dayName(index.row() + 1)
                hour = index.column()
                words = self.tr("{0} {1}:00–{2}:00: travel {3} %")
                return words.format(day, hour, hour + 1, f"{percent:+d}")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation is Qt.Orientation.Horizontal:
                return str(section)
            return QLocale().dayName(section + 1, QLocale.FormatType.ShortFormat)
        return None


class TrafficGrid(QWidget):
    """Drag over hours, then type by how many percent travel takes longer in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("traffic")
        self.cells = TrafficModel(self)
        self.table = _CellView(self.cells, self)
        said = QLabel(self.tr("Travel takes longer by (%): drag over hours, then type"), self)
        said.setProperty("kind", "small")
        none = self._preset("traffic_none", self.tr("None"), NO_TRAFFIC)
        rush = self._preset("traffic_rush", self.tr("City rush hours"), CITY_RUSH_HOURS)
        top = QHBoxLayout()
        top.setSpacing(SPACING)
        top.addWidget(said, 1)
        top.addWidget(none)
        top.addWidget(rush)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(top)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)

    @property
    def week(self) -> WeekPace:
        return self.cells.week

    def set_week(self, week: WeekPace) -> None:
        self.cells.set_week(week)

    def _preset(self, name: str, text: str, week: WeekPace) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("kind", "flat")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.cells.set_week(week))
        return button


class _CellView(QTableView):
    """Cells are chosen by dragging; what is typed into one is for all that are chosen."""

    def __init__(self, model: TrafficModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("traffic_cells")
        self.setAccessibleName(self.tr("Traffic by weekday and hour, in percent"))
        self.setModel(model)
        self._cells = model
        self.setItemDelegate(_PercentDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setFont(text_font(SMALL, tabular=True))
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        hours, days = self.horizontalHeader(), self.verticalHeader()
        for header in (hours, days):
            header.setHighlightSections(False)
            header.setFont(text_font(SMALL, tabular=True))
        hours.setMinimumSectionSize(_CELL - 6)
        hours.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        hours.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        days.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        days.setMinimumSectionSize(_ROW)
        days.setDefaultSectionSize(_ROW)
        self.setFixedHeight(_DAYS * _ROW + hours.sizeHint().height() + 2)

    def set_chosen(self, percent: int) -> None:
        self._cells.set_cells(self.selectionModel().selectedIndexes(), percent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.set_chosen(0)
            return
        super().keyPressEvent(event)


class _PercentDelegate(QStyledItemDelegate):
    def __init__(self, view: _CellView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """The number itself without the style's margins, for which a cell has no room."""
        super().paint(painter, option, index)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        painter.save()
        painter.setFont(option.font)
        painter.setPen(option.palette.color(role))
        text = str(index.data())
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        option.text = ""

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, _index: AnyIndex) -> None:
        assert isinstance(editor, QLineEdit)
        try:
            typed = parse_decimal(editor.text())
        except ValueError:
            return
        self._view.set_chosen(max(_LEAST, min(_MOST, round(typed or 0))))


def _ground(percent: int) -> QColor | None:
    if not percent:
        return None
    colors = tokens()
    strong = QColor(colors.risk_soft if percent > 0 else colors.good_soft)
    return mixed(QColor(colors.surface), strong, min(1.0, 0.35 + abs(percent) / _FULL))
