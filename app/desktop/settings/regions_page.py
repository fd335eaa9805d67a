"""The regions of this workstation: what there is, building another, using one, taking one away."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.tasks import Tasks, Work
from app.desktop.theme import SPACING
from app.desktop.widgets.dialogs import confirmed, file_to_open
from app.desktop.widgets.formats import count_text
from app.domain.errors import Cancelled, DispatchError
from app.roads.region import Region
from app.services.roads import RoadsService

_HEADS = ("In use", "Region", "Built", "Size", "Addresses", "From")


class RegionsPage(QWidget):
    """Everything long runs as work that can be stopped; what fails says so on the page."""

    region_changing = Signal()
    """The files of the region in use will be closed."""
    region_changed = Signal()
    """Another region is in use, or none any more."""

    def __init__(self, roads: RoadsService, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("regions_page")
        self._roads = roads
        self._tasks = tasks
        self._regions: tuple[Region, ...] = ()
        self._extract: Path | None = None
        self._proposed = ""
        self._work: Work | None = None
        about = QLabel(
            self.tr(
                "A region makes this depot independent of the network: its roads, addresses and "
                "map, built once from an extract of OpenStreetMap (.osm.pbf)."
            ),
            self,
        )
        about.setWordWrap(True)
        self.table = QTableWidget(0, len(_HEADS), self)
        self.table.setObjectName("regions")
        self.table.setHorizontalHeaderLabels([self.tr(head) for head in _HEADS])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._show_buttons)
        self._use = self._button(self.tr("Use"), "use_region")
        self._use.clicked.connect(lambda: tasks.start(self._use_chosen(), self))
        self._remove = self._button(self.tr("Remove…"), "remove_region")
        self._remove.setProperty("kind", "danger")
        self._remove.clicked.connect(lambda: tasks.start(self._remove_chosen(), self))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._use)
        row.addWidget(self._remove)
        self._problem = QLabel(self)
        self._problem.setObjectName("region_problem")
        self._problem.setProperty("kind", "bad")
        self._problem.setWordWrap(True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(about)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        layout.addWidget(self._builder())
        layout.addWidget(self._problem)
        self._show_buttons()

    def refresh(self) -> None:
        self._tasks.start(self._read(), self)

    def choose_extract(self, path: Path) -> None:
        """Name a file to build from; its name is a proposal for the region's."""
        self._file.setText(str(path))
        self._propose_name()

    def _propose_name(self) -> None:
        """After the file, unless somebody typed another name."""
        if self._extract is not None and self._name.text() in ("", self._proposed):
            name = self._extract.name
            stem = name.removesuffix(".pbf").removesuffix(".osm").removesuffix("-latest")
            proposed = stem.replace("_", " ").replace("-", " ").title()
            if proposed != self._name.text():
                self._proposed = proposed
                self._name.setText(proposed)

    def _on_file_entered(self) -> None:
        """A name that was only just proposed is looked at first."""
        before = self._name.text()
        self._propose_name()
        if self._name.text() == before:
            self._build.click()
        else:
            self._name.setFocus()
            self._name.selectAll()

    def _on_file_typed(self, text: str) -> None:
        self._extract = Path(text.strip()) if text.strip() else None
        self._show_buttons()

    def _builder(self) -> QWidget:
        box = QFrame(self)
        box.setProperty("kind", "card")
        title = QLabel(self.tr("Build a region"), box)
        title.setProperty("kind", "title")
        self._file = QLineEdit(box)
        self._file.setObjectName("extract_file")
        self._file.textChanged.connect(self._on_file_typed)
        self._file.editingFinished.connect(self._propose_name)
        self._file.setPlaceholderText(self.tr("An extract, such as heidelberg.osm.pbf"))
        choose = QPushButton(self.tr("Choose file…"), box)
        choose.clicked.connect(lambda: self._tasks.start(self._choose(), self))
        self._name = QLineEdit(box)
        self._name.setObjectName("region_name_field")
        self._name.setPlaceholderText(self.tr("Name of the region"))
        self._name.textChanged.connect(self._show_buttons)
        self._build = QPushButton(self.tr("Build"), box)
        self._build.setObjectName("build_region")
        self._build.setProperty("kind", "primary")
        self._build.clicked.connect(lambda: self._tasks.start(self._build_region(), self))
        self._file.returnPressed.connect(self._on_file_entered)
        self._name.returnPressed.connect(self._build.click)
        self._bar = QProgressBar(box)
        self._bar.setObjectName("build_progress")
        self._bar.setRange(0, 1000)
        self._step = QLabel(box)
        self._step.setObjectName("build_step")
        self._step.setProperty("kind", "muted")
        self._step.setTextFormat(Qt.TextFormat.PlainText)
        self._step.setWordWrap(True)
        self._cancel = QPushButton(self.tr("Cancel"), box)
        self._cancel.setObjectName("cancel_build")
        self._cancel.clicked.connect(self._on_cancel)
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._file, 1)
        first.addWidget(choose)
        second.addWidget(self._name, 1)
        second.addWidget(self._build)
        third.addWidget(self._bar, 1)
        third.addWidget(self._cancel)
        layout = QVBoxLayout(box)
        layout.addWidget(title)
        for line in (first, second, third):
            layout.addLayout(line)
        layout.addWidget(self._step)
        return box

    async def _read(self) -> None:
        self._regions = await self._tasks.run_long(self._roads.regions)
        used = self._roads.region
        self._fill(self._regions, used.name if used is not None else "")
        self._tell(self._roads.problem)

    def _fill(self, regions: Sequence[Region], used: str) -> None:
        self.table.setRowCount(len(regions))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, region in enumerate(regions):
            is_used = region.name == used
            cells = (
                "✓" if is_used else "",
                region.name,
                f"{region.built_at.astimezone():%Y-%m-%d %H:%M}",
                f"{region.size / 1_000_000:.1f} MB",
                count_text(region.address_count),
                region.source,
            )
            tip = "\n".join((*region.warnings, region.attribution))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(tip)
                if column in (3, 4):
                    item.setTextAlignment(right)
                self.table.setItem(row, column, item)
            if is_used:
                self.table.selectRow(row)
        self._show_buttons()

    @property
    def _chosen(self) -> Region | None:
        rows = self.table.selectionModel().selectedRows()
        return self._regions[rows[0].row()] if rows else None

    async def _choose(self) -> None:
        kinds = [self.tr("OpenStreetMap extracts (*.osm.pbf *.pbf)"), self.tr("All files (*)")]
        path = await file_to_open(self, self.tr("Choose an extract"), kinds)
        if path is not None:
            self.choose_extract(path)

    async def _use_chosen(self) -> None:
        region = self._chosen
        if region is not None:
            await self._done(self._tasks.run_long(self._roads.use, region.name))

    async def _remove_chosen(self) -> None:
        region = self._chosen
        if region is None:
            return
        question = self.tr("Remove the region {0}? It can be built again from {1}.").format(
            region.name, region.source
        )
        if await confirmed(self, self.tr("Remove the region"), question, self.tr("Remove")):
            await self._done(self._tasks.run_long(self._roads.remove, region.name))

    async def _build_region(self) -> None:
        if self._extract is None or self._work is not None:
            return
        name = self._name.text().strip()
        work = self._work = Work(self.tr("Region {0}").format(name), self)
        work.stepped.connect(self._on_stepped)
        self._tell("")
        self._bar.setMaximum(0)
        self._show_buttons()
        try:
            region = await self._tasks.run_work(
                work, self._roads.build, self._extract, name, work.report, work.cancelled
            )
        except Cancelled as error:
            self._step.setText(str(error))
            return
        except DispatchError as error:
            self._step.clear()
            self._tell(str(error))
            return
        finally:
            self._work = None
            self._show_buttons()
        built = self.tr("{0} is built and in use.").format(region.name)
        self._step.setText("\n".join((built, *region.warnings)))
        self._name.clear()
        self._file.clear()
        self._extract = None
        await self._done(self._tasks.run_long(self._roads.use, region.name))

    async def _done(self, change: Awaitable[object]) -> None:
        """A change of the regions: what it refuses is said here, where it was asked for."""
        self.region_changing.emit()
        try:
            await change
        except DispatchError as error:
            self._tell(str(error))
            self.region_changed.emit()
            return
        await self._read()
        self.region_changed.emit()

    def _tell(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_stepped(self, fraction: float, text: str) -> None:
        if self._work is None:
            return  # the last step of a build that ended meanwhile
        # Nobody knows how far the reading of a file is: a bar that stood at 0 % would look dead.
        self._bar.setMaximum(1000 if fraction > 0 else 0)
        self._bar.setValue(round(fraction * 1000))
        self._step.setText(text)

    def _on_cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()
            self._cancel.setEnabled(False)
            self._step.setText(self.tr("Stopping …"))

    def _show_buttons(self) -> None:
        is_building = self._work is not None
        has_choice = self._chosen is not None
        used = self._roads.region
        is_used = self._chosen is not None and used is not None and self._chosen.name == used.name
        self._use.setEnabled(has_choice and not is_used and not is_building)
        self._remove.setEnabled(has_choice and not is_building)
        is_ready = self._extract is not None and bool(self._name.text().strip())
        self._build.setEnabled(is_ready and not is_building)
        self._bar.setVisible(is_building)
        self._cancel.setVisible(is_building)
        self._cancel.setEnabled(is_building)

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        return button
