"""The samples of real payloads beside this checkout, with their January 2026 moved to now."""

import json
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "whaticket" / "payloads"
WRITTEN_AT = 1_767_614_400
"""When most of them were written, in epoch seconds: 2026-01-05T12:00:00Z."""
_NEAR_SECONDS = 7 * 86_400
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def manifest() -> list[dict[str, Any]]:
    """What is said of each sample; without the samples the module that asks is skipped."""
    if not FOLDER.is_dir():
        pytest.skip("the samples are not beside this checkout", allow_module_level=True)
    listed: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return listed


def name_of(sample: dict[str, Any]) -> str:
    return str(sample["file"])


def current(file: str) -> bytes:
    """The sample as if it had been written now."""
    document = json.loads((FOLDER / file).read_bytes())
    return json.dumps(_moved(document, time.time() - WRITTEN_AT)).encode()


def _moved(value: Any, seconds: float) -> Any:
    if isinstance(value, dict):
        return {name: _moved(item, seconds) for name, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, seconds) for item in value]
    if isinstance(value, str):
        return _moved_text(value, seconds)
    return _moved_number(value, seconds) if type(value) is int else value


def _moved_text(value: str, seconds: float) -> str:
    if _ISO.fullmatch(value):
        moved = datetime.fromisoformat(value) + timedelta(seconds=seconds)
        return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    is_number = value.isascii() and value.isdigit()
    return str(_moved_number(int(value), seconds)) if is_number else value


def _moved_number(value: int, seconds: float) -> int:
    """Seconds or milliseconds of those days move; every other number stays."""
    for unit in (1, 1000):
        if abs(value - WRITTEN_AT * unit) < _NEAR_SECONDS * unit:
            return value + int(seconds * unit)
    return value
