"""Statements on the last minutes and hours: what customers heard, how soon, and how sends ended.

They look at the newest `MOST` attempts of the longest window, so that what they cost has a bound:
with more than that in six hours, shares and percentiles are those of the newest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    DateTime,
    Float,
    FromClause,
    Interval,
    Select,
    Text,
    case,
    cast,
    column,
    extract,
    func,
    literal,
    select,
    values,
)
from sqlalchemy.orm import Session

from secretaria.models.tables import DeliveryLog, Message

WINDOWS: Mapping[str, timedelta] = {
    "5m": timedelta(minutes=5),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
}
KINDS = ("reply", "refusal", "holding", "fallback", "handover", "delay")
OUTCOMES = ("sent", "retry", "ambiguous", "dead")
QUANTILES = (0.5, 0.95)
MOST = 5_000
_BEGUN = func.statement_timestamp(type_=DateTime(timezone=True))
"""The database's clock as it stood when the statement began: only that can lead into an index."""


@dataclass(frozen=True, slots=True)
class Recent:
    """One window: replies by their kind, attempts by their outcome, seconds by the quantile.

    A reply in several parts is one, and was said with its first. Without replies, no quantiles.
    """

    replies: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[float, float] = field(default_factory=dict)


def read(session: Session) -> dict[str, Recent]:
    """What each window saw."""
    replies, deliveries = _replies(session), _deliveries(session)
    seconds = _seconds(session)
    return {
        window: Recent(replies[window], deliveries[window], seconds.get(window, {}))
        for window in WINDOWS
    }


def _replies(session: Session) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {window: dict.fromkeys(KINDS, 0) for window in WINDOWS}
    for window, kind, count in session.execute(counting_replies()):
        counted[window][kind] = count
    return counted


def _deliveries(session: Session) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {window: dict.fromkeys(OUTCOMES, 0) for window in WINDOWS}
    for window, outcome, count in session.execute(counting_deliveries()):
        counted[window][outcome] = count
    return counted


def _seconds(session: Session) -> dict[str, dict[float, float]]:
    rows = session.execute(measuring())
    return {window: dict(zip(QUANTILES, found, strict=True)) for window, found in rows}


def _attempts() -> CTE:
    """The newest attempts of the longest window; one in doubt that arrived after all was sent."""
    has_arrived = (DeliveryLog.outcome == "ambiguous") & (Message.state == "sent")
    return (
        select(
            DeliveryLog.message_id,
            case((has_arrived, "sent"), else_=DeliveryLog.outcome).label("outcome"),
            DeliveryLog.created_at,
        )
        .join(Message, Message.id == DeliveryLog.message_id)
        .where(DeliveryLog.created_at > _BEGUN - literal(max(WINDOWS.values()), Interval))
        .order_by(DeliveryLog.created_at.desc())
        .limit(MOST)
        .cte("attempts")
    )


def _said() -> CTE:
    """What customers have been told by them: of each turn, each kind once."""
    tried = _attempts()
    return (
        select(
            Message.kind,
            func.min(Message.sent_at).label("at"),
            func.min(_waited()).label("waited"),
        )
        .join(tried, tried.c.message_id == Message.id)
        .where(tried.c.outcome == "sent", Message.sent_at.is_not(None))
        .group_by(Message.conversation_id, func.coalesce(Message.turn, -Message.id), Message.kind)
        .cte("said")
    )


def _waited() -> Any:
    return cast(extract("epoch", Message.sent_at - Message.accepted_at), Float)


def _windows() -> FromClause:
    table = values(column("name", Text), column("length", Interval), name="windows")
    return table.data(list(WINDOWS.items()))


def counting_replies() -> Select[Any]:
    """How many replies of each kind each window saw."""
    heard, window = _said(), _windows()
    return (
        select(window.c.name, heard.c.kind, func.count())
        .join(window, heard.c.at > _BEGUN - window.c.length)
        .group_by(window.c.name, heard.c.kind)
    )


def counting_deliveries() -> Select[Any]:
    """How many attempts ended how in each window."""
    tried, window = _attempts(), _windows()
    return (
        select(window.c.name, tried.c.outcome, func.count())
        .join(window, tried.c.created_at > _BEGUN - window.c.length)
        .where(tried.c.outcome.is_not(None))
        .group_by(window.c.name, tried.c.outcome)
    )


def measuring() -> Select[Any]:
    """From a message accepted to the first part of its reply sent, by window and quantile."""
    heard, window = _said(), _windows()
    found = func.percentile_cont(cast(list(QUANTILES), ARRAY(Float))).within_group(heard.c.waited)
    return (
        select(window.c.name, found)
        .join(window, heard.c.at > _BEGUN - window.c.length)
        .where(heard.c.waited.is_not(None))
        .group_by(window.c.name)
    )
