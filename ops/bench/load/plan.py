"""What the generator is told, one JSON line, and what it answers, another."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """One round of load on a port of this machine.

    `messages` distinct messages are made before the clock starts, numbered from `first`, of
    `contacts` customers numbered from `first_contact`: by chance, or with `in_turn` each after the
    other. Without `pauses` each connection sends again as soon as it is answered, until `seconds`
    have passed or the messages are used up. With them each message waits for its own pause after
    the one before, on a connection of its own, whatever became of the others.
    """

    port: int
    messages: int
    first: int
    contacts: int
    first_contact: int = 0
    connections: int = 1
    seconds: float = 3600.0
    in_turn: bool = False
    pauses: tuple[float, ...] = ()

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Result:
    """What a round came to; times in seconds.

    `accepted` are the 202s within the time of the round, `cpu_seconds` is what sending and reading
    took of a processor, `failed` is why it was given up, and
    `moments` says, of a round with pauses, when each number had its 202, in epoch seconds.
    """

    accepted: int
    seconds: float
    p50: float
    p99: float
    cpu_seconds: float = 0.0
    failed: str = ""
    moments: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """The accepted messages a second."""
        return self.accepted / self.seconds

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def plan_from_json(line: str) -> Plan:
    """What `Plan.to_json` wrote."""
    told: dict[str, Any] = json.loads(line)
    return Plan(**told | {"pauses": tuple(told["pauses"])})


def result_from_json(line: str) -> Result:
    """What `Result.to_json` wrote."""
    return Result(**json.loads(line))
