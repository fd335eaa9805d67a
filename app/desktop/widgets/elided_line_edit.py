"""A field whose text ends in “…” where it would not fit, until somebody reads or edits in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QToolTip

from app.desktop.widgets.formats import plain_tip

_EDGE = 2
"""What Qt keeps free left and right of a field's text."""


class ElidedLineEdit(QLineEdit):
    """A plain QLineEdit cuts a long text in the middle of a letter and says nothing."""

    @property
    def shown_text(self) -> str:
        """With its “…” where there is one."""
        if self.hasFocus():
            return self.text()
        room = self._text_rect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _option(self) -> QStyleOptionFrame:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return option

    def _text_rect(self) -> QRect:
        contents = self.style().subElementRect(
            QStyle.SubElement.SE_LineEditContents, self._option(), self
        )
        return contents.marginsRemoved(self.textMargins()).adjusted(_EDGE, 0, -_EDGE, 0)

    # Qt

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QHelpEvent)
            and event.type() is QEvent.Type.ToolTip
            and not self.toolTip()
        ):
            is_cut = self.shown_text != self.text()
            QToolTip.showText(event.globalPos(), plain_tip(self.text()) if is_cut else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown_text
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelLineEdit, self._option(), painter, self
        )
        painter.setPen(self.palette().text().color())
        painter.drawText(self._text_rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
