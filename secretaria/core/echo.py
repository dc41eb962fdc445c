"""Which of our replies a message that Whaticket shows as ours, an echo, proves to have arrived."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from secretaria.core.reply import prepare
from secretaria.core.text import normalise

LONGEST_WAY = timedelta(hours=1)
"""Forks queue what they send: so long after a reply's last attempt its echo may be written."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""So much earlier than the attempt an echo may seem to be: the two were written by two clocks."""

# Forks put the name of the panel's user in front: `*Nome:*` or `*Nome*:`, and a line break.
_SIGNATURE = re.compile(r"\*[^*\n]{1,100}(?::\*|\*:)[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Echo:
    """A text that WhatsApp shows as sent by us; `provider_id` is WhatsApp's id of the message."""

    text: str
    provider_id: str | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was handed to Whaticket, or perhaps was; `provider_id` is its echo's.

    `attempted_at` is of its last attempt: it may have waited for hours before that.
    """

    id: int
    conversation_id: int
    correlation_id: str
    state: str
    is_resolved: bool
    text: str
    attempted_at: datetime
    provider_id: str | None

    @property
    def is_open(self) -> bool:
        """Whether nobody, neither Whaticket nor a person, has said what became of it."""
        return self.state in {"sending", "ambiguous"} and not self.is_resolved


def assign(echoes: Iterable[Echo], replies: Sequence[Reply]) -> list[tuple[Echo, Reply]]:
    """Give each echo, the oldest first, to the reply that it proves; an echo proves one only."""
    left = list(replies)
    words = {reply.id: _words_of(reply) for reply in replies}
    given = []
    for echo in sorted(echoes, key=lambda echo: echo.written_at):
        readings = _readings(echo.text)
        possible = [one for one in left if words[one.id] in readings and _is_in_time(echo, one)]
        proved = _proved_by(echo, possible, left)
        if proved is None:
            continue
        given.append((echo, proved))
        left[left.index(proved)] = replace(
            proved, state="sent", provider_id=echo.provider_id or proved.provider_id
        )
    return given


def is_echo_of(said: str, text: str) -> bool:
    """Whether what was said in our name are a reply's words."""
    return _words(prepare(text)) in _readings(said)


def read_since(reply: Reply, replies: Iterable[Reply]) -> datetime:
    """Since when to read, so that nothing else takes the echo of a reply for want of its own.

    That is as far back as replies with the same text and without an echo follow one another so
    closely that the earlier might take what was read for the later.
    """
    words = _words_of(reply)
    since = reply.attempted_at - CLOCK_TOLERANCE
    for one in sorted(replies, key=lambda one: one.attempted_at, reverse=True):
        may_take = one.provider_id is None and one.attempted_at + LONGEST_WAY >= since
        if may_take and _words_of(one) == words:
            since = min(since, one.attempted_at - CLOCK_TOLERANCE)
    return since


def _readings(echoed: str) -> set[tuple[str, ...]]:
    """What an echo may say, with and without what its fork may have put in front.

    That is a direction mark (U+200E) and a space, or a signature. Nothing in it was expanded as a
    template: `prepare` has parted the braces. White space may differ, words and case may not.
    """
    readable = normalise(echoed)
    signature = _SIGNATURE.match(readable)
    unsigned = readable[signature.end() :] if signature else readable
    return {words for words in (_words(readable), _words(unsigned)) if words}


def _proved_by(echo: Echo, possible: Sequence[Reply], replies: Sequence[Reply]) -> Reply | None:
    """The reply with the best claim among those that the echo may be of and that have none.

    An echo without an id cannot be told from the next one of the same text: it proves a reply
    only where no other says the same.
    """
    if echo.provider_id and any(reply.provider_id == echo.provider_id for reply in replies):
        return None
    if not echo.provider_id and len(possible) > 1:
        return None
    return min((one for one in possible if one.provider_id is None), key=_claim, default=None)


def _claim(reply: Reply) -> tuple[bool, float, int]:
    """A reply's place among those that an echo may be of.

    First what is known as sent, or was resolved, the oldest before the others: its own echo may
    be still to come. Then what is open, which may never have arrived, the latest attempt first.
    """
    attempted_at = reply.attempted_at.timestamp()
    if reply.is_open:
        return True, -attempted_at, -reply.id
    return False, attempted_at, reply.id


def _is_in_time(echo: Echo, reply: Reply) -> bool:
    way = echo.written_at - reply.attempted_at
    return -CLOCK_TOLERANCE <= way <= LONGEST_WAY


def _words_of(reply: Reply) -> tuple[str, ...]:
    return _words(prepare(reply.text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
