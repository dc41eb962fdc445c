"""What every measure is given: the arena, how much, and whom to tell how far it has come."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ops.bench.arena import Arena
from ops.bench.figures import Findings
from ops.bench.load.plan import Plan, Result
from ops.bench.scale import MOST_PER_SECOND, Scale
from ops.bench.usage import Usage, watch
from ops.bench.web import Web


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a server made of a round of load, and who used the processors meanwhile."""

    result: Result
    usage: Usage


@dataclass
class Bench:
    """One run; `tell` is called before each step with what it is."""

    arena: Arena
    scale: Scale
    tell: Callable[[str], None]
    findings: Findings = field(default_factory=Findings)

    def load(self, web: Web, *, connections: int, seconds: float) -> Loaded:
        """Load a server with messages of the known contacts, for so many seconds."""
        return self.play(
            web,
            Plan(
                port=web.port,
                messages=max(int(MOST_PER_SECOND * seconds), connections),
                first=1,
                contacts=self.scale.contacts,
                connections=connections,
                seconds=seconds,
            ),
        )

    def play(self, web: Web, plan: Plan) -> Loaded:
        """Play a plan on a server, and forget the bells that nobody has heard."""
        self.tell(f"{web.name}, {plan.connections} conexões")
        load = self.arena.generator.program.pid
        meter = watch(self.arena.pids() | {"web": web.pid, "load": load})
        result = self.arena.generator.play(plan)
        usage = meter.read(result.seconds, {"load": result.cpu_seconds})
        self.arena.forget_bells()
        return Loaded(result, usage)
