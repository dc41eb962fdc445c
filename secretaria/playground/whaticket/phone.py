"""Our webhook as the simulated Whaticket reaches it, and a Baileys message as it posts it."""

import hmac
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import requests

_ANSWER_SECONDS = 30.0
_ECHO_PAUSES_SECONDS = (0.2, 1.0, 3.0)
BUSINESS_NAME = "Empresa"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages go, and what proves that they are from us.

    Without a secret nothing is signed: then the URL has the token, as with a stock Whaticket.
    """

    url: str
    shared_secret: str
    token: str | None

    def post(self, payload: dict[str, Any]) -> requests.Response:
        """Post the payload, signed now if there is a secret."""
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine does not know our loopback
            return session.post(
                self.url, data=raw, headers=self._headers(raw), timeout=_ANSWER_SECONDS
            )

    def post_patiently(self, payload: dict[str, Any]) -> bool:
        """Post the payload, a few times if need be; answers whether it was taken."""
        for pause in (*_ECHO_PAUSES_SECONDS, 0.0):
            with suppress(requests.RequestException):
                if self.post(payload).ok:
                    return True
            time.sleep(pause)
        return False

    def _headers(self, raw: bytes) -> dict[str, str]:
        if not self.shared_secret:
            return {"Content-Type": "application/json"}
        timestamp = str(int(time.time()))
        signed = timestamp.encode() + b"." + raw
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": hmac.new(self.shared_secret.encode(), signed, sha256).hexdigest(),
        }
        return headers | ({"X-Webhook-Token": self.token} if self.token else {})


def text_payload(
    number: str, text: str, *, name: str, provider_id: str, sent_at: float
) -> dict[str, Any]:
    """Return a text message as Baileys shows it; `sent_at` in epoch seconds."""
    return {
        "key": {
            "remoteJid": f"{number}@s.whatsapp.net",
            "fromMe": False,
            "id": provider_id,
        },
        "messageTimestamp": int(sent_at),
        "pushName": name,
        "broadcast": False,
        "message": {
            "conversation": text,
            "messageContextInfo": {"deviceListMetadataVersion": 2},
        },
    }


def echo_payload(number: str, text: str, *, provider_id: str, sent_at: float) -> dict[str, Any]:
    """Return a text that we have sent as Baileys shows it; `sent_at` in epoch seconds."""
    return {
        "key": {
            "remoteJid": f"{number}@s.whatsapp.net",
            "fromMe": True,
            "id": provider_id,
        },
        "messageTimestamp": int(sent_at),
        "pushName": BUSINESS_NAME,
        "broadcast": False,
        "message": {"conversation": text},
        "status": "SERVER_ACK",
    }
