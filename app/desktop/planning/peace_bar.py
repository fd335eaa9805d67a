"""One line of the status bar: what would make the plan cheaper, to take or to leave."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.formats import plain_tip
from app.desktop.widgets.measures import distance_text, money_text
from app.domain.violations import duration_text
from app.planning.improve import Improvement

_FEW_S = 60
_FEW_M = 100
_LEAST_MONEY = 0.005
_LONGEST = 90
_LEAST_WIDTH = 60
"""A long offer must not keep the window from being narrow."""


class PeaceBar(QWidget):
    """An improvement down, the answer up; hidden while there is none."""

    apply_chosen = Signal()
    dismiss_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("peace_bar")
        sign = QLabel(self)
        sign.setPixmap(icon("lightbulb-outline", "accent").pixmap(16, 16))
        self._words = ""
        self._text = QLabel(self)
        self._text.setObjectName("peace_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setMinimumWidth(_LEAST_WIDTH)
        take = QPushButton(self.tr("Apply"), self)
        take.setObjectName("apply_improvement")
        take.setProperty("kind", "flat")
        take.clicked.connect(self.apply_chosen)
        leave = QToolButton(self)
        leave.setObjectName("dismiss_improvement")
        leave.setProperty("kind", "icon")
        leave.setIcon(icon("close"))
        leave.setToolTip(self.tr("Not this one"))
        leave.setAccessibleName(self.tr("Dismiss the improvement"))
        leave.clicked.connect(self.dismiss_chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, 0, SPACING, 0)
        layout.setSpacing(SPACING)
        for widget in (sign, self._text, take, leave):
            layout.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """What is offered in full; empty while nothing is."""
        return "" if self.isHidden() else self._words

    def show_improvement(
        self, improvement: Improvement | None, currency: str, *, is_metric: bool
    ) -> None:
        if improvement is None:
            self.hide()
            return
        saved = _saved(improvement, currency, is_metric=is_metric)
        if not saved:
            self.hide()
            return
        self._words = self.tr("Saves {0}: {1}").format(saved, improvement.text)
        is_long = len(self._words) > _LONGEST
        self._text.setText(f"{self._words[: _LONGEST - 1]}…" if is_long else self._words)
        self._text.setToolTip(plain_tip(self._words))
        self.show()


def _saved(improvement: Improvement, currency: str, *, is_metric: bool) -> str:
    """Time and distance, or the money where neither is saved alone; empty for next to nothing.

    Vehicles may have no costs at all.
    """
    parts = []
    if improvement.saved_s >= _FEW_S:
        parts.append(duration_text(improvement.saved_s - _FEW_S + 1))
    if improvement.saved_m >= _FEW_M:
        parts.append(distance_text(improvement.saved_m, is_metric=is_metric))
    is_mixed = improvement.saved_s < 0 or improvement.saved_m < 0
    if (is_mixed or not parts) and improvement.saved_cost >= _LEAST_MONEY:
        return money_text(improvement.saved_cost, currency, decimals=2)
    return " and ".join(parts)
