"""The customers: they write, one message after another, and remember every answer they got."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Group
from requests import Session

from ops.chaos.webhook import Answer, Signed, post, sign_payload
from secretaria.playground.whaticket.phone import text_payload

MARK = re.compile(r"eco: (k\d+-\d+-\d+)\b")
"""How a message is found again: its text is `eco: MARK`, and the model answers with the same."""

RETRY_SECONDS = 0.5


@dataclass(slots=True)
class Written:
    """A message that a customer wrote, and the answer to each request that carried it.

    `ordinal` counts within its conversation.
    """

    mark: str
    number: str
    ordinal: int
    text: str
    provider_id: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        """Whether we were told that it is safe: by a 202, or that it was accepted before."""
        return any(
            answer.status == 202 or answer.reason == "duplicate"  # noqa: PLR2004 - HTTP
            for answer in self.answers
        )

    @property
    def is_refused(self) -> bool:
        """Whether every request got a clear no."""
        return bool(self.answers) and all(
            answer.status is not None and 400 <= answer.status < 500  # noqa: PLR2004 - HTTP
            for answer in self.answers
        )


@dataclass
class Driver:
    """All customers of a run; `patience_seconds` is how long one insists on being accepted.

    With a patience of 0 nobody tries again, as Whaticket itself would not.
    """

    url: str
    chance: random.Random
    patience_seconds: float = 120.0
    written: list[Written] = field(default_factory=list)
    on_answer: Callable[[Written], None] = lambda _: None
    _customers: int = 0
    _talking: Group = field(default_factory=Group)

    def new_number(self) -> str:
        """A customer who has not written before."""
        self._customers += 1
        return f"55119{self._customers:08}"

    def compose(self, number: str, words: str = "") -> Written:
        """Make the customer's next message, without sending it."""
        ordinal = 1 + sum(one.number == number for one in self.written)
        mark = f"k{int(number[5:])}-{ordinal}-{self.chance.randrange(10**6):06}"
        text = f"eco: {mark} {words}".rstrip()
        written = Written(mark, number, ordinal, text, f"CHAOS{mark.upper()}")
        self.written.append(written)
        return written

    def write(self, number: str, words: str = "") -> Written:
        """Write as a customer, and insist until the message is accepted or patience ends."""
        written = self.compose(number, words)
        deadline = time.monotonic() + self.patience_seconds
        while True:
            answer = self.send(written)
            unclear = answer.status is None or answer.status >= 500  # noqa: PLR2004 - HTTP
            if not unclear or time.monotonic() > deadline:
                return written
            gevent.sleep(RETRY_SECONDS * (0.5 + self.chance.random()))

    def send(self, written: Written) -> Answer:
        """Send a message once, with a signature of its own."""
        return self.post(written, sign_payload(payload_of(written)))

    def post(self, written: Written, request: Signed, session: Session | None = None) -> Answer:
        """Send a request of a message, and remember what came of it."""
        answer = post(self.url, request, session)
        written.answers.append(answer)
        self.on_answer(written)
        return answer

    def talk(
        self, customers: int, messages: int, *, pause_seconds: float = 0.5, words: str = ""
    ) -> list[str]:
        """Let so many new customers write so many messages each, all at once; see `finish`."""
        numbers = [self.new_number() for _ in range(customers)]
        for number in numbers:
            self.go_on(number, messages, pause_seconds=pause_seconds, words=words)
        return numbers

    def go_on(
        self, number: str, messages: int, *, pause_seconds: float = 0.5, words: str = ""
    ) -> None:
        """Let one customer write some messages, strictly one after another."""
        self._talking.spawn(self._say, number, messages, pause_seconds, words)

    def _say(self, number: str, messages: int, pause_seconds: float, words: str) -> None:
        for _ in range(messages):
            self.write(number, words)
            gevent.sleep(self.chance.random() * pause_seconds * 2)

    @contextmanager
    def chatter(self, customers: int, *, pause_seconds: float = 0.5) -> Iterator[list[str]]:
        """Let so many new customers write and write while a block runs."""
        numbers = [self.new_number() for _ in range(customers)]
        ended = Event()
        for number in numbers:
            self._talking.spawn(self._say_on, number, pause_seconds, ended)
        try:
            yield numbers
        except BaseException:
            self._talking.kill(block=False)  # nobody waits for them any more
            raise
        ended.set()
        self.finish()

    def _say_on(self, number: str, pause_seconds: float, ended: Event) -> None:
        while not ended.is_set():
            self.write(number)
            ended.wait(self.chance.random() * pause_seconds * 2)

    @contextmanager
    def without_patience(self) -> Iterator[None]:
        """Let nobody try again while a block runs, as Whaticket itself would not."""
        usual, self.patience_seconds = self.patience_seconds, 0.0
        try:
            yield
        finally:
            self.patience_seconds = usual

    def finish(self) -> None:
        """Wait until every customer has written everything."""
        self._talking.join(raise_error=True)

    @property
    def is_talking(self) -> bool:
        """Whether somebody has not yet written everything."""
        return bool(self._talking)

    @property
    def accepted(self) -> list[Written]:
        """The messages that we were told are safe."""
        return [one for one in self.written if one.is_accepted]

    def answers(self, since: float = 0.0, until: float = float("inf")) -> list[Answer]:
        """Every answer to a request that was sent between two moments (`time.time()`)."""
        answers = (answer for one in self.written for answer in one.answers)
        return [answer for answer in answers if since <= answer.at <= until]

    def seconds(self, since: float = 0.0, until: float = float("inf")) -> list[float]:
        """How long each request took, whatever came of it."""
        return [answer.seconds for answer in self.answers(since, until)]


def payload_of(written: Written) -> dict[str, Any]:
    """The webhook's payload of a message."""
    return text_payload(
        written.number,
        written.text,
        name="Cliente",
        provider_id=written.provider_id,
        sent_at=time.time(),
    )
