"""The load generator as the benchmark holds it: one process, one round after another."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ops.bench.load.plan import Plan, Result, result_from_json
from ops.bench.program import Program


class Unmeasurable(Exception):
    """A figure could not be measured: its run went wrong."""


@dataclass
class Generator:
    """Plays plans; no two messages of a run are the same."""

    program: Program
    _used: int = 0

    def play(self, plan: Plan) -> Result:
        """Play a round with messages of its own; raises `Unmeasurable` unless all were accepted."""
        numbered = replace(plan, first=plan.first + self._used)
        self._used += plan.messages
        answer = self.program.ask(numbered.to_json())
        if not answer:
            raise Unmeasurable(f"the load generator has ended:\n{self.program.log()}")
        result = result_from_json(answer)
        if result.failed or not result.accepted:
            raise Unmeasurable(result.failed or "nothing was accepted")
        return result


def generator(folder: Path) -> Generator:
    """A generator whose process is yet to be started."""
    return Generator(Program("load", [sys.executable, "-m", "ops.bench.load"], folder, talks=True))
