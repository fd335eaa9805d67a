"""The schema upgrades itself at start; a newer one is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.domain.errors import StorageUnavailable
from app.storage.database import Database

HEAD = "0010"
"""The revision that this program works with: the newest in `migrations/versions`."""
KEPT_BACKUPS = 10
_LOCK = 7_301_904_211
"""PostgreSQL's advisory lock while a schema is upgraded: two consoles may start at once."""


def bring_up_to_date(database: Database, now: datetime) -> Path | None:
    """Upgrade the schema to the newest revision; gives back the backup, if one was made.

    Raises StorageUnavailable for a database that a newer program made, or that isn't ours.
    """
    with database.reading() as session:
        current = _revision(session.connection(), database.name)
    if current == HEAD:
        return None
    # Here and not above: Alembic is a fifth of a second of every start, and hardly ever needed.
    from app.storage.upgrade import is_known, upgrade

    if current is not None and not is_known(current):
        raise StorageUnavailable(
            f"{database.name} was made by a newer Wayboard (schema {current}; this program knows "
            f"up to {HEAD}). Update Wayboard on this workstation; nothing was changed."
        )
    backup = _back_up(database, now) if current is not None else None
    with database.changing_schema() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        upgrade(connection)
    return backup


def _revision(connection: Connection, name: str) -> str | None:
    """The schema's revision; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision
    if tables:
        raise StorageUnavailable(
            f"{name} holds tables of another program. Choose an empty database for Wayboard."
        )
    return None


def _back_up(database: Database, now: datetime) -> Path | None:
    """Copy an SQLite file before its schema changes; a server's backups are its keeper's."""
    file = database.file
    if file is None:
        return None
    folder = file.parent / "backups"
    target = folder / f"{file.stem}-{now:%Y%m%d-%H%M%S}.db"
    partial = target.with_suffix(".part")
    try:
        folder.mkdir(exist_ok=True)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
        for old in sorted(folder.glob(f"{file.stem}-*.db"))[:-KEPT_BACKUPS]:
            old.unlink()
        # What an upgrade left that was killed in the middle of its copy.
        for torn in folder.glob(f"{file.stem}-*.part*"):
            torn.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise StorageUnavailable(
            f"{file.name} must be upgraded and could not be backed up to {folder}: {error}. "
            "Make room or mend the folder's rights, and start again; nothing was changed."
        ) from error
    return target
