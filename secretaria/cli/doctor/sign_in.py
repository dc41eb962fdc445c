"""Whether the panel's password is a hard one, and whether the panel knows who comes to it."""

from collections.abc import Iterator

from secretaria.cli.doctor.finding import Finding, good, warning
from secretaria.settings import Settings, reveal

FEWEST_CHARACTERS = 12


def look(environment: Settings) -> Iterator[Finding]:
    """Look at what is set for the panel; nothing is to be said of one that is off."""
    password = reveal(environment.panel_password)
    if password is None:
        return
    yield good("O painel está ligado, em /painel/filas.")
    if len(password) < FEWEST_CHARACTERS:
        yield warning(
            f"PANEL_PASSWORD tem menos de {FEWEST_CHARACTERS} caracteres, e quem a adivinhar lê o"
            " que os clientes escrevem: use uma sorteada (openssl rand -hex 16)."
        )
    if environment.trusted_proxy_hops == 0:
        yield warning(
            "Com TRUSTED_PROXY_HOPS=0, o painel não pode ficar atrás de um proxy: o cookie sairia"
            " sem Secure, e todos teriam um endereço só, que o erro de um bloqueia. Atrás de um,"
            " diga quantos são."
        )
