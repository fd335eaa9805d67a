"""Alembic from inside the program."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.paths import migrations_folder


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revisions() -> tuple[str, ...]:
    """All that there were, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(reversed([step.revision for step in scripts.walk_revisions()]))


def is_known(revision: str) -> bool:
    """Whether a migration of ours made this schema."""
    return revision in revisions()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema to a revision, in the transaction of this connection."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _config() -> Config:
    config = Config()
    # Alembic reads % as the begin of a placeholder.
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config
