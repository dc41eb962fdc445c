"""GET /painel/arquivos/{version}/{name}: style and scripts, which a browser may keep for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

import falcon

from secretaria.adapters.static_files import StaticFile

FILES = "/painel/arquivos"


@dataclass(frozen=True, slots=True)
class Files:
    """A version is part of the address: what it stands for never changes."""

    files: Mapping[str, StaticFile]

    def on_get(
        self,
        request: falcon.Request,  # noqa: ARG002 - Falcon's signature
        response: falcon.Response,
        version: str,
        name: str,
    ) -> None:
        """The file, if this is its version."""
        file = self.files.get(name)
        if file is None or file.version != version:
            raise falcon.HTTPNotFound
        response.set_header("Cache-Control", "public, max-age=31536000, immutable")
        response.content_type = file.content_type
        response.data = file.content

    def address(self, name: str) -> str:
        """Where a browser finds the file."""
        return f"{FILES}/{self.files[name].version}/{name}"
