"""The tickets: one for each number, with its contact, its state and its messages."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# What PUT /tickets/:id writes; whatever else it is sent is ignored.
_WRITABLE = {
    "status": "status",
    "userId": "user_id",
    "queueId": "queue_id",
    "chatbot": "chatbot",
}
_BOT_FLAGS = ("useIntegration", "integrationId", "isBot")
"""What the MultiFlow family writes as well."""


def new_message_id() -> str:
    """Return an id as WhatsApp makes them."""
    return secrets.token_hex(16).upper()


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `is_shown`: whether the panel has it in the ticket."""

    id: str
    body: str
    is_from_me: bool
    created_at: datetime
    is_shown: bool = True


@dataclass(slots=True)
class Ticket:
    """One contact's ticket; `user_id` and status `open` mean that a person has it.

    `is_lid`: the number's digits are those of a LID, the contact's only address.
    """

    id: int
    number: str
    name: str
    status: str = "pending"
    user_id: int | None = None
    queue_id: int | None = None
    chatbot: bool = False
    unread: int = 0
    is_lid: bool = False
    is_bot_disabled: bool = False
    bot_flags: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_json(self) -> dict[str, Any]:
        """Return the ticket as the API shows it."""
        last = self.messages[-1].body if self.messages else ""
        return self.bot_flags | {
            "id": self.id,
            "status": self.status,
            "lastMessage": last,
            "unreadMessages": self.unread,
            "isGroup": False,
            "chatbot": self.chatbot,
            "userId": self.user_id,
            "queueId": self.queue_id,
            "contactId": self.id,
            "whatsappId": 1,
            "companyId": 1,
            "contact": self.contact_json(),
            "updatedAt": iso(self.updated_at),
        }

    def contact_json(self) -> dict[str, Any]:
        """Return the contact as the API shows them; a LID stands where a number would."""
        contact = {"id": self.id, "name": self.name, "number": self.number, "email": ""}
        return contact | ({"disableBot": True} if self.is_bot_disabled else {})

    def messages_json(self) -> list[dict[str, Any]]:
        """Return the messages as the API shows them, the oldest first."""
        return [
            {
                "id": message.id,
                "body": message.body,
                "fromMe": message.is_from_me,
                "read": message.is_from_me or not self.unread,
                "ack": 2 if message.is_from_me else 0,
                "mediaType": "conversation",
                "mediaUrl": None,
                "isDeleted": False,
                "ticketId": self.id,
                "contactId": None if message.is_from_me else self.id,
                "createdAt": iso(message.created_at),
            }
            for message in self.messages
            if message.is_shown
        ]


class Tickets:
    """All tickets, found by id, by number, or by what is in them."""

    def __init__(self) -> None:
        self._tickets: dict[int, Ticket] = {}
        self._by_number: dict[str, Ticket] = {}

    def get(self, ticket_id: int) -> Ticket | None:
        """Return the ticket of this id."""
        return self._tickets.get(ticket_id)

    def of(self, number: str) -> Ticket | None:
        """Return the number's ticket."""
        return self._by_number.get(number)

    def find_or_create(self, number: str, name: str = "", *, is_lid: bool = False) -> Ticket:
        """Return the number's ticket; a closed one waits again, without queue and user.

        `is_lid`: a new one's number is the digits of a LID.
        """
        ticket = self.of(number)
        if ticket is None:
            ticket = Ticket(len(self._tickets) + 1, number, name or number, is_lid=is_lid)
            self._tickets[ticket.id] = self._by_number[number] = ticket
        ticket.name = name or ticket.name
        if ticket.status == "closed":
            ticket.status, ticket.user_id, ticket.queue_id = "pending", None, None
        return ticket

    def search(
        self,
        *,
        words: str = "",
        status: str = "",
        queue_ids: Collection[int] | None = None,
    ) -> list[Ticket]:
        """Return the tickets that match, the latest first.

        With queue ids, only theirs and those of no queue.
        """
        found = [
            ticket
            for ticket in self._tickets.values()
            if status in {"", ticket.status}
            and (queue_ids is None or ticket.queue_id is None or ticket.queue_id in queue_ids)
            and _contains(ticket, words.casefold())
        ]
        return sorted(found, key=lambda ticket: ticket.updated_at, reverse=True)

    def forget(self) -> None:
        """Delete every ticket."""
        self._tickets.clear()
        self._by_number.clear()


def add_message(
    ticket: Ticket,
    body: str,
    *,
    is_from_me: bool,
    provider_id: str | None = None,
    is_shown: bool = True,
) -> Message:
    """Write a message into the ticket."""
    now = datetime.now(UTC)
    message = Message(provider_id or new_message_id(), body, is_from_me, now, is_shown)
    ticket.messages.append(message)
    ticket.updated_at = now
    ticket.unread = 0 if is_from_me else ticket.unread + 1
    return message


def change(ticket: Ticket, changes: Mapping[str, Any], *, has_bot_flags: bool = False) -> None:
    """Write what the API lets be written; the rest is ignored."""
    if has_bot_flags:
        ticket.bot_flags |= {name: changes[name] for name in _BOT_FLAGS if name in changes}
    for name, attribute in _WRITABLE.items():
        if name in changes:
            setattr(ticket, attribute, changes[name])
    ticket.updated_at = datetime.now(UTC)


def _contains(ticket: Ticket, words: str) -> bool:
    texts = (ticket.name, ticket.number, *(message.body for message in ticket.messages))
    return any(words in text.casefold() for text in texts)


def iso(moment: datetime) -> str:
    """Return the moment as the API shows it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
