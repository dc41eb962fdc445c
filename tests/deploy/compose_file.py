"""docker-compose.yml, as Compose would see it: anchors merged, variables put in."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$\{(\w+):([-+])([^}]*)\}")


def load(**variables: str) -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    def value(found: re.Match[str]) -> str:
        name, how, words = found.groups()
        given = variables.get(name)
        return (words if given else "") if how == "+" else (given or words)

    document = yaml.safe_load(_VARIABLE.sub(value, text))
    return {name: part for name, part in document.items() if not name.startswith("x-")}


def services(profile: str) -> dict[str, dict[str, Any]]:
    """The services of a profile."""
    found: dict[str, dict[str, Any]] = load()["services"]
    return {name: one for name, one in found.items() if profile in one["profiles"]}
