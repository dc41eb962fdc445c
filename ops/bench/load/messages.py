"""Customers' messages as requests, ready to be written to a socket."""

import json
import random
import time

from ops.bench.load.plan import Plan
from secretaria.core.signature import sign
from secretaria.playground.stack import SHARED_SECRET
from secretaria.playground.whaticket.phone import text_payload

PATH = "/webhook/whaticket"
NAMES = ("Ana", "Bruno", "Carla", "Davi", "Elisa", "Fábio", "Graça", "Heitor")
QUESTIONS = (
    "Oi, bom dia! Vocês abrem no sábado?",
    "Quanto custa a consulta?",
    "Qual é o endereço, por favor?",
    "Consigo um horário amanhã à tarde? Pode ser depois das 15h.",
)


def number_of(contact: int) -> str:
    """A customer's mobile number in São Paulo."""
    return f"55119{contact:08}"


def contacts_of(plan: Plan) -> list[int]:
    """Who writes each message of a plan."""
    last = plan.first_contact + plan.contacts
    if plan.in_turn:
        return [plan.first_contact + one % plan.contacts for one in range(plan.messages)]
    chance = random.Random(plan.first)  # noqa: S311 - load, not secrets
    return [chance.randrange(plan.first_contact, last) for _ in range(plan.messages)]


def compose(number: str, ordinal: int, *, now: float) -> bytes:
    """A message that nobody has sent before, in Whaticket's dialect, signed as of now."""
    payload = text_payload(
        number,
        QUESTIONS[ordinal % len(QUESTIONS)],
        name=NAMES[int(number[-4:]) % len(NAMES)],
        provider_id=f"3EB0{ordinal:016X}",
        sent_at=now,
    )
    return request(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(), now=now)


def request(body: bytes, *, now: float) -> bytes:
    """The whole request around a signed body."""
    timestamp = str(int(now))
    head = [
        f"POST {PATH} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: axios/1.7.9",
        "Content-Type: application/json",
        f"X-Timestamp: {timestamp}",
        f"X-Signature: {sign(SHARED_SECRET, timestamp, body)}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def compose_all(plan: Plan) -> list[tuple[str, bytes]]:
    """Every message of a plan with its sender's number, in the order of sending."""
    now = time.time()
    numbers = map(number_of, contacts_of(plan))
    return [(one, compose(one, plan.first + at, now=now)) for at, one in enumerate(numbers)]
