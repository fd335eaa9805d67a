"""Draws advice: each thing to do with its price and a button, then the reasons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.desktop.inspector.advice import Advice, Choice, Part
from app.desktop.theme import SPACING


class AdviceView(QWidget):
    """Advice down, the choice that was clicked up."""

    chosen = Signal(object)
    """A Choice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("advice")
        self._advice: Advice = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * SPACING)
        self.hide()

    @property
    def advice(self) -> Advice:
        return self._advice

    def show_advice(self, advice: Advice) -> None:
        """Show other advice; the same again leaves what is under the mouse alone."""
        if advice == self._advice:
            return
        self._advice = advice
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for part in advice:
            self._layout.addWidget(self._part(part))
        self.setVisible(bool(advice))

    def _part(self, part: Part) -> QWidget:
        box = QWidget(self)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        title = _words(part.title, box, "small")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        layout.addWidget(title)
        for choice in part.choices:
            layout.addWidget(self._choice(choice, box))
        for who, what in part.lines:
            if who:
                name = _words(who, box, "muted")
                name.setContentsMargins(0, SPACING // 2, 0, 0)
                layout.addWidget(name)
            layout.addWidget(_words(what, box))
        if part.more:
            layout.addWidget(self._more(part, box))
        return box

    def _more(self, part: Part, parent: QWidget) -> QWidget:
        """A button that gives way to the other lines; one label, as there may be a hundred."""
        box = QWidget(parent)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        button = QPushButton(part.more_text, box)
        button.setObjectName("more_advice")
        button.setProperty("kind", "flat")
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

        def unfold() -> None:
            button.hide()
            layout.addWidget(_words("\n\n".join(f"{who}\n{what}" for who, what in part.more), box))

        button.clicked.connect(unfold)
        return box

    def _choice(self, choice: Choice, parent: QWidget) -> QWidget:
        card = QFrame(parent)
        card.setProperty("kind", "card")
        layout = QGridLayout(card)
        layout.setContentsMargins(2 * SPACING, SPACING, SPACING, SPACING)
        layout.setHorizontalSpacing(SPACING)
        layout.setVerticalSpacing(0)
        layout.addWidget(_words(choice.text, card), 0, 0, 1, 2)
        layout.addWidget(_words(choice.detail, card, "small"), 1, 0)
        button = QPushButton(self.tr("Apply"), card)
        button.setObjectName("apply_advice")
        button.setProperty("kind", "flat")
        button.setAccessibleName(self.tr("Apply: {0}").format(choice.text))
        button.clicked.connect(lambda: self.chosen.emit(choice))
        layout.addWidget(button, 1, 1)
        layout.setColumnStretch(0, 1)
        return card


def _words(text: str, parent: QWidget, kind: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    if kind:
        label.setProperty("kind", kind)
    return label
