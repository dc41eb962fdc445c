"""What the panel calls things."""

from collections.abc import Callable

from secretaria.core.reasons import words_for
from secretaria.models.reports import ListedLine
from secretaria.services.list_dead import Listed

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_QUEUES = {
    "converse": "vezes de conversa",
    "deliver": "envios",
    "settle": "respostas em dúvida",
    "tend": "tickets com pessoas",
}
_OUTCOMES = {
    "sent": "enviada",
    "retry": "não saiu, e se tentou de novo",
    "ambiguous": "talvez tenha chegado",
    "dead": "não chegou",
}
_RESOLUTIONS = {
    ("inbound", "chegou"): "Já foi respondida",
    ("inbound", "perdida"): "Fica sem resposta",
    ("outbound", "chegou"): "Chegou",
    ("outbound", "perdida"): "Não chegou",
}
_NOTICES = {
    "replayed": "Mensagem {id}: de volta à fila.",
    "copied": "Mensagem {id}: de volta à fila, como uma nova resposta.",
    "resolved": "Mensagem {id}: resolvida.",
    "gone": "A mensagem {id} já não está na lista: alguém a resolveu ou repetiu antes.",
    "signed_out": "Você saiu.",
}


def ago(seconds: float) -> str:
    """An age, no finer than a person needs it: what moves all the time is not read."""
    if seconds < _MINUTE:
        return "há menos de 1 min"
    if seconds < _HOUR:
        return f"há {int(seconds // _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"há {int(seconds // _HOUR)} h"
    return f"há {int(seconds // _DAY)} dias"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def queue(name: str) -> str:
    """What a queue is for."""
    return _QUEUES.get(name, "")


def kind(line: ListedLine | Listed) -> str:
    """What a listed message is."""
    if line.direction == "inbound":
        return "Mensagem do cliente sem resposta"
    if line.state == "ambiguous":
        return "Resposta que talvez tenha chegado"
    return "Resposta que não chegou"


def resolution(line: ListedLine | Listed, outcome: str) -> str:
    """What a person may know of a message, and says in one word."""
    return _RESOLUTIONS.get((line.direction, outcome), "")


def why(reason: str | None) -> str:
    """A reason; its own name where there are no words for it."""
    return words_for(reason) or reason or "sem motivo registrado"


def outcome(name: str | None) -> str:
    """What an attempt came to."""
    return _OUTCOMES.get(name or "", "sem desfecho")


def notice(code: str | None, message_id: int | None) -> str | None:
    """What has become of what somebody has just done."""
    words = _NOTICES.get(code or "")
    return words and words.format(id=message_id or "")


FOR_TEMPLATES: dict[str, Callable[..., str]] = {
    "ago": ago,
    "counted": counted,
    "queue_words": queue,
    "resolution": resolution,
    "kind": kind,
    "outcome": outcome,
    "why": why,
}
