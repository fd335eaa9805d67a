"""Everything the console and the commands stand on, built once from the settings."""

from __future__ import annotations

import logging
from datetime import date
from types import TracebackType
from typing import Self

from app.config import Settings
from app.documents.print_parts import DistanceUnit
from app.domain.board import Board
from app.domain.ids import DepotId
from app.secrets import with_password
from app.services.addresses import AddressService
from app.services.conditions import ConditionService
from app.services.context import Actor, Cancelled, Clock, Report, never, unheard, utc_now
from app.services.dispatch import DispatchService, places_of
from app.services.exports import ExportService
from app.services.fleet import FleetService
from app.services.imports import ImportService
from app.services.manifests import ManifestService
from app.services.orders import OrdersService
from app.services.planning import PlanningService
from app.services.promise import PromiseService
from app.services.roads import RoadsService
from app.services.scenarios import ScenariosService
from app.services.sync import SyncService
from app.storage.database import Database
from app.storage.schema import bring_up_to_date

_LOG = logging.getLogger(__name__)


class Workspace:
    """The services of one program; close it, or use it in a `with` block."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        actor = Actor(name=settings.who, workstation=settings.workstation)
        self.settings = settings
        self.database = database
        self.clock = clock
        self.roads = RoadsService(settings)
        self.dispatch = DispatchService(database, self.roads, clock, actor)
        self.addresses = AddressService(database, self.roads)
        self.orders = OrdersService(database)
        self.imports = ImportService(database, self.addresses, self.roads, clock, actor)
        self.fleet = FleetService(database, self.dispatch, self.addresses)
        self.planning = PlanningService(database)
        self.conditions = ConditionService(database, clock)
        self.scenarios = ScenariosService(database, self.planning, clock, actor)
        unit = DistanceUnit.KM if settings.is_metric else DistanceUnit.MILES
        self.promise = PromiseService(self.dispatch, self.roads, clock)
        self.manifests = ManifestService(database, self.roads, clock, actor, unit)
        self.exports = ExportService(self.roads, clock)
        self.sync = SyncService(database, clock, actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def complete_board(
        self,
        day: date,
        report: Report = unheard,
        cancelled: Cancelled = never,
        depot: DepotId | None = None,
    ) -> Board:
        """The day with every road time known; asks the roads for what was never asked.

        Raises errors.Cancelled.
        """
        board = self.dispatch.board(day, depot)
        if self.roads.is_complete(board):
            return board
        places, profiles = places_of([each.route for each in board.routes], board.orders.values())
        self.roads.travel(places, profiles, report, cancelled, board.roads)
        return self.dispatch.with_roads(board)

    def close(self) -> None:
        self.roads.close()
        self.database.close()


def open_workspace(settings: Settings, clock: Clock = utc_now) -> Workspace:
    """Open the database, upgrade its schema where needed, and build the services.

    Raises DispatchError where the database can't be used.
    """
    if settings.database_url:
        database = Database(with_password(settings.database_url))
    else:
        database = Database.in_file(settings.database_file)
    try:
        backup = bring_up_to_date(database, clock())
    except BaseException:
        database.close()
        raise
    if backup is not None:
        _LOG.info("The database was backed up to %s before its schema was upgraded", backup)
    return Workspace(settings, database, clock)
