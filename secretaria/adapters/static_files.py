"""Files that are shipped with the package and served as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_SHOWN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file's bytes; `version` changes with them."""

    content: bytes
    content_type: str
    version: str


def load(folder: Path) -> Mapping[str, StaticFile]:
    """Every file of a folder that a browser is to see, by its name."""
    paths = (path for path in folder.iterdir() if path.suffix in _TYPES)
    return {path.name: _read(path) for path in paths}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _TYPES[path.suffix], sha256(content).hexdigest()[:_SHOWN_DIGITS])
