"""The work list of orders whose address was not found: one after the other to its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.orders.order_texts import hold_text
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.candidates import told_apart
from app.desktop.widgets.notice_strip import NoticeStrip
from app.desktop.widgets.precision import PRECISION_TONES, place_sentence, precision_text
from app.desktop.widgets.records import RecordColumn, RecordsTable
from app.domain.addresses import Address, Place, Precision
from app.domain.geo import Location
from app.domain.orders import Order
from app.roads.addresses import Candidate

_DELAY_MS = 250


class FixDialog(QDialog):
    """Beside the map, never before it: it does not block the window."""

    searched = Signal(str)
    """Free text, a moment after the last key; empty for the order's own address."""
    place_shown = Signal(object)
    """The Location that a person looks at, for the map."""
    pin_wanted = Signal()
    """The next click on the map is the place."""
    confirmed = Signal(object)
    """The Place that a person chose; CONFIRMED unless it is a street or a house we know."""
    skipped = Signal()
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setObjectName("fix_dialog")
        self.setWindowTitle(self.tr("Fix addresses"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._place: Place | None = None
        self._is_busy = False
        self._lines: dict[Candidate, str] = {}
        self._count = QLabel(self)
        self._count.setProperty("kind", "title")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(6)
        self._who = self._text("fix_who")
        self._address = self._text("fix_address")
        self._typed = Address()
        self._reason = self._text("fix_reason")
        self._reason.setProperty("kind", "risk")
        self.search = QLineEdit(self)
        self.search.setObjectName("fix_search")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search another street or address"))
        self.search.setAccessibleName(self.tr("Search addresses"))
        self.found = RecordsTable[Candidate](self._columns(), self)
        self.found.setObjectName("fix_found")
        self.found.setSelectionMode(RecordsTable.SelectionMode.SingleSelection)
        self._where = NoticeStrip(self)
        self._where.setObjectName("fix_where")
        self._problem = NoticeStrip(self)
        self._problem.setObjectName("fix_problem")
        self.pin = self._button(
            "fix_pin", self.tr("Place on the map"), "map-marker-plus-outline", "Ctrl+M"
        )
        self.back = self._button("fix_back", self.tr("Back"), "chevron-left", "Alt+Left")
        self.skip = self._button("fix_skip", self.tr("Later"), "chevron-right", "Alt+Right")
        self.confirm = self._button("fix_confirm", self.tr("Take this place"), "check", "")
        self.confirm.setIcon(icon("check", "on_accent"))
        self.confirm.setProperty("kind", "primary")
        self.confirm.setDefault(True)
        self._build()
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.search.textEdited.connect(lambda _text: self._delay.start())
        self.found.choice_changed.connect(self._on_choice_changed)
        self.found.record_activated.connect(lambda _candidate: self._on_confirm())
        self.pin.clicked.connect(self.pin_wanted)
        self.back.clicked.connect(self.went_back)
        self.skip.clicked.connect(self.skipped)
        self.confirm.clicked.connect(self._on_confirm)

    def show_order(self, order: Order, number: int, total: int) -> None:
        """The next one of the list; `number` counts from 1."""
        self._count.setText(self.tr("{0} of {1}").format(number, total))
        self._bar.setRange(0, total)
        self._bar.setValue(number - 1)
        who = [order.reference, order.recipient, order.company, order.phone]
        self._who.setText("  ·  ".join(part for part in who if part))
        self._typed = order.address
        self._address.setText(order.address.line or self.tr("No address at all"))
        self._reason.setText(hold_text(order))
        self.search.clear()
        self.back.setEnabled(number > 1)
        self.found.set_records((), lambda candidate: candidate)
        self._problem.show_text("", "bad")
        self._set_place(None)

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """What is like the address; the best one is proposed, not taken."""
        self._lines = told_apart(candidates)
        self.found.set_records(tuple(self._lines), lambda candidate: candidate)
        if self._lines:
            best = next(iter(self._lines))
            self.found.choose(lambda candidate: candidate is best)
            self.found.setFocus()
        elif self._place is None:
            self._where.show_text(
                self.tr("Nothing like it is known. Search, or place it on the map."), "info"
            )

    def set_pin(self, location: Location) -> None:
        """A person clicked on the map, or let go of the pin; too late while it is being saved."""
        if self._is_busy:
            return
        self.found.clearSelection()
        self._set_place(Place(location=location, precision=Precision.CONFIRMED))
        # The click on the map has made the main window the active one; Enter is for this one.
        self.activateWindow()
        self.confirm.setFocus()

    def show_problem(self, text: str) -> None:
        self._problem.show_text(text, "bad")

    def set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        for button in (self.pin, self.back, self.skip):
            button.setEnabled(not is_busy)
        self.confirm.setEnabled(not is_busy and self._place is not None)

    def _build(self) -> None:
        facts = QFrame(self)
        facts.setProperty("kind", "card")
        inner = QVBoxLayout(facts)
        inner.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 2 * SPACING)
        inner.setSpacing(SPACING)
        for label in (self._who, self._address, self._reason):
            inner.addWidget(label)
        top = QHBoxLayout()
        top.addWidget(self._count)
        top.addStretch(1)
        top.addWidget(self.back)
        top.addWidget(self.skip)
        foot = QHBoxLayout()
        foot.addWidget(self.pin)
        foot.addStretch(1)
        foot.addWidget(self.confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 3 * SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(facts)
        layout.addWidget(self.search)
        layout.addWidget(self.found, 1)
        layout.addWidget(self._where)
        layout.addWidget(self._problem)
        layout.addLayout(foot)
        self.resize(460, 520)

    def _columns(self) -> Sequence[RecordColumn[Candidate]]:
        return (
            RecordColumn(title=self.tr("Address"), text=lambda found: self._lines[found], width=34),
            RecordColumn(
                title=self.tr("Exact to"),
                text=lambda found: precision_text(found.place.precision),
                tone=lambda found: PRECISION_TONES[found.place.precision],
                order=lambda found: list(Precision).index(found.place.precision),
                width=9,
            ),
            RecordColumn(
                title=self.tr("Likeness"),
                text=lambda found: f"{round(found.place.score * 100)} %",
                order=lambda found: found.place.score,
                is_number=True,
            ),
        )

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _button(self, name: str, text: str, glyph: str, key: str) -> QPushButton:
        button = QPushButton(icon(glyph), text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        if key:
            action = QAction(self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(button.click)
            self.addAction(action)
            button.setToolTip(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText))
        return button

    def _set_place(self, place: Place | None) -> None:
        self._place = place
        is_good = place is not None and place.precision.is_plannable
        self.confirm.setEnabled(is_good and not self._is_busy)
        if place is None:
            self._where.show_text("", "info")
            return
        at = f"{place.location.lat:.6f}, {place.location.lon:.6f}"
        if place.is_confirmed:
            text = self.tr("Your pin at {0}. It is remembered for this address.").format(at)
            self._where.show_text(text, "good")
        else:
            is_good = place.precision.is_plannable
            self._where.show_text(
                place_sentence(replace(place, score=1.0), self._typed), "info" if is_good else "bad"
            )
        self.place_shown.emit(place.location)

    def _on_choice_changed(self) -> None:
        if chosen := self.found.chosen:
            self._set_place(chosen[0].place)

    def _on_confirm(self) -> None:
        if self._place is not None and self.confirm.isEnabled():
            self.confirmed.emit(self._place)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        # Qt would centre it on the window, which is where the map shows the place.
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None and not event.spontaneous():
            self.move(parent.mapToGlobal(QPoint(2 * SPACING, parent.height() // 6)))
