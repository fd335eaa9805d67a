"""The import of an order file: what it looks like, how far it is, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.orders.column_mapping import ColumnMapping
from app.desktop.orders.import_texts import (
    counts_text,
    days_text,
    delimiter_text,
    preview_columns,
    problem_columns,
)
from app.desktop.theme import SPACING
from app.desktop.widgets.elided_label import ElidedLabel
from app.desktop.widgets.fields import ChoiceField, DayField, FieldForm
from app.desktop.widgets.formats import count_text, dated_text
from app.desktop.widgets.notice_strip import NoticeStrip
from app.desktop.widgets.records import RecordsTable
from app.documents.order_drafts import RowResult
from app.documents.order_presets import PRESETS
from app.documents.problem_groups import ProblemGroup, grouped
from app.domain.fleet import Depot
from app.domain.ids import DepotId
from app.services.imports import ImportOptions, ImportPreview, ImportReport

_AUTO = "auto"
_RESULT = 2
"""The number of its page, which is the last."""


class ImportDialog(QDialog):
    """Three pages: preview, progress, result. It asks and shows; it reads nothing itself."""

    file_wanted = Signal()
    options_changed = Signal()
    """The file is to be looked at again with these `options`."""
    run_requested = Signal()
    cancel_requested = Signal()
    report_wanted = Signal()
    """The refused rows are to be saved to a file."""
    on_hold_wanted = Signal()
    day_wanted = Signal(object)
    """The day that most of the file's orders are for is to be opened."""

    def __init__(
        self, depots: Sequence[Depot], day: date, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(self.tr("Import orders"))
        self._is_mapped_by_hand = False
        self._is_running = False
        self._shown_day = day
        self._fullest_day = day
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._build_preview(depots, day, zone))
        self._pages.addWidget(self._build_progress())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.resize(1040, 640)

    @property
    def options(self) -> ImportOptions:
        """As they are chosen; the columns only where a person chose them."""
        return ImportOptions(
            preset=self.preset.chosen or _AUTO,
            columns=self.mapping.columns if self._is_mapped_by_hand else None,
            day=self.day.day(),
            depot=self.depot.chosen,
        )

    def show_file(self, path: Path) -> None:
        """Another file: what was chosen for the one before does not hold for it."""
        self._is_mapped_by_hand = False
        with QSignalBlocker(self.preset):
            self.preset.choose(_AUTO)
        self._file.set_text(path.name)
        self._file.setToolTip(str(path))
        self._facts.setText(self.tr("Looking at the file …"))
        self._rows.set_records((), lambda result: (result.line, result.reference))
        self._run.setEnabled(False)
        self._pages.setCurrentIndex(0)

    def show_preview(self, preview: ImportPreview) -> None:
        facts = [PRESETS[preview.preset].name, delimiter_text(preview.delimiter)]
        if preview.encoding:
            facts.append(preview.encoding)
        if preview.is_remembered:
            facts.append(self.tr("columns as you chose them last time"))
        self._facts.setText("  ·  ".join(facts))
        notices = list(preview.notices)
        if preview.ignored:
            notices.append(self.tr("Not used: {0}").format(", ".join(preview.ignored)))
        self._trouble.show_text("\n".join(notices), "info")
        self.mapping.show_mapping(preview.headers, preview.columns)
        self._rows.set_records(preview.results, lambda result: (result.line, result.reference))
        self._counts.setText(counts_text(preview.results))
        self._run.setEnabled(True)

    def show_failure(self, text: str, headers: Sequence[str], columns: Mapping[str, str]) -> None:
        """The file can't be taken like this; its columns can be mapped where it has any."""
        self._facts.setText("")
        self._trouble.show_text(text, "bad")
        self._rows.set_records((), lambda result: (result.line, result.reference))
        self._counts.setText("")
        if headers:
            self.mapping.show_mapping(headers, columns)
        self._run.setEnabled(False)

    def show_running(self) -> None:
        self._is_running = True
        self._bar.setValue(0)
        self._step.setText(self.tr("Starting …"))
        self._cancel.setEnabled(True)
        self._pages.setCurrentIndex(1)
        self._cancel.setFocus()

    def show_step(self, fraction: float, text: str) -> None:
        self._bar.setValue(round(fraction * 1000))
        self._step.setText(text)

    def show_stopped(self, text: str) -> None:
        """It ended without taking anything; the preview is back with the reason."""
        self._is_running = False
        self._trouble.show_text(text, "bad")
        self._pages.setCurrentIndex(0)

    def make_result(self) -> None:
        """The page for `show_report`; not before it is needed: the dialog is to open at once."""
        if self._pages.count() == _RESULT:
            self._pages.addWidget(self._build_result())

    def show_report(self, report: ImportReport) -> None:
        self._is_running = False
        for name, count in (
            ("added", report.added),
            ("updated", report.updated),
            ("unchanged", report.unchanged),
            ("left_out", report.left_out),
            ("refused", report.refused),
            ("on_hold", report.on_hold),
        ):
            self._numbers[name].setText(count_text(count))
        self._numbers["refused"].setProperty("kind", "bad" if report.refused else "")
        self._numbers["on_hold"].setProperty("kind", "risk" if report.on_hold else "")
        for label in self._numbers.values():
            label.style().unpolish(label)
            label.style().polish(label)
        self._headline.setText(self.tr("{0} was imported").format(report.file))
        self._days.setText(days_text(report.days))
        self._fullest_day = next(iter(report.days), self._shown_day)
        self._show_day.setText(self.tr("Show {0}").format(dated_text(self._fullest_day)))
        self._show_day.setVisible(self._fullest_day != self._shown_day)
        self._problems.set_records(grouped(report.problems), lambda group: group.problem)
        self._no_problems.setVisible(not report.problems)
        self._problems.setVisible(bool(report.problems))
        self._save_report.setEnabled(report.report_file is not None)
        self._show_held.setEnabled(report.on_hold > 0)
        self._pages.setCurrentIndex(_RESULT)
        self._close.setFocus()

    def _build_preview(self, depots: Sequence[Depot], day: date, zone: ZoneInfo) -> QWidget:
        page = QWidget(self)
        self._file = ElidedLabel(page)
        choose = QPushButton(self.tr("Choose file…"), page)
        choose.setObjectName("choose_file")
        choose.setAutoDefault(False)
        choose.clicked.connect(self.file_wanted)
        self._facts = QLabel(page)
        self._facts.setProperty("kind", "muted")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setWordWrap(True)
        self.preset = ChoiceField[str](
            [
                (_AUTO, self.tr("Recognise by the columns")),
                *((preset.key, preset.name) for preset in PRESETS.values()),
            ],
            page,
        )
        self.preset.setMinimumContentsLength(16)
        self.preset.setSizeAdjustPolicy(
            ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.day = DayField(page)
        self.day.set_day(day)
        self.depot = ChoiceField[DepotId | None](
            [(depot.id, depot.name) for depot in depots] or [(None, self.tr("No depot yet"))], page
        )
        choices = FieldForm(3, page)
        choices.add(self.tr("Made by"), self.preset)
        choices.add(self.tr("Day, for rows that name none"), self.day)
        choices.add(self.tr("Depot"), self.depot)
        self._trouble = NoticeStrip(page)
        self.mapping = ColumnMapping(page)
        self._rows = RecordsTable[RowResult](preview_columns(zone), page)
        self._rows.setObjectName("import_preview")
        self._rows.setAccessibleName(self.tr("The first rows"))
        split = QSplitter(Qt.Orientation.Horizontal, page)
        split.addWidget(self.mapping)
        split.addWidget(self._rows)
        split.setStretchFactor(1, 1)
        split.setSizes([380, 660])
        self._counts = QLabel(page)
        self._counts.setObjectName("import_counts")
        self._run = QPushButton(self.tr("Import"), page)
        self._run.setObjectName("import_run")
        self._run.setDefault(True)
        self._run.setEnabled(False)
        self._run.clicked.connect(self.run_requested)
        close = QPushButton(self.tr("Cancel"), page)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(choose)
        top.addWidget(self._file, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._counts, 1)
        foot.addWidget(close)
        foot.addWidget(self._run)
        layout = _page_layout(page)
        layout.addLayout(top)
        layout.addWidget(self._facts)
        layout.addWidget(choices)
        layout.addWidget(self._trouble)
        layout.addWidget(split, 1)
        layout.addLayout(foot)
        self.mapping.changed.connect(self._on_mapping_changed)
        self.preset.currentIndexChanged.connect(self._on_preset_changed)
        self.day.dateChanged.connect(self.options_changed)
        self.depot.currentIndexChanged.connect(self.options_changed)
        return page

    def _build_progress(self) -> QWidget:
        page = QWidget(self)
        self._step = QLabel(page)
        self._step.setTextFormat(Qt.TextFormat.PlainText)
        self._step.setObjectName("import_step")
        self._bar = QProgressBar(page)
        self._bar.setRange(0, 1000)
        hint = QLabel(self.tr("The window stays usable; nothing is saved before the end."), page)
        hint.setProperty("kind", "muted")
        self._cancel = QPushButton(self.tr("Cancel the import"), page)
        self._cancel.setObjectName("import_cancel")
        self._cancel.clicked.connect(self._on_cancel)
        layout = _page_layout(page)
        layout.addStretch(1)
        layout.addWidget(self._step)
        layout.addWidget(self._bar)
        layout.addWidget(hint)
        layout.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignRight)
        layout.addStretch(2)
        return page

    def _build_result(self) -> QWidget:
        page = QWidget(self)
        self._headline = QLabel(page)
        self._headline.setTextFormat(Qt.TextFormat.PlainText)
        self._headline.setProperty("kind", "title")
        self._days = QLabel(page)
        self._days.setObjectName("import_days")
        self._days.setProperty("kind", "muted")
        cards = QHBoxLayout()
        cards.setSpacing(2 * SPACING)
        self._numbers: dict[str, QLabel] = {}
        for name, title in (
            ("added", self.tr("added")),
            ("updated", self.tr("updated")),
            ("unchanged", self.tr("unchanged")),
            ("left_out", self.tr("left out")),
            ("refused", self.tr("refused")),
            ("on_hold", self.tr("on hold")),
        ):
            cards.addWidget(self._card(page, name, title), 1)
        self._problems = RecordsTable[ProblemGroup](problem_columns(), page)
        self._problems.setObjectName("import_problems")
        self._no_problems = QLabel(self.tr("Every row was taken as it is."), page)
        self._no_problems.setProperty("kind", "good")
        self._save_report = QPushButton(self.tr("Save report file…"), page)
        self._save_report.setObjectName("import_save_report")
        self._save_report.setToolTip(
            self.tr("The refused rows with their reasons, to be corrected and imported again.")
        )
        self._save_report.clicked.connect(self.report_wanted)
        self._show_held = QPushButton(self.tr("Show on hold"), page)
        self._show_held.setObjectName("import_show_held")
        self._show_held.clicked.connect(self.on_hold_wanted)
        self._show_day = QPushButton(page)
        self._show_day.setObjectName("import_show_day")
        self._show_day.clicked.connect(lambda: self.day_wanted.emit(self._fullest_day))
        self._close = QPushButton(self.tr("Close"), page)
        self._close.setProperty("kind", "primary")
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._save_report)
        foot.addWidget(self._show_held)
        foot.addWidget(self._show_day)
        foot.addStretch(1)
        foot.addWidget(self._close)
        layout = _page_layout(page)
        layout.addWidget(self._headline)
        layout.addWidget(self._days)
        layout.addLayout(cards)
        layout.addWidget(self._no_problems)
        layout.addWidget(self._problems, 1)
        layout.addStretch(0)
        layout.addLayout(foot)
        return page

    def _card(self, page: QWidget, name: str, title: str) -> QFrame:
        card = QFrame(page)
        card.setProperty("kind", "card")
        number = QLabel("0", card)
        number.setObjectName(f"import_{name}")
        number.setStyleSheet("font-size: 16px; font-weight: 600;")
        word = QLabel(title, card)
        word.setProperty("kind", "small")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(0)
        layout.addWidget(number)
        layout.addWidget(word)
        self._numbers[name] = number
        return card

    def _on_mapping_changed(self) -> None:
        self._is_mapped_by_hand = True
        self.options_changed.emit()

    def _on_preset_changed(self) -> None:
        # Another program's files have other columns.
        self._is_mapped_by_hand = False
        self.options_changed.emit()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._step.setText(self.tr("Stopping …"))
        self.cancel_requested.emit()

    # Qt

    def reject(self) -> None:
        """Escape during an import asks it to stop, and the dialog waits for that."""
        if self._is_running:
            self._on_cancel()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_running:
            self._on_cancel()
            event.ignore()
            return
        super().closeEvent(event)


def _page_layout(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(4 * SPACING, 4 * SPACING, 4 * SPACING, 4 * SPACING)
    layout.setSpacing(2 * SPACING)
    return layout
