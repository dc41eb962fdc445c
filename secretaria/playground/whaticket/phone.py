"""A customer's phone: what they write reaches our webhook as Whaticket posts it, but signed."""

import hmac
import json
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import requests

_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages go, and what proves that they are from us."""

    url: str
    shared_secret: str
    token: str | None

    def post(self, payload: dict[str, Any]) -> requests.Response:
        """Post the payload, signed now."""
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine does not know our loopback
            return session.post(
                self.url, data=raw, headers=self._headers(raw), timeout=_ANSWER_SECONDS
            )

    def _headers(self, raw: bytes) -> dict[str, str]:
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
