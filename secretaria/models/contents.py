"""Statements that change what the customer has said: corrections and withdrawals."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session, aliased

from secretaria.models import outbox, takeovers
from secretaria.models.clock import NOW
from secretaria.models.tables import Conversation, Message

_LEFT = ("sending", "sent", "ambiguous")


def correct(session: Session, conversation_id: int, target: str, text: str, *, by: int) -> None:
    """Give an edited message its new words; if it is still owed, its edit (`by`) is instead."""
    rewritten = {"text": text}
    if _change(session, conversation_id, target, rewritten, reason="edited", besides=by):
        outbox.distrust_memory(session, conversation_id)


def withdraw(session: Session, conversation_id: int, target: str, *, by: int) -> bool:
    """Blank a deleted message and cancel its reply, if nothing of that has left.

    Whatever else that reply answered is owed again. True when a turn is due for it.
    """
    blank = {"text": "", "kind": "deletion", "file_name": None}
    changed = _change(session, conversation_id, target, blank, reason="deleted", besides=by)
    if not changed:
        return False
    outbox.distrust_memory(session, conversation_id)
    turns = {message.turn for message in changed if message.state == "answered"} - {None}
    cancelled = [turn for turn in turns if turn and _cancel(session, conversation_id, turn)]
    ids = [message.id for message in changed]
    return any(_owe_again(session, conversation_id, turn, besides=ids) for turn in cancelled)


def _change(
    session: Session,
    conversation_id: int,
    target: str,
    content: Mapping[str, str | None],
    *,
    reason: str,
    besides: int,
) -> Sequence[Message]:
    """Rewrite a message and its earlier edits; what was owed no longer is."""
    owed = Message.state == "received"
    rewrite = (
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.direction == "inbound",
            Message.id != besides,
            or_(
                Message.provider_id == target,
                and_(Message.kind == "edit", Message.edits == target),
            ),
        )
        .values(
            **content,
            state=case((owed, "ignored"), else_=Message.state),
            reason=case((owed, reason), else_=Message.reason),
        )
        .returning(Message)
    )
    return session.scalars(rewrite).all()


def _cancel(session: Session, conversation_id: int, turn: int) -> bool:
    """Cancel what a turn has written; False when some of it has left, or may have."""
    other = aliased(Message)
    has_left = (
        select(other.id)
        .where(other.conversation_id == conversation_id, other.turn == turn)
        .where(other.direction == "outbound", other.state.in_(_LEFT))
        .exists()
    )
    which = (*_of(conversation_id, turn), ~has_left)
    return bool(takeovers.cancel_pending(session, *which, reason="deleted"))


def _owe_again(
    session: Session, conversation_id: int, turn: int, *, besides: Sequence[int]
) -> bool:
    is_due = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.status == "bot")
        .values(due_at=NOW, rung_at=None)
        .returning(Conversation.id)
    )
    if is_due is None:
        return False
    owed = session.scalars(
        update(Message)
        .where(
            *_of(conversation_id, turn),
            Message.direction == "inbound",
            Message.state == "answered",
            Message.attack_rule.is_(None),
            Message.id.not_in(besides),
        )
        .values(state="received", reason=None, turn=None)
        .returning(Message.id)
    ).all()
    return bool(owed)


def _of(conversation_id: int, turn: int) -> tuple[ColumnElement[bool], ...]:
    return (Message.conversation_id == conversation_id, Message.turn == turn)
