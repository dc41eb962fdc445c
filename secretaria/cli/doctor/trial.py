"""One test sentence to a number that the operator names, sent as a reply would be."""

import re
from collections.abc import Callable, Iterator

from secretaria.adapters.whaticket import Families, WhaticketMessenger
from secretaria.adapters.whaticket.place import place_of
from secretaria.bootstrap import common
from secretaria.cli.doctor.finding import Finding, bad, good
from secretaria.cli.doctor.whaticket import login_of
from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.core.family import family_named
from secretaria.settings import Settings, reveal

SENTENCE = "Teste da secretária virtual: se você recebeu esta mensagem, o envio funciona."
_NUMBER = re.compile(r"\d{8,15}", re.ASCII)
_REASONS = {
    "not_on_whatsapp": "esse número não está no WhatsApp",
    "generic_refusal": "o Whaticket recusou sem dizer por quê; o número existe no WhatsApp?",
    "ticket_with_people": "a conversa está com uma pessoa",
    "whatsapp_disconnected": "o WhatsApp está desconectado; leia o QR code em Conexões",
    "no_ticket": "sem token, só se responde a quem já tem ticket: escreva antes desse número",
}


def of(number: str | None) -> Callable[[Settings], Iterator[Finding]]:
    """The check that writes to a number; without one, nothing."""

    def check(environment: Settings) -> Iterator[Finding]:
        if number is not None:
            yield _send(environment, re.sub(r"[\s()+.-]", "", number))

    return check


def _send(environment: Settings, number: str) -> Finding:
    if not _NUMBER.fullmatch(number):
        return bad("--number: espera-se o número com país e DDD, só com algarismos.")
    token = reveal(environment.whaticket_token)
    base_url = environment.whaticket_base_url
    client = common.command_redis(environment)
    chosen = family_named(environment.whaticket_flavor)
    messenger = WhaticketMessenger(
        base_url,
        token,
        login_of(environment),
        environment.whaticket_timeout_seconds,
        Families(place_of(base_url, token), client, chosen),
    )
    sending = messenger.send(Address(number=number, ticket_id=None), SENTENCE, label="doctor")
    return _told(sending)


def _told(sending: Sending) -> Finding:
    if sending.kind == "sent":
        return good("A frase de teste foi entregue ao Whaticket: veja se chegou.")
    if sending.kind == "unknown":
        return bad(f"Não se sabe se a frase de teste saiu ({sending.error}): veja se chegou.")
    reason = _REASONS.get(sending.error or "", sending.error)
    return bad(f"A frase de teste não saiu: {reason}.")
