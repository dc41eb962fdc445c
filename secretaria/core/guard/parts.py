"""The parts that words play in a rule: orders that are the assistant's, and who acts."""

from collections.abc import Sequence
from typing import Final

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon import (
    ALL_ORDERS,
    CORE,
    ENGLISH_AUXILIARIES,
    ENGLISH_SPEAKER,
    INSTRUCTIONS,
    LEXICON,
    LISTENER,
    PAUSES,
    PROMPT,
    RULES,
    SETTINGS,
    SPEAKER,
)
from secretaria.core.guard.owners import Owner, is_yours, owner_of
from secretaria.core.guard.patterns import Part

_CERTAIN: Final = frozenset({Owner.HIDDEN, Owner.ASSISTANT})
_THEIRS: Final = frozenset({Owner.HIDDEN, Owner.ASSISTANT, Owner.TOPICAL})
_DEFINITE: Final = words("o the teu seu your este esse this that do no ao")
# English has an adjective too: "your prompt reply".
_PROMPTLY: Final = words(
    "reply response answer service attention delivery return help action payment assistance"
    " feedback support care reaction confirmation turnaround replies and"
)
COMMANDS: Final = words(
    "instruções ordens comandos regras instructions orders commands rules diretrizes"
)
_OF: Final = words("de do da dos das para pra of on")
_CONDUCT: Final = words(
    "conteúdo segurança ética agora ia fala comportamento agora hoje now content"
)
TASKS: Final = words(
    "tarefa função missão objetivo papel identidade persona regra task role goal objective purpose"
    " identity mission job personalidade"
)
_CLINIC: Final = words("vocês vcs voces")
_SPEAKER_REACH = 3


def names_their_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are the assistant's, or the earlier ones in the conversation."""
    owner = owner_of(sentence, at)
    if sentence[at] in SETTINGS:
        return owner in _CERTAIN
    if sentence[at] in PROMPT:
        return _is_their_prompt(sentence, at, owner)
    return owner in _THEIRS or owner is Owner.LIKELY


def names_earlier_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell the same of orders that are not about one matter."""
    is_topical = owner_of(sentence, at) is Owner.TOPICAL
    return names_their_orders(sentence, at) and not is_topical


def names_nothing_in_particular(sentence: Sequence[str], at: int) -> bool:
    """Tell "sem limites" from "sem limites de mensagens"."""
    follows = sentence[at + 1 : at + 3]
    return not _OF.intersection(follows[:1]) or bool(_CONDUCT.intersection(follows[1:]))


def names_own_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are called the assistant's."""
    if sentence[at] in PROMPT:
        return _is_their_prompt(sentence, at, owner_of(sentence, at))
    return owner_of(sentence, at) in _THEIRS


def names_hidden_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are the assistant's and not for show."""
    return owner_of(sentence, at) is Owner.HIDDEN


def names_their_orders_untopically(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are called the assistant's, about no matter in particular."""
    return owner_of(sentence, at) in _CERTAIN


def names_given_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell whether guidance was given to the assistant: "o roteiro que te deram"."""
    owner = owner_of(sentence, at)
    follows = sentence[at + 1 : at + 4]
    return owner is Owner.HIDDEN and not {"que", "you", "youve"}.isdisjoint(follows)


def names_task(sentence: Sequence[str], at: int) -> bool:
    """Tell whether a task is not spoken of with praise: "parabéns pela sua nova função"."""
    return not {"pela", "pelo", "com", "for", "on"}.intersection(sentence[max(0, at - 4) : at])


def names_orders_of_nobody(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are named without saying whose they are."""
    return owner_of(sentence, at) is Owner.NOBODY


def names_secret_orders(sentence: Sequence[str], at: int) -> bool:
    """Tell whether orders are such that nobody but their author has reason to read them."""
    owner = owner_of(sentence, at)
    if sentence[at] in PROMPT:
        return _is_their_prompt(sentence, at, owner)
    if sentence[at] in INSTRUCTIONS:
        return owner in _CERTAIN
    if sentence[at] in RULES:
        return owner is Owner.HIDDEN and (is_yours(sentence, at) or not _is_internal(sentence, at))
    return owner is Owner.HIDDEN and is_yours(sentence, at)


def names_own_prompt(sentence: Sequence[str], at: int) -> bool:
    """Tell whether a prompt is called the assistant's, which no customer has reason to do."""
    if _is_adjective(sentence, at):
        return False
    return is_yours(sentence, at) or _is_the_clinics(sentence, at)


def _is_their_prompt(sentence: Sequence[str], at: int, owner: Owner) -> bool:
    if _is_adjective(sentence, at):
        return False
    if owner is Owner.NOBODY:
        return bool(_DEFINITE.intersection(sentence[max(0, at - 2) : at]))
    return owner is not Owner.SOMEONE or _is_the_clinics(sentence, at)


def _is_the_clinics(sentence: Sequence[str], at: int) -> bool:
    """Read "o prompt de vocês"."""
    return bool(_CLINIC.intersection(sentence[at + 2 : at + 3]))


def _is_internal(sentence: Sequence[str], at: int) -> bool:
    """Read "as regras internas", which a house has as well."""
    return bool({"internas", "internos", "internal"}.intersection(sentence[at - 1 : at + 2]))


def _is_adjective(sentence: Sequence[str], at: int) -> bool:
    return bool(_PROMPTLY.intersection(sentence[at + 1 : at + 2]))


def is_told_to_act(sentence: Sequence[str], at: int) -> bool:
    """Tell whether the verb at `at` is asked of the listener: not negated, not the speaker's."""
    left = _same_clause(sentence, at)
    if LEXICON["no"].intersection(left[-2:]):
        return False
    if sentence[at].endswith(("ar", "er", "ir")):
        nearest = next((w for w in reversed(left) if w in SPEAKER or w in LISTENER), None)
        return nearest not in SPEAKER
    return not _is_said_of_speaker(left)


def _is_said_of_speaker(left: Sequence[str]) -> bool:
    """Read "I", "can I", "how to" and "I will" before an English verb."""
    while left and left[-1] in ENGLISH_AUXILIARIES:
        left = left[:-1]
    return bool(ENGLISH_SPEAKER.intersection(left[-1:]))


def _same_clause(sentence: Sequence[str], at: int) -> list[str]:
    left = list(sentence[max(0, at - _SPEAKER_REACH) : at])
    pauses = [i for i, word in enumerate(left) if word in PAUSES or word == "."]
    return left[pauses[-1] + 1 :] if pauses else left


PARTS: Final = {
    "theirs": Part(ALL_ORDERS, names_their_orders),
    "own": Part(CORE, names_own_orders),
    "orders": Part(CORE, names_orders_of_nobody),
    "secret": Part(ALL_ORDERS, names_secret_orders),
    "earlier": Part(CORE, names_earlier_orders),
    "commands": Part(COMMANDS, names_nothing_in_particular),
    "limits": Part(LEXICON["limits"], names_nothing_in_particular),
    "hidden": Part(CORE, names_hidden_orders),
    "given": Part(ALL_ORDERS, names_given_orders),
    "setup": Part(LEXICON["setup"], names_their_orders_untopically),
    "untopical": Part(ALL_ORDERS, names_their_orders_untopically),
    "task": Part(CORE | TASKS, names_task),
    "cancel": Part(LEXICON["cancel"], is_told_to_act),
    "own_prompt": Part(PROMPT, names_own_prompt),
}
