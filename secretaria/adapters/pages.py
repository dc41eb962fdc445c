"""HTML pages from templates: the only door of Jinja2."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


class Pages:
    """Writes a folder's templates; whatever is put into them is escaped."""

    def __init__(self, folder: Path, words: Mapping[str, Callable[..., Any]]) -> None:
        """`words`: functions that every template may call."""
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(words)

    def __call__(self, name: str, **values: Any) -> str:
        """Write one page, or a part of one."""
        return self._environment.get_template(f"{name}.html").render(values)
