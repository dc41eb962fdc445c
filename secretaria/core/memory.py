"""What a conversation remembers: the last exchanges, in the order they were said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["customer", "secretary"]
ROLES: tuple[Role, ...] = get_args(Role)
KINDS = {
    "image": "imagem",
    "audio": "áudio",
    "video": "vídeo",
    "sticker": "figurinha",
    "document": "documento",
}
DOUBT = "[esta resposta pode não ter chegado ao cliente]"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that was said."""

    role: Role
    text: str


def recall(
    direction: str, state: str, kind: str, text: str, file_name: str | None = None
) -> Utterance:
    """A stored message as it is remembered; an uncertain delivery is told to the model."""
    if direction == "inbound":
        return Utterance("customer", describe(kind, text, file_name))
    if state in {"ambiguous", "dead"}:
        return Utterance("secretary", f"{DOUBT}\n{text}")
    return Utterance("secretary", text)


def describe(kind: str, text: str, file_name: str | None = None) -> str:
    """What the customer sent in words: media is named, with its file, and a caption follows."""
    if kind == "edit":
        return f"[o cliente corrigiu a mensagem] {text}"
    if kind not in KINDS:
        return text
    named = f"{KINDS[kind]} {file_name}" if file_name else KINDS[kind]
    return f"[o cliente enviou: {named}] {text}".rstrip()


def keep_last(utterances: Sequence[Utterance], limit: int) -> tuple[Utterance, ...]:
    """At most `limit` of them, the newest."""
    return tuple(utterances[max(len(utterances) - limit, 0) :])


def as_turns(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """Alternating turns, as Gemini wants them: the customer first, neighbours of one role joined.

    A secretary who said nothing is left out: Gemini refuses a turn without a text.
    """
    turns: list[Utterance] = []
    for utterance in (one for one in utterances if one.role == "customer" or one.text.strip()):
        if turns and turns[-1].role == utterance.role:
            turns[-1] = Utterance(utterance.role, f"{turns[-1].text}\n{utterance.text}")
        elif turns or utterance.role == "customer":
            turns.append(utterance)
    return tuple(turns)
