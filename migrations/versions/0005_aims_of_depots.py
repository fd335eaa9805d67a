"""What the plans of a depot should be like"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("depots", sa.Column("aims", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    raise RuntimeError("an older Wayboard would plan without the wishes: restore the backup")
