"""Sets of words, and the forms of Portuguese verbs that tell somebody to act."""

from secretaria.core.guard.letters import plain


def words(text: str) -> frozenset[str]:
    """Return the set of the words of a text, written plainly."""
    return frozenset(plain(text).split())


def orders_to(infinitives: str) -> frozenset[str]:
    """Return the forms of Portuguese verbs that tell somebody to act, never "I did" or "they did".

    These are both imperatives, the subjunctive ("quero que você ignore"), the infinitive
    ("pode ignorar"), the gerund ("ignorando"), and the wish ("se você ignorasse").
    """
    return frozenset(form for verb in words(infinitives) for form in _forms(verb))


def _forms(infinitive: str) -> tuple[str, ...]:
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending != "ar":
        past, wish = ("endo", "esse") if ending == "er" else ("indo", "isse")
        return (infinitive, *(stem + e for e in ("e", "a", "am", "as", past, wish)))
    soft = {"c": stem[:-1] + "qu", "g": stem + "u"}.get(stem[-1], stem)
    return (
        infinitive,
        stem + "a",
        soft + "e",
        soft + "em",
        soft + "es",
        stem + "ando",
        stem + "asse",
    )
