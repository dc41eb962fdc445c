"""Sign in to the panel."""

from dataclasses import dataclass, field
from typing import Protocol

import structlog

from secretaria.core.sign_in import is_password
from secretaria.errors import Rejected
from secretaria.services.panel_sessions import PanelSessions, Pass

log = structlog.get_logger(__name__)


class SignInLimiter(Protocol):
    """Counts attempts, also while Redis is away."""

    def count(self, address: str) -> int | None:
        """Count an attempt; answers the seconds to wait when there were too many."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Counts first and compares then, so that nobody guesses faster by guessing side by side."""

    password: str = field(repr=False)
    limiter: SignInLimiter
    sessions: PanelSessions

    def __call__(self, given: str, *, address: str) -> Pass:
        """A new session.

        Raises `Rejected`: 429 after too many attempts, 401 for a wrong password; and
        `DatabaseUnavailable`.
        """
        retry_after = self.limiter.count(address)
        if retry_after is not None:
            log.warning("panel.sign_in_limited")
            raise Rejected(429, "rate_limited", retry_after_seconds=retry_after)
        if not is_password(given, self.password):
            log.warning("panel.sign_in_failed")
            raise Rejected(401, "unauthorized")
        session = self.sessions.issue("session")
        log.info("panel.signed_in", panel_session=session.name)
        return session
