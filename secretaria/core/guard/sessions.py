"""Comments and sessions a customer makes up: hidden notes, ends of a chat, operators who log in."""

import re
from typing import Final

_MACHINE: Final = (
    r"(?:inteligencia artificial|ia|assistente(?: virtual)?|bot|robo|chatbot|ai|assistant|llm|model"
    r"|sistema|system|secretaria virtual)"
)
_STAFF: Final = (
    r"(?:operador|operadora|operator|admin|administrador|administrator|gerente|manager|root"
    r"|dono|owner|staff|interno|internal|desenvolvedor|developer|proprietario)"
)
_TALK: Final = r"(?:conversa|atendimento|chat|sessao|contexto|conversation|session|context)"
_NEW: Final = r"(?:nov[ao]|new) (?:sessao|usuario|session|user|operador|operator)"
_COMMENT: Final = re.compile(
    rf"(?:<!--|/\*|\{{#)[^\n>]{{0,80}}\b{_MACHINE}\b"
    rf"|[(\[{{<*](?:nota|obs|observacao|aviso|lembrete|note|instrucao|atencao|ps)"
    rf"[.:, ]{{1,3}}(?:interna |internal )?(?:para|pra|to|for|ao?)? ?(?:o |a |the |any )?"
    rf"{_MACHINE}\b(?P<said>[^)\]}}\n]{{0,200}})"
)
# In a note to the machine these words ask for what is not the customer's to have.
_FAVOUR: Final = re.compile(
    rf"\b(?:{_STAFF}|vip|pode (?:listar|mostrar|passar|dar|liberar|mandar|revelar|aprovar)"
    r"|(?:mostr|list|liber|revel|aprov|aplic|trat|ignor|conced)[aeiu][a-z]{0,2}|desconto|gratis"
    r"|discount|voucher|skip|apply|treat|ignore|verified|verificado|autorizado|authorized)\b"
)
_CLOSED: Final = re.compile(
    rf"\b(?:fim|final|end|termino|encerramento) (?:d[aeo]|of)(?: the| this| a)? {_TALK}\b"
    rf"|\b{_TALK} (?:encerrad|finalizad|terminad|ended|closed|terminated|over)"
)
_OPENED: Final = re.compile(
    rf"\b{_NEW}\b[^\n?]{{0,20}}\b{_STAFF}\b|(?:^|\n|[.>\-] ){_STAFF}(?: [a-z]{{1,12}})?\s?:"
)
_LOGGED_IN: Final = re.compile(
    rf"\b{_NEW}\s?[:\-.] ?[^\n]{{0,20}}\b{_STAFF}\b"
    rf"|\b{_STAFF} (?:interno |internal )?(?:conectad[oa]|logad[oa]|logged in|connected)\b"
)
_NEAR = 120


def pretends_another_session(text: str) -> bool:
    """Tell whether a plainly written text pretends that the customer's part has ended."""
    if _LOGGED_IN.search(text):
        return True
    closings = (closed.end() for closed in _CLOSED.finditer(text))
    return any(_OPENED.search(text[end : end + _NEAR]) for end in closings)


def comments_to_machine(text: str) -> bool:
    """Tell whether a plainly written text holds a comment that asks the machine for a favour."""
    return any(map(_asks_a_favour, _COMMENT.finditer(text)))


def _asks_a_favour(comment: re.Match[str]) -> bool:
    said = comment["said"]
    return said is None or _FAVOUR.search(said) is not None
