"""Everything that a run has found, as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from ops import machine
from ops.bench.figures import Findings


def write(findings: Findings, path: Path) -> None:
    """Write the file, with when and where it was."""
    rows = [
        {
            "figure": row.figure,
            "what": row.what.english,
            "ours": row.ours,
            "beside": row.peer,
            "value": row.value,
            "target": None if row.target is None else str(row.target),
            "verdict": row.verdict,
            "note": row.note.english,
        }
        for row in findings.rows
    ]
    told = {
        "at": machine.now(),
        "machine": machine.facts(),
        "rows": rows,
        "curve": [asdict(point) for point in findings.curve],
        "raw": findings.raw,
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
