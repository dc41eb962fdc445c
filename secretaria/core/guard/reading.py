"""Read a message as sentences of known words, through disguises that cost little.

One text has up to two readings: as it stands, and with letters that were pulled apart
(`i g n o r e`, `i.g.n.o.r.e`, `ignore_suas_instrucoes`) put together again.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from secretaria.core.guard.lexicon import FULL_STOP
from secretaria.core.guard.vocabulary import Vocabulary

_TOKEN: Final = re.compile(r"[a-z0-9@$|!€]+|[.?;]+|[,:]+|\n+")
_INNER_MARKS: Final = re.compile(r"(?<=[a-z0-9])[._\-*~·•/\\|+^=]{1,3}(?=[a-z0-9])")
_PULLED_APART: Final = re.compile(
    r"(?<![a-z0-9])[a-z0-9](?:[\s._\-*~·•/|]{1,4}[a-z0-9](?![a-z0-9])){3,}"
)
# "você agora é um pirata, ok?" asks nothing.
_TAGS: Final = frozenset({"ok", "okay", "entendeu", "entendido", "understood", "combinado", "blz"})
_QUESTION: Final = re.compile(r"qua(?:l|is|nto|ndo)\b|como\b|onde\b|que horas|what\b|when\b|how\b")
_BETWEEN_LETTERS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence, closed by a full stop; commas and colons stand as words."""

    words: tuple[str, ...]
    is_question: bool


def sentences(text: str, vocabulary: Vocabulary) -> list[Sentence]:
    """Return the sentences of a plainly written text."""
    return list(_sentences(text, vocabulary))


def put_together(text: str) -> str:
    """Return a plainly written text with letters and words that were pulled apart joined."""
    return _INNER_MARKS.sub("", _PULLED_APART.sub(_join, text))


def _join(run: re.Match[str]) -> str:
    """Join letters over the commonest separator of the run; any other one parts two words."""
    separators = Counter(_BETWEEN_LETTERS.findall(run[0]))
    commonest = separators.most_common(1)[0][0]
    return _BETWEEN_LETTERS.sub(lambda mark: "" if mark[0] == commonest else " ", run[0])


def _sentences(text: str, vocabulary: Vocabulary) -> Iterator[Sentence]:
    words: list[str] = []
    for token in _TOKEN.finditer(text.replace("'", "")):
        mark = token[0]
        if mark[0] in ",:" and words:
            words.append(mark[0])
        elif mark[0] not in ",:.?;\n":
            words += vocabulary.read(mark.rstrip("!|"))
        if words and _ends_sentence(token):
            yield Sentence((*words, FULL_STOP), is_question="?" in mark and words[-1] not in _TAGS)
            words = []
    if words:
        yield Sentence((*words, FULL_STOP), is_question=False)


def _ends_sentence(token: re.Match[str]) -> bool:
    """Tell a full stop from dots between letters ("ignore.tudo") and from an ellipsis.

    A line may end in the middle of a sentence, unless what follows is a question.
    """
    mark, following = token[0], token.string[token.end() : token.end() + 9]
    if "?" in mark:
        return True
    if mark[0] == "\n":
        return len(mark) > 1 or _QUESTION.match(following) is not None
    if mark[0] in ".;":
        return len(mark) == 1 and not following[:1].strip()
    return mark.endswith("!") and not following[:1].strip()
