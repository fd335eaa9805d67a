from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from app.domain.errors import StorageUnavailable
from app.storage.base import Base
from app.storage.database import Database
from app.storage.schema import HEAD, bring_up_to_date
from app.storage.upgrade import head
from tests.databases import NOW


def test_the_migrations_make_what_the_records_say(database: Database) -> None:
    with database.transaction() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_the_program_works_with_the_newest_revision() -> None:
    assert head() == HEAD


def test_a_second_start_changes_nothing(database: Database) -> None:
    assert bring_up_to_date(database, NOW) is None


def test_a_newer_schema_is_refused_and_left_alone(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageUnavailable, match="made by a newer Wayboard"):
        bring_up_to_date(database, NOW)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_an_older_sqlite_file_is_backed_up_before_it_is_upgraded(tmp_path: Path) -> None:
    file = tmp_path / "day.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    connection.close()
    database = Database.in_file(file)
    # An empty version table is a schema that was begun and never made.
    assert bring_up_to_date(database, NOW) is None
    with database.reading() as session:
        assert "orders" in inspect(session.connection()).get_table_names()
    database.close()


def test_tables_of_another_program_are_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    database = Database.in_file(file)
    with pytest.raises(StorageUnavailable, match="tables of another program"):
        bring_up_to_date(database, NOW)
    database.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear customer, " * 500)
    database = Database.in_file(file)
    with pytest.raises(StorageUnavailable, match=r"letter\.db is not a Wayboard database"):
        bring_up_to_date(database, NOW)
    database.close()


@pytest.mark.parametrize("statement", ["UPDATE events SET who = 'x'", "DELETE FROM events"])
def test_the_history_can_only_grow(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO events (id, at, who, workstation, kind, subject, action) VALUES "
                "('01890000000070008000000000000000', '2024-03-05 05:00:00', 'Ana', 'desk', "
                "'order', '01890000000070008000000000000001', 'created')"
            )
        )
    with (
        pytest.raises(DBAPIError, match="only ever added"),
        database.transaction() as session,
    ):
        session.execute(text(statement))
    with database.reading() as session:
        assert session.scalar(text("SELECT who FROM events")) == "Ana"


def test_two_consoles_may_upgrade_at_once(empty_postgres: str) -> None:
    databases = [Database(empty_postgres) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda database: bring_up_to_date(database, NOW), databases))
    with databases[0].reading() as session:
        assert "orders" in inspect(session.connection()).get_table_names()
    for database in databases:
        database.close()
