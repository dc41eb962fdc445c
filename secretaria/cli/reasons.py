"""Why a reply could not be delivered, in words for people."""

_WORDS = {
    "no_address": "só se conhece um identificador oculto do WhatsApp (LID) ou um ticket, não um"
    " número: responder exige o login no Whaticket (WHATICKET_EMAIL e WHATICKET_PASSWORD)",
    "no_ticket": "não há número nem ticket pelo qual responder: responda pelo Whaticket",
    "not_on_whatsapp": "o número não está no WhatsApp, nem com o nono dígito nem sem ele",
    "generic_refusal": "o Whaticket recusou sem dizer por quê; o número pode não estar no WhatsApp",
    "ticket_with_people": "o ticket está com outra pessoa ou fila",
    "too_old": "ficou tempo demais sem poder sair",
}


def words_for(reason: str | None) -> str | None:
    """What a reason means; None for one that says it all, or says it to programmers."""
    return _WORDS.get(reason or "")
