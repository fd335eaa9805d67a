"""One line below the toolbar: where the optimizer is, or why it failed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.measures import money_text
from app.domain.problem import Failed, Progress

_STEPS = 1000


class PlanningStrip(QFrame):
    """Progress down, what is clicked up; hidden while there is nothing to say."""

    stop_chosen = Signal()
    discard_chosen = Signal()
    report_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planning_strip")
        self.setProperty("kind", "notice")
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setObjectName("planning_text")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._stop = QPushButton(self.tr("Stop and keep the best"), self)
        self._stop.setObjectName("stop_planning")
        self._stop.clicked.connect(self.stop_chosen)
        self._discard = QPushButton(self.tr("Discard"), self)
        self._discard.setObjectName("discard_planning")
        self._discard.clicked.connect(self.discard_chosen)
        self._report = QPushButton(self.tr("Save report…"), self)
        self._report.setObjectName("save_report")
        self._report.clicked.connect(self.report_chosen)
        self._close = QPushButton(self.tr("Close"), self)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        for widget in (self._bar, self._stop, self._discard, self._report, self._close):
            layout.addWidget(widget)
        self._seconds = 0.0
        self._cost_before = 0.0
        self._currency = ""
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_start(self, seconds: float, cost: float, currency: str) -> None:
        self._seconds, self._cost_before, self._currency = seconds, cost, currency
        self._show("info", "auto-fix", "accent", is_running=True)
        self._text.setText(self.tr("The optimizer starts …"))
        self._bar.setRange(0, 0)
        self._stop.setEnabled(False)

    def show_progress(self, progress: Progress) -> None:
        self._stop.setEnabled(True)
        self._bar.setRange(0, _STEPS)
        share = progress.seconds / self._seconds if self._seconds else 1.0
        self._bar.setValue(round(min(1.0, share) * _STEPS))
        before = (
            self.tr(" (was {0})").format(money_text(self._cost_before, self._currency))
            if self._cost_before
            else ""
        )
        words = self.tr("Optimizing: {0} of {1} s   ·   cost {2}{3}   ·   unassigned {4}").format(
            f"{progress.seconds:.0f}",
            f"{self._seconds:.0f}",
            money_text(progress.cost, self._currency),
            before,
            count_text(progress.unassigned),
        )
        stage = self._stage_text(progress.stage)
        self._text.setText(f"{words}   ·   {stage}" if stage else words)

    def _stage_text(self, stage: str) -> str:
        """What the search tries, in a dispatcher's words; what has none is not told."""
        texts = {
            "fleets": self.tr("trying other vans"),
            "whole day": self.tr("improving the whole day"),
            "clusters": self.tr("improving part by part"),
            "insert": self.tr("placing orders"),
            "polish": self.tr("improving stop by stop"),
        }
        return texts.get(stage, "")

    def show_stopping(self) -> None:
        self._text.setText(self.tr("Stopping; the best plan so far is kept …"))
        self._stop.setEnabled(False)
        self._discard.setEnabled(False)

    def show_failure(self, failed: Failed) -> None:
        self._show("bad", "alert-octagon-outline", "bad", is_running=False)
        self._text.setText(failed.message)
        self._report.setVisible(bool(failed.report))

    def _show(self, state: str, glyph: str, token: str, *, is_running: bool) -> None:
        self.setProperty("state", state)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.setPixmap(icon(glyph, token).pixmap(16, 16))
        for widget in (self._bar, self._stop, self._discard):
            widget.setVisible(is_running)
        for widget in (self._report, self._close):
            widget.setVisible(not is_running)
        self._discard.setEnabled(True)
        self.show()
