"""What a reply must be before it is stored: free of our rules, keys, canaries and error texts."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUOTE = 40
_SHORTEST_SECRET = 6
_TEMPLATE = re.compile(r"\{(?=\{)")
_NOT_WORDS = re.compile(r"[\W_]+")
_KEYS = re.compile(r"AIza[0-9A-Za-z_-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|\bsk-[\w-]{20,}")
_ERRORS = re.compile(
    r"Traceback \(most recent call last\)|^\s*File \".+\", line \d+"
    r"|\b[\w.]*(?:Error|Exception)\b: |google\.api_core|<!doctype html|<html\b"
    r"|^\s*\{\s*\"(?:error|candidates)\"|\b(?:RESOURCE_EXHAUSTED|INTERNAL_ERROR|UNAVAILABLE)\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Confidential:
    """What no reply may contain, and the facts that may be said although the rules hold them."""

    canary: str
    rules: str
    facts: str
    secrets: Sequence[str]


def prepare(text: str) -> str:
    """A text as it is stored and sent: Whaticket would expand `{{`, so the braces are parted."""
    return _TEMPLATE.sub("{ ", text.strip())


def find_leak(text: str, confidential: Confidential) -> str | None:
    """What a reply gives away, in one word; None when it may go."""
    if _squeeze(confidential.canary) in _squeeze(text):
        return "canary"
    if any(len(one) >= _SHORTEST_SECRET and one in text for one in confidential.secrets):
        return "secret"
    if _KEYS.search(text):
        return "key"
    return "rules" if _quotes_rules(text, confidential) else None


def is_error_text(text: str) -> bool:
    """Whether a reply is a machine's error rather than a sentence for a customer."""
    return bool(_ERRORS.search(text))


def _quotes_rules(text: str, confidential: Confidential) -> bool:
    said, facts = _squeeze(text), _squeeze(confidential.facts)
    rules = _squeeze(confidential.rules)
    runs = (rules[start : start + LONGEST_QUOTE] for start in range(len(rules) - LONGEST_QUOTE + 1))
    return any(run in said and run not in facts for run in runs)


def _squeeze(text: str) -> str:
    """Letters and digits only, without case or accents, words parted by one space."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
    return _NOT_WORDS.sub(" ", plain.casefold()).strip()
