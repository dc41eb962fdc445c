"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="ok", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('ok', 'paused')", name=op.f("ck_channels_status")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("lid", sa.Text(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "num_nonnulls(number, lid, ticket_id) > 0", name=op.f("ck_contacts_identity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("lid", name=op.f("uq_contacts_lid")),
        sa.UniqueConstraint("number", name=op.f("uq_contacts_number")),
    )
    op.create_index(op.f("ix_contacts_ticket_id"), "contacts", ["ticket_id"], unique=False)
    op.create_index(
        "uq_contacts_ticket_alone",
        "contacts",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("number IS NULL AND lid IS NULL"),
    )
    op.create_table(
        "instance_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instance_keys")),
    )
    op.create_table(
        "usage_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_usage_days")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="bot", nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("burst_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holding_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempted_up_to", sa.BigInteger(), nullable=True),
        sa.Column("memory_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('bot', 'human', 'muted')", name=op.f("ck_conversations_status")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_conversations_attempts")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_conversations_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_conversations_contact_id")),
    )
    op.create_index(
        op.f("ix_conversations_due_at"),
        "conversations",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("deduplication_key", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("choice_id", sa.Text(), nullable=True),
        sa.Column("edits", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attack_rule", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=True),
        sa.Column("output_tokens", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uncounted_attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "CASE direction"
            " WHEN 'inbound' THEN state IN ('received', 'answered', 'ignored', 'dead')"
            " ELSE state IN ('pending', 'sending', 'sent', 'ambiguous', 'dead', 'cancelled') END",
            name=op.f("ck_messages_state"),
        ),
        sa.CheckConstraint(
            "direction IN ('inbound', 'outbound')", name=op.f("ck_messages_direction")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_messages_attempts")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_messages_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(
        op.f("ix_messages_conversation_id_id"), "messages", ["conversation_id", "id"], unique=False
    )
    op.create_index(
        "ix_messages_listed",
        "messages",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('dead', 'ambiguous') AND resolved_at IS NULL"),
    )
    op.create_index(
        "ix_messages_pending",
        "messages",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_messages_replies",
        "messages",
        ["conversation_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("direction = 'outbound'"),
    )
    op.create_index(
        "ix_messages_unanswered",
        "messages",
        ["conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_index(
        "uq_messages_deduplication",
        "messages",
        ["conversation_id", "deduplication_key"],
        unique=True,
        postgresql_where=sa.text("deduplication_key IS NOT NULL"),
    )
    op.create_index(
        "uq_messages_sending",
        "messages",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_table(
        "delivery_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("http_status", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "outcome IN ('sent', 'retry', 'ambiguous', 'dead')",
            name=op.f("ck_delivery_logs_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_delivery_logs_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_logs")),
    )
    op.create_index(
        op.f("ix_delivery_logs_message_id_attempt"),
        "delivery_logs",
        ["message_id", "attempt"],
        unique=True,
    )
    op.create_index(
        "ix_delivery_logs_open",
        "delivery_logs",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.execute("INSERT INTO channels (name) VALUES ('whaticket')")


def downgrade() -> None:
    op.drop_index(
        "ix_delivery_logs_open",
        table_name="delivery_logs",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_index(op.f("ix_delivery_logs_message_id_attempt"), table_name="delivery_logs")
    op.drop_table("delivery_logs")
    op.drop_index(
        "uq_messages_sending", table_name="messages", postgresql_where=sa.text("state = 'sending'")
    )
    op.drop_index(
        "uq_messages_deduplication",
        table_name="messages",
        postgresql_where=sa.text("deduplication_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_messages_unanswered",
        table_name="messages",
        postgresql_where=sa.text("state = 'received'"),
    )
    op.drop_index(
        "ix_messages_replies",
        table_name="messages",
        postgresql_where=sa.text("direction = 'outbound'"),
    )
    op.drop_index(
        "ix_messages_pending", table_name="messages", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_index(
        "ix_messages_listed",
        table_name="messages",
        postgresql_where=sa.text("state IN ('dead', 'ambiguous') AND resolved_at IS NULL"),
    )
    op.drop_index(op.f("ix_messages_conversation_id_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(
        op.f("ix_conversations_due_at"),
        table_name="conversations",
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("conversations")
    op.drop_table("usage_days")
    op.drop_table("instance_keys")
    op.drop_index(
        "uq_contacts_ticket_alone",
        table_name="contacts",
        postgresql_where=sa.text("number IS NULL AND lid IS NULL"),
    )
    op.drop_index(op.f("ix_contacts_ticket_id"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("channels")
