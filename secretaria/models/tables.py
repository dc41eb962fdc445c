"""The tables; what each state means is in the glossary of the README."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from secretaria.models.clock import NOW


class Table(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, int]: JSONB,
    }


def _one_of(column: str, *values: str) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Contact(Table):
    """A person: known by a number, a WhatsApp LID, or only a ticket.

    `number`: the digits that came in. `canonical`: the form in which all writings of one number
    meet. `working_number`: its other form, where WhatsApp knows only that.
    """

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    canonical: Mapped[str | None] = mapped_column(unique=True)
    working_number: Mapped[str | None]
    lid: Mapped[str | None] = mapped_column(unique=True)
    ticket_id: Mapped[int | None]
    name: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        CheckConstraint("num_nonnulls(number, lid, ticket_id) > 0", name="identity"),
        Index(None, "ticket_id"),
        Index(
            "uq_contacts_ticket_alone",
            "ticket_id",
            unique=True,
            postgresql_where=sql("number IS NULL AND lid IS NULL"),
        ),
    )


class Conversation(Table):
    """One contact's conversation: when its next turn is due, and who works on it."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), unique=True)
    status: Mapped[str] = mapped_column(server_default="bot")
    status_reason: Mapped[str | None]
    status_until: Mapped[datetime | None]
    person_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    transfer_due_at: Mapped[datetime | None]
    transfer_attempts: Mapped[int] = mapped_column(server_default="0")
    door_until: Mapped[datetime | None]
    answer_url: Mapped[str | None]
    answer_token: Mapped[str | None]
    due_at: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    burst_started_at: Mapped[datetime | None]
    holding_since: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempted_up_to: Mapped[int | None]
    memory_version: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        _one_of("status", "bot", "human", "muted"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "due_at", postgresql_where=sql("due_at IS NOT NULL")),
        Index(None, "transfer_due_at", postgresql_where=sql("transfer_due_at IS NOT NULL")),
        Index(
            "ix_conversations_with_people",
            "reviewed_at",
            postgresql_where=sql("status = 'human'"),
        ),
    )


class StatusChange(Table):
    """Why a conversation went from one status to another: who or what said so, and its proof."""

    __tablename__ = "status_changes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    status: Mapped[str]
    source: Mapped[str]
    evidence: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        _one_of("status", "bot", "human", "muted"),
        Index(None, "conversation_id", "id"),
    )


class TypebotSession(Table):
    """A conversation's session at the Typebot door, known by the hash of its id."""

    __tablename__ = "typebot_sessions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index(None, "contact_id"),)


class Message(Table):
    """Something said: `inbound` by the customer, `outbound` by us."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    direction: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    kind: Mapped[str]
    text: Mapped[str]
    correlation_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    turn: Mapped[int | None]

    provider_id: Mapped[str | None]

    # inbound
    deduplication_key: Mapped[str | None]
    choice_id: Mapped[str | None]
    edits: Mapped[str | None]
    written_at: Mapped[datetime | None]
    attack_rule: Mapped[str | None]
    file_name: Mapped[str | None]
    needs_person: Mapped[str | None]

    # outbound
    accepted_at: Mapped[datetime | None]
    tried_number: Mapped[str | None]
    model: Mapped[str | None]
    prompt_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    due_at: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    uncounted_attempts: Mapped[int] = mapped_column(server_default="0")
    at_door: Mapped[bool] = mapped_column(server_default=sql("false"))
    sent_at: Mapped[datetime | None]

    resolved_at: Mapped[datetime | None]

    __table_args__ = (
        _one_of("direction", "inbound", "outbound"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint(
            "CASE direction"
            " WHEN 'inbound' THEN state IN ('received', 'answered', 'ignored', 'dead')"
            " ELSE state IN ('pending', 'sending', 'sent', 'ambiguous', 'dead', 'cancelled') END",
            name="state",
        ),
        Index(None, "conversation_id", "id"),
        Index(
            "ix_messages_provider",
            "conversation_id",
            "provider_id",
            postgresql_where=sql("direction = 'inbound' AND provider_id IS NOT NULL"),
        ),
        Index(
            "uq_messages_deduplication",
            "conversation_id",
            "deduplication_key",
            unique=True,
            postgresql_where=sql("deduplication_key IS NOT NULL"),
        ),
        Index(
            "ix_messages_unanswered",
            "conversation_id",
            "id",
            postgresql_where=sql("state = 'received'"),
        ),
        Index(
            "ix_messages_replies",
            "conversation_id",
            "created_at",
            postgresql_where=sql("direction = 'outbound'"),
        ),
        Index("ix_messages_pending", "due_at", postgresql_where=sql("state = 'pending'")),
        Index(
            "uq_messages_sending",
            "conversation_id",
            unique=True,
            postgresql_where=sql("state = 'sending' AND NOT at_door"),
        ),
        Index(
            "uq_messages_echo",
            "conversation_id",
            "provider_id",
            unique=True,
            postgresql_where=sql("direction = 'outbound' AND provider_id IS NOT NULL"),
        ),
        Index(
            "ix_messages_listed",
            "id",
            postgresql_where=sql("state IN ('dead', 'ambiguous') AND resolved_at IS NULL"),
        ),
    )


class DeliveryLog(Table):
    """One attempt at handing a reply to Whaticket: written with the intent, then completed."""

    __tablename__ = "delivery_logs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    attempt: Mapped[int]
    outcome: Mapped[str | None]
    http_status: Mapped[int | None]
    duration_ms: Mapped[int | None]
    error: Mapped[str | None]
    correlation_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        _one_of("outcome", "sent", "retry", "ambiguous", "dead"),
        Index(None, "message_id", "attempt", unique=True),
        Index("ix_delivery_logs_recent", "created_at"),
        Index("ix_delivery_logs_open", "created_at", postgresql_where=sql("outcome IS NULL")),
    )


class Channel(Table):
    """The road to WhatsApp: open, or paused while it is down, with one probe at a time."""

    __tablename__ = "channels"

    name: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(server_default="ok")
    reason: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]
    bot_user_id: Mapped[int | None]

    __table_args__ = (_one_of("status", "ok", "paused"),)


class UsageDay(Table):
    """The tokens spent in one day of the business's calendar."""

    __tablename__ = "usage_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    prompt_tokens: Mapped[int] = mapped_column(server_default="0")
    output_tokens: Mapped[int] = mapped_column(server_default="0")


class InstanceKey(Table):
    """A key that this installation made for itself, such as the one behind contacts' hashes."""

    __tablename__ = "instance_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class DailyTask(Table):
    """A task of once a day: when it last began, and how far it has come."""

    __tablename__ = "daily_tasks"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stage: Mapped[str]
    after: Mapped[int]
    counts: Mapped[dict[str, int]]


metadata: Any = Table.metadata
