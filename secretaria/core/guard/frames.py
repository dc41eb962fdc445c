"""Frames that pretend a part of the message was written by the system, not by the customer."""

import re
from typing import Final

_MARKS: Final = re.compile(
    r"<\|[a-z_]{2,20}\|>|\|im_(?:start|end)\||<<\s?/?sys\s?>>|\[/?inst\]"
    r"|<(?:start|end)_of_turn>"
    r"|[\[<({]\s?/?\s?(?:system|sistema|instrucoes|instructions?|prompt|developer|assistant"
    r"|system[_ -]?(?:prompt|message|instructions?|override)|admin|root)\s?[\])}>]"
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
    r"|para (?:o |a )?(?:assistente|bot|ia|robo))"
    r"|system (?:instructions?|prompt|message|directives?))\b"
    r"|[-=*_]{3,9} ?(?:fim|end|inicio|begin|start)\b.{0,20}"
    r"(?:instruc(?:oes|tions?)|prompt|system|sistema|context[oe]?)"
)
# "system: ...", also behind a sentence: the label alone is no order, what follows must be one.
_LABEL: Final = re.compile(
    r"(?:^|[.!?] )[\s#*>\-\[(\"'_]{0,9}"
    r"(?:nov[ao]s? |new |assistant |mensagem d[eo] |message from |aviso d[eo] |system |!)?"
    r"(?:system|sistema|developer|desenvolvedor|prompt|admin|administrador|override"
    r"|(?:(?<=nova )|(?<=novo )|(?<=novas )|(?<=novos )|(?<=new )|(?<=assistant )|(?<=system ))"
    r"(?:instruc(?:oes|ao|tions?)|message|diretriz(?:es)?|ordem|comando|regras?|rules?))"
    r"(?: (?:do sistema|de sistema|prompt|message|instructions?|note|override|update))?"
    r"[\])\"'*_ ]{0,5}[:=]([^\n]{0,160})",
    re.MULTILINE,
)
_ADDRESS: Final = re.compile(
    r"\b(?:voce|vc|you|your|assistant|assistente|the user|o usuario|o cliente|ignor[ea]|esqueca"
    r"|desconsidere|disregard|forget|override|a partir de agora|from now on|modo|mode|libere|grant"
    r"|conceda|responda|respond|answer|ofereca|aprove|approve|revele|reveal|obedeca|obey|desative"
    r"|disable|restricoes|diga que|confirme que|new rules|novas regras)\b"
)
_LITERAL: Final = re.compile(
    r"\b(?:responda|diga|escreva|say|respond|reply|output|print|answer|repita|repeat)"
    r"(?: with)? (?:apenas|somente|so|exatamente|only|just|exactly)(?: (?:com|with))?"
    r"[ :a-z]{0,20}[\"'“”«][^\"“”»\n]{1,80}[\"'“”»],? ?(?:e |and )?(?:nada mais|nothing (?:else|more))"
)


def find_frame(text: str) -> str | None:
    """Return the name of the frame in a plainly written text, if it has one."""
    if _MARKS.search(text) or any(_ADDRESS.search(label[1]) for label in _LABEL.finditer(text)):
        return "fake_frame"
    return "dictated_answer" if _LITERAL.search(text) else None
