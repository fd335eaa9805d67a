"""The print window on a real day: preview, words while it works, and a print to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton

from app.desktop.actions import Act
from app.desktop.manifests.manifest_screen import ManifestScreen
from tests.gui.shell.conftest import Desk


@pytest.fixture
def screen(desk: Desk) -> ManifestScreen:
    """The print window, with the preview of a route of three stops."""
    orders = [desk.reference(f"SO-{number}").id for number in (1, 2, 3)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(0), 0))
    desk.do(desk.console.window.acts[Act.PRINT].trigger)
    screen = desk.console.window.findChild(ManifestScreen)
    assert screen is not None
    desk.qtbot.waitUntil(_button(screen).isEnabled)
    return screen


def _button(screen: ManifestScreen) -> QPushButton:
    button = screen.findChild(QPushButton, "print_pdf")
    assert button is not None
    return button


def _words(screen: ManifestScreen) -> str:
    label = screen.findChild(QLabel, "print_words")
    assert label is not None
    return label.text()


def _dialog(desk: Desk, screen: ManifestScreen) -> QPrintDialog:
    desk.qtbot.mouseClick(_button(screen), Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: screen.findChild(QPrintDialog) is not None)
    dialog = screen.findChild(QPrintDialog)
    assert dialog is not None
    return dialog


def test_what_is_printed_has_all_its_pages_and_is_known_to_be_out(
    desk: Desk, screen: ManifestScreen, tmp_path: Path
) -> None:
    pages = screen.document.pageCount()
    assert _words(screen) == f"{pages} pages"
    dialog = _dialog(desk, screen)
    target = tmp_path / "paper.pdf"
    dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog.printer().setOutputFileName(str(target))
    said: list[str] = []
    dialog.done(1)
    desk.qtbot.waitUntil(lambda: (said.append(_words(screen)) or True) and target.exists())
    desk.wait()
    paper = QPdfDocument()
    assert paper.load(str(target)) is QPdfDocument.Error.None_
    assert paper.pageCount() == pages
    paper.close()
    assert any(words.startswith("Printing") for words in said)
    desk.qtbot.waitUntil(lambda: _words(screen).startswith(f"{pages} pages  ·  Sent to"))
    notice = desk.console.window.notices.current
    assert notice is not None
    assert notice.text.startswith("Sent to")
    assert desk.board.routes[0].route.printed_version is not None


def test_the_list_of_routes_is_never_wider_than_its_place(screen: ManifestScreen) -> None:
    routes = screen.findChild(QListWidget, "print_routes")
    assert routes is not None
    routes.setFixedWidth(90)
    routes.doItemsLayout()
    item = routes.item(0)
    assert routes.visualItemRect(item).width() <= routes.viewport().width()
    assert routes.visualItemRect(item).height() >= routes.fontMetrics().height()
    assert routes.horizontalScrollBar().maximum() == 0
    assert item.text() in item.toolTip()


def test_a_print_that_is_given_up_prints_nothing_and_leaves_the_window_ready(
    desk: Desk, screen: ManifestScreen
) -> None:
    _dialog(desk, screen).reject()
    desk.wait()
    assert _button(screen).isEnabled()
    assert desk.board.routes[0].route.printed_version is None
