"""POST /webhook/whaticket, and /{token} after it: read, authenticate, parse, accept, answer."""

from dataclasses import dataclass

import falcon
import structlog

from secretaria import metrics
from secretaria.adapters.body import BodyReader
from secretaria.core import payload
from secretaria.core.payload import Decision, Ignored, Invalid, Outgoing, TicketEvent
from secretaria.core.signature import Proof, repeat_seconds, request_key
from secretaria.errors import Rejected
from secretaria.resources.address import client_address
from secretaria.resources.media_type import require_json
from secretaria.services.accept import Accept, Acceptance
from secretaria.services.authenticate import Authenticate
from secretaria.services.overhear import OverhearWebhook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Whaticket's way in: signed, or with the token in the URL."""

    read_body: BodyReader
    authenticate: Authenticate
    accept: Accept
    overhear: OverhearWebhook
    trusted_proxy_hops: int

    def on_post(
        self, request: falcon.Request, response: falcon.Response, token: str | None = None
    ) -> None:
        """Answer as the contract's table says; every refusal is a `Rejected`.

        `token`: what the URL holds, where that is to prove the request.
        """
        with metrics.WEBHOOK_SECONDS.time():
            proof = self._prove(request, token)
            decision = payload.parse(proof.body)
            acceptance = self._decide(decision, proof, request.context.correlation_id)
        metrics.WEBHOOKS_TOTAL.labels(_outcome(acceptance)).inc()
        response.status = falcon.HTTP_202 if acceptance.is_queued else falcon.HTTP_200
        response.media = _media(acceptance)

    def _prove(self, request: falcon.Request, url_token: str | None) -> Proof:
        require_json(request)
        proof = Proof(
            timestamp=request.get_header("X-Timestamp"),
            signature=request.get_header("X-Signature"),
            token=request.get_header("X-Webhook-Token"),
            body=self.read_body(request.stream, request.content_length),
            url_token=url_token,
        )
        self.authenticate(proof, address=client_address(request, self.trusted_proxy_hops))
        return proof

    def _decide(self, decision: Decision, proof: Proof, correlation_id: str) -> Acceptance:
        if isinstance(decision, Invalid):
            raise Rejected(400, decision.error, detail=decision.detail)
        if isinstance(decision, Outgoing | TicketEvent):
            self.overhear(decision)
            decision = Ignored("from_me" if isinstance(decision, Outgoing) else "event")
        if isinstance(decision, Ignored):
            log.info("message.ignored", reason=decision.reason)
            return Acceptance(is_queued=False, reason=decision.reason)
        return self.accept(
            decision,
            request_key=request_key(proof),
            repeat_seconds=repeat_seconds(proof),
            correlation_id=correlation_id,
        )


def _outcome(acceptance: Acceptance) -> str:
    if acceptance.is_queued:
        return "accepted"
    return "duplicate" if acceptance.reason == "duplicate" else "ignored"


def _media(acceptance: Acceptance) -> dict[str, object]:
    if acceptance.is_queued:
        return {"queued": True}
    return {"queued": False, "reason": acceptance.reason}
