"""Services on a real database, without a region: straight lines stand for roads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.config import Settings
from app.documents.print_parts import DistanceUnit
from app.domain.board import Board
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.services.context import Actor
from app.services.dispatch import DispatchService
from app.services.manifests import ManifestService
from app.services.orders import OrdersService
from app.services.roads import RoadsService
from app.services.workspace import Workspace
from app.storage.database import Database
from tests.databases import NOW
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle


class Desk:
    """A dispatcher's services, and short ways to fill the day."""

    def __init__(self, database: Database, settings: Settings, name: str = "Ana") -> None:
        self.database = database
        self.now = NOW
        self.actor = Actor(name=name, workstation="desk-1")
        self.roads = RoadsService(settings)
        self.dispatch = DispatchService(database, self.roads, self.clock, self.actor)
        self.orders = OrdersService(database)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @property
    def board(self) -> Board:
        return self.dispatch.board(DAY)

    def add_orders(self, *orders: Order) -> tuple[Order, ...]:
        self.dispatch.apply(ChangeOrders(put=orders))
        return self.orders.get([order.id for order in orders])

    def add_shifts(self, count: int = 2) -> tuple[Shift, ...]:
        depot = make_depot()
        shifts = tuple(
            make_shift(depot=depot, driver=make_driver(), vehicle=make_vehicle())
            for _ in range(count)
        )
        parts = [part for shift in shifts for part in (shift.driver, shift.vehicle)]
        self.dispatch.apply(ChangeFleet(put=(depot, *parts, *shifts)))
        return tuple(route.route.shift for route in self.board.routes)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, who="Ana", workstation="desk-1")


@pytest.fixture
def desk(database: Database, settings: Settings) -> Iterator[Desk]:
    desk = Desk(database, settings)
    yield desk
    desk.roads.close()


@pytest.fixture
def paper(desk: Desk) -> ManifestService:
    return ManifestService(desk.database, desk.roads, desk.clock, desk.actor, DistanceUnit.KM)


@pytest.fixture
def other_desk(database: Database, settings: Settings) -> Iterator[Desk]:
    """Another dispatcher on the same database."""
    desk = Desk(database, settings, "Bram")
    yield desk
    desk.roads.close()


@pytest.fixture
def day(desk: Desk) -> Board:
    """Two shifts and four open orders."""
    desk.add_shifts(2)
    desk.add_orders(*(make_order() for _ in range(4)))
    return desk.board


@pytest.fixture
def work(database: Database, regions_root: Path, tmp_path: Path) -> Iterator[Workspace]:
    """All services, in the sample's region."""
    (tmp_path / "regions").symlink_to(regions_root)
    settings = Settings(data=tmp_path, region="Sample", who="Ana", workstation="desk-1")
    with Workspace(settings, database, lambda: NOW) as work:
        yield work
