"""Which of our replies a message that Whaticket shows as ours, an echo, proves to have arrived."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from secretaria.core.reply import prepare
from secretaria.core.text import normalise

LONGEST_WAY = timedelta(hours=24)
"""A reply may wait for its channel: so long after it was written its echo may be written."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""So much earlier than its reply an echo may seem to be: the two were written by two clocks."""

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
    """A reply that was handed to Whaticket, or perhaps was; `provider_id` is its echo's."""

    id: int
    conversation_id: int
    correlation_id: str
    state: str
    is_resolved: bool
    text: str
    written_at: datetime
    provider_id: str | None

    @property
    def is_open(self) -> bool:
        """Whether nobody, neither Whaticket nor a person, has said what became of it."""
        return self.state in {"sending", "ambiguous"} and not self.is_resolved


def assign(echoes: Iterable[Echo], replies: Sequence[Reply]) -> list[tuple[Echo, Reply]]:
    """Give each echo, the oldest first, to the reply that it proves; an echo proves one only."""
    left = sorted(replies, key=lambda reply: reply.id)
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


def alike(reply: Reply, replies: Iterable[Reply]) -> list[Reply]:
    """The replies with the same text that have no echo yet, the reply itself among them."""
    words = _words_of(reply)
    return [each for each in replies if each.provider_id is None and _words_of(each) == words]


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
    """The oldest reply that the echo may be of and that has none.

    An echo without an id cannot be told from the next one of the same text: it proves a reply
    only where no other says the same.
    """
    if echo.provider_id and any(reply.provider_id == echo.provider_id for reply in replies):
        return None
    if not echo.provider_id and len(possible) > 1:
        return None
    return next((reply for reply in possible if reply.provider_id is None), None)


def _is_in_time(echo: Echo, reply: Reply) -> bool:
    way = echo.written_at - reply.written_at
    return -CLOCK_TOLERANCE <= way <= LONGEST_WAY


def _words_of(reply: Reply) -> tuple[str, ...]:
    return _words(prepare(reply.text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
