"""Whether what proves a webhook genuine could be guessed."""

from collections.abc import Iterator

from secretaria.cli.doctor.finding import Finding, warning
from secretaria.settings import Settings, reveal

EXAMPLE = "troque"
"""How every secret of `.env.example` begins, which everybody may read."""
FEWEST_CHARACTERS = 16


def look(environment: Settings) -> Iterator[Finding]:
    """Look at each, and never show it."""
    shared = [("SHARED_SECRET", one.get_secret_value()) for one in environment.shared_secret]
    for name, value in [*shared, ("WEBHOOK_URL_TOKEN", reveal(environment.webhook_url_token))]:
        if value is not None and value.startswith(EXAMPLE):
            yield warning(
                f"{name} é o do exemplo, que todos conhecem: openssl rand -hex 32 dá outro."
            )
        elif value is not None and len(value) < FEWEST_CHARACTERS:
            yield warning(f"{name} é curto: com openssl rand -hex 32 ninguém o adivinha.")
