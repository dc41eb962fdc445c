"""A rule: one pattern of an attack, its name and what excuses it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon import LEXICON
from secretaria.core.guard.parts import PARTS, is_told_to_act
from secretaria.core.guard.patterns import Pattern, compile_pattern

_VERB_SETS: Final = words(
    "cancel replace reveal recite hand_over decode follow answer enter pretend shed"
)
_VERBS: Final = frozenset[str]().union(*(LEXICON[name] for name in _VERB_SETS))


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of an attack; `across` lets it run over the ends of sentences."""

    name: str
    pattern: Pattern
    unless_question: bool = False
    unless_mistake: bool = False
    unless: frozenset[str] = frozenset()
    across: bool = False

    def matches(self, sentence: Sequence[str], at: int) -> bool:
        """Tell whether the attack begins at `at`: a verb there must be asked of the listener."""
        if sentence[at] in _VERBS and not is_told_to_act(sentence, at):
            return False
        return self.pattern.matches(sentence, at)


def rules(
    name: str,
    patterns: str,
    *,
    unless_question: bool = False,
    unless_mistake: bool = False,
    unless: str = "",
    across: bool = False,
) -> tuple[Rule, ...]:
    """Return the rules of one name that share their excuses, one pattern a line."""
    excuses = (unless_question, unless_mistake, words(unless), across)
    return tuple(
        Rule(name, compile_pattern(text, PARTS), *excuses) for text in patterns.strip().splitlines()
    )


def after_each(beginnings: Iterable[str], endings: str) -> str:
    """Return one pattern a line: every beginning before every ending."""
    ends = [line.strip() for line in endings.strip().splitlines()]
    return "\n".join(f"{beginning} {end}" for beginning in beginnings for end in ends)
