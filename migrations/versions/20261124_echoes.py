"""An echo proves one reply of a conversation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IS_ECHO = sa.text("direction = 'outbound' AND provider_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "uq_messages_echo",
        "messages",
        ["conversation_id", "provider_id"],
        unique=True,
        postgresql_where=IS_ECHO,
    )


def downgrade() -> None:
    op.drop_index("uq_messages_echo", table_name="messages", postgresql_where=IS_ECHO)
