"""A day of every earlier release, opened by this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select

from app.config import Settings
from app.domain.addresses import Precision
from app.domain.board import Board, move
from app.domain.edits import ChangeOrders, LockRoutes
from app.domain.problem import Reason
from app.domain.routes import Lock
from app.storage.base import Base
from app.storage.database import Database
from app.storage.records import DayRecord, OrderRecord, UnassignedRecord
from app.storage.schema import HEAD, bring_up_to_date
from app.storage.upgrade import revisions, upgrade
from tests.databases import NOW
from tests.factories import DAY, make_order, place
from tests.unit.services.conftest import Desk

_OLD = tuple(revision for revision in revisions() if revision != HEAD)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        database = Database.in_file(tmp_path / "old.db")
    else:
        database = Database(request.getfixturevalue("empty_postgres"))
    yield database
    database.close()


@pytest.fixture
def present(tmp_path: Path) -> Iterator[Desk]:
    """A day as this release keeps it, with something in every table that old ones have."""
    database = Database.in_file(tmp_path / "present.db")
    bring_up_to_date(database, NOW)
    desk = Desk(database, Settings(data=tmp_path, who="Ana", workstation="desk-1"))
    desk.add_shifts(2)
    desk.add_orders(*(make_order() for _ in range(4)))
    desk.add_orders(make_order(place=place(53.55, 13.26, Precision.CONFIRMED)))
    board = desk.board
    desk.dispatch.apply(move(board, [o.id for o in board.unassigned[:2]], board.routes[0].id, 0))
    desk.dispatch.apply(LockRoutes(locks={board.routes[0].id: Lock.SEQUENCE}, seen={}))
    with database.transaction() as session:
        session.add(DayRecord(day=DAY, is_bin_locked=True))
        order = session.scalars(select(OrderRecord.id).order_by(OrderRecord.id.desc())).first()
        session.add(UnassignedRecord(order_id=order, reason=Reason.NO_SHIFT, detail="Full"))
    yield desk
    desk.roads.close()
    database.close()


@pytest.mark.parametrize("revision", _OLD)
def test_a_day_of_an_older_release_is_there_and_can_be_worked_with(
    old: Database, present: Desk, revision: str, settings: Settings
) -> None:
    with present.database.reading() as session:
        kept = _rows(session.connection())
    with old.changing_schema() as connection:
        upgrade(connection, revision)
        _put(connection, kept)
    with old.reading() as session:
        written = _rows(session.connection())
    assert {table for table, rows in written.items() if rows} >= {
        *("depots", "drivers", "vehicles", "shifts", "routes", "stops", "orders", "parcels"),
        *("events", "unassigned", "days", "confirmed_pins"),
    }
    copy = bring_up_to_date(old, NOW)
    assert (copy is not None) == old.is_sqlite
    with old.reading() as session:
        found = _rows(session.connection())
    for table, rows in written.items():
        assert _without_new(found[table], rows) == rows
    desk = Desk(old, settings)
    assert _seen(desk.board) == _seen(present.board)
    free = desk.board.unassigned[0]
    desk.dispatch.apply(ChangeOrders(put=(make_order(),)))
    desk.dispatch.apply(LockRoutes(locks={desk.board.routes[0].id: Lock.NONE}, seen={}))
    desk.dispatch.apply(move(desk.board, [free.id], desk.board.routes[0].id, 0))
    assert desk.board.routes[0].route.orders[0] == free.id
    assert desk.orders.history(free.id)[0].action == "assigned"
    desk.roads.close()


def _rows(connection: Connection) -> Rows:
    """Of each table what its columns hold there, in the sequence of its key."""
    there: Rows = {}
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        if table.name in inspector.get_table_names():
            known = {column["name"] for column in inspector.get_columns(table.name)}
            columns = [column for column in table.columns if column.name in known]
            query = select(*columns).order_by(*table.primary_key.columns)
            there[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    return there


def _put(connection: Connection, kept: Rows) -> None:
    """Write rows into a schema that may lack some of their columns."""
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        if table.name in inspector.get_table_names():
            known = {column["name"] for column in inspector.get_columns(table.name)}
            for row in kept[table.name]:
                connection.execute(
                    table.insert().values({key: row[key] for key in row.keys() & known})
                )


def _without_new(found: list[dict[str, Any]], was: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: row[key] for key in was[0]} for row in found] if was else []


def _seen(board: Board) -> object:
    return (
        [(each.id, each.route.stops, each.route.lock, each.timetable.end) for each in board.routes],
        board.unassigned,
        board.is_bin_locked,
    )
