"""Whether a customer asks for a person, in the words that people use for it."""

import re
from collections.abc import Sequence

from secretaria.core.text import fold

_SURE = (
    r"(?:atendentes?|atendimento humano|humanos?|ser humano|gente de verdade"
    r"|(?:pessoa|alguem) (?:de verdade|real|humana))"
)
"""Whoever names these wants nobody else, whatever the verb."""
_VAGUE = (
    r"(?:pessoas?|alguem|suporte|equipe|recepcao|recepcionista|gerente|gerencia|responsavel"
    r"|supervisora?|operadora?|consultora?|vendedora?|don[ao])"
)
"""These are people too, but only for whoever wants to talk to them."""
_BETWEEN = r"(?:\s+(?:com|por|pro|pra|para|a|o|ao|um|uma|algum|alguma|outro|outra|seu|sua)){0,3}\s+"
_WANT = r"(?:quero|queria|gostaria de|preciso(?: de)?|prefiro|pode ser|tem como|solicito|exijo|so)"
_TALK = (
    r"(?:fal(?:ar|o|e)\s+com|conversar\s+com|atendid[oa]\s+por|chamar?|chame"
    r"|transf(?:erir|ere|ira|erencia)|pass(?:ar?|e)(?:\s+(?:para|pra|pro))?|me coloca com)"
)
_ASKING = re.compile(rf"\b(?:{_TALK}|{_WANT}){_BETWEEN}{_SURE}\b|\b{_TALK}{_BETWEEN}{_VAGUE}\b")
_WITHOUT_ARTICLE = re.compile(rf"\b(?:{_TALK}|{_WANT})\s+{_SURE}\b|\b{_TALK}\s+{_VAGUE}\b")
_ALONE = re.compile(rf"(?:oi|ola|bom dia|boa tarde|boa noite|por favor|um|uma|o|a|\W)*{_SURE}\W*")
_POLITE_END = re.compile(r"\W*(?:por favor|pf|pfv|pfvr|agora|urgente)\W*$")
_REFUSING = re.compile(
    rf"\b(?:nao|nem|sem|nunca)\s+(?:\w+\s+){{0,3}}?(?:{_TALK}|{_WANT})?"
    rf"(?:{_BETWEEN}|\s*)(?:{_SURE}|{_VAGUE})\b"
)
_NO_ROBOT = re.compile(
    r"\bnao (?:quero|queria|gosto de|vou) (?:falar|conversar|tratar) (?:com|para|pra)"
    r" (?:um |uma |o |a |esse |essa )?(?:robo|bot|maquina|computador|ia|inteligencia artificial)\b"
)
_LONGEST = 600
"""What is longer than that tells a story: that a person is in it says little."""


def asks_for_person(text: str, phrases: Sequence[str] = ()) -> bool:
    """Whether a message asks to be answered by a person.

    `phrases` are the business's own, found anywhere in the message, whatever case and accents.
    """
    words = fold(text)
    if any(fold(phrase) in words for phrase in phrases if phrase.strip()):
        return True
    if len(words) > _LONGEST:
        return False
    if _NO_ROBOT.search(words) or _ALONE.fullmatch(_POLITE_END.sub("", words)):
        return True
    left = _REFUSING.sub(" ", words)
    return bool(_ASKING.search(left) or _WITHOUT_ARTICLE.search(left))
