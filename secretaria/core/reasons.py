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
    "timeout": "o Whaticket não respondeu a tempo",
    "too_long": "a resposta do Whaticket era longa demais",
    "no_answer": "o Whaticket não respondeu",
    "unreadable": "o Whaticket respondeu algo que não se entende",
    "no_permission": "o usuário da secretária no Whaticket não tem permissão para isso",
    "user_id_unknown": "o Press-Ticket quer saber por qual usuário envia, e não se sabe: defina"
    " WHATICKET_EMAIL e WHATICKET_PASSWORD",
    "api_id_unknown": "falta o id da API: ponha em WHATICKET_BASE_URL o endereço inteiro que o"
    " painel do Whaticket mostra, com /v1/api/external/...",
    "login_busy": "outra resposta estava fazendo o login, e demorou",
    "lease_short": "não sobrava tempo para enviar com segurança",
    "worker_lost": "o processo que a tinha nas mãos morreu",
    "connection_broken": "a conexão com o Typebot caiu enquanto a resposta saía",
}
_FAMILIES = (
    (re.compile(r"http_(\d{3})"), "o Whaticket respondeu com o erro {}"),
    (re.compile(r"access_(\d{3})"), "o Whaticket recusou o acesso ({}): confira token ou login"),
    (re.compile(r"login_(\d{3})"), "o Whaticket recusou o login ({}): confira e-mail e senha"),
    (
        re.compile(r"backend_(?:access|route)_(\d{3})"),
        "o endereço de envio que veio com a mensagem já não vale ({})",
    ),
    (re.compile(r"route_(\d{3})"), "o Whaticket não conhece o caminho do envio ({})"),
)
_BEFORE_THE_SEND = {
    "login": "no login",
    "tickets": "ao procurar o ticket",
    "messages": "ao reler o ticket",
    "transfer": "ao passar o ticket",
    "probe": "ao reconhecer o Whaticket",
}
"""What was being done when a look-up failed, by the name that its fault begins with."""


def words_for(reason: str | None) -> str | None:
    """What a reason means; None for one that says it all, or says it to programmers."""
    whole = _words_for(reason or "")
    if whole is not None:
        return whole
    operation, _, fault = (reason or "").partition("_")
    doing, words = _BEFORE_THE_SEND.get(operation), _words_for(fault)
    return f"{doing}: {words}" if doing and words else None


def _words_for(fault: str) -> str | None:
    return _WORDS.get(fault) or next(_in_families(fault), None)


def _in_families(reason: str) -> Iterator[str]:
    for pattern, words in _FAMILIES:
        found = pattern.fullmatch(reason)
        if found:
            yield words.format(found[1])
