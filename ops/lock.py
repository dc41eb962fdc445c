"""Write the lock: `requirements.txt` for production, `ops/constraints.txt` with the extras too.

Both come from one resolution, so that what is tested is what is deployed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "ops" / "constraints.txt"
REQUIREMENTS = ROOT / "requirements.txt"
HEADER = "# Written by `make lock`; change setup.py instead.\n"


def resolve(target: str, *options: str) -> list[str]:
    """Resolve a target without installing it; answers sorted pins, ourselves left out."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--report", report.name, *options, target]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words
        installed = json.load(report)["install"]
    pins = {one["metadata"]["name"].lower(): one["metadata"]["version"] for one in installed}
    return [f"{name}=={version}" for name, version in sorted(pins.items()) if name != "secretaria"]


def main() -> None:
    """Resolve everything, then production within it."""
    everything = resolve(".[dev,demo,fast]")
    CONSTRAINTS.write_text(HEADER + "\n".join(everything) + "\n", encoding="utf-8")
    production = resolve(".[fast]", "--constraint", str(CONSTRAINTS))
    REQUIREMENTS.write_text(HEADER + "\n".join([*production, "."]) + "\n", encoding="utf-8")


main()
