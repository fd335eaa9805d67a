"""The words of orders where they are looked for"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ["day", "reference", "id", "status"]


def upgrade() -> None:
    # PostgreSQL's indexes take no words as long as these may be.
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_orders_day_words", "orders", [*_COLUMNS, "depot_id", "search_text"])
        op.drop_index("ix_orders_day_reference", "orders")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_orders_day_reference", "orders", _COLUMNS)
        op.drop_index("ix_orders_day_words", "orders")
