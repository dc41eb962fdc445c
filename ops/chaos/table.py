"""The table of verdicts, for the terminal and for the report."""

from collections.abc import Sequence

from ops.chaos.verdict import Verdict
from ops.markdown import table

MEBIBYTE = 1024 * 1024
HEADS = (
    "nº",
    "cenário",
    "aceitas",
    "entregues",
    "ambíguas",
    "mortas",
    "perdidas",
    "duas vezes",
    "fora de ordem",
    "inacabadas",
    "recuperação",
    "memória",
    "reinícios",
    "tempo",
    "vale",
)
ENGLISH_HEADS = (
    "no.",
    "scenario",
    "accepted",
    "sent",
    "ambiguous",
    "dead",
    "lost",
    "sent twice",
    "out of order",
    "unfinished",
    "recovery",
    "peak memory",
    "restarts",
    "time",
    "kept",
)


def cells(verdict: Verdict) -> list[str]:
    """The row of a verdict."""
    found = verdict.findings
    recovery = verdict.recovery_seconds
    return [
        str(verdict.number),
        verdict.title,
        *map(str, (found.accepted, found.sent, found.ambiguous, found.dead)),
        *(str(found.count(kind)) for kind in ("lost", "twice", "order", "unfinished")),
        "" if recovery is None else f"{recovery:.1f} s",
        f"{verdict.peak_memory_bytes // MEBIBYTE} MiB",
        str(verdict.restarts),
        f"{verdict.seconds:.0f} s",
        "sim" if verdict.is_kept else "NÃO",
    ]


def line(verdict: Verdict) -> str:
    """One verdict as it is told when its scenario has ended."""
    told = [f"{head} {cell}" for head, cell in zip(HEADS, cells(verdict), strict=True) if cell]
    figures = [f"{name}: {value}" for name, value in verdict.figures.items()]
    return " · ".join([*told[2:], *figures]).join([f"[{verdict.number}] {verdict.title}\n    ", ""])


def render(verdicts: Sequence[Verdict], *, heads: Sequence[str] = HEADS) -> str:
    """All verdicts as a Markdown table."""
    return table(heads, map(cells, verdicts))


def history(verdict: Verdict) -> str:
    """What broke in a scenario, and the history of the messages concerned."""
    lines = [f"\n[{verdict.number}] {verdict.title} (semente {verdict.seed})"]
    lines += [f"  não vale: {invariant}" for invariant in verdict.broken]
    for title, facts in verdict.histories.items():
        lines += [f"  {title}", *(f"    {fact}" for fact in facts)]
    return "\n".join(lines) + "\n"
