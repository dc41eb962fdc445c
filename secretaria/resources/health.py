"""GET /healthz and /livez: whether messages can be accepted, and whether we answer at all."""

from dataclasses import dataclass

import falcon

from secretaria.services.check_health import CheckHealth


@dataclass(frozen=True, slots=True)
class Healthz:
    """For load balancers and platforms."""

    check_health: CheckHealth

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:  # noqa: ARG002 - Falcon's signature
        """200 while messages can be accepted, 503 when they cannot."""
        health = self.check_health()
        response.status = falcon.HTTP_503 if health.status == "down" else falcon.HTTP_200
        response.media = {"status": health.status, "checks": health.checks}

    on_head = on_get  # what uptime monitors send


class Livez:
    """For whoever restarts processes."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:  # noqa: ARG002 - Falcon's signature
        """The process answers."""
        response.media = {"status": "ok"}

    on_head = on_get
