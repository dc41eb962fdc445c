"""One person under any of their addresses, who has a conversation and why, and Typebot's door."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS: dict[str, tuple[tuple[str, sa.types.TypeEngine[object]], ...]] = {
    "contacts": (("canonical", sa.Text()), ("working_number", sa.Text())),
    "conversations": (
        ("person_at", MOMENT),
        ("reviewed_at", MOMENT),
        ("transfer_due_at", MOMENT),
        ("door_until", MOMENT),
        ("answer_url", sa.Text()),
        ("answer_token", sa.Text()),
    ),
    "messages": (
        ("turn", sa.BigInteger()),
        ("tried_number", sa.Text()),
        ("file_name", sa.Text()),
        ("needs_person", sa.Text()),
    ),
    "channels": (("bot_user_id", sa.BigInteger()),),
}
CANONICAL = r"""
UPDATE contacts SET canonical = form FROM (
    SELECT DISTINCT ON (form) id AS oldest, form FROM (
        SELECT id, regexp_replace(number, '^(55[1-9][0-9])([6-9][0-9]{7})$', '\19\2') AS form
        FROM contacts WHERE number IS NOT NULL
    ) AS formed ORDER BY form, id
) AS chosen WHERE contacts.id = oldest
"""
"""Where two contacts are one person, the newer one is joined to the older when it writes again."""


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column(
        "conversations",
        sa.Column("transfer_attempts", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "messages",
        sa.Column("at_door", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _index_sending("state = 'sending' AND NOT at_door")
    op.execute(CANONICAL)
    op.create_unique_constraint("uq_contacts_canonical", "contacts", ["canonical"])
    op.create_index(
        "ix_conversations_transfer_due_at",
        "conversations",
        ["transfer_due_at"],
        postgresql_where=sa.text("transfer_due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_with_people",
        "conversations",
        ["reviewed_at"],
        postgresql_where=sa.text("status = 'human'"),
    )
    op.create_index(
        "ix_messages_provider",
        "messages",
        ["conversation_id", "provider_id"],
        postgresql_where=sa.text("direction = 'inbound' AND provider_id IS NOT NULL"),
    )
    op.create_table(
        "status_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "status IN ('bot', 'human', 'muted')", name=op.f("ck_status_changes_status")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_status_changes_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
    )
    op.create_index(
        op.f("ix_status_changes_conversation_id_id"), "status_changes", ["conversation_id", "id"]
    )
    op.create_table(
        "typebot_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_typebot_sessions_contact_id_contacts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typebot_sessions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_typebot_sessions_key_hash")),
    )
    op.create_index(op.f("ix_typebot_sessions_contact_id"), "typebot_sessions", ["contact_id"])


def downgrade() -> None:
    op.drop_table("typebot_sessions")
    op.drop_table("status_changes")
    op.drop_index("ix_messages_provider", table_name="messages")
    op.drop_index("ix_conversations_with_people", table_name="conversations")
    op.drop_index("ix_conversations_transfer_due_at", table_name="conversations")
    op.drop_constraint("uq_contacts_canonical", "contacts")
    op.drop_column("conversations", "transfer_attempts")
    _index_sending("state = 'sending'")
    op.drop_column("messages", "at_door")
    for table, columns in COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)


def _index_sending(which: str) -> None:
    """One reply of a conversation at a time is on its way; an answer holds several together."""
    op.drop_index("uq_messages_sending", table_name="messages")
    op.create_index(
        "uq_messages_sending",
        "messages",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text(which),
    )
