"""Planning rules, delivery slots, traffic, scenarios and road conditions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MORE = {
    "depots": ("delivery_slots", "traffic"),
    "vehicles": ("more_capacity",),
    "shifts": ("rules",),
    "orders": ("more_load", "rules"),
}


def upgrade() -> None:
    for table, columns in _MORE.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "days",
        sa.Column("planned_under", sa.String(length=64), server_default="", nullable=False),
    )
    op.create_table(
        "scenarios",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("depot_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_scenarios_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenarios")),
    )
    op.create_index(op.f("ix_scenarios_day"), "scenarios", ["day"], unique=False)
    op.create_table(
        "road_conditions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "closure",
                "slow_zone",
                "weather",
                name="conditionkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.JSON(), nullable=False),
        sa.Column("travel_factor", sa.Double(), nullable=False),
        sa.Column("more_service", sa.Integer(), nullable=False),
        sa.Column("profiles", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_conditions")),
    )
    op.create_index(op.f("ix_road_conditions_ends_at"), "road_conditions", ["ends_at"])


def downgrade() -> None:
    raise RuntimeError("an older Wayboard would lose the rules: restore the backup instead")
