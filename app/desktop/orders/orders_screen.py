"""The orders pane: joins table, filter and forms to the services."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.desktop.editor import Editor
from app.desktop.orders.address_work import AddressWork
from app.desktop.orders.filter_bar import FilterBar
from app.desktop.orders.order_actions import OrderActions
from app.desktop.orders.order_changes import OrderChanges
from app.desktop.orders.order_forms import OrderForms
from app.desktop.orders.order_imports import OrderImports
from app.desktop.orders.order_texts import chip_text, hold_text
from app.desktop.orders.orders_model import PAGE_SIZE, SORTS, Column, OrdersModel
from app.desktop.orders.orders_view import OrdersTable
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.formats import count_text
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId
from app.domain.orders import Order
from app.services.addresses import AddressService
from app.services.fleet import FleetService
from app.services.imports import ImportService
from app.services.orders import (
    Chip,
    OrderQuery,
    OrdersService,
)
from app.services.promise import PromiseService


class OrdersScreen(QWidget):
    """The orders of a day: what is shown, what is chosen, and everything done with it."""

    labels_requested = Signal(object)
    """Ids of the orders whose parcel labels are to be printed."""
    map_requested = Signal(object)
    """Ids of the orders to be shown on the map."""
    pin_requested = Signal(object)
    """The OrderId whose place the next click on the map is; answer with `set_pin`."""
    pin_ended = Signal()
    """Clicks on the map are no places any more."""
    location_shown = Signal(object)
    """A Location for the map to show, while an address is looked for."""
    day_requested = Signal(object)
    """The console is to show another service day."""
    noticed = Signal(str)
    """Something to tell the dispatcher that needs no answer."""

    def __init__(
        self,
        orders: OrdersService,
        fleet: FleetService,
        addresses: AddressService,
        imports: ImportService,
        promise: PromiseService,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        settings: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orders_screen")
        self._orders = orders
        self._tasks = tasks
        self._selection = selection
        self._forms = OrderForms(orders, fleet, addresses, promise, tasks, editor, self)
        self._imports = OrderImports(imports, fleet, tasks, editor, self)
        self._work = AddressWork(orders, addresses, tasks, editor, self)
        self._zone = ZoneInfo("UTC")
        self._query = OrderQuery()
        self._reading: asyncio.Task[None] | None = None
        self._counted: tuple[OrderQuery, Mapping[Chip, int]] | None = None
        """What the chips say, and of what."""
        self._pages: dict[int, asyncio.Task[None]] = {}
        self._is_stale = False
        self.model = OrdersModel(self)
        self.filter = FilterBar(self)
        self.table = OrdersTable(self.model, settings, self)
        self.actions_ = OrderActions(self)
        self._changes = OrderChanges(orders, tasks, editor, self.actions_, self._shown_order, self)
        self._changes.noticed.connect(self.noticed)
        self.empty = QLabel(self)
        self.empty.setObjectName("orders_empty")
        self.empty.setProperty("kind", "muted")
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(16, 0, 16, 0)
        self._footer = QLabel(self)
        self._footer.setObjectName("orders_footer")
        self._footer.setProperty("kind", "small")
        self._footer.setContentsMargins(8, 0, 8, 4)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.filter)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._footer)
        self.setFocusProxy(self.table)
        self.table.setFocus()
        self._connect()

    def _connect(self) -> None:
        self.filter.changed.connect(self._on_filter_changed)
        self.table.rows_shown.connect(self._on_rows_shown)
        self.table.sort_chosen.connect(self._on_sort_chosen)
        self.table.selection_changed.connect(self._on_rows_chosen)
        self.table.edit_requested.connect(self.edit_chosen)
        self.table.menu_requested.connect(self._on_menu_requested)
        self._selection.changed.connect(self._on_selection_changed)
        self._tasks.changed.connect(self.on_changes)
        actions = self.actions_
        actions.new_chosen.connect(self.open_new)
        actions.edit_chosen.connect(self.edit_chosen)
        actions.fix_chosen.connect(self.open_address_work)
        self._work.pin_requested.connect(self.pin_requested)
        self._work.pin_ended.connect(self.pin_ended)
        self._work.location_shown.connect(self.location_shown)
        self._work.order_shown.connect(
            lambda order: self._selection.select_orders([order], self._work)
        )
        self._work.emptied.connect(self._on_work_emptied)
        self._work.still_held.connect(self._on_still_held)
        actions.import_chosen.connect(lambda: self.open_import())
        self._imports.on_hold_requested.connect(self._on_on_hold_requested)
        self._imports.day_requested.connect(self.day_requested)
        actions.label_chosen.connect(lambda: self.labels_requested.emit(self.chosen))
        actions.map_chosen.connect(lambda: self.map_requested.emit(self.chosen))
        actions.find_chosen.connect(self.focus_search)

    @property
    def chosen(self) -> tuple[OrderId, ...]:
        return self.table.selected

    @property
    def query(self) -> OrderQuery:
        return self._query

    @property
    def is_idle(self) -> bool:
        """Whether everything that is shown was read."""
        return not self._pages and (self._reading is None or self._reading.done())

    def set_day(self, day: date | None, depot: DepotId | None = None) -> None:
        """Show the orders of a day (None for all days) and of a depot (None for all)."""
        self._counted = None
        self._query = replace(self._query, day=day, depot=depot)
        self._read(is_new=True)

    def set_zone(self, zone: ZoneInfo) -> None:
        """The clocks by which times are shown: those of the depot."""
        self._zone = zone
        self.model.set_zone(zone)

    def set_board(self, board: Board | None) -> None:
        """Routes and ETAs of the day; the board screen's value, never read a second time."""
        self.actions_.set_board(board)
        self.model.set_board(board)
        self._changes.set_board(board)

    def focus_search(self) -> None:
        """Put the caret into the search box."""
        self.filter.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.search.selectAll()

    def open_new(self) -> None:
        """A form for a new order of the day that is shown."""
        self._forms.open_new(self._shown_day, self._query.depot, self._zone)

    def edit_chosen(self) -> None:
        """A form for the chosen order."""
        if len(self.chosen) == 1:
            self.edit_order(self.chosen[0])

    def edit_order(self, order: OrderId) -> None:
        """A form for any order, as when it is double-clicked on board or map."""
        self._forms.open_order(order, self._zone)

    def open_import(self, path: Path | None = None) -> None:
        """Look at an order file before it is taken; without a path, ask for one."""
        self._imports.open(self._shown_day, self._zone, path)

    def open_address_work(self) -> None:
        """Lead through the orders whose address was not found."""
        self._work.open(self._query.day, self._query.depot, self._selection.order)

    def set_pin(self, location: Location) -> None:
        """Where a person clicked on the map after `pin_requested`."""
        self._work.set_pin(location)

    def _on_work_emptied(self) -> None:
        self.noticed.emit(self.tr("No order is on hold because of its address."))

    def _on_still_held(self, order: Order) -> None:
        self.noticed.emit(
            self.tr("{0} has its place, but is still on hold: {1}").format(
                order.reference, hold_text(order)
            )
        )

    @property
    def _shown_day(self) -> date:
        return self._query.day or datetime.now(self._zone).date()

    def _on_on_hold_requested(self, day: date) -> None:
        if self._query.day is not None and day != self._query.day:
            self.day_requested.emit(day)
        self.choose_chip(Chip.ON_HOLD)

    def choose_chip(self, chip: Chip) -> None:
        """Show the orders of a chip and nothing else."""
        self.filter.choose(chip)

    def on_changes(self, changes: Changes, _origin: object) -> None:
        day = self._query.day
        if changes.orders or changes.routes or day in changes.days or changes.is_fleet_changed:
            self._is_stale = True
            self._counted = None
            if self.isVisible():
                self._read(is_new=False)

    def _read(self, *, is_new: bool) -> None:
        """Ask again; a new question begins at the top, the same one stays where it was."""
        if self._reading is not None:
            self._reading.cancel()
        for page in self._pages.values():
            page.cancel()
        self._pages.clear()
        self._reading = self._tasks.start(self._read_rows(is_new=is_new), self)

    async def _read_rows(self, *, is_new: bool) -> None:
        query = self._query
        first, last = (0, PAGE_SIZE - 1) if is_new else self.table.wanted_rows
        start = first // PAGE_SIZE * PAGE_SIZE
        limit = (last // PAGE_SIZE + 1) * PAGE_SIZE - start
        total = self._known_total(query) if is_new else None
        page = await self._tasks.run(self._orders.page, query, start, limit, total)
        if start and not page.rows:
            # So many orders went that these rows are beyond the end.
            page = await self._tasks.run(self._orders.page, query, 0, PAGE_SIZE)
        self._is_stale = False
        self.model.show(page)
        if is_new:
            self.table.scroll_to_top()
        self._show_emptiness()
        self._changes.refresh()
        counts = await self._tasks.run(self._orders.counts, query)
        self._counted = (query, counts)
        self.filter.set_counts(counts)

    def _known_total(self, query: OrderQuery) -> int | None:
        """How many rows there are, where the chips say it already: counting takes longest."""
        if self._counted is None:
            return None
        counted, counts = self._counted
        alike = replace(
            counted, chip=query.chip, sort=query.sort, is_descending=query.is_descending
        )
        return counts[query.chip] if alike == query else None

    async def _read_page(self, offset: int) -> None:
        try:
            total = self.model.total
            page = await self._tasks.run(self._orders.page, self._query, offset, PAGE_SIZE, total)
        finally:
            self._pages.pop(offset, None)
        # Orders that came or went otherwise are told by `on_changes`.
        if page.total != self.model.total or len(page.rows) < min(PAGE_SIZE, total - offset):
            self._read(is_new=False)
            return
        self.model.add(page)
        self.model.forget_far_from(*self.table.visible_rows)
        self.table.show_selected()

    def _show_emptiness(self) -> None:
        is_empty = self.model.total == 0
        self._stack.setCurrentIndex(1 if is_empty else 0)
        if is_empty:
            self.empty.setText(self._why_empty())
        self._show_footer()

    def _why_empty(self) -> str:
        if self._query.text:
            return self.tr("No order matches “{0}”.").format(self._query.text)
        if self._query.chip is not Chip.ALL:
            return self.tr("No order is {0} on this day.").format(
                chip_text(self._query.chip).lower()
            )
        return self.tr("No orders on this day yet.\nImport a file, drop one here, or press Ins.")

    def _show_footer(self) -> None:
        total = self.model.total
        text = self.tr("1 order") if total == 1 else self.tr("{0} orders").format(count_text(total))
        count = len(self.chosen)
        if count > 1:
            text = self.tr("{0} · {1} chosen").format(text, count_text(count))
        self._footer.setText(text)

    # What the dispatcher does with the table

    def _on_filter_changed(self) -> None:
        chip, text = self.filter.chip, self.filter.text
        if (chip, text) == (self._query.chip, self._query.text):
            return
        self._query = replace(self._query, chip=chip, text=text)
        self.table.use_columns_for(chip)
        self._read(is_new=True)

    def _on_sort_chosen(self, column: int, is_descending: bool) -> None:
        sort = SORTS[Column(column)]
        self._query = replace(self._query, sort=sort, is_descending=is_descending)
        self._read(is_new=True)

    def _on_rows_shown(self, first: int, last: int) -> None:
        missing = self.model.missing(first, last)
        for offset in [each for each in self._pages if each not in missing]:
            # Scrolled past before it was read: nobody waits for it any more.
            self._pages.pop(offset).cancel()
        middle = (first + last - PAGE_SIZE) / 2
        for offset in sorted(missing, key=lambda each: abs(each - middle)):
            # What is in the middle is looked at; the rest is read ahead.
            if offset not in self._pages:
                self._pages[offset] = self._tasks.start(self._read_page(offset), self)

    def _on_rows_chosen(self) -> None:
        if self.table.unread_selection:
            self._tasks.start(self._resolve_selection(), self)
            return
        self._say_chosen()

    async def _resolve_selection(self) -> None:
        """Rows were chosen that were never read: their orders are asked for."""
        ranges = self.table.unread_selection
        ids = await self._tasks.run(self._orders.ids, self._query)
        if ranges == self.table.unread_selection:
            rows = {
                ids[row]: row
                for first, last in ranges
                for row in range(first, last + 1)
                if row < len(ids)
            }
            self.table.set_selected(tuple(rows), rows)
            self._say_chosen()

    def _say_chosen(self) -> None:
        self._changes.set_chosen(self.chosen)
        self._show_footer()
        self._selection.select_orders(self.chosen, self)

    def _on_selection_changed(self, origin: object) -> None:
        if origin is self:
            return
        orders = self._selection.orders
        self.table.set_selected(orders)
        self._changes.set_chosen(self.chosen)
        self._show_footer()
        if orders and self.isVisible():
            self._tasks.start(self._bring_into_view(orders[-1]), self)

    async def _bring_into_view(self, order: OrderId) -> None:
        row = self.model.row_of(order)
        if row is None:
            row = await self._tasks.run(self._orders.row_number, self._query, order)
        if row is not None and row < self.model.total:
            self.table.scroll_to(row)

    def _on_menu_requested(self, position: QPoint) -> None:
        self.actions_.menu(self).popup(position)

    def _shown_order(self, key: OrderId) -> Order | None:
        row = self.model.row_of(key)
        return self.model.order(row) if row is not None else None

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read(is_new=False)
