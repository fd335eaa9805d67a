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


def is_known(revision: str) -> bool:
    """Whether a migration of ours made this schema."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {step.revision for step in scripts.walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision, in the transaction of this connection."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    # Alembic reads % as the begin of a placeholder.
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config
