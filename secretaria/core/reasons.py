"""Why something is dead, ambiguous or paused, in words for people."""

import re
from collections.abc import Iterator

_WORDS = {
    "no_address": "só se conhece um identificador oculto do WhatsApp (LID) ou um ticket, não um"
    " número: responder exige o login no Whaticket (WHATICKET_EMAIL e WHATICKET_PASSWORD)",
    "no_ticket": "não há número nem ticket pelo qual responder: responda pelo Whaticket",
    "not_on_whatsapp": "o número não está no WhatsApp, nem com o nono dígito nem sem ele",
    "generic_refusal": "o Whaticket recusou sem dizer por quê; o número pode não estar no WhatsApp",
    "ticket_with_people": "o ticket está com outra pessoa ou fila",
    "too_old": "ficou tempo demais sem poder sair",
    "attempts_exhausted": "três tentativas de responder falharam",
    "sender_lost": "o processo que a enviava morreu no meio do envio",
    "whatsapp_disconnected": "o WhatsApp está desconectado no Whaticket",
    "login_out_of_hours": "o Whaticket recusa o login fora do horário do usuário",
    "page_for_answer": "o Whaticket respondeu com uma página, não com o que se espera dele",
    "error_in_success": "o Whaticket disse que deu certo e, na mesma resposta, que deu errado",
    "foreign_backend": "o endereço de envio que veio com a mensagem não é deste Whaticket",
}
_FAMILIES = (
    (re.compile(r"http_(\d{3})"), "o Whaticket respondeu com o erro {}"),
    (re.compile(r"access_(\d{3})"), "o Whaticket recusou o acesso ({}): confira token ou login"),
    (re.compile(r"login_(\d{3})"), "o Whaticket recusou o login ({}): confira e-mail e senha"),
    (re.compile(r"route_(\d{3})"), "o Whaticket não conhece o caminho do envio ({})"),
)


def words_for(reason: str | None) -> str | None:
    """What a reason means; None for one that says it all, or says it to programmers."""
    known = _WORDS.get(reason or "")
    return known or next(_in_families(reason or ""), None)


def _in_families(reason: str) -> Iterator[str]:
    for pattern, words in _FAMILIES:
        found = pattern.fullmatch(reason)
        if found:
            yield words.format(found[1])
