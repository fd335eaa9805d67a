from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.errors import ConflictError, StorageUnavailable
from app.domain.orders import Order
from app.domain.problem import Reason
from app.paths import migrations_folder
from app.storage import schema, upgrade
from app.storage.base import Base, is_wanted_in
from app.storage.database import Database
from app.storage.order_rows import add_orders
from app.storage.queries import orders
from app.storage.records import ParcelRecord, UnassignedRecord
from app.storage.schema import HEAD, bring_up_to_date
from app.storage.upgrade import head
from tests.databases import NOW
from tests.factories import make_order, new_id


def test_the_migrations_make_what_the_records_say(database: Database) -> None:
    with database.transaction() as session:
        connection = session.connection()
        wanted = is_wanted_in(connection.dialect.name)
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_object": wanted}
        )
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


_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders", recreate="auto") as batch:
        batch.alter_column("city", type_=sa.String(length=300))
        batch.add_column(sa.Column("gate_code", sa.Text(), server_default="", nullable=False))
    {more}
"""


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The program as it will be one migration later."""

    def release(more: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrations_folder(), folder)
        (folder / "versions" / "9000_next.py").write_text(_NEXT.format(head=HEAD, more=more))
        monkeypatch.setattr(upgrade, "migrations_folder", lambda: folder)
        monkeypatch.setattr(schema, "HEAD", "9000")

    return release


def _fill(database: Database) -> Order:
    """An order that other tables point at."""
    order = make_order()
    with database.transaction() as session:
        add_orders(session, [order], NOW, "Ana")
        session.add(UnassignedRecord(order_id=order.id, reason=Reason.NO_SHIFT, detail="Full"))
    return order


def test_an_older_schema_is_upgraded_with_all_that_is_in_it(
    database: Database, next_release: Callable[[str], None]
) -> None:
    order = _fill(database)
    next_release("")
    bring_up_to_date(database, NOW)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9000"
        assert session.scalar(text("SELECT gate_code FROM orders")) == ""
        assert orders(session, [order.id])[0].parcels == order.parcels
        assert session.scalar(select(UnassignedRecord.order_id)) == order.id
    with pytest.raises(ConflictError), database.transaction() as session:
        session.execute(insert(ParcelRecord), {"order_id": new_id(), "number": 1, "barcode": "X"})


def test_an_older_sqlite_file_is_backed_up_before_it_is_upgraded(
    tmp_path: Path, next_release: Callable[[str], None]
) -> None:
    database = Database.in_file(tmp_path / "day.db")
    bring_up_to_date(database, NOW)
    order = _fill(database)
    next_release("")
    copy = bring_up_to_date(database, NOW)
    database.close()
    assert copy == tmp_path / "backups" / "day-20240305-043000.db"
    with closing(sqlite3.connect(copy)) as backup:
        assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert backup.execute("SELECT reference FROM orders").fetchall() == [(order.reference,)]
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]


def test_an_upgrade_that_breaks_leaves_the_schema_as_it_was(
    database: Database, next_release: Callable[[str], None]
) -> None:
    order = _fill(database)
    next_release("raise RuntimeError('power cut')")
    with pytest.raises(RuntimeError, match="power cut"):
        bring_up_to_date(database, NOW)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        columns = {column["name"] for column in inspect(session.connection()).get_columns("orders")}
        assert "gate_code" not in columns
        assert orders(session, [order.id])[0].reference == order.reference


def test_only_the_newest_backups_are_kept(
    tmp_path: Path, next_release: Callable[[str], None]
) -> None:
    database = Database.in_file(tmp_path / "day.db")
    bring_up_to_date(database, NOW)
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [folder / f"day-202301{number:02}-043000.db" for number in range(1, 13)]
    for file in older:
        file.touch()
    next_release("")
    newest = bring_up_to_date(database, NOW)
    database.close()
    assert sorted(folder.iterdir()) == [*older[3:], newest]


def test_no_upgrade_without_its_backup(tmp_path: Path, next_release: Callable[[str], None]) -> None:
    database = Database.in_file(tmp_path / "day.db")
    bring_up_to_date(database, NOW)
    (tmp_path / "backups").write_text("not a folder")
    next_release("")
    with pytest.raises(StorageUnavailable, match="could not be backed up"):
        bring_up_to_date(database, NOW)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
    database.close()


def test_a_schema_that_was_begun_and_never_made_is_made(tmp_path: Path) -> None:
    file = tmp_path / "day.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    connection.close()
    database = Database.in_file(file)
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


def test_a_file_that_was_cut_off_is_named_as_damaged(tmp_path: Path) -> None:
    file = tmp_path / "day.db"
    database = Database.in_file(file)
    bring_up_to_date(database, NOW)
    database.close()
    file.write_bytes(file.read_bytes()[:5_000])
    database = Database.in_file(file)
    with pytest.raises(StorageUnavailable, match=r"day\.db .* is damaged. Restore a backup"):
        bring_up_to_date(database, NOW)
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://ana:secret@host/depot",
        "oracle://x/y",
        "postgresql://ana:secret@host:port/depot",
    ],
)
def test_an_address_of_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(StorageUnavailable, match=r"Use sqlite:///FILE or postgresql://") as refused:
        Database(url)
    assert "secret" not in str(refused.value)


def test_a_password_with_an_at_sign_is_asked_for_in_its_escaped_form() -> None:
    # Else half of it would be taken for the server's name, and told to everybody.
    with pytest.raises(StorageUnavailable, match="Write it as %40") as refused:
        Database("postgresql://ana:sec@ret@host/depot")
    assert "ret" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_keep_nothing_is_refused(url: str) -> None:
    with pytest.raises(StorageUnavailable, match="names no file"):
        Database(url)


def test_a_folder_that_is_not_there_is_what_is_to_be_looked_at(tmp_path: Path) -> None:
    database = Database.in_file(tmp_path / "nowhere" / "day.db")
    with pytest.raises(StorageUnavailable, match=r"day\.db can't be opened: check that its folder"):
        bring_up_to_date(database, NOW)
    database.close()


def test_an_unknown_option_in_an_address_is_named() -> None:
    database = Database("postgresql://ana@127.0.0.1:1/depot?nonsense=1")
    with pytest.raises(StorageUnavailable, match='invalid connection option "nonsense"'):
        bring_up_to_date(database, NOW)
    database.close()


def test_a_copy_that_a_killed_upgrade_left_is_cleared_by_the_next(
    tmp_path: Path, next_release: Callable[[str], None]
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("day-20240101-000000.part", "day-20240101-000000.part-journal", "other.part"):
        (folder / name).write_bytes(b"torn")
    database = Database.in_file(tmp_path / "day.db")
    bring_up_to_date(database, NOW)
    next_release("")
    bring_up_to_date(database, NOW)
    database.close()
    assert {path.name for path in folder.iterdir()} == {"day-20240305-043000.db", "other.part"}


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear customer, " * 500)
    database = Database.in_file(file)
    with pytest.raises(StorageUnavailable, match=r"letter\.db is not a Wayboard database"):
        bring_up_to_date(database, NOW)
    database.close()


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET who = 'x'", "DELETE FROM events", "TRUNCATE events"]
)
def test_the_history_can_only_grow(database: Database, statement: str) -> None:
    if statement.startswith("TRUNCATE") and database.file is not None:
        statement = "DELETE FROM events WHERE true"  # SQLite has no other word for it
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
