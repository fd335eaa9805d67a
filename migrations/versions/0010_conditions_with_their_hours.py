"""Remember the hours of the road conditions that a plan knew of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.alter_column("planned_under", type_=sa.Text(), existing_server_default="")


def downgrade() -> None:
    op.execute("UPDATE days SET planned_under = ''")
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.alter_column("planned_under", type_=sa.String(64), existing_server_default="")
