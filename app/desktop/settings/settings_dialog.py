"""The settings window: one page for each thing a workstation has of its own."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from app.desktop.settings.about_page import AboutPage
from app.desktop.settings.general_page import GeneralPage
from app.desktop.settings.regions_page import RegionsPage
from app.desktop.theme import icon
from app.desktop.widgets.form_keys import ENTER_KEYS
from app.desktop.widgets.kept_place import KeptPlaceDialog


class Page(IntEnum):
    REGIONS = 0
    GENERAL = 1
    ABOUT = 2


class SettingsDialog(KeptPlaceDialog):
    """Not modal; what is changed takes effect at once, so there is only Close."""

    def __init__(
        self, regions: RegionsPage, general: GeneralPage, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle(self.tr("Settings"))
        self.regions = regions
        self.general = general
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(regions, icon("map-outline"), self.tr("Regions"))
        self._tabs.addTab(general, icon("cog-outline"), self.tr("General"))
        self._tabs.addTab(AboutPage(self), icon("information-outline"), self.tr("About"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(buttons)
        self.resize(820, 560)

    def open_page(self, page: Page) -> None:
        self._tabs.setCurrentIndex(page)
        self.regions.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field is for its page; no button of another part is meant."""
        if event.key() not in ENTER_KEYS:
            super().keyPressEvent(event)
