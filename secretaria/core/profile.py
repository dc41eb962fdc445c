"""The profile: who the secretary is, what she may say, and the sentences that are hers."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

_STRICT = {"extra": "forbid", "str_strip_whitespace": True, "str_min_length": 1}


@dataclass(frozen=True, slots=True)
class Service:
    """One thing the business sells; price and duration are free text, as customers hear them."""

    __pydantic_config__ = _STRICT

    name: str
    price: str | None = None
    duration: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Secretary:
    """Who speaks: her name, her tone, and what she must and must not do."""

    __pydantic_config__ = _STRICT

    name: str
    tone: str
    rules: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    """The facts a customer may hear."""

    __pydantic_config__ = _STRICT

    name: str
    kind: str
    timezone: ZoneInfo
    address: str | None = None
    hours: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """What a customer hears word for word when the model cannot or must not speak."""

    __pydantic_config__ = _STRICT

    fallback: str
    holding: str
    handover: str
    refusal: str
    delayed: str = "Vi sua mensagem só agora, desculpe a demora. Ainda posso ajudar?"


@dataclass(frozen=True, slots=True)
class Handover:
    """Where a conversation goes when people are to have it, and by which words that is asked for.

    `queue_id`: Whaticket's queue. `phrases`: words of this business's customers, besides the usual.
    """

    __pydantic_config__ = _STRICT

    queue_id: int | None = None
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the owner decides about her secretary."""

    __pydantic_config__ = _STRICT

    secretary: Secretary
    business: Business
    sentences: Sentences
    services: tuple[Service, ...] = field(default=())
    handover: Handover = field(default_factory=Handover)
