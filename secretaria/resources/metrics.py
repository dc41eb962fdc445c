"""GET /metrics: the series of every process of this group, as Prometheus text."""

import hmac
from dataclasses import dataclass

import falcon

from secretaria import metrics
from secretaria.errors import Rejected
from secretaria.metrics import Build, TakeSnapshot


@dataclass(frozen=True, slots=True)
class Metrics:
    """Open to everybody unless a token is configured."""

    snapshot: TakeSnapshot
    build: Build
    token: str | None

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Scrape; with a token configured, `Authorization: Bearer` must carry it."""
        if self.token is not None and not self._is_allowed(request):
            raise Rejected(401, "unauthorized")
        body, content_type = metrics.scrape(self.snapshot, self.build)
        response.content_type = content_type
        response.data = body

    def _is_allowed(self, request: falcon.Request) -> bool:
        given = request.get_header("Authorization") or ""
        expected = f"Bearer {self.token}"
        return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
