"""What a person's environment gives the playground: real services in place of simulated ones."""

from collections.abc import Iterable, Mapping

GOOGLE = "https://generativelanguage.googleapis.com"


def choose(found: Mapping[str, str | None], names: Iterable[str]) -> dict[str, str]:
    """The named variables that are set; a real key goes to the real Gemini, and so for Whaticket.

    A real Whaticket must not be given the simulated one's token.
    """
    chosen = {name: value for name in names if (value := found.get(name))}
    if "GEMINI_API_KEY" in chosen:
        chosen.setdefault("GEMINI_ENDPOINT", GOOGLE)
    if "WHATICKET_BASE_URL" in chosen:
        chosen.setdefault("WHATICKET_TOKEN", "")
    return chosen
