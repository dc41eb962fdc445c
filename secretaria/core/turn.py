"""What a turn decides: whether to ask the model at all, and how the turn closes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from secretaria.core.profile import Sentences

MOST_ATTEMPTS = 3
MOST_REFUSALS = 3
"""So many refusals in a day, and people are to have a look."""
Outcome = Literal["answered", "refused", "held", "handed_over", "delayed", "fallback", "dead"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a conversation, a day and an outage may take; 0 replies or tokens: no ceiling."""

    replies_per_hour: int
    tokens_per_day: int
    outage_seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands when its turn begins."""

    attempts: int
    replies_in_the_last_hour: int
    tokens_today: int
    holding_seconds: float | None
    refusals_today: int = 0
    """What was refused in the last day, this turn's attacks included."""
    wish: str | None = None
    """Why a person is to answer, as far as the customer's messages say so."""
    is_late: bool = False
    """Whether all that is to be answered was written long before it came."""
    was_told_of_delay: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence for the customer, and what kind of sentence it is."""

    kind: Literal["reply", "refusal", "holding", "fallback", "handover", "delay"]
    text: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How a turn ends for the messages that are no attacks.

    `line`: what the customer hears, if anything. `reason`: why, for the record.
    `goes_to_people`: whether the conversation does, and `source`, what it comes from. Held messages
    stay owed.
    """

    outcome: Outcome
    line: Line | None
    reason: str | None = None
    goes_to_people: bool = False

    @property
    def source(self) -> str:
        """Where a change of hands comes from: the reason of a handover, or that we fell back."""
        return "fallback" if self.outcome == "fallback" else self.reason or "asked"


def foresee(standing: Standing, limits: Limits, sentences: Sentences) -> Closing | None:
    """The closing that needs no model; None when the model is to be asked."""
    if standing.attempts > MOST_ATTEMPTS:
        return Closing("dead", Line("fallback", sentences.fallback), "attempts_exhausted")
    reason = _reason_for_people(standing, limits)
    if reason is not None:
        return hand_over(sentences, reason)
    if standing.is_late:
        line = None if standing.was_told_of_delay else Line("delay", sentences.delayed)
        return Closing("delayed", line, "late")
    if 0 < limits.tokens_per_day <= standing.tokens_today:
        line = Line("fallback", sentences.fallback)
        return Closing("fallback", line, "tokens_per_day")
    return None


def _reason_for_people(standing: Standing, limits: Limits) -> str | None:
    if 0 < limits.replies_per_hour <= standing.replies_in_the_last_hour:
        return "replies_per_hour"
    return "refusals" if standing.refusals_today >= MOST_REFUSALS else standing.wish


def hold(standing: Standing, limits: Limits, sentences: Sentences) -> Closing:
    """The model is away: say so once, keep owing, and give up to people in the end."""
    if (standing.holding_seconds or 0) >= limits.outage_seconds:
        return hand_over(sentences, "model_outage")
    is_told = standing.holding_seconds is not None
    line = None if is_told else Line("holding", sentences.holding)
    return Closing("held", line, "model_unavailable")


def hand_over(sentences: Sentences, reason: str) -> Closing:
    """People get the conversation, and the customer hears so."""
    return Closing("handed_over", Line("handover", sentences.handover), reason, goes_to_people=True)


def fall_back(sentences: Sentences, reason: str) -> Closing:
    """No model will answer this: the fallback sentence, and people."""
    return Closing("fallback", Line("fallback", sentences.fallback), reason, goes_to_people=True)


def refuse(sentences: Sentences, reason: str) -> Closing:
    """What was asked, or what the model made of it, is not for the customer."""
    return Closing("refused", Line("refusal", sentences.refusal), reason)


def is_late(written_at: datetime | None, came_at: datetime, *, longest_seconds: float) -> bool:
    """Whether a message came so long after it was written that nobody expects its answer now."""
    return written_at is not None and (came_at - written_at).total_seconds() > longest_seconds
