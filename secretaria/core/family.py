"""The families of Whaticket's forks, and what each of them can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FamilyName = Literal[
    "community",
    "saas",
    "multiflow",
    "multiflow-scheduled",
    "ticketz",
    "press-ticket",
    "izing",
    "whazing",
]
SendApi = Literal["whaticket", "press", "external"]


@dataclass(frozen=True, slots=True)
class Family:
    """What is declared of one family; the facts are those of sections 1, 2 and 4 of the contracts.

    Which forks are in it: community: whaticket-community and what stayed close to it; saas:
    whaticketsaas and its copies; multiflow: whaticket-flow and its copies; multiflow-scheduled:
    those of them that schedule a text instead of sending it; the others: one product each.
    """

    name: FamilyName
    send_api: SendApi = "whaticket"
    """How its send API is asked: `POST /api/messages/send` with the connection's token, Press's
    two ways, or `POST /v1/api/external/:apiId`."""
    returns_id: bool = False
    """Whether a send is answered with WhatsApp's id of the message."""
    sees_from_me: bool = False
    """Whether its usual webhook also shows what people write, hence a takeover."""
    can_transfer: bool = True
    """Whether a login may put a ticket into a queue."""
    has_notes: bool = False
    """Whether tickets take notes that only people see: `POST /ticket-notes`."""
    prefers_ticket: bool = False
    """Whether a reply had better go through the ticket: the API is late, or hides it there."""
    needs_user_id: bool = False
    """Whether the send API wants to know as which user it writes."""
    takes_lid: bool = False
    """Whether the send API takes `<lid>@lid` for a number."""
    has_bot_flags: bool = False
    """Whether `PUT /tickets/:id` honours `useIntegration`, `integrationId` and `isBot`; else the
    integration goes on in a queue, and the conversation must be kept silent by ourselves."""
    lists_by_status: bool = False
    """Whether `GET /tickets` wants `status[]` and `queuesIds[]` in place of `queueIds`."""


_TABLE = (
    Family("community", sees_from_me=True),
    Family("saas", has_notes=True),
    Family("multiflow", has_notes=True, has_bot_flags=True),
    Family("multiflow-scheduled", has_notes=True, has_bot_flags=True, prefers_ticket=True),
    Family("ticketz", sees_from_me=True, has_notes=True, prefers_ticket=True, takes_lid=True),
    Family(
        "press-ticket", send_api="press", returns_id=True, sees_from_me=True, needs_user_id=True
    ),
    Family("izing", send_api="external", lists_by_status=True),
    Family("whazing", send_api="external", sees_from_me=True, lists_by_status=True),
)
FAMILIES: Mapping[FamilyName, Family] = {family.name: family for family in _TABLE}
USUAL = FAMILIES["saas"]
"""What a Whaticket is taken for that does not show what it is: the commonest."""


def family_named(name: str) -> Family | None:
    """The family of this name; None for any other word."""
    return next((family for family in _TABLE if family.name == name), None)
