"""Frames that pretend a part of the message was written by the system, not by the customer."""

import re
from typing import Final

_MARKS: Final = re.compile(
    r"<\|[a-z_]{2,20}\|>|\|im_(?:start|end)\||<<\s?/?sys\s?>>|\[/?inst\]"
    r"|<(?:start|end)_of_turn>"
    r"|[\[<{]\s?/?\s?(?:system|sistema|instrucoes|instructions?|prompt|developer|assistant"
    r"|system[_ -]?(?:prompt|message|instructions?|override)|admin|root)\s?[\]}>]"
    r"|[\[<(](?:mensagem|aviso|nota|instrucao|comando|ordem) d[eo] (?:sistema|desenvolvedor|admin)"
    r"|[\"']role[\"']\s?:\s?[\"'](?:system|developer|assistant)"
    r"|#{2,6} ?(?:instruc(?:tions?|oes|ao)|system|sistema|new instructions?"
    r"|novas? instruc(?:oes|ao)|prompt)\b"
    r"|\b(?:begin|end|start|inicio|fim)(?: (?:of|do|da|das|the|de))? ?(?:your |seu |novo |new )?"
    r"(?:system ?(?:prompt|message|instructions?|override)|prompt\b(?: d[eo] sistema)?"
    r"|instrucoes d[eo] sistema|mensagem d[eo] sistema)"
    r"|\bsystem override\b|\boverride (?:code|mode)\b"
    r"|\b(?:nov[ao]s?|new) (?:(?:instruc(?:oes|ao)|diretriz(?:es)?|ordens?|regras?|comandos?"
    r"|mensagem|prompt|aviso) (?:d[eo] (?:sistema|desenvolvedor|admin(?:istrador)?)"
    r"|para (?:o |a )?(?:assistente|bot|ia))"
    r"|system (?:instructions?|prompt|message|directives?))\b"
    r"|[-=*_]{3,9} ?(?:fim|end|inicio|begin|start)\b.{0,20}"
    r"(?:instruc(?:oes|tions?)|prompt|system|sistema|context[oe]?)"
)
# "system: ...", also behind a sentence: the label alone is no order, what follows must be one.
_LABEL: Final = re.compile(
    r"(?:^|[.!?] )[\s#*<>!\-\[(\"'_]{0,9}"
    r"(?:nov[ao]s? |new |assistant |mensagem d[eo] |message from |aviso d[eo] |system |!)?"
    r"(?:system|sistema|prompt|override|(?P<person>developer|desenvolvedor|admin|administrador)"
    r"|(?:(?<=nova )|(?<=novo )|(?<=novas )|(?<=novos )|(?<=new )|(?<=assistant )|(?<=system ))"
    r"(?:instruc(?:oes|ao|tions?)|message|diretriz(?:es)?|ordem|comando|regras?|rules?))"
    r"(?: (?:do sistema|de sistema|prompt|message|instructions?|note|override|update))?"
    r"[\])\"'*_ ]{0,5}[:=](?P<said>[^\n]{0,160})",
    re.MULTILINE,
)
_ORDER: Final = re.compile(
    r"\b(?:assistant|assistente|the user|o usuario|ignor[ea]|esqueca|desconsidere|disregard|forget"
    r"|override|a partir de agora|from now on|modo|mode|libere|grant|conceda|ofereca|aprove|approve"
    r"|revele|reveal|obedeca|obey|desative|disable|restricoes|diga que|confirme que|new rules"
    r"|novas regras)\b"
)
_ADDRESS: Final = re.compile(r"\b(?:voce|vc|you|your|o cliente|responda|respond|answer)\b")
_LITERAL: Final = re.compile(
    r"\b(?:responda|diga|say|respond|reply|output|print|answer|repita|repeat)"
    r"(?: with)? (?:apenas|somente|so|exatamente|only|just|exactly)(?: (?:com|with))?"
    r"[ :a-z]{0,20}[\"'“”«][^\"“”»\n]{1,80}[\"'“”»],? ?(?:e |and )?"
    r"(?:nada mais|nothing (?:else|more))[\s.!]{0,9}\Z"
)


def find_frame(text: str) -> str | None:
    """Return the name of the frame in a plainly written text, if it has one."""
    if _MARKS.search(text) or any(map(_gives_orders, _LABEL.finditer(text))):
        return "fake_frame"
    return "dictated_answer" if _LITERAL.search(text) else None


def _gives_orders(label: re.Match[str]) -> bool:
    """Tell whether what follows a label commands; behind a person's title "você" is common."""
    if _ORDER.search(label["said"]):
        return True
    return not label["person"] and _ADDRESS.search(label["said"]) is not None
