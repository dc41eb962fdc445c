"""Notes that pretend not to be the customer's: to the machine, or from an operator."""

import re
from typing import Final

from secretaria.core.guard.sessions import comments_to_machine, pretends_another_session

_END_OF_MESSAGE: Final = re.compile(
    r"\b(?:fim|final|termino) d[ae] (?:mensagem|entrada|texto) d[eo] (?:cliente|usuario|contato)\b"
    r"|\bend of (?:the )?(?:user|customer|client) (?:message|input)\b"
    r"|(?:^|\n)[\s\-#*]{0,9}(?:instrucao|ordem|comando|mensagem|nota) d[oa] "
    r"(?:operador|operadora|proprietario)\s?:"
    r"|(?:^|\n)\s{0,9}(?:operador|operator)\s?: ?"
    r"(?:libere|liberar|conced|aprovar|aprove|ignor|grant|share)"
    r"|[\[({](?:system|sistema|admin)(?: [a-z]{1,12})?\s?:[^\])}\n]{0,80}"
    r"\b(?:liber|share|verified|verificad|conced|grant|aprov|ignor|revel)"
    r"|\"\"\"\s?(?:system|sistema)\b"
)
_MACHINE: Final = (
    r"(?:inteligencia artificial|ia|assistente(?: virtual)?|bot|robo|modelo(?: de linguagem)?|llm"
    r"|ai|assistant|language model|chatbot)"
)
_TO_MACHINE: Final = re.compile(
    rf"\b(?:nota|obs|observacao|atencao|aviso|lembrete|note|attention|recado|instrucao|ps)\b"
    rf"[ :,.]{{1,3}}(?:intern[ao] )?"
    rf"(?:(?:nota|importante|interna|internal) )?(?:(?:para|pra|p/|a|ao|to|for) )?"
    rf"(?:(?:a|o|the|any|qualquer) )?"
    rf"{_MACHINE}\b(?P<said>[^\n]{{0,200}})"
)
_FROM_PICTURE: Final = re.compile(
    r"\[(?:texto|transcricao|legenda|conteudo|ocr|text|transcript|audio|imagem|image|pdf)\b"
    rf"[^\]:\n]{{0,40}}:[^\]\n]{{0,40}}\b{_MACHINE}\b[,:](?P<said>[^\]\n]{{0,200}})"
)
_ORDER: Final = re.compile(
    r"\bcomo pag[oa]\b|\btrate .{1,30} como (?:gerente|dono|dona|admin|vip|staff)\b|"
    r"\b(?:list|exib|mostr)[ea] (?:a|o|as|os) (?:agenda|agendamentos|lista|clientes|pacientes)\b|"
    r"\bas paid\b|\b(?:aprov[ea]|approve|conced[ae]|grant|ignor[ea]|"
    r"desconsider[ea]|disregard|sem (?:perguntar|conferir|verificar)|"
    r"nao (?:aplique|siga|obedeca|confira|verifique)"
    r"|(?:libere|libera) (?:tudo|acesso|os? |as?)|(?:suas|as) (?:diretrizes|regras|instrucoes)"
    r"|your (?:rules|instructions|guidelines)|siga (?:somente|apenas|so)|obedeca|revel[ea])\b"
)
_TURNS: Final = re.compile(
    r"(?:^|\n)\s{0,9}(?:(?P<machine>assistant|assistente|bot|ia|ai|secretaria virtual)"
    r"|(?P<person>user|usuario|cliente|customer|human|humano))\s?:(?P<said>[^\n]{0,300})"
)
_PROMISE: Final = re.compile(
    r"\b(?:combinado|aprovad[oa]|approved|desconto|discount|instrucoes"
    r"|instructions|prompt|regras|rules|confirmad[oa]|liberad[oa]|gratis|free)\b"
)
_SHELL: Final = re.compile(
    r"\bcat [/.~]|/etc/(?:passwd|shadow|secrets)|(?<![a-z0-9])(?:cat|o|do|seu|the|show) \.env\b"
    r"|\bprintenv\b|\bos\.environ\b"
    r"|\bselect (?:\*|[a-z_]{2,20}(?:, ?[a-z_]{2,20}){0,5}) from [a-z_]{3,20}"
    r"|; ?drop table\b|\bdrop table [a-z_]{2,20} ?(?:;|$|cascade)|\brm -rf [/*~.]|\bprocess\.env\b"
)


def find_note(text: str) -> str | None:
    """Return the name of the note in a plainly written text, if it has one."""
    if any(pretends(text) for pretends in _PRETENCES):
        return "fake_frame"
    return "shell_command" if _SHELL.search(text) else None


def _gives_orders_to_machine(text: str) -> bool:
    notes = (*_TO_MACHINE.finditer(text), *_FROM_PICTURE.finditer(text))
    return any(_ORDER.search(note["said"]) for note in notes)


def _has_fake_turns(text: str) -> bool:
    """Tell whether both sides of a talk are written here, and the machine promises something."""
    turns = list(_TURNS.finditer(text))
    promises = (turn["machine"] and _PROMISE.search(turn["said"]) for turn in turns)
    return any(promises) and any(turn["person"] for turn in turns)


def _ends_message(text: str) -> bool:
    return _END_OF_MESSAGE.search(text) is not None


_PRETENCES: Final = (
    _ends_message,
    _gives_orders_to_machine,
    _has_fake_turns,
    comments_to_machine,
    pretends_another_session,
)
