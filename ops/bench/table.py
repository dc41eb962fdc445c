"""The table of a run, for the terminal and for the report."""

from collections.abc import Mapping, Sequence

from ops.bench.figures import Row, Verdict
from ops.markdown import table

HEADS = ("", "o quê", "nós", "ao lado", "razão", "meta", "vale")
ENGLISH_HEADS = ("", "what", "ours", "beside", "ratio", "target", "verdict")
VERDICTS: Mapping[Verdict, str] = {"reached": "sim", "missed": "NÃO", "reported": ""}
ENGLISH_VERDICTS: Mapping[Verdict, str] = {
    "reached": "reached",
    "missed": "**missed**",
    "reported": "",
}


def render(rows: Sequence[Row]) -> str:
    """The table in Portuguese."""
    return table(HEADS, (_cells(row, row.what.portuguese, VERDICTS) for row in rows))


def render_english(rows: Sequence[Row]) -> str:
    """The table in English."""
    return table(ENGLISH_HEADS, (_cells(row, row.what.english, ENGLISH_VERDICTS) for row in rows))


def notes(rows: Sequence[Row]) -> str:
    """What limits the figures, in Portuguese."""
    told = [row for row in rows if row.note.portuguese]
    return "\n".join(f"{row.figure} {row.what.portuguese}: {row.note.portuguese}" for row in told)


def _cells(row: Row, what: str, verdicts: Mapping[Verdict, str]) -> list[str]:
    is_ratio = row.ratio is not None
    return [
        row.figure,
        what,
        str(row.ours),
        f"{row.beside} {row.theirs}" if is_ratio else "",
        row.judged if is_ratio else "",
        row.wanted,
        verdicts[row.verdict],
    ]
