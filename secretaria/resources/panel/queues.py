"""GET /painel/filas and its live events."""

from collections.abc import Callable
from dataclasses import dataclass

import falcon

from secretaria.adapters.pages import Pages
from secretaria.adapters.watch import Parts, Watch
from secretaria.core.form import read_id
from secretaria.errors import Rejected
from secretaria.resources.panel.access import Access
from secretaria.resources.panel.html import show
from secretaria.resources.panel.words import notice

QUEUES = "/painel/filas"


class Home:
    """GET /painel: there is one page."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:  # noqa: ARG002 - Falcon's signature
        """Go there."""
        raise falcon.HTTPSeeOther(QUEUES)


@dataclass(frozen=True, slots=True)
class Queues:
    """The page; without JavaScript it is as fresh as its last reload."""

    access: Access
    pages: Pages
    look: Callable[[], Parts]

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show how things stand; `aviso` and `mensagem` tell what the last form came to."""
        session = self.access.require(request)
        told = notice(request.get_param("aviso"), read_id(request.get_param("mensagem")))
        page = self.pages("filas", proof=session.form_proof, notice=told, parts=self.look())
        show(response, page)


@dataclass(frozen=True, slots=True)
class Events:
    """GET /painel/eventos: what changes, as it changes (Server-Sent Events)."""

    access: Access
    watch: Watch

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Stream; 401 without a session, 503 when too many watch already."""
        session = self.access.session(request)
        if session is None:
            raise Rejected(401, "unauthorized")
        socket = request.env.get("gunicorn.socket")
        stream = self.watch.open(socket, seconds_left=session.seconds_left)
        if stream is None:
            raise Rejected(503, "unavailable", retry_after_seconds=60)
        response.content_type = "text/event-stream; charset=utf-8"
        response.set_header("X-Accel-Buffering", "no")
        response.stream = stream
