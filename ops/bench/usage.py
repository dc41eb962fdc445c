"""Who has used the processors during a round, and so what limits it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops import machine, processes
from ops.bench.figures import Said

FULL_SHARE = 0.85
"""From here on a processor counts as full: the rest is the kernel's, and the machine's own."""

SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class Meter:
    """Looks at some processes from one moment on, each role with its own."""

    pids: Mapping[str, int]
    before: Mapping[str, float]

    def read(self, seconds: float, more: Mapping[str, float] | None = None) -> "Usage":
        """What they have used since, in so many seconds; `more` is what is known otherwise."""
        now = _used(self.pids)
        spent = {role: now[role] - self.before[role] for role in now}
        return Usage(seconds, spent | dict(more or {}))


def watch(pids: Mapping[str, int]) -> Meter:
    """Look at these processes and all that descend from them, from now on."""
    return Meter(pids, _used(pids))


def _used(pids: Mapping[str, int]) -> dict[str, float]:
    return {role: processes.cpu_seconds([pid]) for role, pid in pids.items()}


@dataclass(frozen=True, slots=True)
class Usage:
    """The processor time of each role in a round of so many seconds."""

    seconds: float
    spent: Mapping[str, float]

    def share(self, role: str) -> float:
        """How much of all cores a role has used."""
        return self.spent[role] / (self.seconds * machine.CORES)

    @property
    def busy(self) -> float:
        """How much of all cores all of them have used."""
        return sum(self.spent.values()) / (self.seconds * machine.CORES)

    def limit(self, role: str, count: int) -> Said:
        """What holds a role with so many processes: the machine, itself, or what it waits for."""
        shares = sorted(self.spent, key=self.share, reverse=True)
        told = ", ".join(
            f"{one} {self.share(one):.0%}" for one in shares if self.share(one) >= SHOWN
        )
        of_its_own = self.spent[role] / self.seconds / count
        if self.busy >= FULL_SHARE:
            return Said(
                f"os {machine.CORES} núcleos estão cheios ({self.busy:.0%}): {told}",
                f"all {machine.CORES} cores are full ({self.busy:.0%}): {told}",
            )
        if of_its_own >= FULL_SHARE:
            return Said(
                f"cada processo {role} enche um núcleo ({of_its_own:.0%}); da máquina: {told}",
                f"each {role} process fills a core ({of_its_own:.0%}); of the machine: {told}",
            )
        return Said(
            f"nenhum núcleo está cheio ({self.busy:.0%}): espera-se por disco, trava ou rede; {told}",
            f"no core is full ({self.busy:.0%}): disk, locks or the network are awaited; {told}",
        )
