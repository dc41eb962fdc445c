"""Whether a customer asks for a person, in the words that people use for it."""

import re
from collections.abc import Sequence

from secretaria.core.text import fold

_SURE = (
    r"(?:atendentes?|atendimento humano|humanos?|ser humano|gente(?: de verdade)?"
    r"|(?:pessoa|alguem) (?:de verdade|real|humana))"
)
"""Whoever wants to talk to these wants nobody else."""
_VAGUE = (
    r"(?:pessoa|alguem|suporte|equipe|recepcao|recepcionista|gerente|gerencia|responsavel"
    r"|supervisora?|consultora?|vendedora?)"
)
"""These are ours too, unless it is said whose or which they are."""
_OTHERS = (
    r"(?!\s+(?:d[aoe]s?|pel[ao]s?|fisica|juridica|mulher|homem|que (?!me|poss|ajud|atend|resolv))"
    r"\b(?!\s*(?:equipe|atendimento|setor|clinica|salao|loja|escritorio|voces|vcs)))"
)
_ARTICLE = r"(?:\s+(?:a|o|um|uma|algum|alguma|outro|outra|essa?|este|seu|sua))?"
_WITH = rf"\s+(?:com|c/|pra|para|pro|por){_ARTICLE}\s+"
_TALK = r"(?:fal(?:ar|o|a|e)|conversar|ser atendid[oa])"
_WISH = (
    r"(?:quero|queria|queremos|gostaria de|preciso|prefiro|posso|podemos|pode|podia|poderia"
    r"|da para|da pra|tem como|consigo|como faco (?:para|pra)|solicito|exijo|deixa eu|me deixa)"
)
_SEND = (
    r"(?:me\s+(?:passa|passe|passar|transfere|transfira|transferir|encaminha|encaminhe"
    r"|encaminhar|direciona|direcionar|coloca|conecta|liga)"
    r"|(?:transferir|encaminhar|transfira|encaminhe|chamar?|chame|transfere|encaminha))"
)
_ASKING = tuple(
    re.compile(pattern)
    for pattern in (
        # quero falar com um atendente; posso falar com alguem da equipe
        rf"\b{_WISH}(?:\s+\w+){{0,2}}?\s+{_TALK}{_WITH}(?:{_SURE}|{_VAGUE}{_OTHERS})\b",
        # falar com atendente, at the beginning or after a greeting
        rf"^(?:[\w ]{{0,20}}[,.!?]\s*)?{_TALK}{_WITH}(?:{_SURE}|{_VAGUE}{_OTHERS})\b",
        # quero um atendente; aguardo um atendente; tem atendente?
        (
            rf"\b(?:{_WISH}|aguardo|cade|chama|tem|ha|existe){_ARTICLE}\s+(?:atendentes?"
            r"|atendimento humano|(?:pessoa|alguem) (?:de verdade|real|humana))\b"
        ),
        rf"^\W*(?:{_WISH}){_ARTICLE}\s+(?:humano|pessoa|gente)\W*$",
        # me passa para a recepcao; transferir para um atendente; chama o gerente
        rf"\b{_SEND}(?:{_WITH}|{_ARTICLE}\s+)(?:{_SURE}|alguem{_OTHERS}|pessoa{_OTHERS})\b",
        rf"\bme\s+\w+{_WITH}(?:{_VAGUE}{_OTHERS})\b",
        (
            rf"^\W*(?:por favor\W+)?(?:chama|chame|passa|passe)(?:{_WITH}|{_ARTICLE}\s+)"
            rf"(?:{_SURE}|{_VAGUE}{_OTHERS})\b"
        ),
        # no robots
        (
            r"\bnao (?:quero|queria|gosto de|vou) (?:falar|conversar|tratar)"
            r" (?:com|para|pra) (?:um |uma |o |a |esse |essa )?"
            r"(?:robo|bot|maquina|computador|ia|inteligencia artificial)\b"
        ),
        r"\bsem (?:robo|bot)\b|\bdeslig(?:a|ue|ar) (?:esse |o |este )?(?:robo|bot)\b",
    )
)
_ALONE = re.compile(
    r"(?:oi|ola|bom dia|boa tarde|boa noite|por favor|um|uma|o|a|\W)*"
    rf"(?:atendentes?(?: humano)?|{_SURE}|falar com (?:{_SURE}|{_VAGUE}))\W*"
)
_POLITE_END = re.compile(r"\W*(?:por favor|pf|pfv|pfvr|agora|urgente|ja)\W*$")
_NOT_WANTED = re.compile(
    rf"\b(?:nao|nem) (?:precis[ao]|quero|queria|e preciso|necessito|vou)(?:\s+\w+){{0,2}}?"
    rf"(?:\s+(?:{_TALK}|chamar|transferir|passar))?(?:{_WITH}|{_ARTICLE}\s+)(?:{_SURE}|{_VAGUE})\b"
)
_NOT_NOW = re.compile(
    r"\b(?:vou|ja|fui|foi|tenho que|antes de|depois de|tive que)\b[^.!?,;]{0,60}"
    rf"(?:{_SURE}|{_VAGUE})\b"
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
    if _ALONE.fullmatch(_POLITE_END.sub("", words)):
        return True
    left = _NOT_NOW.sub(" ", _NOT_WANTED.sub(" ", words))
    return any(asking.search(left) for asking in _ASKING)
