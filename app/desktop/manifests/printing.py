"""Sends a PDF to a printer page by page, without holding up the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

from app.desktop.tasks import Tasks
from app.domain.errors import DispatchError
from app.services.context import Cancelled, Report, Step

_DPI = 300
"""As much as paper shows of text and barcodes; more only takes longer."""
_POINTS_PER_INCH = 72


def new_printer() -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(_DPI)
    printer.setFullPage(True)
    return printer


async def print_pdf(
    path: Path, printer: QPrinter, tasks: Tasks, report: Report, cancelled: Cancelled
) -> None:
    """Print each page in its own size. Raises DispatchError where the printer refuses."""
    document = QPdfDocument()
    painter = QPainter()
    try:
        if document.load(str(path)) is not QPdfDocument.Error.None_:
            raise DispatchError("The paper could not be read again. Open the preview once more.")
        first = max(printer.fromPage() - 1, 0)
        last = min(printer.toPage() or document.pageCount(), document.pageCount())
        for page in range(first, last):
            if cancelled():
                printer.abort()
                return
            _set_size(printer, document.pagePointSize(page))
            if painter.isActive():
                printer.newPage()
            elif not painter.begin(printer):
                raise DispatchError(
                    f"{printer.printerName() or 'The printer'} does not answer. Check it, or save "
                    "the paper as a PDF."
                )
            area = QRectF(painter.viewport())
            size = QSize(round(area.width()), round(area.height()))
            image = await tasks.run_long(document.render, page, size)
            painter.drawImage(area, image)
            done = page - first + 1
            report(Step(fraction=done / (last - first), text=f"page {done} of {last - first}"))
    finally:
        if painter.isActive():
            painter.end()
        document.close()


def _set_size(printer: QPrinter, points: QSizeF) -> None:
    is_landscape = points.width() > points.height()
    upright = points.transposed() if is_landscape else points
    size = QPageSize(
        QSizeF(upright.width() / _POINTS_PER_INCH, upright.height() / _POINTS_PER_INCH),
        QPageSize.Unit.Inch,
        "",
        QPageSize.SizeMatchPolicy.FuzzyMatch,
    )
    orientation = (
        QPageLayout.Orientation.Landscape if is_landscape else QPageLayout.Orientation.Portrait
    )
    printer.setPageLayout(QPageLayout(size, orientation, QMarginsF()))
