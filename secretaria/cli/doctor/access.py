"""Which family the Whaticket is of, and whether it takes the token; nothing is sent by this."""

import time
from collections.abc import Sequence

from secretaria.adapters import http
from secretaria.adapters.whaticket.calls import Way
from secretaria.adapters.whaticket.place import Place
from secretaria.adapters.whaticket.probes import family_of
from secretaria.adapters.whaticket.send_api import USUAL_PATH
from secretaria.cli.doctor.finding import Finding, bad, good, warning
from secretaria.core.family import USUAL, Family, family_named
from secretaria.core.whaticket import classify, error_of
from secretaria.errors import Transient
from secretaria.settings import Settings

_BROKEN = frozenset({502, 503, 504})
_EMPTY = {"number": "", "body": ""}
"""Every fork refuses an empty message, but only after it has looked at the token."""


def family(environment: Settings, place: Place) -> tuple[Family, Sequence[Finding]]:
    """The family that is configured, or that shows itself, and what there is to say of it."""
    chosen = family_named(environment.whaticket_flavor)
    way = Way(place.panel, time.monotonic() + environment.whaticket_timeout_seconds)
    shown = family_of(way, place)
    if chosen is None and shown is None:
        return USUAL, [
            warning(
                f"Não deu para descobrir a família do Whaticket: é tratado como {USUAL.name}."
                " Se souber qual é, aponte WHATICKET_FLAVOR."
            )
        ]
    used = chosen or shown or USUAL
    if chosen is not None and shown is not None and chosen.send_api != shown.send_api:
        sentence = (
            f"WHATICKET_FLAVOR diz {chosen.name}, mas o servidor se mostra como {shown.name}."
            " Corrija, ou use auto."
        )
        return used, [bad(sentence)]
    return used, [good(f"Família do Whaticket: {used.name} ({_abilities(used)}).")]


def token(environment: Settings, place: Place, family: Family, token: str) -> Finding:
    """Whether the send API takes the token, tried with a message that it must refuse."""
    try:
        answer = _try(environment, place, family, token)
    except Transient as error:
        return bad(f"O Whaticket não responde ({error}). Confira WHATICKET_BASE_URL e a rede.")
    return _judged(answer)


def _judged(answer: http.Answer) -> Finding:
    fault = classify(answer.status, answer.body).error or ""
    if error_of(answer.body) == "ERR_NO_PERMISSION":
        fault = ""  # the token is good for something else: what it may do here is not tried
    reasons = {
        "access_402": "O Whaticket está com a assinatura vencida (HTTP 402): regularize o plano.",
        "access_": f"O Whaticket recusou o token (HTTP {answer.status}). Confira WHATICKET_TOKEN.",
        "route_": "Não há API de envio nesse endereço. Confira WHATICKET_BASE_URL (o do backend).",
        "whatsapp_disconnected": "O WhatsApp está desconectado: no painel, em Conexões, leia o QR"
        " code de novo.",
        **{
            f"http_{status}": f"A API de envio está fora do ar (HTTP {status}): reinicie-a."
            for status in _BROKEN
        },
    }
    reason = next((words for sign, words in reasons.items() if fault.startswith(sign)), None)
    return bad(reason) if reason else good("O Whaticket responde e aceita o token.")


def _try(environment: Settings, place: Place, family: Family, token: str) -> http.Answer:
    timeout_seconds = environment.whaticket_timeout_seconds
    if family.send_api == "press":
        url = f"{place.panel}/v1/queue"
        own = {"x-api-token": token}
        answer = http.call("GET", url, timeout_seconds=timeout_seconds, headers=own)
        if answer.is_success or error_of(answer.body) == "ERR_NO_PERMISSION":
            return answer
    is_external = family.send_api == "external" and place.external_path is not None
    path = place.external_path if is_external else USUAL_PATH
    url = f"{place.panel}{path}"
    return http.call("POST", url, timeout_seconds=timeout_seconds, token=token, json=_EMPTY)


def _abilities(family: Family) -> str:
    """What it can do, as one line in Portuguese."""
    named = (
        (family.sees_from_me, "mostra o que as pessoas escrevem"),
        (family.can_transfer, "com login passa conversas a uma fila"),
        (family.has_notes, "com login deixa notas"),
        (family.prefers_ticket, "com login responde pelo ticket"),
        (family.returns_id, "devolve o id da mensagem"),
        (family.takes_lid, "responde a quem esconde o número"),
    )
    return "; ".join(words for is_able, words in named if is_able)
