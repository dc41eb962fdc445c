"""Everything that a run has found, as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from ops import machine
from ops.bench.figures import Findings, Row


def write(findings: Findings, path: Path) -> None:
    """Write the file, with when and where it was."""
    told = {
        "at": machine.now(),
        "machine": machine.facts(),
        "rows": [_row(row) for row in findings.rows],
        "unmeasured": findings.unmeasured,
        "curve": [asdict(point) for point in findings.curve],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _row(row: Row) -> dict[str, object]:
    return {
        "figure": row.figure,
        "what": row.what.english,
        "unit": row.ours.unit,
        "ours": row.ours.values,
        "ours_median": row.ours.median,
        "beside": row.beside,
        "theirs": None if row.theirs is None else row.theirs.values,
        "theirs_median": None if row.theirs is None else row.theirs.median,
        "value": row.value,
        "target": None if row.target is None else str(row.target),
        "verdict": row.verdict,
        "limit": row.note.english,
    }
