"""Draws a sheet: title, troubles, buttons, facts, notes and history; words only, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.inspector.advice import Advice
from app.desktop.inspector.advice_view import AdviceView
from app.desktop.inspector.sheet import Deed, Fact, Section, Sheet, Trouble
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.elided_line_edit import ElidedLineEdit
from app.desktop.widgets.flow_layout import FlowLayout
from app.desktop.widgets.formats import plain_tip
from app.desktop.widgets.tones import Tone, ink

_ICONS = {
    Deed.EDIT: "pencil-outline",
    Deed.FIX_ADDRESS: "map-marker-alert-outline",
    Deed.BEST_FIT: "auto-fix",
    Deed.UNASSIGN: "truck-minus-outline",
    Deed.LOCK: "lock-outline",
    Deed.UNLOCK: "lock-open-variant-outline",
    Deed.HOLD: "pause",
    Deed.TAKE_OFF_HOLD: "play-outline",
    Deed.NEXT_DAY: "calendar-arrow-right",
    Deed.DUPLICATE: "content-copy",
    Deed.CANCEL: "cancel",
    Deed.REOPEN: "restore",
    Deed.LABEL: "label-outline",
    Deed.SHOW_ON_MAP: "map-marker-outline",
    Deed.RELEASE_ROUTE: "truck-check-outline",
    Deed.TAKE_BACK: "truck-remove-outline",
    Deed.LOCK_ROUTE: "lock-outline",
    Deed.PRINT_ROUTE: "printer-outline",
    Deed.EMPTY_ROUTE: "tray-arrow-down",
    Deed.INSERT: "lightning-bolt-outline",
    Deed.SPREAD: "truck-alert-outline",
}
_LABEL_WIDTH = 88
_BUTTON = 24
_LONGEST_WORD = 22


class InspectorView(QScrollArea):
    """A sheet down; what is clicked goes up."""

    deed_chosen = Signal(object)
    order_chosen = Signal(object)
    notes_saved = Signal(str)
    advice_chosen = Signal(object)
    """A Choice of the advice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector_view")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._sheet: Sheet | None = None
        self._notes: _Notes | None = None
        self._history: QVBoxLayout | None = None
        self._advice: AdviceView | None = None

    @property
    def advice(self) -> Advice:
        """What is shown of it."""
        return self._advice.advice if self._advice is not None else ()

    @property
    def sheet(self) -> Sheet | None:
        return self._sheet

    @property
    def has_unsaved_notes(self) -> bool:
        return self._notes is not None and self._notes.is_changed

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet; the same one again changes nothing, not even the scroll bar."""
        if sheet == self._sheet:
            return
        was = self._sheet
        is_same_thing = was is not None and was.title == sheet.title
        # What was advised before is no use where it has been taken.
        is_same_state = is_same_thing and was is not None and was.badge == sheet.badge
        position = self.verticalScrollBar().value() if is_same_thing else 0
        self._sheet = sheet
        page = QWidget(self)
        page.setObjectName("inspector_page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 3 * SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(self._head(sheet, page))
        for trouble in sheet.troubles:
            layout.addWidget(self._trouble(trouble, page))
        if sheet.deeds:
            layout.addWidget(self._buttons(sheet.deeds, page))
        before = self.advice if is_same_state else ()
        self._advice = AdviceView(page)
        self._advice.chosen.connect(self.advice_chosen)
        self._advice.show_advice(before)
        layout.addWidget(self._advice)
        for section in sheet.sections:
            layout.addWidget(self._section(section, page))
        self._notes = None
        if sheet.notes is not None:
            self._notes = _Notes(sheet.notes, page)
            self._notes.saved.connect(self.notes_saved)
            layout.addWidget(self._notes)
        history = QWidget(page)
        self._history = QVBoxLayout(history)
        self._history.setContentsMargins(0, 0, 0, 0)
        self._history.setSpacing(SPACING)
        layout.addWidget(history)
        layout.addStretch(1)
        self.setWidget(page)
        self.verticalScrollBar().setValue(position)

    def forget(self) -> None:
        """Draw the next sheet anew, even the same one: its colours are others now."""
        self._sheet = None

    def show_advice(self, advice: Advice) -> None:
        """What can be done about it; found later than the rest."""
        if self._advice is not None:
            self._advice.show_advice(advice)

    def show_history(self, lines: Sequence[tuple[str, str]]) -> None:
        """When and who, and what; newest first."""
        if self._history is None:
            return
        while (item := self._history.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        page = self._history.parentWidget()
        if not lines or page is None:
            return
        self._history.addWidget(_small_title(self.tr("History"), page))
        for stamp, text in lines:
            head = _label(stamp, page)
            head.setProperty("kind", "small")
            body = _label(text, page)
            body.setContentsMargins(0, 0, 0, SPACING)
            self._history.addWidget(head)
            self._history.addWidget(body)

    def _head(self, sheet: Sheet, page: QWidget) -> QWidget:
        head = QWidget(page)
        layout = QGridLayout(head)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * SPACING)
        layout.setVerticalSpacing(0)
        if sheet.color:
            band = QFrame(head)
            band.setFixedWidth(6)
            band.setStyleSheet(f"background: {sheet.color}; border-radius: 3px;")
            layout.addWidget(band, 0, 0, 2, 1)
        title = _label(sheet.title, head)
        title.setProperty("kind", "title")
        layout.addWidget(title, 0, 1)
        if sheet.badge:
            badge = QLabel(sheet.badge, head)
            badge.setTextFormat(Qt.TextFormat.PlainText)
            _paint(badge, sheet.badge_tone)
            layout.addWidget(badge, 0, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if sheet.subtitle:
            subtitle = _label(sheet.subtitle, head)
            subtitle.setProperty("kind", "muted")
            layout.addWidget(subtitle, 1, 1, 1, 2)
        layout.setColumnStretch(1, 1)
        return head

    def _trouble(self, trouble: Trouble, page: QWidget) -> QWidget:
        card = QFrame(page)
        card.setProperty("kind", "notice")
        card.setProperty("state", "bad" if trouble.tone is Tone.BAD else "risk")
        layout = QHBoxLayout(card)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        sign = QLabel(card)
        name, token = (
            ("alert-octagon-outline", "bad")
            if trouble.tone is Tone.BAD
            else ("alert-outline", "risk")
        )
        sign.setPixmap(icon(name, token).pixmap(16, 16))
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_label(trouble.text, card))
        if trouble.remedy:
            remedy = _label(trouble.remedy, card)
            remedy.setProperty("kind", "small")
            words.addWidget(remedy)
        layout.addLayout(words, 1)
        if trouble.order is not None:
            go = QPushButton(self.tr("Show"), card)
            go.setProperty("kind", "flat")
            go.clicked.connect(
                lambda _checked=False, order=trouble.order: self.order_chosen.emit(order)
            )
            layout.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
        return card

    def _buttons(self, deeds: Iterable[Deed], page: QWidget) -> QWidget:
        """The first with its word, the others as icons: facts must stay in view below them."""
        box = QWidget(page)
        layout = FlowLayout(box)
        for number, deed in enumerate(deeds):
            text = deed_text(deed)
            button: QPushButton | QToolButton
            if number == 0:
                button = QPushButton(icon(_ICONS[deed]), text, box)
            else:
                button = QToolButton(box)
                button.setIcon(icon(_ICONS[deed]))
                button.setProperty("kind", "icon")
                button.setFixedSize(_BUTTON, _BUTTON)
            button.setObjectName(f"deed_{deed.value}")
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _checked=False, deed=deed: self.deed_chosen.emit(deed))
            layout.addWidget(button)
        return box

    def _section(self, section: Section, page: QWidget) -> QWidget:
        box = QWidget(page)
        layout = QGridLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * SPACING)
        layout.setVerticalSpacing(SPACING // 2)
        layout.setColumnMinimumWidth(0, _LABEL_WIDTH)
        layout.setColumnStretch(1, 1)
        row = 0
        if section.title:
            layout.addWidget(_small_title(section.title, box), 0, 0, 1, 2)
            row = 1
        for fact in section.facts:
            self._fact(layout, row, fact, box)
            row += 1
        return box

    def _fact(self, layout: QGridLayout, row: int, fact: Fact, box: QWidget) -> None:
        label = QLabel(fact.label, box)
        label.setProperty("kind", "muted")
        value = _value(fact.value, box)
        value.setAccessibleName(f"{fact.label}: {fact.value}")
        if fact.tone not in (Tone.PLAIN, Tone.QUIET):
            palette = value.palette()
            palette.setColor(QPalette.ColorRole.WindowText, ink(fact.tone, palette))
            value.setPalette(palette)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(label, row, 0, top)
        layout.addWidget(value, row, 1, top)


class _Notes(QWidget):
    """The order's notes, which become an edit when they are saved."""

    saved = Signal(str)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = text
        self._field = QPlainTextEdit(text, self)
        self._field.setObjectName("notes_field")
        self._field.setAccessibleName(self.tr("Notes for the driver"))
        self._field.setPlaceholderText(self.tr("Notes for the driver"))
        self._field.setTabChangesFocus(True)
        self._field.setFixedHeight(self._field.fontMetrics().lineSpacing() * 3 + 4 * SPACING)
        self._field.textChanged.connect(self._on_typed)
        self._save = QPushButton(self.tr("Save notes"), self)
        self._save.setObjectName("save_notes")
        self._save.setProperty("kind", "primary")
        self._save.clicked.connect(lambda: self.saved.emit(self._field.toPlainText().strip()))
        self._save.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(_small_title(self.tr("Notes"), self))
        layout.addWidget(self._field)
        layout.addWidget(self._save, 0, Qt.AlignmentFlag.AlignRight)

    @property
    def is_changed(self) -> bool:
        return self._field.toPlainText().strip() != self._before

    def _on_typed(self) -> None:
        self._save.setVisible(self.is_changed)


