"""POST /painel/texto, /painel/repetir and /painel/resolver: what is done about one message."""

from dataclasses import dataclass
from typing import NoReturn

import falcon
import structlog

from secretaria.adapters.pages import Pages
from secretaria.core.form import read_id
from secretaria.errors import Rejected
from secretaria.resources.panel.access import Access, stores_answer
from secretaria.resources.panel.html import see_other, show
from secretaria.resources.panel.queues import QUEUES
from secretaria.services.list_dead import ListDead, MayHaveArrived, NotListed, WithPeople
from secretaria.services.panel_sessions import Pass

log = structlog.get_logger(__name__)
WITH_PEOPLE = "com_pessoas"
TWICE = "duas_vezes"
SURE = "certeza"
OUTCOMES = {"chegou": True, "perdida": False}


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a message, which are a customer's: whoever looks is seen to look."""

    access: Access
    list_dead: ListDead
    pages: Pages

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show one message with its text and its attempts."""
        session, _, message_id = _read(self.access, request)
        try:
            with stores_answer():
                shown = self.list_dead.show(message_id)
        except NotListed:
            _go_back("gone", message_id)
        log.info(
            "panel.text_shown",
            message_id=shown.message.id,
            message_correlation_id=shown.message.correlation_id,
        )
        show(response, self.pages("mensagem", proof=session.form_proof, shown=shown))


@dataclass(frozen=True, slots=True)
class Replay:
    """Answer, or send, once more; asks before it does what may annoy a customer."""

    access: Access
    list_dead: ListDead
    pages: Pages

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Replay; each thing that a person must know first is asked on a page of its own."""
        session, fields, message_id = _read(self.access, request)
        confirmed = {name for name in (WITH_PEOPLE, TWICE) if fields.get(name) == "sim"}
        try:
            with stores_answer():
                copy_id = self.list_dead.replay(
                    message_id,
                    even_if_with_people=WITH_PEOPLE in confirmed,
                    even_if_twice=TWICE in confirmed,
                )
        except NotListed:
            _go_back("gone", message_id)
        except MayHaveArrived:
            asked = TWICE
        except WithPeople:
            asked = WITH_PEOPLE
        else:
            _go_back("replayed" if copy_id is None else "copied", message_id)
        page = self.pages(
            "confirmar",
            proof=session.form_proof,
            message_id=message_id,
            asked=asked,
            confirmed=sorted({*confirmed, asked}),
        )
        show(response, page)


@dataclass(frozen=True, slots=True)
class Resolve:
    """A person knows what became of a message; nothing brings it back to the list."""

    access: Access
    list_dead: ListDead
    pages: Pages

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Take it off the list, once it is sure which one is meant.

        `desfecho` in the address says what became of it.
        """
        session, fields, message_id = _read(self.access, request)
        outcome = request.get_param("desfecho") or ""
        if outcome not in OUTCOMES:
            raise Rejected(400, "invalid_form")
        try:
            with stores_answer():
                if fields.get(SURE) == "sim":
                    self.list_dead.resolve(message_id, arrived=OUTCOMES[outcome])
                    _go_back("resolved", message_id)
                message = self.list_dead.show(message_id).message
        except NotListed:
            _go_back("gone", message_id)
        page = self.pages(
            "encerrar", proof=session.form_proof, message=message, outcome_name=outcome
        )
        show(response, page)


def _read(access: Access, request: falcon.Request) -> tuple[Pass, dict[str, str], int]:
    """Who asks, what their form says, and which message it is about."""
    session = access.require(request)
    fields = access.read(request, session)
    message_id = read_id(fields.get("mensagem"))
    if message_id is None:
        raise Rejected(400, "invalid_form")
    return session, fields, message_id


def _go_back(code: str, message_id: int) -> NoReturn:
    raise see_other(QUEUES, aviso=code, mensagem=message_id)
