"""Tell what the last hours saw, and since when the channel is paused.

The index is made in the release's one transaction, under its lock on other releases, rather than
CONCURRENTLY: it keeps nothing waiting but deliveries, for less than a second with a million
messages; webhooks go on being stored.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_delivery_logs_recent", "delivery_logs", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_delivery_logs_recent", table_name="delivery_logs")
    op.drop_column("channels", "paused_at")
