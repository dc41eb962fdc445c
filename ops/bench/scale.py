"""How much is measured: the quick run, the full one, and a run as short as it is told to be."""

from dataclasses import dataclass, replace

CONTACTS = 5_000
WORKER_THREADS = 400
"""The greenlets of a worker process: how many turns it may have under way at once."""
KNOWN_MESSAGES = 2
"""In the conversation of each contact, before anything is measured: nobody is new."""
MODEL_SECONDS = 1.0
WHATICKET_SECONDS = 0.1
MOST_PER_SECOND = 4_000
"""So many messages are made for each second of a round; a server that takes more ends it sooner."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds, and how long or how big each is; `curve_seconds` is for each point of the plot."""

    rounds: int = 3
    seconds: float = 3.0
    contacts: int = CONTACTS
    conversations: int = 500
    turn_rounds: int = 2
    jobs: int = 6
    curve_seconds: float = 1.2
    curve_rounds: int = 1
    stream_seconds: float = 20.0
    stream_rounds: int = 1
    lone_messages: int = 8
    starts: int = 3
    stored_conversations: int = 100_000
    processes: tuple[int, ...] = (1, 2, 4)
    process_rounds: int = 1


QUICK = Scale()
FULL = Scale(
    rounds=5,
    seconds=5.0,
    turn_rounds=5,
    jobs=10,
    curve_seconds=1.5,
    curve_rounds=5,
    stream_seconds=60.0,
    stream_rounds=5,
    lone_messages=20,
    starts=5,
    process_rounds=5,
)


def as_short_as(seconds: float) -> Scale:
    """One round of everything, each so long: to see that it works, not how fast."""
    return replace(
        QUICK,
        rounds=1,
        seconds=seconds,
        contacts=50,
        conversations=20,
        turn_rounds=1,
        jobs=2,
        curve_seconds=seconds,
        stream_seconds=seconds,
        lone_messages=1,
        starts=1,
        stored_conversations=1_000,
        processes=(1, 2),
        process_rounds=1,
    )
