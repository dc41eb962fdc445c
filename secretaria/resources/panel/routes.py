"""The panel's routes, and what it is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import falcon

from secretaria.adapters.pages import Pages
from secretaria.adapters.watch import Parts, Watch
from secretaria.resources.panel.access import SIGN_IN, Access
from secretaria.resources.panel.files import FILES, Files
from secretaria.resources.panel.html import ROOT, HtmlPages
from secretaria.resources.panel.messages import Replay, Resolve, Text
from secretaria.resources.panel.queues import QUEUES, Events, Home, Queues
from secretaria.resources.panel.sign_in import SignInPage, SignOut
from secretaria.services.list_dead import ListDead
from secretaria.services.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class PanelParts:
    """What the panel is made of."""

    access: Access
    sign_in: SignIn
    list_dead: ListDead
    pages: Pages
    files: Files
    look: Callable[[], Parts]
    watch: Watch


def middleware(parts: PanelParts) -> HtmlPages:
    """What has to see each request before it is routed."""
    return HtmlPages(parts.pages)


def add_routes(app: falcon.App[falcon.Request, falcon.Response], parts: PanelParts) -> None:
    """Open the panel."""
    access, pages = parts.access, parts.pages
    app.add_route(ROOT, Home())
    app.add_route(QUEUES, Queues(access, pages, parts.look))
    app.add_route(f"{ROOT}/eventos", Events(access, parts.watch))
    app.add_route(SIGN_IN, SignInPage(access, parts.sign_in, pages))
    app.add_route(f"{ROOT}/sair", SignOut(access))
    app.add_route(f"{ROOT}/texto", Text(access, parts.list_dead, pages))
    app.add_route(f"{ROOT}/repetir", Replay(access, parts.list_dead, pages))
    app.add_route(f"{ROOT}/resolver", Resolve(access, parts.list_dead, pages))
    app.add_route(f"{FILES}/{{version}}/{{name}}", parts.files)
