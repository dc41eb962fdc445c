"""Tell whose intent it was to send a reply."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("lease_owner", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "lease_owner")
