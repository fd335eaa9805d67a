"""The last line of the window: messages on the left, where and how things stand on the right."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.desktop.notices import NoticeBar
from app.desktop.widgets.work_bar import WorkBar


class StatusBar(QStatusBar):
    """Says that a change is saved only when it is."""

    def __init__(self, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._is_saving = False
        self._is_away = False
        self._notices = notices
        self.works = WorkBar(self)
        self._database = self._label("database_name")
        self._region = self._label("region_name")
        self._saved = self._label("saved")
        self._consoles = self._label("consoles")
        self.addWidget(notices, 1)
        self.addPermanentWidget(self.works)
        for label in (self._database, self._region, self._saved, self._consoles):
            self.addPermanentWidget(label)
        self._consoles.hide()
        self._show_saved()

    def set_database(self, name: str, where: str) -> None:
        self._database.setText(name)
        self._database.setToolTip(where)

    def set_region(self, name: str, hint: str, problem: str = "") -> None:
        """Where roads and addresses come from; why the region can't be used is told at once."""
        if problem:
            self._notices.show_warning(problem, topic=self._region)
        else:
            self._notices.settle(self._region)
        self._region.setText(name or self.tr("no region"))
        self._region.setToolTip(hint)
        self._region.setProperty("kind", "" if name else "risk")
        self._region.style().polish(self._region)

    def set_saving(self, is_saving: bool) -> None:
        self._is_saving = is_saving
        self._show_saved()

    def set_away(self, is_away: bool) -> None:
        self._is_away = is_away
        self._show_saved()

    def set_consoles(self, count: int) -> None:
        """One console is nothing to tell."""
        self._consoles.setVisible(count > 1)
        self._consoles.setText(self.tr("%n consoles", "", count))

    def _show_saved(self) -> None:
        if self._is_away:
            text, tip = self.tr("not connected"), self.tr("Nothing can be changed now.")
        elif self._is_saving:
            text, tip = self.tr("saving …"), ""
        else:
            text, tip = self.tr("saved"), self.tr("Every change is in the database.")
        self._saved.setText(text)
        self._saved.setToolTip(tip)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        return label
