"""Who has used the processors during a round, and so what limits it."""

import time
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
    used: Mapping[str, float]
    busy_seconds: float
    at: float

    def read(self, seconds: float, known: Mapping[str, float] | None = None) -> "Usage":
        """What they have used in a round of so many seconds, which lies between then and now.

        `known` is what a role has used in the round itself, where it did other things before.
        """
        passed, now = time.monotonic() - self.at, _used(self.pids)
        spent = {role: now[role] - self.used[role] for role in now}
        others = processes.busy_seconds() - self.busy_seconds - sum(spent.values())
        return Usage(seconds, spent | dict(known or {}), max(others, 0.0) / passed)


def watch(pids: Mapping[str, int]) -> Meter:
    """Look at these processes and all that descend from them, from now on."""
    return Meter(pids, _used(pids), processes.busy_seconds(), time.monotonic())


def _used(pids: Mapping[str, int]) -> dict[str, float]:
    return {role: processes.cpu_seconds([pid]) for role, pid in pids.items()}


@dataclass(frozen=True, slots=True)
class Usage:
    """The processor time of each role in a round of so many seconds.

    `others` is how many processors everything else on the machine kept busy meanwhile.
    """

    seconds: float
    spent: Mapping[str, float]
    others: float = 0.0

    def share(self, role: str) -> float:
        """How much of all cores a role has used."""
        return self.spent[role] / (self.seconds * machine.CORES)

    @property
    def ours(self) -> float:
        """How much of all cores the run has used."""
        return sum(map(self.share, self.spent))

    @property
    def busy(self) -> float:
        """How much of all cores was used, by whomever; no more than there are."""
        return min(self.ours + self.others / machine.CORES, max(self.ours, 1.0))

    def limit(self, role: str, count: int) -> Said:
        """What holds a role with so many processes: the machine, itself, or what it waits for."""
        shares = sorted(self.spent, key=self.share, reverse=True)
        told = ", ".join(
            f"{one} {self.share(one):.0%}" for one in shares if self.share(one) >= SHOWN
        )
        if self.busy - self.ours >= SHOWN:
            told += f", others {self.busy - self.ours:.0%}"
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
            f"sobra núcleo ({self.busy:.0%}): espera-se por disco, trava ou rede; {told}",
            f"cores are left ({self.busy:.0%}): disk, locks or the network are awaited; {told}",
        )
