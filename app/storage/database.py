"""The engine, short transactions, and driver errors turned into ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import OperationalError as SqlOperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import ConflictError, StorageUnavailable

_BUSY_MS = 10_000
"""How long a process waits for another one of the same workstation to finish writing."""
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
_DAMAGED = ("not a database", "malformed")
_UNUSABLE = (*_DAMAGED, "invalid connection option")
_DEADLOCK = "40P01"
"""What PostgreSQL calls it when two transactions wait for each other and it ends one of them."""


class Database:
    """One SQLite file or one PostgreSQL database; safe to use from several threads."""

    def __init__(self, url: str | URL) -> None:
        try:
            self.url = make_url(url)
            if self.url.drivername in ("postgresql", "postgres"):
                self.url = self.url.set(drivername="postgresql+psycopg")
            if self.url.drivername not in _DRIVERS:
                raise NoSuchModuleError(self.url.drivername)
            self.engine = _make_engine(self.url)
        except (ArgumentError, NoSuchModuleError, ValueError) as error:
            # ValueError: a port that is no number.
            raise StorageUnavailable(
                f"{_shown(url)} is not a database address. Use sqlite:///FILE or "
                "postgresql://USER@HOST/NAME."
            ) from error
        if "@" in (self.url.host or ""):
            raise StorageUnavailable(
                "The password in the database address has an @. Write it as %40, or leave the "
                "password out."
            )
        if self.is_sqlite and self.url.database in (None, "", ":memory:"):
            raise StorageUnavailable(
                "The database address names no file, and nothing would be kept. Use sqlite:///FILE."
            )
        self._writing = self.engine.execution_options(is_writing=True)
        self._opened: tuple[int, int] | None = None
        """What the system calls the SQLite file that was opened first."""
        if self.is_sqlite:
            event.listen(self.engine, "connect", self._note_file)

    @classmethod
    def in_file(cls, path: Path) -> Database:
        return cls(URL.create("sqlite", database=str(path)))

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @property
    def name(self) -> str:
        """For people; never with a password."""
        if self.file is not None:
            return self.file.name
        return f"{self.url.database}@{self.url.host or 'localhost'}"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of writing: all of it is committed, or nothing.

        Raises ConflictError where somebody else was faster, StorageUnavailable where the database
        can't be reached or written.
        """
        with (
            _as_our_errors(self.name),
            Session(self._writing, autoflush=False) as session,
            session.begin(),
        ):
            # Not before: a connection that is made now finds another file where ours was.
            session.connection()
            self._check_file()
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look; nothing is written."""
        with _as_our_errors(self.name), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def changing_schema(self) -> Iterator[Connection]:
        """A transaction in which tables may be made anew with what is in them.

        SQLite changes a table by copying it and dropping the old one, and to drop a table is to
        delete its rows: with foreign keys on, what points at them would forbid it or go too.
        """
        with _as_our_errors(self.name), self._writing.connect() as connection:
            if not self.is_sqlite:
                with connection.begin():
                    yield connection
                return
            # Inside a transaction SQLite ignores this pragma.
            _set_foreign_keys(connection, is_on=False)
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                    if broken is not None:
                        raise RuntimeError(f"a migration left a row of {broken[0]} without its own")
            finally:
                _set_foreign_keys(connection, is_on=True)

    def close(self) -> None:
        self.engine.dispose()

    def _note_file(self, _connection: sqlite3.Connection, _record: Any) -> None:
        if self._opened is None:
            self._opened = self._file_there()

    def _check_file(self) -> None:
        """A file that lost its name is still written, and all that is written to it is lost.

        SQLite itself does not look in its WAL mode.
        """
        if self.is_sqlite and self._file_there() != self._opened:
            raise StorageUnavailable(
                f"{self.file} was moved, deleted or replaced while it was open. Put it back, or "
                "start Wayboard again; this change was not made."
            )

    def _file_there(self) -> tuple[int, int] | None:
        assert self.file is not None
        try:
            status = self.file.stat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino)


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC"},
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy is told to begin transactions itself: the driver's own begin comes too late,
    # after the first read, and two writers would then fail instead of waiting for each other.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: what was said to be saved is on the disk, a power cut included.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


def _set_foreign_keys(connection: Connection, *, is_on: bool) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


@contextmanager
def _as_our_errors(name: str) -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise ConflictError(
            "Somebody else changed this at the same moment. Your change was not made."
        ) from error
    except IntegrityError as error:
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER":
            raise  # a rule of the schema itself, such as the append-only history: our bug
        raise ConflictError(
            "This contradicts what is in the database by now. Your change was not made."
        ) from error
    except SqlOperationalError as error:
        if getattr(error.orig, "sqlstate", "") == _DEADLOCK:
            raise ConflictError(
                "Somebody else changed this at the same moment. Your change was not made."
            ) from error
        raise StorageUnavailable(_unavailable_text(name, error)) from error
    except DBAPIError as error:
        if error.connection_invalidated or any(each in str(error.orig) for each in _UNUSABLE):
            raise StorageUnavailable(_unavailable_text(name, error)) from error
        raise


def _unavailable_text(name: str, error: DBAPIError) -> str:
    cause = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
    if "disk is full" in cause:
        return f"{name}: the disk is full. Free some space and try again; nothing was lost."
    if "locked" in cause:
        return f"{name} is being written by another program. Try again in a moment."
    if "unable to open" in cause:
        return f"{name} can't be opened: check that its folder is there and may be written."
    if "readonly" in cause:
        return f"{name} can't be written: check the rights of the file and its folder."
    if any(each in cause for each in _DAMAGED):
        return (
            f"{name} is not a Wayboard database, or it is damaged. Restore a backup, such as one "
            "of the folder “backups” beside it."
        )
    return f"{name} can't be used: {cause.removesuffix('.')}. {_remedy(cause)}"


def _remedy(cause: str) -> str:
    if "disk I/O error" in cause:
        return "Check that its disk is there and has free space."
    if "authentication failed" in cause or "no password" in cause:
        return "Check the user's name and the password."
    if "does not exist" in cause:
        return "Ask whoever looks after the server for the right address."
    return "Check the address, and that the server runs and can be reached from here."


def _shown(url: str | URL) -> str:
    return url.render_as_string(hide_password=True) if isinstance(url, URL) else "The given text"
