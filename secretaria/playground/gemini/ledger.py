"""What the simulated Gemini was asked, and how many asked at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request: whom the secretary was told to be, the turns, and what came of it.

    `outcome` is "ok", a fault's kind, or why it was refused: "unauthorized", "not_found",
    "invalid".
    """

    model: str
    system_instruction: str
    contents: tuple[tuple[str, str], ...]
    generation_config: Mapping[str, Any]
    outcome: str


@dataclass(slots=True)
class Ledger:
    """The calls in the order they came, and the calls being answered now."""

    calls: list[Call] = field(default_factory=list)
    in_flight: int = 0
    max_in_flight: int = 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a call as in flight while it is being answered."""
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    def forget(self) -> None:
        """Empty the ledger; what is in flight stays in flight."""
        self.calls.clear()
        self.max_in_flight = self.in_flight

    def as_json(self) -> dict[str, Any]:
        """Return it for the control route."""
        return {
            "count": len(self.calls),
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "calls": [asdict(call) for call in self.calls],
        }
