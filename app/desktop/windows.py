"""The windows beside the main one: fleet, settings, print; each made when it is first opened."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.desktop.actions import Act
from app.desktop.editor import Editor
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.main_window import MainWindow
from app.desktop.opening import Opening
from app.desktop.settings.general_page import GeneralPage
from app.desktop.settings.regions_page import RegionsPage
from app.desktop.settings.settings_dialog import Page, SettingsDialog
from app.desktop.tasks import Tasks
from app.desktop.widgets.kept_place import KeptPlaceDialog
from app.domain.board import Board
from app.domain.ids import OrderId, RouteId
from app.services.fleet import FleetReport
from app.services.manifests import Part
from app.services.workspace import Workspace

if TYPE_CHECKING:
    from app.desktop.manifests.manifest_screen import ManifestScreen


class Windows(QObject):
    """Opens them and passes on what they say."""

    region_changing = Signal()
    region_changed = Signal()
    settings_changed = Signal(object)
    tiles_chosen = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        editor: Editor,
        opening: Opening,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._tasks = tasks
        self._editor = editor
        self._opening = opening
        self._window = window
        self._fleet: FleetScreen | None = None
        self._fleet_window: KeptPlaceDialog | None = None
        self._settings: SettingsDialog | None = None
        self._print: ManifestScreen | None = None

    def set_day(self, day: date) -> None:
        if self._fleet is not None:
            self._fleet.set_day(day)

    def set_board(self, board: Board) -> None:
        """An open preview follows the board."""
        if self._print is not None:
            self._print.on_board(board)

    def open_fleet(self) -> FleetScreen:
        """Depots, vehicles, drivers and the week's shifts."""
        if self._fleet is None or self._fleet_window is None:
            self._fleet_window = KeptPlaceDialog(self._window)
            self._fleet_window.setObjectName("fleet_window")
            self._fleet_window.setWindowTitle(self.tr("Fleet and shifts"))
            # Their keys are for this window too: what is done here is undone here.
            acts = self._window.acts
            self._fleet_window.addActions([acts[Act.UNDO], acts[Act.REDO]])
            self._fleet = FleetScreen(
                self._workspace.fleet,
                self._workspace.addresses,
                self._tasks,
                self._editor,
                self._fleet_window,
            )
            self._fleet.imported.connect(self._on_fleet_imported)
            layout = QVBoxLayout(self._fleet_window)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(self._fleet)
            self._fleet_window.resize(1040, 640)
            self._fleet.set_day(self._opening.day)
        self._fleet_window.show()
        self._fleet_window.raise_()
        self._fleet_window.activateWindow()
        return self._fleet

    def open_fleet_import(self) -> None:
        self.open_fleet().open_import()

    def open_settings(self) -> None:
        self._open_page(Page.GENERAL)

    def open_regions(self) -> None:
        self._open_page(Page.REGIONS)

    def choose_extract(self, path: Path) -> None:
        """Propose a region to be built from a file, as when one is dropped on the window."""
        self.open_regions()
        if self._settings is not None:
            self._settings.regions.choose_extract(path)

    def open_about(self) -> None:
        self._open_page(Page.ABOUT)

    def open_print(
        self,
        board: Board,
        routes: Collection[RouteId] | None = None,
        parts: Collection[Part] | None = None,
        labelled: Collection[OrderId] = (),
    ) -> None:
        # Here and not above: QtPdf and the printing system take a while to load, and the window
        # must not wait for them to open.
        from app.desktop.manifests.manifest_screen import ManifestScreen

        if self._print is None:
            self._print = ManifestScreen(
                self._workspace.manifests, self._tasks, self._window.notices, self._window
            )
        self._print.open_for(board, routes, parts, labelled)

    def _open_page(self, page: Page) -> None:
        if self._settings is None:
            workspace = self._workspace
            regions = RegionsPage(workspace.roads, self._tasks)
            regions.region_changing.connect(self.region_changing)
            regions.region_changed.connect(self.region_changed)
            database = workspace.database
            where = str(database.file) if database.file is not None else database.name
            general = GeneralPage(workspace.settings, where, self._tasks)
            general.changed.connect(self.settings_changed)
            general.tiles_chosen.connect(self.tiles_chosen)
            self._settings = SettingsDialog(regions, general, self._window)
        self._settings.open_page(page)

    def _on_fleet_imported(self, report: FleetReport) -> None:
        self._window.notices.show_done(
            self.tr("Fleet file taken: {0} new, {1} changed, {2} as they were; {3} shifts.").format(
                report.added, report.updated, report.unchanged, report.shifts
            )
        )
