"""Three ways to begin: try the sample day, set up a depot, join a shared database."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING, icon


class WelcomePage(QWidget):
    """What is clicked goes up; progress and problems come down."""

    sample_chosen = Signal()
    region_chosen = Signal()
    fleet_chosen = Signal()
    fleet_file_chosen = Signal()
    orders_chosen = Signal()
    skip_chosen = Signal()
    database_chosen = Signal(str)
    cancel_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome_page")
        title = QLabel(self.tr("Welcome to Wayboard"), self)
        title.setProperty("kind", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = QLabel(
            self.tr("From a file of orders to planned routes and printed manifests, offline."), self
        )
        words.setProperty("kind", "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        cards = QHBoxLayout()
        cards.setSpacing(4 * SPACING)
        cards.addStretch(1)
        for card in (self._sample_card(), self._depot_card(), self._database_card()):
            cards.addWidget(card, 4)
        cards.addStretch(1)
        self._step = QLabel(self)
        self._step.setObjectName("welcome_step")
        self._step.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self.cancel_chosen)
        progress = QHBoxLayout()
        progress.addStretch(1)
        self._bar.setFixedWidth(360)
        progress.addWidget(self._bar)
        progress.addWidget(self._cancel)
        progress.addStretch(1)
        self._problem = QLabel(self)
        self._problem.setObjectName("welcome_problem")
        self._problem.setProperty("kind", "bad")
        self._problem.setWordWrap(True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12 * SPACING, 8 * SPACING, 12 * SPACING, 8 * SPACING)
        layout.setSpacing(3 * SPACING)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addSpacing(4 * SPACING)
        layout.addLayout(cards)
        layout.addWidget(self._step)
        layout.addLayout(progress)
        layout.addWidget(self._problem)
        layout.addStretch(2)
        self.show_idle()

    @property
    def problem(self) -> str:
        return self._problem.text()

    def show_progress(self, fraction: float, text: str) -> None:
        self._set_busy(True)
        self._step.setText(text)
        self._bar.setValue(round(fraction * 1000))

    def show_idle(self, problem: str = "") -> None:
        self._set_busy(False)
        self._step.clear()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _set_busy(self, is_busy: bool) -> None:
        for widget in (self._bar, self._cancel, self._step):
            widget.setVisible(is_busy)
        if is_busy:
            self._problem.hide()
        for button in self._buttons:
            button.setEnabled(not is_busy)

    @property
    def _buttons(self) -> list[QPushButton]:
        return [each for each in self.findChildren(QPushButton) if each is not self._cancel]

    def _sample_card(self) -> QFrame:
        card, layout = self._card(
            "map-search-outline",
            self.tr("Try the sample day"),
            self.tr(
                "120 orders at real addresses in Neubrandenburg, with vans and drivers. Builds the "
                "sample region first, which takes about half a minute."
            ),
        )
        self._add(
            layout, self.tr("Open the sample day"), "try_sample", is_primary=True
        ).clicked.connect(self.sample_chosen)
        return card

    def _depot_card(self) -> QFrame:
        card, layout = self._card(
            "warehouse",
            self.tr("Set up my depot"),
            self.tr("Four steps, in any order; each can be done again later."),
        )
        for text, name, signal in (
            (self.tr("1. Build a region…"), "setup_region", self.region_chosen),
            (self.tr("2. Import a fleet file…"), "setup_fleet_file", self.fleet_file_chosen),
            (self.tr("    or enter depot and fleet…"), "setup_fleet", self.fleet_chosen),
            (self.tr("3. Import orders…"), "setup_orders", self.orders_chosen),
            (self.tr("4. Open the console"), "skip", self.skip_chosen),
        ):
            button = self._add(layout, text, name)
            button.setStyleSheet("text-align: left;")
            button.clicked.connect(signal)
        return card

    def _database_card(self) -> QFrame:
        card, layout = self._card(
            "lan-connect",
            self.tr("Connect to a shared database"),
            self.tr(
                "Several consoles work on one PostgreSQL database. Ask whoever looks after it for "
                "its address; a password is kept in the system's keyring."
            ),
        )
        self._address = QLineEdit(card)
        self._address.setObjectName("database_address")
        self._address.setPlaceholderText("postgresql://ana@server/depot")
        self._address.setAccessibleName(self.tr("Address of the database"))
        self._address.returnPressed.connect(self._on_connect)
        layout.addWidget(self._address)
        self._add(layout, self.tr("Connect"), "connect").clicked.connect(self._on_connect)
        return card

    def _card(self, glyph: str, title: str, words: str) -> tuple[QFrame, QVBoxLayout]:
        card = QFrame(self)
        card.setProperty("kind", "card")
        card.setMinimumWidth(240)
        card.setMaximumWidth(380)
        sign = QLabel(card)
        sign.setPixmap(icon(glyph, "accent").pixmap(32, 32))
        head = QLabel(title, card)
        head.setProperty("kind", "title")
        head.setWordWrap(True)
        text = QLabel(words, card)
        text.setProperty("kind", "muted")
        text.setWordWrap(True)
        outer = QVBoxLayout(card)
        outer.setContentsMargins(5 * SPACING, 5 * SPACING, 5 * SPACING, 5 * SPACING)
        outer.setSpacing(2 * SPACING)
        outer.addWidget(sign)
        outer.addWidget(head)
        outer.addWidget(text)
        outer.addStretch(1)
        inner = QVBoxLayout()
        inner.setSpacing(SPACING)
        outer.addLayout(inner)
        return card, inner

    def _add(
        self, layout: QVBoxLayout, text: str, name: str, *, is_primary: bool = False
    ) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        if is_primary:
            button.setProperty("kind", "primary")
        layout.addWidget(button)
        return button

    def _on_connect(self) -> None:
        if address := self._address.text().strip():
            self.database_chosen.emit(address)
