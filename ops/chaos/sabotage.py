"""What is done to the processes of an arena by their failpoints."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from secretaria.playground.stack import ROOT

QUICK_CONSTANTS: Mapping[str, float] = {
    "secretaria.services.converse:LEASE_SECONDS": 3,
    "secretaria.services.sweep:GRACE_SECONDS": 0.5,
    "secretaria.services.sweep:REPEAT_SECONDS": 3,
    "secretaria.services.deliver:LEASE_MARGIN_SECONDS": 1.5,
    "secretaria.services.deliver:PROBE_SECONDS": 2,
    "secretaria.services.record:HELD_RETRY_SECONDS": 2,
    "actors.middleware.maintenance:EVERY_SECONDS": 0.5,
}
"""What makes recovery fast enough for a test; a full run keeps the product's own numbers."""


@dataclass(frozen=True, slots=True)
class Sabotage:
    """Constants to change, safeguards to take away, a wrong clock, a limit of memory.

    `folder` is where the failpoints remember what has happened already.
    """

    folder: Path
    constants: Mapping[str, float] = field(default_factory=dict)
    mutations: tuple[str, ...] = ()
    skew_seconds: float = 0
    memory_bytes: int = 0

    def variables(self) -> dict[str, str]:
        """The environment that brings it into a process."""
        plan = asdict(self) | {"folder": str(self.folder)}
        path = f"{ROOT / 'ops' / 'chaos' / 'failpoints'}:{ROOT}"
        return {"CHAOS_FAILPOINTS": json.dumps(plan), "PYTHONPATH": path}
