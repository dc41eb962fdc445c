"""What people are told when the bot gives them a conversation."""

LONGEST_QUOTE = 300
_REASONS = {
    "asked": "a pessoa pediu para falar com alguém da equipe",
    "order": "chegou um pedido do catálogo",
    "view_once": "chegou uma foto ou vídeo de visualização única, que só uma pessoa pode abrir",
    "refusals": "a conversa tentou várias vezes mudar as instruções da secretária",
    "replies_per_hour": "houve respostas demais em uma hora (pode ser outro robô)",
    "model_outage": "o modelo está fora do ar há tempo demais",
    "fallback": "a secretária não conseguiu responder",
}


def note_of(source: str, words: str) -> str:
    """A short note for whoever takes the ticket: why it came, and what the customer said last."""
    reason = _REASONS.get(source, source)
    quote = " ".join(words.split())
    if len(quote) > LONGEST_QUOTE:
        quote = quote[: LONGEST_QUOTE - 1].rstrip() + "…"
    said = f" Última mensagem: “{quote}”" if quote else ""
    return f"Secretária virtual: passei esta conversa para a equipe porque {reason}.{said}"
