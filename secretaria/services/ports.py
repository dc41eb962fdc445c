"""What the services need from the world; the adapters provide it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.orm import Session

from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.core.echo import Echo
from secretaria.core.memory import Utterance
from secretaria.core.payload import Outgoing, Sender, TicketEvent
from secretaria.core.ticket import Ticket
from secretaria.models.inbox import Arrival

if TYPE_CHECKING:  # whoever asks no model does not load the guard's rules
    from secretaria.core.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, handed in by the composition root."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    token: Callable[[], str]


Fate = Literal["written", "broken", "unwritten"]
"""What became of an answer over HTTP: it went out, broke off, or nobody was there to read it."""


class Transactions(Protocol):
    """PostgreSQL."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a transaction; raises `DatabaseUnavailable`."""

    def statements(self) -> AbstractContextManager[PoolProxiedConnection]:
        """For prepared statements, each a transaction of its own; raises `DatabaseUnavailable`."""


class Bell(Protocol):
    """The queue: a wake-up may be lost, doubled or late without harm, so ringing never raises.

    Each call answers whether the queue has taken the wake-up.
    """

    def ring_converse(self, conversation_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a conversation's turn."""

    def ring_deliver(self, reply_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a reply."""

    def ring_settle(self, reply_id: int) -> bool:
        """Wake a worker to look whether a reply of unknown fate has arrived."""

    def ring_tend(self, conversation_id: int) -> bool:
        """Wake a worker for the ticket of a conversation that people have."""


Heard = Outgoing | TicketEvent
"""What concerns a conversation although the customer did not say it."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """What came while PostgreSQL was away: a message that was accepted, or something overheard."""

    sender: Sender
    arrival: Arrival | None = None
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the spool; `spooled` is None when nobody can read it."""

    id: str
    since: datetime
    spooled: Spooled | None


class Spool(Protocol):
    """Messages that wait in Redis, in the order of their acceptance, until PostgreSQL is back."""

    def is_waiting(self) -> bool:
        """Whether any message waits; False too while Redis is away."""

    def is_writable(self) -> bool:
        """Whether a message could be kept here now."""

    def put(self, spooled: Spooled) -> bool:
        """Keep a message behind the others; False when it waits already.

        Raises `SpoolUnavailable`.
        """

    def oldest(self, limit: int) -> Sequence[Waiting]:
        """The entries that wait longest, in order; raises `SpoolUnavailable`."""

    def remove(self, waiting: Waiting) -> None:
        """Forget an entry that PostgreSQL has now; raises `SpoolUnavailable`."""

    def set_aside(self, waiting: Waiting) -> None:
        """Keep an entry that PostgreSQL will never take apart; raises `SpoolUnavailable`."""


class Visitors(Protocol):
    """Who speaks at Typebot's door, in Redis, which may be gone at any moment."""

    def remember(self, key_hash: str, sender: Sender) -> bool:
        """Keep whose session it is, for a time; False when that could not be done."""

    def recall(self, key_hash: str) -> Sender | None:
        """Whose session it is; None when nobody knows."""


class Errand(Protocol):
    """A call that is repeated in the background until it says that it is done."""

    def start(self) -> None:
        """See to it, unless it is being seen to."""


class WakeUp(NamedTuple):
    """What is rung once a message is safe."""

    conversation_id: int
    delay_seconds: float


class Limiter(Protocol):
    """Counts in Redis; lets everything through while Redis is away."""

    def seconds_to_wait(self, contact: str) -> int:
        """How long a contact who has written too fast has to wait."""

    def count_address(self, address: str) -> int | None:
        """Count an address's failed verification; answers the seconds to wait, likewise."""


class Memory(Protocol):
    """Short-term memory in Redis, which may be gone at any moment."""

    def read(self, conversation_id: int, *, version: int) -> tuple[Utterance, ...] | None:
        """What is remembered; None when it is missing or not of this version."""

    def write(self, conversation_id: int, utterances: Sequence[Utterance], *, version: int) -> None:
        """Remember, bounded and for a time; never raises."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered."""

    text: str
    model: str
    prompt_tokens: int
    output_tokens: int


class Model(Protocol):
    """A large language model."""

    def generate(self, model: str, prompt: "Prompt", *, timeout_seconds: float) -> Answer:
        """Ask once.

        Raises `ModelUnavailable` for a fault that passes, `ModelRefused` for one that stays.
        """


class Breaker(Protocol):
    """Keeps calls away from what keeps failing; its state is shared by all workers."""

    def allows(self, name: str) -> bool:
        """Whether a call may go; when half open, true for one probe only."""

    def succeeded(self, name: str) -> None:
        """Note a call that worked: the breaker closes."""

    def failed(self, name: str) -> None:
        """Note a call that failed: enough of them open the breaker."""


class Messenger(Protocol):
    """Whaticket."""

    def send(self, address: Address, text: str, *, label: str) -> Sending:
        """Hand over one text; never raises: every fault is a kind of `Sending`.

        `label` names the reply for those forks that keep such a name (`externalKey`).
        """


class Tickets(Protocol):
    """Whaticket's tickets, as a logged-in user sees them."""

    def said(self, address: Address, *, since: datetime) -> Sequence[Echo]:
        """What a contact's ticket shows as ours since then; raises `Transient`."""

    def current(self, address: Address) -> Ticket | None:
        """The contact's living ticket, else the newest; None without any; raises `Transient`.

        Marks nothing as read.
        """

    def bot_user_id(self) -> int | None:
        """The id of the user as whom we are logged in; raises `Transient`."""

    def transfer(self, address: Address, *, queue_id: int | None, note: str) -> None:
        """Leave a note where the fork has notes, and put the contact's ticket into a queue.

        Without a queue only the note is left. Raises `Transient` for a fault that passes and
        `TransferRefused` for one that stays.
        """


class Background(Protocol):
    """Work beside the work."""

    def repeating(self, seconds: float, call: Callable[[], None]) -> AbstractContextManager[None]:
        """Make a call every so many seconds while a block runs; its faults are logged."""


class Solitude(Protocol):
    """A process that does one thing at a time, so that its death tells whose fault it was."""

    def __call__(self) -> AbstractContextManager[Callable[[int], bool]]:
        """Open it for a block, which is given a call that tries a conversation's turn there.

        The call answers whether the process has survived.
        """
