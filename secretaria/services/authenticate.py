"""Authenticate a webhook request before anything of it is read."""

from dataclasses import dataclass

import structlog

from secretaria.core.signature import Credentials, Proof, find_fault
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
        if fault is None:
            return
        log.warning("webhook.refused", fault=fault)
        retry_after = self.limiter.count_address(address)
        if retry_after is not None:
            raise Rejected(429, "rate_limited", retry_after_seconds=retry_after)
        raise Rejected(401, "unauthorized")
