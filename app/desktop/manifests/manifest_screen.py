"""The print window: a preview of the day's paper, made anew with every change of the choice."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.manifests.print_choice import PrintChoice
from app.desktop.manifests.printing import new_printer, print_pdf
from app.desktop.notices import NoticeBar
from app.desktop.scratch import Scratch
from app.desktop.tasks import Tasks, Work
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.dialogs import answered, file_to_save
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.kept_place import KeptPlaceDialog
from app.documents.atomic_file import write_bytes
from app.domain.board import Board
from app.domain.errors import Cancelled, DispatchError
from app.domain.ids import OrderId, RouteId
from app.services.manifests import ManifestService, Part, Printout

_DELAY_MS = 350
"""Several boxes are often ticked one after the other: one preview is enough."""
_CHOICE_WIDTH = 320
_PAGES_AT_ONCE = 50


class ManifestScreen(KeptPlaceDialog):
    """Not modal: the board may be changed beside it, and the preview follows."""

    def __init__(
        self,
        manifests: ManifestService,
        tasks: Tasks,
        notices: NoticeBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("manifest_screen")
        self.setWindowTitle(self.tr("Print"))
        self._manifests = manifests
        self._tasks = tasks
        self._notices = notices
        self._board: Board | None = None
        self._labelled: frozenset[OrderId] = frozenset()
        self._scratch = Scratch("print")
        self._printout: Printout | None = None
        self._making: asyncio.Task[None] | None = None
        self._work: Work | None = None
        self._number = 0
        self._went = ""
        """Where the paper went last, while the window is open."""
        self.choice = PrintChoice(self)
        self.document = QPdfDocument(self)
        self._view = QPdfView(self)
        self._view.setDocument(self.document)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitInView)
        self._words = QLabel(self)
        self._words.setObjectName("preview_words")
        self._words.setWordWrap(True)
        self._words.setMargin(8 * SPACING)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._view)
        self._pages.addWidget(self._words)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(200)
        self._count = QLabel(self)
        self._count.setObjectName("print_words")
        self._count.setProperty("kind", "muted")
        self._save = QPushButton(icon("content-save-outline"), self.tr("Save as PDF…"), self)
        self._save.setObjectName("save_pdf")
        self._save.clicked.connect(lambda: tasks.start(self._save_pdf(), self))
        self._print = QPushButton(icon("printer-outline", "on_accent"), self.tr("Print…"), self)
        self._print.setObjectName("print_pdf")
        self._print.setProperty("kind", "primary")
        self._print.clicked.connect(lambda: tasks.start(self._print_pdf(), self))
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.close)
        for button in (self._save, self._print, close):
            button.setAutoDefault(False)
        self._lay_out(close)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._make)
        self.choice.changed.connect(self._on_choice)
        self.resize(1100, 690)  # with its frame on a screen of 768 lines

    def open_for(
        self,
        board: Board,
        routes: Collection[RouteId] | None = None,
        parts: Collection[Part] | None = None,
        labelled: Collection[OrderId] = (),
    ) -> None:
        """Show the paper of a board; None for all routes, and for the parts chosen last.

        `labelled` limits the labels to those of these orders, while the window is open.
        """
        self._board = board
        self._went = ""
        self._labelled = frozenset(labelled)
        self.choice.set_board(board, routes)
        if parts is not None:
            self.choice.choose_parts(parts)
        self._make()
        self.show()
        self.raise_()
        self.activateWindow()

    def on_board(self, board: Board) -> None:
        """The day was changed while the window is open: the preview follows."""
        if self._board is not None and self.isVisible() and board.day == self._board.day:
            self._board = board
            self.choice.set_board(board)
            self._on_choice()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        self.document.close()
        self._scratch.clear()
        self._printout = None
        super().closeEvent(event)

    def _lay_out(self, close: QPushButton) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACING)
        foot.addWidget(self._count)
        foot.addWidget(self._progress)
        foot.addStretch(1)
        for button in (self._save, self._print, close):
            foot.addWidget(button)
        body = QSplitter(Qt.Orientation.Horizontal, self)
        body.setObjectName("print_body")
        body.setChildrenCollapsible(False)
        body.addWidget(self.choice)
        body.addWidget(self._pages)
        body.setStretchFactor(1, 1)
        body.setSizes([_CHOICE_WIDTH, 780])
        layout = QVBoxLayout(self)
        layout.addWidget(body, 1)
        layout.addLayout(foot)

    def _on_choice(self) -> None:
        if self.isVisible():
            self._delay.start()

    def _stop(self) -> None:
        self._delay.stop()
        if self._work is not None:
            self._work.cancel()
        if self._making is not None:
            self._making.cancel()

    def _make(self) -> None:
        self._stop()
        self._set_ready(False)
        self._making = self._tasks.start(self._preview(), self)

    async def _preview(self) -> None:
        if self._board is None:
            return
        if not self.choice.parts or not self.choice.routes:
            self._say(self.tr("Choose what to print, and at least one route with stops."))
            return
        # Each preview has a file of its own: the one on screen is still being read.
        self._number += 1
        path = self._scratch.folder / f"preview-{self._number}.pdf"
        work = self._work = Work(self.tr("Preview"), self)
        work.stepped.connect(self._on_stepped)
        self._set_ready(False)
        self._on_stepped(0.0, self.tr("Making the preview …"))
        try:
            printout = await self._tasks.run_long(
                self._manifests.write,
                path,
                self._board,
                self.choice.parts,
                self.choice.routes,
                work.report,
                work.cancelled,
                labels=self.choice.labels,
                orders=self._labelled,
            )
        except Cancelled:
            return
        except DispatchError as error:
            self._say(str(error))
            return
        finally:
            work.deleteLater()
        document = await self._loaded(path)
        before, self._printout = self._printout, printout
        self._view.setDocument(document)
        self.document.deleteLater()
        self.document = document
        if before is not None:
            before.path.unlink(missing_ok=True)
        self._pages.setCurrentWidget(self._view)
        self._set_ready(True)
        self._show_count()

    async def _loaded(self, path: Path) -> QPdfDocument:
        """The file with the sizes of its pages read, a few at a time.

        The view asks for all of them at once, and a thousand pages would hold the window up.
        """
        document = QPdfDocument(self)
        document.load(str(path))
        try:
            for page in range(document.pageCount()):
                document.pagePointSize(page)
                if page % _PAGES_AT_ONCE == _PAGES_AT_ONCE - 1:
                    await asyncio.sleep(0)
        except asyncio.CancelledError:
            document.deleteLater()
            raise
        return document

    def _say(self, text: str) -> None:
        self._words.setText(text)
        self._pages.setCurrentWidget(self._words)
        self._count.clear()
        self._set_ready(False)
        self._progress.hide()

    def _set_ready(self, is_ready: bool) -> None:
        self._progress.setVisible(not is_ready)
        self._save.setEnabled(is_ready)
        self._print.setEnabled(is_ready)

    def _show_count(self) -> None:
        pages = self.document.pageCount()
        text = self.tr("1 page") if pages == 1 else self.tr("{0} pages").format(count_text(pages))
        self._count.setText("  ·  ".join(filter(None, (text, self._went))))

    def _on_stepped(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(fraction * 1000))
        if text:
            self._count.setText(text)

    async def _save_pdf(self) -> None:
        printout, board = self._printout, self._board
        if printout is None or board is None:
            return
        content = await self._tasks.run_long(printout.path.read_bytes)
        path = await file_to_save(
            self,
            self.tr("Save as PDF"),
            f"wayboard-{board.day:%Y-%m-%d}.pdf",
            [self.tr("PDF (*.pdf)")],
        )
        if path is not None:
            await self._tasks.run_long(write_bytes, path, content)
            await self._went_out(printout, self.tr("Saved as {0}.").format(path))

    async def _print_pdf(self) -> None:
        printout = self._printout
        if printout is None:
            return
        printer = new_printer()
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, max(1, self.document.pageCount()))
        if await answered(dialog) != QDialog.DialogCode.Accepted:
            return
        work = Work(self.tr("Printing"), self)
        work.stepped.connect(
            lambda fraction, text: self._on_stepped(fraction, f"{work.title}: {text}")
        )
        self._set_ready(False)
        self._on_stepped(0.0, self.tr("Printing …"))
        try:
            await self._tasks.watch(
                work, print_pdf(printout.path, printer, self._tasks, work.report, work.cancelled)
            )
        finally:
            work.deleteLater()
            # A preview that began meanwhile says itself when it is ready.
            if self._printout is printout:
                self._set_ready(True)
                self._show_count()
        if not work.cancelled():
            name = printer.printerName() or self.tr("the printer")
            await self._went_out(printout, self.tr("Sent to {0}.").format(name))

    async def _went_out(self, printout: Printout, where: str) -> None:
        """From now on a change makes this paper out of date."""
        self._went = where
        self._show_count()
        self._notices.show_done(where, topic=self)
        if printout.handed_out:
            changes = await self._tasks.run(self._manifests.printed, printout)
            self._tasks.publish(changes, self)
