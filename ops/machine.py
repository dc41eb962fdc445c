"""The machine on which a report was made, and what ran there."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from secretaria.playground.engines.binaries import postgres_program, valkey_program

GIBIBYTE = 1 << 30
CORES = os.cpu_count() or 1


def now() -> str:
    """The date and the time, as a report says it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def facts() -> list[str]:
    """Its size, its system, and the versions of Python and of both engines."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    system = f"{platform.system()} {platform.machine()}"
    return [
        f"{CORES} cores, {memory:.0f} GiB of memory, {system}",
        f"Python {platform.python_version()}",
        _version(postgres_program().path),
        _version(valkey_program().path),
    ]


def _version(program: Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own engines
        [program, "--version"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
