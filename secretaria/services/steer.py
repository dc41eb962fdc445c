"""Steer: an operator sees who has a conversation, and says who is to have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from secretaria.errors import Permanent
from secretaria.models import contacts, echoes, takeovers
from secretaria.models.contacts import Identity
from secretaria.models.tables import StatusChange
from secretaria.models.takeovers import Change
from secretaria.services.overhear import announce_change
from secretaria.services.ports import Transactions

_COMMAND = Change("command")


class NoConversation(Permanent):
    """Nobody with this number has written to us."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has a conversation, until when, and every change of hands so far."""

    conversation_id: int
    status: str
    until: datetime | None
    changes: Sequence[StatusChange]


@dataclass(frozen=True, slots=True)
class Steer:
    """Works on the conversation of a number, whatever its form."""

    database: Transactions
    takeover_hours: float

    def show(self, number: str) -> Standing:
        """Who has it; raises `NoConversation`."""
        with self.database.transaction() as session:
            conversation_id = _conversation(session, number)
            status, until = takeovers.standing_of(session, conversation_id)
            changes = takeovers.changes_of(session, conversation_id)
        return Standing(conversation_id, status, until, changes)

    def turn_over(self, number: str, status: Literal["bot", "human", "muted"]) -> None:
        """Give it to somebody else; raises `NoConversation`."""
        with self.database.transaction() as session:
            conversation_id = _conversation(session, number)
            before = takeovers.status_of(session, conversation_id)
            if before == status:
                return
            if status == "muted":
                takeovers.mute(session, conversation_id, _COMMAND)
            elif status == "bot" or before == "muted":
                takeovers.give_back(session, conversation_id, _COMMAND)
            if status == "human":
                takeovers.take_over(
                    session, conversation_id, _COMMAND, hours=self.takeover_hours, since=None
                )
        announce_change(conversation_id, _COMMAND)


def _conversation(session: Session, number: str) -> int:
    """The conversation of whoever has this number; how it was typed is not how it came, or goes."""
    known = contacts.hold(session, Identity(number, None, None, None))
    conversations = echoes.conversations_of(session, [contact.id for contact in known])
    if not conversations:
        raise NoConversation("no_conversation")
    return conversations[0]
