"""Writes the day for other programs, in the format that is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.desktop.notices import NoticeBar
from app.desktop.tasks import Tasks, Work
from app.desktop.widgets.dialogs import answered
from app.domain.board import Board
from app.services.context import Cancelled, Report
from app.services.exports import ExportFormat, ExportService


class Exporting(QObject):
    def __init__(
        self, exports: ExportService, tasks: Tasks, notices: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._exports = exports
        self._tasks = tasks
        self._notices = notices
        self._window = window

    def open(self, board: Board | None) -> None:
        """Ask for a file; what its name ends with, or the chosen kind, is the format."""
        if board is not None:
            self._tasks.start(self._export(board), self)

    async def _export(self, board: Board) -> None:
        texts = self._texts()
        dialog = QFileDialog(self._window, self.tr("Export the day"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(texts))
        dialog.selectFile(f"wayboard-{board.day:%Y-%m-%d}")
        if await answered(dialog) != QDialog.DialogCode.Accepted or not dialog.selectedFiles():
            return
        kind = texts[dialog.selectedNameFilter()]
        path = Path(dialog.selectedFiles()[0])
        by_suffix = {each.suffix: each for each in ExportFormat}
        if path.suffix.lower() in by_suffix:
            kind = by_suffix[path.suffix.lower()]
        else:
            path = path.with_name(path.name + kind.suffix)
        work = Work(self.tr("Export"), self)
        try:
            await self._tasks.run_work(
                work, self._write, path, board, kind, work.report, work.cancelled
            )
        finally:
            work.deleteLater()
        self._notices.show_done(self.tr("Exported to {0}.").format(path), topic=self)

    def _write(
        self, path: Path, board: Board, kind: ExportFormat, report: Report, cancelled: Cancelled
    ) -> None:
        self._exports.write(path, self._exports.content(board, kind, report, cancelled))

    def _texts(self) -> dict[str, ExportFormat]:
        words = {
            ExportFormat.JSON: self.tr("The whole day as JSON"),
            ExportFormat.CSV: self.tr("Stops as a table"),
            ExportFormat.GEOJSON: self.tr("Routes and stops as GeoJSON"),
            ExportFormat.GPX: self.tr("Routes as GPX"),
            ExportFormat.ICAL: self.tr("Shifts as a calendar"),
            ExportFormat.HTML: self.tr("Map that opens without a network"),
        }
        return {f"{words[each]} (*{each.suffix})": each for each in ExportFormat}
