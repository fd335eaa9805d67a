"""What every table shares: naming, types, and the version that guards against two dispatchers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum as SqlEnum
from sqlalchemy import Index, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.schema import SchemaItem

from app.storage.types import Money, Seconds, Tags, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints need names of our own: SQLite's batch migrations find them by name only."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as it stands
        UUID: Uuid(),
        datetime: UtcDateTime(),
        timedelta: Seconds(),
        Decimal: Money(),
        frozenset[str]: Tags(),
    }


def by_value(kind: type[Enum]) -> SqlEnum:
    """An enum kept as its value in plain text, so that a new member needs no migration."""
    return SqlEnum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def only_in(dialect: str, index: Index) -> Index:
    """An index that the other kind of database does without."""
    index.info["dialect"] = dialect
    return index.ddl_if(dialect)


def is_wanted_in(dialect: str) -> Callable[..., bool]:
    """What Alembic is to compare with such a database, as its `include_object`."""

    def is_wanted(thing: SchemaItem, *_: object) -> bool:
        return bool(thing.info.get("dialect", dialect) == dialect)

    return is_wanted


class Versioned:
    """A row that counts its changes and says who made the last one.

    The version belongs to the aggregate: touch `edited_at` whenever a part of it changes.
    """

    version: Mapped[int] = mapped_column()
    edited_at: Mapped[datetime]
    edited_by: Mapped[str]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def touch(row: Versioned, now: datetime, who: str) -> None:
    """Count a change of the aggregate, also where only a part of it changed."""
    row.edited_at = now
    row.edited_by = who
    # Two changes inside one tick of the clock are two changes.
    flag_modified(row, "edited_at")
