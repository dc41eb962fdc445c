"""The words the guard knows, and how to know them when they are misspelt on purpose or in haste."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from secretaria.core.guard.forms import words

_ONE_AS_I: Final = str.maketrans("013456789@$|!€", "oieasbtbgasiie")
_ONE_AS_L: Final = str.maketrans("013456789@$|!€", "oleasbtbgaslie")
_RUN: Final = re.compile(r"(.)\1+")
_LETTER: Final = re.compile(r"[a-z]")
# Only these are recognised with two letters swapped or one missing: they resemble nothing else.
_RECOGNISABLE: Final = words(
    "ignore ignora ignorar ignorando esqueça esquece desconsidere desconsidera instruções instrução"
    " diretrizes restrições prompt instructions instruction disregard previous"
)
_MISSPELT: Final = {
    "instrussoes": "instrucoes",
    "instrusoes": "instrucoes",
    "instrucaos": "instrucoes",
    "instrucois": "instrucoes",
    "esquessa": "esqueca",
    "ingnore": "ignore",
    "ingnora": "ignora",
    "iguinore": "ignore",
    "iguinora": "ignora",
}
# How people shorten words in a chat.
_SHORTHAND: Final = {
    "q": ("que",),
    "vc": ("voce",),
    "oq": ("o", "que"),
    "oque": ("o", "que"),
    "pq": ("por", "que"),
    "n": ("nao",),
    "d": ("de",),
    "c": ("com",),
    "ta": ("esta",),
    "tao": ("estao",),
    "tava": ("estava",),
    "hj": ("hoje",),
    "td": ("tudo",),
    "tds": ("todos",),
    "msg": ("mensagem",),
    "msgs": ("mensagens",),
    "ppl": ("people",),
    "ppls": ("people",),
    "peoples": ("people",),
    "zap": ("whatsapp",),
    "wpp": ("whatsapp",),
    "config": ("configuracao",),
    "configs": ("configuracoes",),
    "cant": ("can", "not"),
    "cannot": ("can", "not"),
}
_SHORTEST_GLUED = 10
_SHORTEST_PIECE = 3
_COVERED = 0.7


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known words, and other spellings of them."""

    known: frozenset[str]
    squeezed: Mapping[str, str]
    hasty: Mapping[str, str]
    longest: int

    def read(self, token: str) -> tuple[str, ...]:
        """Return the words a token stands for: itself, a known word, or several glued together."""
        if token in _SHORTHAND:
            return _SHORTHAND[token]
        if not token or token in self.known or not _LETTER.search(token):
            return (token,) if token else ()
        spellings = (token, token.translate(_ONE_AS_I), token.translate(_ONE_AS_L))
        found = next(filter(None, map(self._recognise, spellings)), None)
        return (found,) if found else self._unglue(spellings[1])

    def _recognise(self, spelling: str) -> str | None:
        if spelling in self.known:
            return spelling
        once = _RUN.sub(r"\1", spelling)
        if once != spelling and once in self.squeezed:
            return self.squeezed[once]
        return self.hasty.get(spelling)

    def _unglue(self, token: str) -> tuple[str, ...]:
        if len(token) < _SHORTEST_GLUED:
            return (token,)
        pieces = self._pieces(token)
        covered = sum(len(p) for p in pieces if p in self.known and len(p) >= _SHORTEST_PIECE)
        return pieces if covered >= _COVERED * len(token) else (token,)

    def _pieces(self, token: str) -> tuple[str, ...]:
        """Split so that the fewest letters are left over, in the fewest pieces."""
        cost, length = [0], [0]
        for end in range(1, len(token) + 1):
            cost.append(cost[-1] + 10)
            length.append(1)
            for size in range(1, min(self.longest, end) + 1):
                price = cost[end - size] + (1 if size >= _SHORTEST_PIECE else 2)
                if price < cost[end] and token[end - size : end] in self.known:
                    cost[end], length[end] = price, size
        return _walk_back(token, length)


def _walk_back(token: str, length: list[int]) -> tuple[str, ...]:
    pieces, end = [], len(token)
    while end:
        pieces.append(token[end - length[end] : end])
        end -= length[end]
    return tuple(reversed(pieces))


def vocabulary_of(known: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of these plainly written words."""
    everything = frozenset(known)
    return Vocabulary(
        known=everything,
        squeezed={_RUN.sub(r"\1", word): word for word in sorted(everything)},
        hasty={**_hasty(everything), **_MISSPELT},
        longest=max(map(len, everything)),
    )


def _hasty(known: frozenset[str]) -> dict[str, str]:
    return {
        slip: word for word in sorted(_RECOGNISABLE) for slip in _slips(word) if slip not in known
    }


def _slips(word: str) -> set[str]:
    missing = {word[:at] + word[at + 1 :] for at in range(len(word))}
    swapped = {
        word[:at] + second + first + word[at + 2 :]
        for at, (first, second) in enumerate(pairwise(word))
    }
    return missing | swapped
