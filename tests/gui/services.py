"""Real services on a real SQLite file, for the tests of the screens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.config import Settings
from app.domain.board import Board
from app.domain.edits import ChangeFleet, ChangeOrders, Changes, FleetThing
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.services.addresses import AddressService
from app.services.context import Actor
from app.services.dispatch import DispatchService
from app.services.fleet import FleetService
from app.services.imports import ImportService
from app.services.orders import OrdersService
from app.services.promise import PromiseService
from app.services.roads import RoadsService
from app.storage.database import Database
from tests.databases import put_schema
from tests.factories import DAY


class Services:
    """What the screens are given, and short ways to put something into the database."""

    def __init__(self, folder: Path, regions: Path | None = None, region: str = "") -> None:
        """`regions` is a folder of regions that are only read; without one, none is in use."""
        put_schema(folder / "day.db")
        self.database = Database.in_file(folder / "day.db")
        actor = Actor(name="Ana", workstation="desk-1")
        if regions is not None:
            (folder / "regions").symlink_to(regions, target_is_directory=True)
        self.roads = RoadsService(Settings(data=folder, region=region))
        self.orders = OrdersService(self.database)
        self.addresses = AddressService(self.database, self.roads)
        self.dispatch = DispatchService(self.database, self.roads, _now, actor)
        self.promise = PromiseService(self.dispatch, self.roads, _now)
        self.fleet = FleetService(self.database, self.dispatch, self.addresses)
        self.imports = ImportService(self.database, self.addresses, self.roads, _now, actor)

    def close(self) -> None:
        self.roads.close()
        self.database.close()

    def add_orders(self, orders: Iterable[Order]) -> Changes:
        return self.dispatch.apply(ChangeOrders(put=tuple(orders))).changes

    def add_fleet(self, *things: FleetThing) -> Changes:
        return self.dispatch.apply(ChangeFleet(put=things)).changes

    def order(self, order: OrderId) -> Order:
        (found,) = self.orders.get([order])
        return found

    def board(self) -> Board:
        return self.dispatch.board(DAY)


def _now() -> datetime:
    return datetime.now(UTC)
