"""The report of a full run: when and where it was, the table, and what holds what was missed."""

import re
from pathlib import Path

from ops import machine
from ops.bench.figures import Findings
from ops.bench.table import render_english

PATH = Path(__file__).with_name("REPORT.md")
PROFILE = Path(__file__).with_name("PROFILE.md")
METHOD = Path(__file__).with_name("METHOD.md")


def write(
    findings: Findings, *, seconds: float, path: Path = PATH, profile: Path = PROFILE
) -> None:
    """Write the report over the one before."""
    judged = [row for row in findings.rows if row.target is not None]
    reached = sum(row.verdict == "reached" for row in judged)
    lines = [
        "# The last full run of the benchmark",
        "",
        "Written by `make bench FULL=1`. Every figure is a median, with the least and the greatest",
        "of its rounds in brackets; a ratio is that of two medians of this run. What is measured,",
        "and how: [METHOD.md](METHOD.md).",
        "",
        f"- {machine.now()}, {seconds / 60:.0f} minutes",
        *(f"- {fact}" for fact in machine.facts()),
        f"- {reached} of {len(judged)} targets reached",
        "",
        render_english(findings.rows),
        "",
        *_notes(findings),
        *_missed(findings, profile),
        *_unmeasured(findings),
        "## Latency against load",
        "",
        "![Latency against load](latency.png)",
    ]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _notes(findings: Findings) -> list[str]:
    notes = [row for row in findings.rows if row.note.english]
    if not notes:
        return []
    told = [f"- {row.figure}, {row.what.english}: {row.note.english}" for row in notes]
    return ["## What limits it", "", *told, ""]


def _missed(findings: Findings, profile: Path) -> list[str]:
    missed = [row for row in findings.rows if row.verdict == "missed"]
    if not missed:
        return []
    lines = ["## Targets that are not reached", ""]
    for figure in dict.fromkeys(row.figure for row in missed):
        lines += [f"### {figure}", ""]
        lines += [
            f"- {row.what.english}: {row.judged}, where {row.wanted} was wanted"
            for row in missed
            if row.figure == figure
        ]
        lines += ["", explanation(figure, profile), ""]
    return lines


def _unmeasured(findings: Findings) -> list[str]:
    if not findings.unmeasured:
        return []
    told = [f"- {name}: {why}" for name, why in findings.unmeasured.items()]
    return ["## What could not be measured", "", *told, ""]


def explanation(figure: str, profile: Path = PROFILE) -> str:
    """What the profile says holds a figure: its section of that name."""
    text = profile.read_text(encoding="utf-8") if profile.exists() else ""
    section = re.search(rf"^## {figure}\b.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    said = section[1].strip() if section else ""
    return said or "No profile says yet what holds it."
