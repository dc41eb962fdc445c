"""A sender that is held up in the middle of its call, until it is let go with an outcome."""

from dataclasses import dataclass, field, replace
from typing import Any

import gevent
from gevent.event import Event

from secretaria.core.address import Address
from secretaria.core.delivery import Sending

MOST_SECONDS = 60


@dataclass
class SlowMessenger:
    sending: Sending
    has_begun: Event = field(default_factory=Event)
    may_end: Event = field(default_factory=Event)

    def send(self, _: Address, __: str, *, label: str) -> Sending:  # noqa: ARG002
        self.has_begun.set()
        assert self.may_end.wait(MOST_SECONDS)
        return self.sending


def begin(outbox: Any, reply_id: int, sending: Sending) -> tuple[gevent.Greenlet, SlowMessenger]:
    """Start a delivery that has written its intent and now waits for Whaticket."""
    messenger = SlowMessenger(sending)
    sender = gevent.spawn(replace(outbox.deliver, messenger=messenger), reply_id)
    assert messenger.has_begun.wait(MOST_SECONDS)
    return sender, messenger
