"""Typebot's two calls: who begins to talk, and what they say; the answer holds the replies."""

import json
from dataclasses import dataclass
from typing import TypeVar

import falcon

from secretaria import metrics
from secretaria.adapters.body import BodyReader
from secretaria.adapters.watched_body import WatchedBody, is_gone
from secretaria.core import typebot
from secretaria.core.payload import Invalid
from secretaria.errors import Rejected
from secretaria.resources.address import client_address
from secretaria.resources.media_type import require_json
from secretaria.services.answer_typebot import AnswerTypebot, Call, Given
from secretaria.services.authenticate import Authenticate
from secretaria.services.typebot_sessions import TypebotSessions, Visitor

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class StartChat:
    """`POST /api/v1/typebots/{slug}/startChat`: the slug is the token that opens the door."""

    read_body: BodyReader
    authenticate: Authenticate
    sessions: TypebotSessions
    trusted_proxy_hops: int

    def on_post(self, request: falcon.Request, response: falcon.Response, slug: str) -> None:
        """Answer with a session; the customer's words come with the next call."""
        self.authenticate.by_slug(slug, address=client_address(request, self.trusted_proxy_hops))
        sender = _understood(typebot.read_start(_body(request, self.read_body)))
        response.media = typebot.started(self.sessions.open(sender))


@dataclass(frozen=True, slots=True)
class ContinueChat:
    """`POST /api/v1/sessions/{session_id}/continueChat`: the session says who it is."""

    read_body: BodyReader
    authenticate: Authenticate
    sessions: TypebotSessions
    trusted_proxy_hops: int
    answer: AnswerTypebot

    def on_post(self, request: falcon.Request, response: falcon.Response, session_id: str) -> None:
        """Answer with the replies as soon as they are there; with none when the wait is over."""
        visitor = self._visitor(request, session_id)
        said = _understood(typebot.read_message(_body(request, self.read_body)))
        socket = request.env.get("gunicorn.socket")
        call = Call(
            visitor=visitor,
            said=said,
            correlation_id=request.context.correlation_id,
            started=request.context.started,
            is_gone=lambda: is_gone(socket),
        )
        given = self.answer(call)
        metrics.WEBHOOKS_TOTAL.labels("accepted" if given.is_accepted else "ignored").inc()
        body = _spoken(given)
        response.content_type = falcon.MEDIA_JSON
        response.content_length = len(body)
        response.stream = WatchedBody(body, socket, lambda fate: self.answer.settle(given, fate))

    def _visitor(self, request: falcon.Request, session_id: str) -> Visitor:
        visitor = self.sessions.find(session_id)
        if visitor is None:
            address = client_address(request, self.trusted_proxy_hops)
            self.authenticate.refuse_session(address=address)
        return visitor


def _body(request: falcon.Request, read_body: BodyReader) -> bytes:
    require_json(request)
    return read_body(request.stream, request.content_length)


def _understood(read: Read | Invalid) -> Read:
    if isinstance(read, Invalid):
        raise Rejected(400, read.error, detail=read.detail)
    return read


def _spoken(given: Given) -> bytes:
    bubbles = [typebot.bubble(str(one.reply_id), one.text) for one in given.intents]
    if given.order is not None:
        bubbles.append(typebot.order(given.order))
    return json.dumps(typebot.spoken(bubbles), ensure_ascii=False).encode()
