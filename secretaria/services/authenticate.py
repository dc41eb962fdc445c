"""Authenticate a webhook request before anything of it is read."""

from dataclasses import dataclass
from typing import NoReturn

import structlog

from secretaria.core.signature import Credentials, Proof, find_fault, is_url_token
from secretaria.errors import Rejected
from secretaria.services.ports import Clock, Limiter

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Lets genuine requests through; counts the address of every other."""

    credentials: Credentials
    limiter: Limiter
    clock: Clock

    def __call__(self, proof: Proof, *, address: str) -> None:
        """Return if the request is genuine.

        Raises `Rejected`: 401, or 429 when the address has failed too often.
        """
        fault = find_fault(self.credentials, proof, now=self.clock.now().timestamp())
        if fault is not None:
            self._refuse(fault, address, Rejected(401, "unauthorized"))

    def by_slug(self, slug: str, *, address: str) -> None:
        """Return if a URL's part is the token that opens Typebot's door.

        Raises `Rejected`: 404, as for whatever is not there, or 429.
        """
        if not is_url_token(self.credentials, slug):
            self._refuse("slug_wrong", address, Rejected(404, "not_found"))

    def refuse_session(self, *, address: str) -> NoReturn:
        """Refuse a session that nobody was given; raises `Rejected`: 404, or 429."""
        self._refuse("session_unknown", address, Rejected(404, "not_found"))

    def _refuse(self, fault: str, address: str, verdict: Rejected) -> NoReturn:
        log.warning("webhook.refused", fault=fault)
        retry_after = self.limiter.count_address(address)
        if retry_after is not None:
            raise Rejected(429, "rate_limited", retry_after_seconds=retry_after)
        raise verdict
