"""The first guard against prompt injection, in Portuguese and English.

It knows attacks by who tells whom to do what to whose instructions, not by a list of bad words:
"ignore suas instruções" is one, "ignore minha mensagem anterior" is not. A false alarm costs a
customer, so in doubt a message goes through: the prompt and the checks on replies stand behind.

A text is written plainly (`letters`), read as sentences (`reading`, `vocabulary`), and each word
that begins a pattern of a rule (`rules`, `patterns`) is followed from there; `owners` says whose
the orders are; `frames`, `notes`, `sessions` and `disguises` know an attack by its outward form.
Everything takes time in proportion to the length of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from secretaria.core.guard.disguises import decoded
from secretaria.core.guard.frames import find_frame
from secretaria.core.guard.letters import plain
from secretaria.core.guard.lexicon import ALL_ORDERS, FULL_STOP, LEXICON, MISTAKES
from secretaria.core.guard.notes import find_note
from secretaria.core.guard.owners import OWNER_WORDS
from secretaria.core.guard.reading import Sentence, put_together, sentences
from secretaria.core.guard.rules import RULES, Rule
from secretaria.core.guard.vocabulary import vocabulary_of

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message is an attack, and the static name of the rule that says so."""

    is_attack: bool
    rule: str | None


_VOCABULARY: Final = vocabulary_of(
    (ALL_ORDERS | OWNER_WORDS | MISTAKES).union(
        *LEXICON.values(), *(rule.pattern.vocabulary() for rule in RULES)
    )
    - {FULL_STOP, ",", ":"}
)


def _by_head(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for word in rule.pattern.head.words:
            found.setdefault(word, []).append(rule)
    return found


_WITHIN: Final = _by_head([rule for rule in RULES if not rule.across])
_ACROSS: Final = _by_head([rule for rule in RULES if rule.across])


def judge(text: str) -> Verdict:
    """Say whether a customer's message tries to command the assistant; pure, and linear in time."""
    rule = next(filter(None, map(_find_rule, _texts(text))), None)
    return Verdict(is_attack=rule is not None, rule=rule)


def _texts(text: str) -> Iterator[str]:
    written = plain(text)
    yield written
    joined = put_together(written)
    if joined != written:
        yield joined
    yield from decoded(text)


def _find_rule(text: str) -> str | None:
    read = sentences(text, _VOCABULARY)
    everything = tuple(word for sentence in read for word in sentence.words)
    is_mistake = not MISTAKES.isdisjoint(everything)
    within = (_match(sentence, _WITHIN, is_mistake=is_mistake) for sentence in read)
    whole = Sentence(everything, is_question=False)
    return (
        find_frame(text)
        or find_note(text)
        or next(filter(None, within), None)
        or _match(whole, _ACROSS, is_mistake=is_mistake)
    )


def _match(sentence: Sentence, rules: dict[str, list[Rule]], *, is_mistake: bool) -> str | None:
    present = frozenset(sentence.words)
    in_play = {
        head: [
            rule
            for rule in rules[head]
            if _is_in_play(rule, sentence, present, is_mistake=is_mistake)
        ]
        for head in rules.keys() & present
    }
    for at, word in enumerate(sentence.words):
        for rule in in_play.get(word, ()):
            if rule.matches(sentence.words, at):
                return rule.name
    return None


def _is_in_play(
    rule: Rule, sentence: Sentence, present: frozenset[str], *, is_mistake: bool
) -> bool:
    """Tell whether the words for a rule are there, and nothing that excuses it."""
    if (rule.unless_question and sentence.is_question) or (rule.unless_mistake and is_mistake):
        return False
    return rule.unless.isdisjoint(present) and rule.pattern.needs_only(present)
