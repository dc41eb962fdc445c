"""Whaticket as Typebot's client, as its forks' `typebotListener` does it."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import requests

_PATIENCE_SECONDS = 60.0
_FILLER = {
    "isStreamEnabled": True,
    "message": "string",
    "resultId": "string",
    "isOnlyRegistering": False,
}


@dataclass(slots=True)
class TypebotTicket:
    """One customer's ticket: its session, what the customer got, and what we ordered."""

    session_id: str | None = None
    received: list[str] = field(default_factory=list)
    queue_id: int | None = None
    is_stopped: bool = False


@dataclass(slots=True)
class TypebotCaller:
    """Speaks to a Typebot at `url` and obeys it; like the forks, it never tries anything twice."""

    url: str
    slug: str
    tickets: dict[str, TypebotTicket] = field(default_factory=dict)

    def ticket(self, address: str) -> TypebotTicket:
        """The ticket of an address, such as `5511955550101@s.whatsapp.net`."""
        return self.tickets.setdefault(address, TypebotTicket())

    def customer_says(self, address: str, words: str, *, name: str = "Cliente") -> list[str]:
        """Pass a customer's words on; answers what the customer got for them.

        Raises `requests.RequestException`; a stopped ticket calls nobody.
        """
        ticket = self.ticket(address)
        if ticket.is_stopped:
            return []
        if ticket.session_id is None:
            begun = self.start_chat(address, name)
            ticket.session_id = str(begun["sessionId"])
            if begun["messages"]:
                return _obey(ticket, begun)
        return _obey(ticket, self.continue_chat(ticket.session_id, words))

    def start_chat(self, address: str, name: str) -> Any:
        """Begin a session; the customer's words are not in it."""
        variables = {"number": re.sub(r"\D", "", address), "pushName": name, "remoteJid": address}
        return self._post(
            f"/api/v1/typebots/{self.slug}/startChat", _FILLER | {"prefilledVariables": variables}
        )

    def continue_chat(self, session_id: str, words: str) -> Any:
        """Say something in a session."""
        return self._post(f"/api/v1/sessions/{session_id}/continueChat", {"message": words})

    def _post(self, path: str, payload: dict[str, Any]) -> Any:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine does not know our loopback
            answer = session.post(self.url + path, json=payload, timeout=_PATIENCE_SECONDS)
        answer.raise_for_status()
        return answer.json()


def _obey(ticket: TypebotTicket, answer: Any) -> list[str]:
    """Send each text, up to an order, which is the last thing that is read; answers the texts."""
    sent = []
    for message in answer["messages"]:
        text = _text_of(message["content"]["richText"])
        if text.startswith("#"):
            order = json.loads(text.replace("#", "", 1))
            ticket.is_stopped |= bool(order.get("stopBot"))
            ticket.queue_id = order.get("queueId", ticket.queue_id)
            break
        sent.append(text)
    ticket.received += sent
    return sent


def _text_of(rich_text: list[dict[str, Any]]) -> str:
    lines = ("".join(child.get("text", "") for child in part["children"]) for part in rich_text)
    return "".join(f"{line}\n" for line in lines).replace("**", "", 1).removesuffix("\n")
