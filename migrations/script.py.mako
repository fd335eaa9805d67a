"""${message}"""

# One idea a revision. Read what autogenerate wrote. Name every constraint. A migration moves data
# with SQL of its own and never imports the program's records: those change later, this must not.
# downgrade() is written, or raises on purpose; it is never `pass`.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    ${downgrades if downgrades else "raise NotImplementedError"}
