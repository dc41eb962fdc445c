"""The report of a full run: when and where it was, the table, and the figures."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ops.chaos.table import ENGLISH_HEADS, render
from ops.chaos.verdict import Verdict
from secretaria.playground.engines.binaries import postgres_program, valkey_program

PATH = Path(__file__).with_name("REPORT.md")
GIBIBYTE = 1 << 30


def write(verdicts: Sequence[Verdict], *, seed: int, path: Path = PATH) -> None:
    """Write the report over the one before."""
    kept = sum(verdict.is_kept for verdict in verdicts)
    lines = [
        "# The last full run of the chaos rig",
        "",
        "Written by `make chaos`. Titles and figures are as the command tells them.",
        "",
        *(f"- {fact}" for fact in _facts(seed)),
        f"- {kept} of {len(verdicts)} scenarios kept every invariant",
        "",
        "Spans of ten and twenty minutes in which the model or WhatsApp is away are shortened by",
        "moving the database's times; outages of PostgreSQL and Redis last as long as they say.",
        "",
        render(verdicts, heads=ENGLISH_HEADS),
        "",
        "## Figures",
        "",
    ]
    for verdict in verdicts:
        lines += [f"### {verdict.number}. {verdict.title}", ""]
        lines += [f"- {name}: {value}" for name, value in verdict.figures.items()]
        lines += [f"- **broken**: {invariant}" for invariant in verdict.broken]
        lines += [""]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _facts(seed: int) -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    system = f"{platform.system()} {platform.machine()}"
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}",
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {system}",
        f"Python {platform.python_version()}",
        _version(postgres_program().path),
        _version(valkey_program().path),
    ]


def _version(program: Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own engines
        [program, "--version"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
