"""The report of a full run: when and where it was, the table, and the figures."""

from collections.abc import Sequence
from pathlib import Path

from ops import machine
from ops.chaos.table import ENGLISH_HEADS, render
from ops.chaos.verdict import Verdict

PATH = Path(__file__).with_name("REPORT.md")


def write(verdicts: Sequence[Verdict], *, seed: int, path: Path = PATH) -> None:
    """Write the report over the one before."""
    kept = sum(verdict.is_kept for verdict in verdicts)
    lines = [
        "# The last full run of the chaos rig",
        "",
        "Written by `make chaos`. Titles and figures are as the command tells them.",
        "",
        f"- {machine.now()}, seed {seed}",
        *(f"- {fact}" for fact in machine.facts()),
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
