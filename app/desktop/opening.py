"""Which day and depot are open, and reading them: everything that follows the day hangs on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from app.desktop.tasks import Tasks
from app.domain.edits import Changes
from app.domain.fleet import Depot
from app.domain.ids import DepotId
from app.services.fleet import FleetService
from app.services.orders import DaySummary, OrdersService


class Opening(QObject):
    """The open day; set it with `open`, hear of it with `opened`."""

    opened = Signal()
    """Day, depot or the depots themselves are others now."""
    days_known = Signal(object)
    """What there is on other days: a tuple of DaySummary."""
    emptiness_known = Signal(bool)
    """Whether there is nothing at all in the database: neither fleet nor orders."""

    def __init__(
        self,
        orders: OrdersService,
        fleet: FleetService,
        tasks: Tasks,
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._fleet = fleet
        self._tasks = tasks
        self._clock = clock
        self.day = clock().date()
        self.depot: DepotId | None = None
        self.depots: tuple[Depot, ...] = ()
        self._is_empty = False
        self._reading: asyncio.Task[None] | None = None
        tasks.changed.connect(self._on_changes)

    @property
    def zone(self) -> ZoneInfo:
        """The clocks of the open depot; of the first one where all are open."""
        for depot in self.depots:
            if self.depot in (None, depot.id):
                return depot.zone
        return ZoneInfo("UTC")

    @property
    def today(self) -> date:
        return self._clock().astimezone(self.zone).date()

    def start(self, day: date | None) -> None:
        """Open this day, or the one a dispatcher most likely wants."""
        self._tasks.start(self._start(day), self)

    def open(self, day: date, depot: DepotId | None) -> None:
        self.day, self.depot = day, depot
        self.opened.emit()

    def open_day(self, day: date) -> None:
        if day != self.day:
            self.open(day, self.depot)

    def read_days(self) -> None:
        """Count again what there is on which day."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read_days(), self)

    async def _start(self, day: date | None) -> None:
        self.depots = await self._tasks.run(self._fleet.depots)
        days = await self._tasks.run(self._orders.days)
        self.open(day or likely_day(days, self.today), self.depot)
        self._tell(days)

    async def _read_days(self) -> None:
        depots = await self._tasks.run(self._fleet.depots)
        if depots != self.depots:
            self.depots = depots
            if self.depot not in {depot.id for depot in depots}:
                self.depot = None
            self.opened.emit()
        self._tell(await self._tasks.run(self._orders.days))

    def _tell(self, days: tuple[DaySummary, ...]) -> None:
        self.days_known.emit(days)
        self._is_empty = not days and not self.depots
        self.emptiness_known.emit(self._is_empty)

    def _on_changes(self, changes: Changes, _origin: object) -> None:
        # Counting all days takes a moment in a large database: not for every order that moves.
        if changes.is_fleet_changed or self._is_empty:
            self.read_days()


def likely_day(days: tuple[DaySummary, ...], today: date) -> date:
    """Today if it has orders, else the next day that has, else the last one that had."""
    known = sorted(each.day for each in days)
    coming = [day for day in known if day >= today]
    if coming:
        return coming[0]
    return known[-1] if known else today
