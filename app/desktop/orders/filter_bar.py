"""The search box and the chips with counts above the orders table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.desktop.orders.order_texts import STATE_ICONS, chip_text
from app.desktop.theme import icon
from app.desktop.widgets.flow_layout import FlowLayout
from app.desktop.widgets.formats import count_text
from app.services.orders import Chip

_SEARCH_DELAY_MS = 120
_ALWAYS_SHOWN = frozenset({Chip.ALL, Chip.UNASSIGNED, Chip.ON_HOLD, Chip.PLANNED})


class FilterBar(QWidget):
    """What part of the day's orders is shown."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orders_filter")
        self.search = QLineEdit(self)
        self.search.setObjectName("orders_search")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Reference, name, street, phone or barcode"))
        self.search.setAccessibleName(self.tr("Search orders"))
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_SEARCH_DELAY_MS)
        self._delay.timeout.connect(self.changed)
        self.search.textChanged.connect(self._on_text_changed)
        self.search.returnPressed.connect(self._on_return_pressed)
        self._group = QButtonGroup(self)
        self._buttons: dict[Chip, QToolButton] = {}
        chips = QWidget(self)
        flow = FlowLayout(chips)
        for chip in Chip:
            button = QToolButton(chips)
            button.setObjectName(f"chip_{chip.value}")
            button.setProperty("kind", "chip")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(12, 12))
            if chip in STATE_ICONS:
                button.setIcon(icon(STATE_ICONS[chip], "muted"))
            button.setCheckable(True)
            button.setText(chip_text(chip))
            button.setVisible(chip in _ALWAYS_SHOWN)
            self._group.addButton(button)
            self._buttons[chip] = button
            flow.addWidget(button)
        self._buttons[Chip.ALL].setChecked(True)
        self._group.buttonClicked.connect(self._on_chip_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.search)
        layout.addWidget(chips)

    @property
    def chip(self) -> Chip:
        return next(chip for chip, button in self._buttons.items() if button.isChecked())

    @property
    def text(self) -> str:
        return self.search.text().strip()

    def choose(self, chip: Chip) -> None:
        """Show the orders of this chip, whatever was searched for before."""
        with QSignalBlocker(self.search):
            self.search.clear()
        self._buttons[chip].setChecked(True)
        self._buttons[chip].show()
        self.changed.emit()

    def set_counts(self, counts: Mapping[Chip, int]) -> None:
        for chip, button in self._buttons.items():
            count = counts.get(chip, 0)
            button.setText(f"{chip_text(chip)} {count_text(count)}")
            button.setVisible(chip in _ALWAYS_SHOWN or count > 0 or button.isChecked())

    def _on_text_changed(self) -> None:
        self._delay.start()

    def _on_return_pressed(self) -> None:
        self._delay.stop()
        self.changed.emit()

    def _on_chip_clicked(self) -> None:
        self._delay.stop()
        self.changed.emit()
