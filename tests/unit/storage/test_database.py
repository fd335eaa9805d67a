from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain.errors import StorageUnavailable
from app.storage.database import Database
from app.storage.order_rows import add_orders
from app.storage.records import OrderRecord
from app.storage.schema import bring_up_to_date
from tests.databases import NOW
from tests.factories import make_order


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(folder: Path) -> Iterator[Database]:
    database = Database.in_file(folder / "day.db")
    bring_up_to_date(database, NOW)
    yield database
    database.close()


def _save(database: Database, reference: str) -> None:
    with database.transaction() as session:
        add_orders(session, [make_order(reference=reference)], NOW, "Ana")


def _saved(file: Path) -> set[str]:
    database = Database.in_file(file)
    with database.reading() as session:
        found = set(session.scalars(select(OrderRecord.reference)))
    database.close()
    return found


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps an open file where it is")
def test_nothing_is_said_to_be_saved_in_a_file_that_was_moved(
    opened: Database, folder: Path
) -> None:
    _save(opened, "SO-1")
    away = folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(StorageUnavailable, match=r"day\.db was moved, deleted or replaced"):
        _save(opened, "SO-2")
    away.rename(folder)
    _save(opened, "SO-3")
    assert _saved(folder / "day.db") == {"SO-1", "SO-3"}


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps an open file where it is")
def test_nothing_is_said_to_be_saved_in_a_file_that_was_deleted(
    opened: Database, folder: Path
) -> None:
    shutil.rmtree(folder)
    with pytest.raises(StorageUnavailable, match="Put it back, or start Wayboard again"):
        _save(opened, "SO-1")
    assert not folder.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps an open file where it is")
def test_nothing_is_written_beside_a_backup_that_was_put_in_place(
    opened: Database, folder: Path
) -> None:
    _save(opened, "SO-1")
    backup = Database.in_file(folder / "backup.db")
    bring_up_to_date(backup, NOW)
    backup.close()
    (folder / "backup.db").replace(folder / "day.db")
    with pytest.raises(StorageUnavailable, match="moved, deleted or replaced"):
        _save(opened, "SO-2")
