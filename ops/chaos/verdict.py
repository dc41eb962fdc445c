"""The verdict on one scenario: what was counted, what was measured, which invariants broke."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ops.chaos.checker import Findings, Wrong

PROMISES: Mapping[Wrong, str] = {
    "lost": "nada se perde",
    "twice": "ninguém é respondido duas vezes",
    "order": "as respostas saem na ordem da conversa",
    "unfinished": "tudo chega a um estado final",
    "contradicted": "o banco diz o que aconteceu",
    "invented": "só é respondido o que foi aceito",
}


@dataclass
class Verdict:
    """One scenario's outcome; `figures` are reported, `broken` is what must not be.

    `histories` tells, for the first message of each kind of trouble, all that is known of it.
    """

    number: int
    title: str
    seed: int
    findings: Findings = field(default_factory=Findings)
    figures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    histories: dict[str, list[str]] = field(default_factory=dict)
    recovery_seconds: float | None = None
    peak_memory_bytes: int = 0
    restarts: int = 0
    seconds: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether every invariant held."""
        return not self.broken

    def judge(self, findings: Findings) -> None:
        """Take in what the checker found; each kind of trouble breaks a promise."""
        self.findings = findings
        for kind, promise in PROMISES.items():
            if times := findings.count(kind):
                self.broken.append(f"{promise} ({kind}: {times})")
