"""Takes order files: preview, import with progress and cancel, report."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desktop.editor import Editor
from app.desktop.orders.import_dialog import ImportDialog
from app.desktop.scratch import Scratch
from app.desktop.tasks import Tasks, Work
from app.domain.errors import DispatchError, ImportErrors
from app.services.fleet import FleetService
from app.services.imports import ImportReport, ImportService

_log = logging.getLogger(__name__)
_DELAY_MS = 150


class OrderImports(QObject):
    """One import at a time, in a dialog of its own."""

    on_hold_requested = Signal(object)
    """The service day whose orders on hold are to be shown."""
    day_requested = Signal(object)
    """The service day that is to be opened, as the file's orders are for it."""

    def __init__(
        self,
        imports: ImportService,
        fleet: FleetService,
        tasks: Tasks,
        editor: Editor,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._imports = imports
        self._fleet = fleet
        self._tasks = tasks
        self._editor = editor
        self._window = parent
        self._open_dialog: _OneImport | None = None

    def open(self, day: date, zone: ZoneInfo, path: Path | None = None) -> None:
        """Look at a file, or ask for one."""
        if self._open_dialog is not None:
            self._open_dialog.bring_forward(path)
            return
        self._tasks.start(self._open(day, zone, path), self)

    async def _open(self, day: date, zone: ZoneInfo, path: Path | None) -> None:
        depots = await self._tasks.run(self._fleet.depots)
        dialog = ImportDialog(depots, day, zone, self._window)
        self._open_dialog = _OneImport(dialog, self._imports, self._tasks, self._editor)
        self._open_dialog.on_hold_requested.connect(self.on_hold_requested)
        self._open_dialog.day_requested.connect(self.day_requested)
        dialog.finished.connect(self._on_finished)
        # Made, styled and shown in turns of the loop: in one the window would stand still.
        await asyncio.sleep(0)
        dialog.ensurePolished()
        await asyncio.sleep(0)
        dialog.open()
        if path is None:
            self._open_dialog.ask_for_file()
        else:
            self._open_dialog.look_at(path)

    def _on_finished(self) -> None:
        self._open_dialog = None


class _OneImport(QObject):
    """One file on its way through the dialog; gone with it."""

    on_hold_requested = Signal(object)
    day_requested = Signal(object)

    def __init__(
        self, dialog: ImportDialog, imports: ImportService, tasks: Tasks, editor: Editor
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._imports = imports
        self._tasks = tasks
        self._editor = editor
        self._path: Path | None = None
        self._looking: asyncio.Task[None] | None = None
        self._work: Work | None = None
        self._report: ImportReport | None = None
        self._scratch = Scratch("import")
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._look)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.file_wanted.connect(self.ask_for_file)
        dialog.options_changed.connect(self._delay.start)
        dialog.run_requested.connect(self._on_run_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        dialog.report_wanted.connect(self._on_report_wanted)
        dialog.on_hold_wanted.connect(self._on_on_hold_wanted)
        dialog.day_wanted.connect(self._on_day_wanted)
        dialog.finished.connect(self._on_finished)

    def bring_forward(self, path: Path | None) -> None:
        self._dialog.raise_()
        self._dialog.activateWindow()
        if path is not None and self._work is None:
            self.look_at(path)

    def ask_for_file(self) -> None:
        dialog = QFileDialog(self._dialog, self.tr("Choose an order file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [
                self.tr("Order files (*.csv *.tsv *.txt *.xlsx *.ods)"),
                self.tr("All files (*)"),
            ]
        )
        dialog.fileSelected.connect(lambda name: self.look_at(Path(name)))
        dialog.open()

    def look_at(self, path: Path) -> None:
        self._path = path
        self._dialog.show_file(path)
        self._look()

    def _look(self) -> None:
        if self._path is None:
            return
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._tasks.start(self._preview(self._path), self)

    async def _preview(self, path: Path) -> None:
        options = self._dialog.options
        try:
            preview = await self._tasks.run_long(self._imports.preview, path, options)
        except DispatchError as error:
            headers, known = await self._headers(path, options.preset)
            columns = known if options.columns is None else options.columns
            self._dialog.show_failure(_told(error), headers, columns)
            return
        self._dialog.show_preview(preview)

    async def _headers(self, path: Path, preset: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
        """What there is to be mapped by hand; nothing where the file can't be read at all."""
        try:
            return await self._tasks.run_long(self._imports.headers, path, preset)
        except DispatchError:
            return (), {}

    def _on_run_requested(self) -> None:
        if self._path is not None and self._work is None:
            self._tasks.start(self._run(self._path), self)

    async def _run(self, path: Path) -> None:
        options = replace(
            self._dialog.options, report_file=self._scratch.folder / f"{path.stem}-refused.csv"
        )
        work = self._work = Work(self.tr("Importing {0}").format(path.name), self)
        work.stepped.connect(self._dialog.show_step)
        self._dialog.show_running()
        try:
            report = await self._tasks.run_work(
                work, self._imports.run, path, options, work.report, work.cancelled
            )
        except DispatchError as error:
            self._dialog.show_stopped(_told(error))
            return
        finally:
            self._work = None
        self._report = report
        text = self.tr("Import {0}").format(path.name)
        # In turns of the loop: in one the window would stand still.
        self._dialog.make_result()
        await asyncio.sleep(0)
        self._dialog.show_report(report)
        await asyncio.sleep(0)
        if not report.changes.is_empty:
            await self._editor.note(report.applied, text, self)

    def _on_cancel_requested(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _on_report_wanted(self) -> None:
        if self._path is None or self._report is None or self._report.report_file is None:
            return
        source = self._report.report_file
        dialog = QFileDialog(self._dialog, self.tr("Save the refused rows"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(str(self._path.with_name(source.name)))
        dialog.fileSelected.connect(
            lambda name: self._tasks.start(self._save_report(source, Path(name)), self)
        )
        dialog.open()

    async def _save_report(self, source: Path, target: Path) -> None:
        await self._tasks.run_long(_copy_whole, source, target)

    def _on_on_hold_wanted(self) -> None:
        if self._report is not None and self._report.days:
            self.on_hold_requested.emit(next(iter(self._report.days)))
        self._dialog.accept()

    def _on_day_wanted(self, day: date) -> None:
        self.day_requested.emit(day)
        self._dialog.accept()

    def _on_finished(self) -> None:
        self._delay.stop()
        if self._looking is not None:
            self._looking.cancel()
        self._scratch.clear()


def _told(error: DispatchError) -> str:
    if isinstance(error, ImportErrors):
        return "\n".join((str(error), *error.problems))
    return str(error)


def _copy_whole(source: Path, target: Path) -> None:
    """Copy by a temporary file, so that the target is whole or as it was."""
    partial = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, partial)
        os.replace(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DispatchError(
            f"{target} could not be written: {error.strerror}. Choose another folder."
        ) from error
