"""Real services on a real SQLite file, for the tests of the screens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.domain.edits import Applied, ChangeFleet, ChangeOrders, Changes, Edit, FleetThing
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.services.applying import Applying
from app.services.context import Actor
from app.services.orders import OrdersService
from app.storage import schema
from app.storage.database import Database


class Services:
    """What the screens are given, and short ways to put something into the database."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.in_file(folder / "day.db")
        schema.bring_up_to_date(self.database, datetime.now(UTC))
        self.orders = OrdersService(self.database)

    def apply(self, edit: Edit) -> Applied:
        actor = Actor(name="Ana", workstation="desk-1")
        with self.database.transaction() as session:
            return Applying(session, datetime.now(UTC), actor).make(edit)

    def add_orders(self, orders: Iterable[Order]) -> Changes:
        return self.apply(ChangeOrders(put=tuple(orders))).changes

    def add_fleet(self, *things: FleetThing) -> None:
        self.apply(ChangeFleet(put=things))

    def order(self, order: OrderId) -> Order:
        (found,) = self.orders.get([order])
        return found
