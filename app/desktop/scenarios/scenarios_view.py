"""The pane of scenarios: the shelf at the left, what it holds compared at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.scenarios.comparison_view import ComparisonView
from app.desktop.scenarios.plan_tables import (
    MoveRow,
    RouteRow,
    move_columns,
    route_columns,
)
from app.desktop.scenarios.shelf_view import ShelfView
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.elided_label import ElidedLabel
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.records import RecordsTable

_SHELF_WIDTH = 270


class ScenariosView(QWidget):
    """Values down through setters, gestures up as signals."""

    run_chosen = Signal()
    publish_chosen = Signal()
    take_chosen = Signal(object, bool)
    """A RouteId, and whether the plan that is looked at gives it, and not gets it."""
    base_chosen = Signal(str)
    map_toggled = Signal(bool)
    orders_chosen = Signal(list)
    route_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scenarios_view")
        self.shelf = ShelfView(self)
        self.figures = ComparisonView(self)
        self.routes = RecordsTable[RouteRow](route_columns(self.tr), self)
        self.routes.setObjectName("scenario_routes")
        self.routes.setAccessibleName(self.tr("Route by route"))
        self.moves = RecordsTable[MoveRow](move_columns(self.tr), self)
        self.moves.setObjectName("scenario_stops")
        self.moves.setAccessibleName(self.tr("Stop by stop"))
        self._moves: tuple[MoveRow, ...] = ()
        self._are_moves_shown = True
        self._name = ""
        self._is_base_board = True
        self._is_changing = self._can_publish = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self._left())
        self._splitter.addWidget(self._right())
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setCollapsible(0, False)
        self._splitter.setCollapsible(1, False)
        self._splitter.setSizes([_SHELF_WIDTH, 1000])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setFocusProxy(self.shelf)
        self._connect()
        self.set_plan("", is_published=False)

    # Down

    def set_bases(self, names: Sequence[tuple[str, str]], chosen: str) -> None:
        """Plans, by key and name, that the chosen one can be held against."""
        with QSignalBlocker(self.base):
            self.base.clear()
            for key, name in names:
                self.base.addItem(name, key)
            self.base.setCurrentIndex(max(0, self.base.findData(chosen)))
        self._is_base_board = self.base.currentData() in ("", None)

    def set_changing(self, is_changing: bool) -> None:
        """While a plan is being changed no other change can be asked for."""
        self._is_changing = is_changing
        self.publish.setEnabled(self._can_publish and not is_changing)
        self._show_possible()

    def set_plan(self, name: str, *, is_published: bool) -> None:
        """Which scenario is looked at; empty for none."""
        self._name = name
        has_plan = bool(name)
        self._can_publish = has_plan and not is_published
        self.publish.setEnabled(self._can_publish and not self._is_changing)
        self.publish.setToolTip(
            self.tr("The board shows this plan already")
            if is_published
            else self.tr("Make this the plan on the board; one undo takes it back")
        )
        self.on_map.setEnabled(has_plan)
        self.base.setEnabled(has_plan)
        self._against.setEnabled(has_plan)
        for tab in (1, 2):
            self.tabs.setTabEnabled(tab, has_plan)
        if not has_plan:
            self.tabs.setCurrentIndex(0)

    def set_rows(self, routes: Sequence[RouteRow], moves: Sequence[MoveRow]) -> None:
        self._moves = tuple(moves)
        self.routes.set_records(routes, lambda row: row.route)
        count = sum(row.moved.changes_route for row in moves)
        text = self.tr("Stops ({0} moved)").format(count_text(count)) if count else self.tr("Stops")
        self.tabs.setTabText(2, text)
        # A thousand rows take their time: they are written once somebody looks.
        self._are_moves_shown = False
        if self.tabs.currentIndex() == 2:
            self._show_moves()
        self._show_possible()

    def set_on_map(self, is_on: bool) -> None:
        with QSignalBlocker(self.on_map):
            self.on_map.setChecked(is_on)

    def show_empty(self, is_empty: bool) -> None:
        """The words for a shelf with nothing on it, or the tables."""
        self._pages.setCurrentIndex(3 if is_empty else self.tabs.currentIndex())
        for widget in (self.tabs, self._against, self.base, self.on_map):
            widget.setVisible(not is_empty)

    def set_stale(self, text: str) -> None:
        """What became of the day since the plan was made; empty for nothing."""
        self._stale.set_text(text)
        self._stale.setToolTip(text)
        self._stale_strip.setVisible(bool(text))

    @property
    def stale_text(self) -> str:
        return self._stale.text

    # Building

    def _left(self) -> QWidget:
        left = QWidget(self)
        self.run = QPushButton(icon("play", "text"), self.tr("Run…"), left)
        self.run.setObjectName("open_run")
        self.run.setToolTip(self.tr("Make several plans for this day at once"))
        self.publish = QPushButton(self.tr("Publish"), left)
        self.publish.setObjectName("publish_scenario")
        self.publish.setProperty("kind", "primary")
        self.more = QToolButton(left)
        self.more.setObjectName("scenario_more")
        self.more.setProperty("kind", "icon")
        self.more.setIcon(icon("dots-vertical"))
        self.more.setToolTip(self.tr("More for the chosen scenario"))
        self.more.setAccessibleName(self.tr("More for the chosen scenario"))
        top = QHBoxLayout()
        top.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        top.setSpacing(SPACING)
        top.addWidget(self.run)
        top.addStretch(1)
        top.addWidget(self.publish)
        top.addWidget(self.more)
        layout = QVBoxLayout(left)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.shelf, 1)
        left.setMinimumWidth(220)
        return left

    def _right(self) -> QWidget:
        right = QWidget(self)
        self.tabs = QTabBar(right)
        self.tabs.setObjectName("scenario_tabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for text in (self.tr("Figures"), self.tr("Routes"), self.tr("Stops")):
            self.tabs.addTab(text)
        self._against = QLabel(self.tr("Compared with"), right)
        self._against.setProperty("kind", "small")
        self.base = QComboBox(right)
        self.base.setObjectName("scenario_base")
        self.base.setAccessibleName(self.tr("Compared with"))
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.on_map = QToolButton(right)
        self.on_map.setObjectName("scenario_on_map")
        self.on_map.setProperty("kind", "chip")
        self.on_map.setText(self.tr("Both on the map"))
        self.on_map.setCheckable(True)
        self.on_map.setToolTip(
            self.tr("The plan compared with as lines; this one as beads where it is different")
        )
        self.take_to_base = QPushButton(right)
        self.take_to_base.setObjectName("take_to_base")
        self.take_to_plan = QPushButton(right)
        self.take_to_plan.setObjectName("take_to_plan")
        self.only_drivers = QToolButton(right)
        self.only_drivers.setObjectName("only_drivers")
        self.only_drivers.setProperty("kind", "chip")
        self.only_drivers.setText(self.tr("Only other drivers"))
        self.only_drivers.setCheckable(True)
        self.only_drivers.setChecked(True)
        top = QHBoxLayout()
        top.setContentsMargins(SPACING, 0, 2 * SPACING, 0)
        top.setSpacing(2 * SPACING)
        top.addWidget(self.tabs)
        top.addStretch(1)
        for widget in (
            self.only_drivers,
            self.take_to_base,
            self.take_to_plan,
            self._against,
            self.base,
            self.on_map,
        ):
            top.addWidget(widget)
        self._stale_strip = QWidget(right)
        self._stale = ElidedLabel(self._stale_strip)
        self._stale.setObjectName("scenario_stale")
        mark = QLabel(self._stale_strip)
        mark.setPixmap(icon("clock-alert-outline", "risk").pixmap(16, 16))
        strip = QHBoxLayout(self._stale_strip)
        strip.setContentsMargins(2 * SPACING, 0, 2 * SPACING, 0)
        strip.setSpacing(2 * SPACING)
        strip.addWidget(mark)
        strip.addWidget(self._stale, 1)
        self._stale_strip.hide()
        self._pages = QStackedWidget(right)
        for page in (self.figures, self.routes, self.moves, self._empty()):
            self._pages.addWidget(page)
        layout = QVBoxLayout(right)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._stale_strip)
        layout.addWidget(self._pages, 1)
        return right

    def _empty(self) -> QWidget:
        label = QLabel(
            self.tr(
                "No scenario of this day yet.\n\n"
                "Run some to see what the day costs if it is planned for cost, for time,\n"
                "for few vans or for even hours. The board stays as it is until you publish one."
            ),
            self,
        )
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("kind", "muted")
        return label

    def _connect(self) -> None:
        self.run.clicked.connect(self.run_chosen)
        self.publish.clicked.connect(self.publish_chosen)
        self.more.clicked.connect(
            lambda: self.shelf.menu_requested.emit(
                self.shelf.chosen, self.more.mapToGlobal(QPoint(0, self.more.height()))
            )
        )
        self.tabs.currentChanged.connect(self._on_tab)
        self.base.activated.connect(lambda number: self._on_base(self.base.itemData(number)))
        self.on_map.toggled.connect(self.map_toggled)
        self.only_drivers.toggled.connect(lambda _is_on: self._show_moves())
        self.routes.choice_changed.connect(self._on_route)
        self.moves.choice_changed.connect(
            lambda: self.orders_chosen.emit([row.moved.order for row in self.moves.chosen])
        )
        self.take_to_base.clicked.connect(lambda: self._take(is_given=True))
        self.take_to_plan.clicked.connect(lambda: self._take(is_given=False))
        self._on_tab(0)

    # Gestures

    def _on_tab(self, tab: int) -> None:
        self._pages.setCurrentIndex(tab)
        self.only_drivers.setVisible(tab == 2)
        if tab == 2 and not self._are_moves_shown:
            self._show_moves()
        self._show_possible()

    def _on_base(self, key: str) -> None:
        self._is_base_board = not key
        self.base_chosen.emit(key)

    def _on_route(self) -> None:
        chosen = self.routes.chosen
        if len(chosen) == 1:
            self.route_chosen.emit(chosen[0].route)
        self._show_possible()

    def _take(self, *, is_given: bool) -> None:
        chosen = self.routes.chosen
        if len(chosen) == 1:
            self.take_chosen.emit(chosen[0].route, is_given)

    def _show_possible(self) -> None:
        """A route can be taken where exactly one is chosen that differs."""
        chosen = self.routes.chosen
        can_take = len(chosen) == 1 and chosen[0].differs and not self._is_changing
        base = self.base.currentText()
        is_shown = self.tabs.currentIndex() == 1
        self.take_to_base.setText(
            self.tr("Take to the board")
            if self._is_base_board
            else self.tr("Take into {0}").format(base)
        )
        self.take_to_plan.setText(self.tr("Take into {0}").format(self._name))
        for button in (self.take_to_base, self.take_to_plan):
            button.setVisible(is_shown)
            button.setEnabled(can_take)
        self.take_to_base.setToolTip(
            self.tr("Give {0} the chosen route as {1} has it").format(base, self._name)
        )
        self.take_to_plan.setToolTip(
            self.tr("Give {0} the chosen route as {1} has it").format(self._name, base)
        )

    def _show_moves(self) -> None:
        is_short = self.only_drivers.isChecked()
        rows = [row for row in self._moves if row.moved.changes_route or not is_short]
        self.moves.set_records(rows, lambda row: row.moved.order)
        self._are_moves_shown = True
