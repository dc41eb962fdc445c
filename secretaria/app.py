"""The web application: routes, middleware order, error to status; nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import falcon
import structlog

from secretaria import metrics
from secretaria.adapters.body import BodyReader
from secretaria.errors import Rejected
from secretaria.metrics import Build, TakeSnapshot
from secretaria.resources.health import Healthz, Livez
from secretaria.resources.known_methods import KnownMethods
from secretaria.resources.metrics import Metrics
from secretaria.resources.request_log import RequestLog
from secretaria.resources.typebot import ContinueChat, StartChat
from secretaria.resources.webhook import Webhook
from secretaria.services.accept import Accept
from secretaria.services.answer_typebot import AnswerTypebot
from secretaria.services.authenticate import Authenticate
from secretaria.services.check_health import CheckHealth
from secretaria.services.overhear import OverhearWebhook
from secretaria.services.typebot_sessions import TypebotSessions

if TYPE_CHECKING:
    from secretaria.resources.panel.routes import PanelParts

log = structlog.get_logger(__name__)
WEBHOOK = "/webhook/whaticket"
WEBHOOK_BY_URL = "/webhook/whaticket/{token}"
START_CHAT = "/api/v1/typebots/{slug}/startChat"
CONTINUE_CHAT = "/api/v1/sessions/{session_id}/continueChat"
DOORS = frozenset({WEBHOOK, WEBHOOK_BY_URL, START_CHAT, CONTINUE_CHAT})
_CLOSING = frozenset({408, 411, 413})
_OUTCOMES = {401: "unauthorized", 404: "unauthorized", 429: "rate_limited", 503: "unavailable"}
_CODES = {404: "not_found", 405: "method_not_allowed"}


@dataclass(frozen=True, slots=True)
class ByUrl:
    """What the ways in that are proved by a token in the URL are made of besides."""

    sessions: TypebotSessions
    answer_typebot: AnswerTypebot


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of."""

    body: BodyReader
    authenticate: Authenticate
    accept: Accept
    overhear: OverhearWebhook
    check_health: CheckHealth
    snapshot: TakeSnapshot
    build: Build
    metrics_token: str | None
    trusted_proxy_hops: int
    by_url: ByUrl | None
    panel: "PanelParts | None"


def create_app(parts: Parts) -> falcon.App[falcon.Request, falcon.Response]:
    """Put the parts together."""
    app = falcon.App(middleware=_middleware(parts))
    webhook = Webhook(
        parts.body, parts.authenticate, parts.accept, parts.overhear, parts.trusted_proxy_hops
    )
    app.add_route(WEBHOOK, webhook)
    if parts.by_url is not None:
        app.add_route(WEBHOOK_BY_URL, webhook)
        _add_typebot(app, parts, parts.by_url)
    if parts.panel is not None:
        _add_panel(app, parts.panel)
    app.add_route("/healthz", Healthz(parts.check_health))
    app.add_route("/livez", Livez())
    app.add_route("/metrics", Metrics(parts.snapshot, parts.build, parts.metrics_token))
    app.add_error_handler(Exception, _on_fault)
    app.add_error_handler(falcon.HTTPError, _on_http_error)
    app.add_error_handler(Rejected, _on_rejected)
    return app


def _middleware(parts: Parts) -> list[Any]:
    if parts.panel is None:
        return [RequestLog(), KnownMethods()]
    from secretaria.resources.panel import routes  # noqa: PLC0415 - nothing of it is loaded without

    return [RequestLog(), routes.middleware(parts.panel), KnownMethods()]


def _add_panel(app: falcon.App[falcon.Request, falcon.Response], panel: "PanelParts") -> None:
    from secretaria.resources.panel import routes  # noqa: PLC0415 - nothing of it is loaded without

    routes.add_routes(app, panel)


def _add_typebot(
    app: falcon.App[falcon.Request, falcon.Response], parts: Parts, by_url: ByUrl
) -> None:
    common = (parts.body, parts.authenticate, by_url.sessions, parts.trusted_proxy_hops)
    app.add_route(START_CHAT, StartChat(*common))
    app.add_route(CONTINUE_CHAT, ContinueChat(*common, by_url.answer_typebot))


def _on_rejected(
    request: falcon.Request, response: falcon.Response, error: Rejected, _: dict[str, Any]
) -> None:
    if request.uri_template in DOORS:
        metrics.WEBHOOKS_TOTAL.labels(_OUTCOMES.get(error.status, "invalid")).inc()
    _answer(request, response, error.status, error.code, error.detail)
    if error.retry_after_seconds is not None:
        response.set_header("Retry-After", str(error.retry_after_seconds))
    if error.status in _CLOSING:
        response.set_header("Connection", "close")


def _on_http_error(
    request: falcon.Request,
    response: falcon.Response,
    error: falcon.HTTPError,
    _: dict[str, Any],
) -> None:
    response.set_headers(error.headers or {})
    _answer(request, response, error.status_code, _CODES.get(error.status_code, "bad_request"), "")


def _on_fault(
    request: falcon.Request, response: falcon.Response, error: Exception, _: dict[str, Any]
) -> None:
    """Our own bug is no fault of the caller's: nothing was accepted, and it may come again."""
    log.error("http.failed", exc_info=error)
    _on_rejected(request, response, Rejected(503, "unavailable", retry_after_seconds=5), {})


def _answer(
    request: falcon.Request, response: falcon.Response, status: int, code: str, detail: str
) -> None:
    response.status = falcon.code_to_http_status(status)
    show_error = getattr(request.context, "show_error", None)
    if show_error is not None:
        show_error(response, status)
        return
    response.media = {"error": code, "detail": detail} if detail else {"error": code}
