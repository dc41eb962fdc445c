"""The simulated model's mind: it reads the profile and answers every question it recognises."""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secretaria.playground.gemini import profile
from secretaria.playground.gemini.profile import folded

Turns = Sequence[tuple[str, str]]

UNKNOWN = "Vou confirmar essa informação com a equipe e já te respondo."
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ECHO = re.compile(r"eco:[^\n]*")
_NAME = re.compile(r"(?:meu nome [ée]|me chamo|sou [ao])\s+(?P<name>[^\W\d_]+)", re.IGNORECASE)
_SHORT_WORD = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What one turn is answered from."""

    instruction: str
    words: str
    name: str


def reply(instruction: str, contents: Turns) -> str:
    """Answer everything in the last turn, from the instruction and the turns before."""
    words = heard(contents[-1][1])
    marks = _ECHO.findall(words)
    if marks:
        return "\n".join(mark.strip() for mark in marks)
    asked = Heard(instruction, words, _name_in(contents))
    answers = [answer(asked) for wanted, answer in _TOPICS if wanted.search(folded(words))]
    if _says_name(words):
        answers.insert(0, f"Muito prazer, {asked.name}!")
    return "\n".join(answers) or _generic(asked)


def heard(text: str) -> str:
    """Return the customer's own words, without the fence around them."""
    return unicodedata.normalize("NFC", html.unescape(_TAG.sub("\n", text))).strip()


def _says_name(words: str) -> str:
    """Return the name the customer gives; `sou a` counts only before a capital letter."""
    for found in _NAME.finditer(words):
        introduced = found.group().casefold().startswith("sou")
        if not introduced or found["name"][0].isupper():
            return found["name"].capitalize()
    return ""


def _name_in(contents: Turns) -> str:
    """Return the latest name that the customer gave in any turn."""
    names = [_says_name(heard(text)) for role, text in contents if role == "user"]
    return next((name for name in reversed(names) if name), "")


def _remember(asked: Heard) -> str:
    if not asked.name:
        return "Ainda não sei o seu nome. Como você se chama?"
    return f"Lembro sim: o seu nome é {asked.name}."


def _introduce(asked: Heard) -> str:
    name = profile.secretary_name(asked.instruction) or "a secretária virtual"
    business = profile.business_name(asked.instruction)
    return f"Eu sou {name}, de {business}." if business else f"Eu sou {name}."


def _hours(asked: Heard) -> str:
    return _said("Nosso horário", profile.hours(asked.instruction))


def _address(asked: Heard) -> str:
    return _said("Nosso endereço", profile.address(asked.instruction))


def _price(asked: Heard) -> str:
    """Return the services that the customer names, or all of them."""
    offered = profile.services(asked.instruction)
    words = set(_long_words(asked.words))
    named = [service for service in offered if words & set(_long_words(service.split(":")[0]))]
    return "\n".join(named or offered) or UNKNOWN


def _services(asked: Heard) -> str:
    return "\n".join(profile.services(asked.instruction)) or UNKNOWN


def _said(what: str, facts: list[str]) -> str:
    return f"{what}: {'; '.join(facts)}" if facts else UNKNOWN


def _long_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", folded(text)) if len(word) > _SHORT_WORD]


def _generic(asked: Heard) -> str:
    business = profile.business_name(asked.instruction)
    greeting = f"Olá, {asked.name}!" if asked.name else "Olá!"
    thanks = f"Obrigada por chamar {business}." if business else "Obrigada pela mensagem."
    return f"{greeting} {thanks} Como posso ajudar?"


# What is looked for in the customer's words, folded, and who answers it.
_TOPICS: Sequence[tuple[re.Pattern[str], Callable[[Heard], str]]] = (
    (
        re.compile(r"qual (e )?(o )?meu nome|sabe (o )?meu nome|lembra de mim|quem sou eu"),
        _remember,
    ),
    (re.compile(r"(qual (e )?(o )?)?(seu|teu) nome|quem e voce|com quem (eu )?falo"), _introduce),
    (re.compile(r"\bhoras?\b|\bhorarios?\b|\babr(e|em|ir)\b|\bfecha|\bfunciona|abert[oa]"), _hours),
    (re.compile(r"\bprecos?\b|\bquanto\b|\bvalor(es)?\b|\bcusta"), _price),
    (re.compile(r"\bservicos\b|o que voces (fazem|oferecem)"), _services),
    (re.compile(r"\benderecos?\b|\bonde\b|\blocaliza|como (eu )?chego"), _address),
)
