"""What every measure is given: the arena, how much, and whom to tell how far it has come."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ops.bench.arena import Arena
from ops.bench.figures import Findings
from ops.bench.load.plan import Plan, Result
from ops.bench.scale import MOST_PER_SECOND, Scale
from ops.bench.web import Web


@dataclass
class Bench:
    """One run; `tell` is called before each step with what it is."""

    arena: Arena
    scale: Scale
    tell: Callable[[str], None]
    findings: Findings = field(default_factory=Findings)

    def load(self, web: Web, *, connections: int, seconds: float, first_contact: int = 0) -> Result:
        """Load a server with messages of the known contacts, for so many seconds."""
        self.tell(f"{web.name}, {connections} conexões")
        result = self.arena.generator.play(
            Plan(
                port=web.port,
                messages=max(int(MOST_PER_SECOND * seconds), connections),
                first=1,
                contacts=self.scale.contacts,
                first_contact=first_contact,
                connections=connections,
                seconds=seconds,
            )
        )
        self.arena.forget_bells()
        return result
