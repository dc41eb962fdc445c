"""Who calls the panel, and whether a form comes from a page of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import falcon
import structlog

from secretaria.adapters.body import BodyReader
from secretaria.core.form import MEDIA_TYPE, read_form
from secretaria.core.sign_in import is_form_proof
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.resources.address import client_address
from secretaria.resources.media_type import require
from secretaria.services.panel_sessions import LIFETIME_SECONDS, PanelSessions, Pass, Purpose

SIGN_IN = "/painel/entrar"
COOKIES: dict[Purpose, str] = {"session": "secretaria_painel", "visit": "secretaria_visita"}
PROOF = "prova"
COOKIE_PATH = "/painel"
STRANGER = frozenset({"cross-site", "same-site"})
"""What browsers say (`Sec-Fetch-Site`) of a form that another site has sent here."""


@dataclass(frozen=True, slots=True)
class Access:
    """Passes in cookies, and proofs in forms."""

    sessions: PanelSessions
    read_body: BodyReader
    trusted_proxy_hops: int

    def require(self, request: falcon.Request) -> Pass:
        """The session of whoever calls; sends everybody else to sign in."""
        found = self.session(request)
        if found is None:
            raise falcon.HTTPSeeOther(SIGN_IN)
        return found

    def session(self, request: falcon.Request) -> Pass | None:
        """The session of whoever calls, if any; the request's log lines say which from now on."""
        found = self.find(request, "session")
        if found is not None:
            structlog.contextvars.bind_contextvars(panel_session=found.name)
        return found

    def visit(self, request: falcon.Request) -> Pass:
        """The pass of whoever is about to sign in, in however many tabs; raises as `find`."""
        with stores_answer():
            return self.sessions.renew("visit", request.cookies.get(COOKIES["visit"]))

    def find(self, request: falcon.Request, purpose: Purpose) -> Pass | None:
        """The pass in a cookie, if it is good; raises `Rejected` (503) while nobody can tell."""
        with stores_answer():
            return self.sessions.check(purpose, request.cookies.get(COOKIES[purpose]))

    def read(self, request: falcon.Request, allowed: Pass | None) -> dict[str, str]:
        """The fields of a form of ours; raises `Rejected`, 403 when it brings no proof of that."""
        require(request, MEDIA_TYPE)
        fields = read_form(self.read_body(request.stream, request.content_length))
        if fields is None:
            raise Rejected(400, "invalid_form")
        if request.get_header("Sec-Fetch-Site") in STRANGER or allowed is None:
            raise Rejected(403, "forbidden")
        if not is_form_proof(fields.get(PROOF, ""), allowed.form_proof):
            raise Rejected(403, "forbidden")
        return fields

    def hand_out(
        self, request: falcon.Request, response: falcon.Response, purpose: Purpose, issued: Pass
    ) -> None:
        """Put a pass into its cookie."""
        response.set_cookie(
            COOKIES[purpose],
            issued.sealed,
            max_age=LIFETIME_SECONDS[purpose],
            path=COOKIE_PATH,
            secure=self._is_over_tls(request),
            http_only=True,
            same_site="Strict",
        )

    def take_back(self, response: falcon.Response) -> None:
        """Have the browser forget its session."""
        response.unset_cookie(COOKIES["session"], path=COOKIE_PATH, same_site="Strict")

    def address(self, request: falcon.Request) -> str:
        """Whose address it is."""
        return client_address(request, self.trusted_proxy_hops)

    def _is_over_tls(self, request: falcon.Request) -> bool:
        """Whether the browser has spoken TLS, which ends at a proxy as a rule."""
        if request.scheme == "https":
            return True
        if self.trusted_proxy_hops == 0:
            return False
        told = [it.strip() for it in (request.get_header("X-Forwarded-Proto") or "").split(",")]
        return told[-min(self.trusted_proxy_hops, len(told))].lower() == "https"


@contextmanager
def stores_answer() -> Iterator[None]:
    """Say that a store is away, where nothing can be said without it."""
    try:
        yield
    except DatabaseUnavailable:
        raise Rejected(503, "unavailable", retry_after_seconds=5) from None