def deed_text(deed: Deed) -> str:
    tr = QCoreApplication.translate
    return {
        Deed.EDIT: tr("inspector", "Edit…"),
        Deed.FIX_ADDRESS: tr("inspector", "Fix address…"),
        Deed.BEST_FIT: tr("inspector", "Best fit"),
        Deed.UNASSIGN: tr("inspector", "Unassign"),
        Deed.LOCK: tr("inspector", "Lock on its route"),
        Deed.UNLOCK: tr("inspector", "Unlock"),
        Deed.HOLD: tr("inspector", "Hold…"),
        Deed.TAKE_OFF_HOLD: tr("inspector", "Take off hold"),
        Deed.NEXT_DAY: tr("inspector", "Next day"),
        Deed.DUPLICATE: tr("inspector", "Duplicate"),
        Deed.CANCEL: tr("inspector", "Cancel order"),
        Deed.REOPEN: tr("inspector", "Reopen"),
        Deed.LABEL: tr("inspector", "Print label"),
        Deed.SHOW_ON_MAP: tr("inspector", "Show on map"),
        Deed.RELEASE_ROUTE: tr("inspector", "Release"),
        Deed.TAKE_BACK: tr("inspector", "Take back"),
        Deed.LOCK_ROUTE: tr("inspector", "Lock or unlock the route"),
        Deed.PRINT_ROUTE: tr("inspector", "Print…"),
        Deed.EMPTY_ROUTE: tr("inspector", "Unassign all"),
        Deed.INSERT: tr("inspector", "Insert now…"),
        Deed.SPREAD: tr("inspector", "Van or driver lost…"),
    }[deed]


def deed_icon(deed: Deed) -> str:
    return _ICONS[deed]


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _value(text: str, parent: QWidget) -> QLabel | QLineEdit:
    """A label; what is one long word, such as an e-mail address, has no place to break."""
    if len(text) <= _LONGEST_WORD or " " in text:
        return _label(text, parent)
    field = ElidedLineEdit(text, parent)
    field.setReadOnly(True)
    field.setFrame(False)
    field.setStyleSheet("border: none; padding: 0; background: transparent;")
    field.setTextMargins(-2, 0, 0, 0)  # flush with the labels above and below
    field.setCursorPosition(0)
    field.setToolTip(plain_tip(text))
    return field


def _small_title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("kind", "small")
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, SPACING, 0, 0)
    return label


def _paint(badge: QLabel, tone: Tone) -> None:
    color = ink(tone, badge.palette()).name()
    badge.setStyleSheet(
        f"color: {color}; border: 1px solid {color}; border-radius: 8px; padding: 0 6px;"
    )
