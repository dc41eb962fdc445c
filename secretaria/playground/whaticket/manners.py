"""What tells the simulated families apart: their words, the routes they have, their webhook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from secretaria.core.family import FamilyName
from secretaria.playground.whaticket import bodies

Dialect = Literal["A", "B", "C", "D", "E", "F", "H"]
Tenancy = Literal["one", "companies", "tenants"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
FROM_ME_DIALECTS: frozenset[Dialect] = frozenset({"B", "D", "F", "H"})
"""Those that also carry what is written in the business's name (section 3.1)."""
SCHEDULED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Manner:
    """One family's manners, of sections 1 to 4 of the real contracts."""

    dialect: Dialect
    tenancy: Tenancy = "companies"
    """Which shape the login's answer has: with a company, without, or flat with a tenant."""
    expired: Mapping[str, str] = field(default_factory=lambda: bodies.EXPIRED_TOKEN)
    """The body of the 403 for a JWT that is no longer taken."""
    without_cookie: Mapping[str, str] = field(default_factory=lambda: bodies.NO_SESSION)
    has_notes: bool = False
    has_check: bool = False
    """Whether it has `POST /api/messages/checkNumber`."""
    has_bot_flags: bool = False
    only_owners_transfer: bool = False
    """Whether a user who is no admin may change only their own tickets."""
    mark: str = ""
    """What is put in front of every text that no person has typed."""
    queue_seconds: float = 0.0
    """How late a text leaves that was queued."""


_FLOW: Mapping[str, Any] = {
    "dialect": "A",
    "has_notes": True,
    "has_check": True,
    "has_bot_flags": True,
    "mark": "\u200e ",
}
MANNERS: Mapping[FamilyName, Manner] = {
    "community": Manner("H", tenancy="one"),
    "saas": Manner("A", has_notes=True),
    "multiflow": Manner(**_FLOW),
    "multiflow-scheduled": Manner(**_FLOW, queue_seconds=SCHEDULED_SECONDS),
    "ticketz": Manner(
        "H",
        expired=bodies.NO_SESSION,
        without_cookie=bodies.NO_COOKIE,
        has_notes=True,
        only_owners_transfer=True,
    ),
    "press-ticket": Manner("F", tenancy="one"),
    "izing": Manner("E", tenancy="tenants"),
    "whazing": Manner("D", tenancy="tenants"),
}
