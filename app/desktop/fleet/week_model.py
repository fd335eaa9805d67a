"""The shifts of a week: a row for each driver, a column for each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.desktop.fleet.conflicts import conflicts
from app.desktop.fleet.fleet_texts import shift_text
from app.desktop.widgets.formats import plain_tip, short_day_text
from app.domain.fleet import Driver, Shift
from app.domain.ids import DriverId

DAYS = 7
CELL_ROLE = Qt.ItemDataRole.UserRole

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCell:
    """What a driver does on a day; `problems` are those of its shifts, in words."""

    driver: Driver
    day: date
    shifts: tuple[Shift, ...]
    lines: tuple[str, ...]
    problems: tuple[str, ...]


class WeekModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monday = date(2024, 1, 1)
        self._drivers: tuple[Driver, ...] = ()
        self._cells: Mapping[tuple[DriverId, date], WeekCell] = {}

    @property
    def monday(self) -> date:
        return self._monday

    @property
    def problems(self) -> tuple[str, ...]:
        """Every conflict of the week once, with its day."""
        cells = sorted(self._cells.values(), key=lambda cell: (cell.day, cell.driver.name))
        return tuple(
            dict.fromkeys(
                f"{short_day_text(cell.day)}: {problem}"
                for cell in cells
                for problem in cell.problems
            )
        )

    def show(self, monday: date, drivers: Sequence[Driver], shifts: Sequence[Shift]) -> None:
        """Drivers in use, and others who have a shift that week."""
        busy = {shift.driver.id: shift.driver for shift in shifts}
        shown = [driver for driver in drivers if driver.is_active or driver.id in busy]
        known = {driver.id for driver in shown}
        shown += [driver for key, driver in busy.items() if key not in known]
        reasons = conflicts(shifts)
        by_cell: dict[tuple[DriverId, date], list[Shift]] = defaultdict(list)
        for shift in sorted(shifts, key=lambda each: each.window.start):
            by_cell[shift.driver.id, shift.day].append(shift)
        cells = {}
        for driver in shown:
            for offset in range(DAYS):
                day = monday + timedelta(days=offset)
                mine = by_cell.get((driver.id, day), [])
                cells[driver.id, day] = WeekCell(
                    driver=driver,
                    day=day,
                    shifts=tuple(mine),
                    lines=tuple(shift_text(shift) for shift in mine),
                    problems=tuple(
                        dict.fromkeys(text for shift in mine for text in reasons.get(shift.id, ()))
                    ),
                )
        self.beginResetModel()
        self._monday = monday
        self._drivers = tuple(shown)
        self._cells = cells
        self.endResetModel()

    def cell(self, index: AnyIndex) -> WeekCell | None:
        if not index.isValid():
            return None
        day = self._monday + timedelta(days=index.column())
        return self._cells[self._drivers[index.row()].id, day]

    # Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._drivers)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else DAYS

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.cell(index)
        if cell is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "\n".join(cell.lines)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join((*cell.lines, *cell.problems)))
            case Qt.ItemDataRole.AccessibleTextRole:
                return "; ".join((*cell.lines, *cell.problems))
        return cell if role == CELL_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return short_day_text(self._monday + timedelta(days=section))
        return self._drivers[section].name if section < len(self._drivers) else None
