"""What can be done with the chosen orders: one action, one key and one line in the menu each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.desktop.inspector.sheet import Deed
from app.desktop.theme import icon
from app.desktop.widgets.formats import menu_text
from app.domain.board import Board
from app.domain.routes import RouteStatus


class OrderActions(QObject):
    """The actions of the orders table; they work on what is chosen in it.

    Their keys count inside `host` alone: single letters must stay letters in other panes.
    """

    new_chosen = Signal()
    edit_chosen = Signal()
    assign_chosen = Signal(object)
    """A RouteId, or None for the best place on any route."""
    insert_chosen = Signal()
    unassign_chosen = Signal()
    hold_chosen = Signal()
    release_chosen = Signal()
    next_day_chosen = Signal()
    duplicate_chosen = Signal()
    cancel_chosen = Signal()
    reopen_chosen = Signal()
    label_chosen = Signal()
    map_chosen = Signal()
    fix_chosen = Signal()
    import_chosen = Signal()
    find_chosen = Signal()
    possible_changed = Signal(object)
    """The Deeds that what is chosen allows."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._board: Board | None = None
        tr = QCoreApplication.translate
        self.new = self._add("new", tr("orders", "New order…"), "plus", "Ins", self.new_chosen.emit)
        self.edit = self._add(
            "edit", tr("orders", "Edit…"), "pencil-outline", "Return", self.edit_chosen.emit
        )
        self.assign = self._add(
            "assign", tr("orders", "Assign to…"), "truck-plus-outline", "A", self._on_assign
        )
        self.insert = self._add(
            "insert",
            tr("orders", "Insert now…"),
            "lightning-bolt-outline",
            "I",
            self.insert_chosen.emit,
        )
        self.unassign = self._add(
            "unassign",
            tr("orders", "Unassign"),
            "truck-minus-outline",
            "U",
            self.unassign_chosen.emit,
        )
        self.hold = self._add(
            "hold", tr("orders", "Put on hold…"), "pause", "H", self.hold_chosen.emit
        )
        self.release = self._add(
            "release",
            tr("orders", "Take off hold"),
            "play-outline",
            "Shift+H",
            self.release_chosen.emit,
        )
        self.next_day = self._add(
            "next_day",
            tr("orders", "Move to the next day"),
            "calendar-arrow-right",
            "N",
            self.next_day_chosen.emit,
        )
        self.duplicate = self._add(
            "duplicate",
            tr("orders", "Duplicate"),
            "content-copy",
            "D",
            self.duplicate_chosen.emit,
        )
        self.cancel = self._add(
            "cancel", tr("orders", "Cancel order"), "cancel", "Del", self.cancel_chosen.emit
        )
        self.reopen = self._add(
            "reopen", tr("orders", "Reopen"), "restore", "Shift+Del", self.reopen_chosen.emit
        )
        self.label = self._add(
            "label", tr("orders", "Print label"), "label-outline", "P", self.label_chosen.emit
        )
        self.map = self._add(
            "map", tr("orders", "Show on map"), "map-marker-outline", "M", self.map_chosen.emit
        )
        self.fix = self._add(
            "fix",
            tr("orders", "Fix addresses…"),
            "map-marker-alert-outline",
            "F",
            self.fix_chosen.emit,
        )
        self.import_file = self._add(
            "import",
            tr("orders", "Import orders…"),
            "file-import-outline",
            "",
            self.import_chosen.emit,
        )
        self.find = self._add(
            "find", tr("orders", "Search orders"), "magnify", "/", self.find_chosen.emit
        )

        self.of_deed: Mapping[Deed, QAction] = {
            Deed.EDIT: self.edit,
            Deed.BEST_FIT: self.assign,
            Deed.INSERT: self.insert,
            Deed.UNASSIGN: self.unassign,
            Deed.HOLD: self.hold,
            Deed.TAKE_OFF_HOLD: self.release,
            Deed.NEXT_DAY: self.next_day,
            Deed.DUPLICATE: self.duplicate,
            Deed.CANCEL: self.cancel,
            Deed.REOPEN: self.reopen,
            Deed.LABEL: self.label,
            Deed.SHOW_ON_MAP: self.map,
        }

    @property
    def every(self) -> tuple[QAction, ...]:
        """For a palette of commands; in the order of the menu."""
        return (
            self.new,
            self.edit,
            self.assign,
            self.insert,
            self.unassign,
            self.hold,
            self.release,
            self.next_day,
            self.duplicate,
            self.cancel,
            self.reopen,
            self.label,
            self.map,
            self.fix,
            self.import_file,
            self.find,
        )

    @property
    def for_menu(self) -> list[QAction]:
        """For a menu of the window that has its own for the rest."""
        return [
            self.edit,
            self.insert,
            self._line(),
            self.hold,
            self.release,
            self.next_day,
            self.duplicate,
            self._line(),
            self.cancel,
            self.reopen,
            self._line(),
            self.label,
            self.fix,
        ]

    @property
    def for_board(self) -> list[QAction]:
        """Those whose keys mean the same on the board, which has its own for the rest."""
        return [
            self.assign,
            self.insert,
            self.unassign,
            self.hold,
            self.release,
            self.next_day,
            self.duplicate,
            self.label,
            self.map,
        ]

    def _line(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def set_board(self, board: Board | None) -> None:
        """Whose routes can be chosen."""
        self._board = board

    def set_possible(self, deeds: frozenset[Deed]) -> None:
        """Only what has something to work on can be asked for."""
        for deed, action in self.of_deed.items():
            action.setEnabled(deed in deeds)
        self.possible_changed.emit(deeds)

    def menu(self, parent: QWidget) -> QMenu:
        """The context menu, with what is possible now; it is gone when it closes."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(*actions: QAction) -> None:
            menu.addActions([action for action in actions if action.isEnabled()])

        add(self.edit)
        if self.assign.isEnabled():
            routes = self.routes_menu(menu)
            routes.setTitle(self.assign.text())
            routes.setIcon(self.assign.icon())
            menu.addMenu(routes)
        add(self.insert, self.unassign)
        menu.addSeparator()
        add(self.hold, self.release, self.next_day, self.duplicate, self.cancel, self.reopen)
        menu.addSeparator()
        add(self.label, self.map)
        menu.addSeparator()
        add(self.new, self.fix, self.import_file)
        return menu

    def routes_menu(self, parent: QWidget) -> QMenu:
        """Best fit, and each route that still takes orders."""
        tr = QCoreApplication.translate
        menu = QMenu(parent)
        best = menu.addAction(icon("auto-fix"), tr("orders", "Best fit"))
        best.triggered.connect(lambda: self.assign_chosen.emit(None))
        menu.addSeparator()
        routes = self._board.routes if self._board is not None else ()
        for each in routes:
            stops = len(each.route.stops)
            action = menu.addAction(
                tr("orders", "{0}   ({1} stops)").format(menu_text(each.route.shift.name), stops)
            )
            action.setEnabled(each.route.status is RouteStatus.DRAFT)
            action.triggered.connect(
                lambda _checked=False, route=each.id: self.assign_chosen.emit(route)
            )
        if not routes:
            menu.addAction(tr("orders", "No shifts on this day yet")).setEnabled(False)
            best.setEnabled(False)
        return menu

    def _add(self, name: str, text: str, glyph: str, key: str, slot: Callable[[], None]) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setObjectName(f"orders.{name}")
        if key:
            keys = [QKeySequence(key)]
            if key == "Return":
                keys += [QKeySequence("Enter"), QKeySequence("F2")]
            action.setShortcuts(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: slot())
        self._host.addAction(action)
        return action

    def _on_assign(self) -> None:
        """By key: the routes pop up in the middle of the table."""
        menu = self.routes_menu(self._host)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._host.mapToGlobal(self._host.rect().center()))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
