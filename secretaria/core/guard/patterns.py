"""Patterns over words, written like the sentences they find.

`"@cancel ~6 {theirs}"` reads: a verb of cancelling, at most six words that begin nothing of
their own, then orders that are the assistant's. The terms are:

- `word/other`: one of these words, accents or none; `@name` is a set of the lexicon;
- `word?`: may be missing;
- `..3`: at most three words, whatever they are; `~3`: none of them one of `BLOCKERS`;
- `{name}`: a word whose part in the sentence a function recognises.

Every gap is bounded and positions are kept as a set, so the time is linear in the text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from secretaria.core.guard.forms import words
from secretaria.core.guard.lexicon import BLOCKERS, FULL_STOP, LEXICON, PAUSES


@dataclass(frozen=True, slots=True)
class Part:
    """A part a word plays: which words may play it, and how to tell whether one does."""

    words: frozenset[str]
    plays: Callable[[Sequence[str], int], bool]


class Step(Protocol):
    """One term of a pattern."""

    def advance(self, sentence: Sequence[str], positions: set[int]) -> set[int]:
        """Return where the next term may begin."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a set; a comma before it does not matter."""

    words: frozenset[str]
    is_optional: bool = False
    plays: Callable[[Sequence[str], int], bool] | None = None

    def advance(self, sentence: Sequence[str], positions: set[int]) -> set[int]:
        """Step over the word where it stands, and stay as well if it may be missing."""
        starts = {self._over_pause(sentence, position) for position in positions}
        after = {start + 1 for start in starts if self._stands(sentence, start)}
        return after | positions if self.is_optional else after

    def _over_pause(self, sentence: Sequence[str], position: int) -> int:
        is_pause = position < len(sentence) and sentence[position] in PAUSES - self.words
        return position + 1 if is_pause else position

    def _stands(self, sentence: Sequence[str], at: int) -> bool:
        if at >= len(sentence) or sentence[at] not in self.words:
            return False
        return self.plays is None or self.plays(sentence, at)


@dataclass(frozen=True, slots=True)
class Gap:
    """At most `limit` words; pauses are not counted."""

    limit: int
    blockers: frozenset[str] = frozenset()

    def advance(self, sentence: Sequence[str], positions: set[int]) -> set[int]:
        """Return every position the gap may end at."""
        return {end for start in positions for end in self._ends(sentence, start)}

    def _ends(self, sentence: Sequence[str], start: int) -> list[int]:
        ends, counted = [start], 0
        for position in range(start, len(sentence)):
            if sentence[position] in self.blockers or counted == self.limit:
                break
            counted += sentence[position] not in PAUSES and sentence[position] != FULL_STOP
            ends.append(position + 1)
        return ends


@dataclass(frozen=True, slots=True)
class Pattern:
    """The terms of a pattern; the first is a word, its head."""

    head: Word
    rest: tuple[Step, ...]

    def matches(self, sentence: Sequence[str], at: int) -> bool:
        """Tell whether the pattern begins at `at`."""
        positions = self.head.advance(sentence, {at})
        for step in self.rest:
            positions = step.advance(sentence, positions)
            if not positions:
                return False
        return bool(positions)

    def needs_only(self, present: frozenset[str]) -> bool:
        """Tell whether these words hold one for every word the pattern cannot do without."""
        return not any(
            step.words.isdisjoint(present)
            for step in (self.head, *self.rest)
            if isinstance(step, Word) and not step.is_optional
        )

    def vocabulary(self) -> frozenset[str]:
        """Return every word the pattern knows."""
        known = [step.words for step in (self.head, *self.rest) if isinstance(step, Word)]
        return frozenset().union(*known)


def compile_pattern(text: str, parts: Mapping[str, Part]) -> Pattern:
    """Read a pattern; raise KeyError for a set or part that does not exist."""
    head, *rest = (_step(term, parts) for term in text.split())
    if not isinstance(head, Word):
        raise TypeError(f"a pattern begins with a word: {text}")
    return Pattern(head, tuple(rest))


def _step(term: str, parts: Mapping[str, Part]) -> Word | Gap:
    if term.startswith(".."):
        return Gap(int(term[2:]))
    if term.startswith("~"):
        return Gap(int(term[1:]), BLOCKERS)
    if term.startswith("{"):
        part = parts[term[1:-1]]
        return Word(part.words, plays=part.plays)
    return Word(_alternatives(term.removesuffix("?")), is_optional=term.endswith("?"))


def _alternatives(term: str) -> frozenset[str]:
    choices = [
        LEXICON[choice[1:]] if choice.startswith("@") else words(choice)
        for choice in term.split("/")
    ]
    return frozenset().union(*choices)
