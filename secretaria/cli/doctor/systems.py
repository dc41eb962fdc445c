"""Whether the profile and the model are there, and answer; and the stores between them."""

from collections.abc import Iterator

from secretaria.bootstrap import common
from secretaria.cli.doctor import stores
from secretaria.cli.doctor.finding import Finding, bad, good
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import (
    Misconfigured,
    ModelRefused,
    ModelUnavailable,
)
from secretaria.settings import Settings


def look(environment: Settings) -> Iterator[Finding]:
    """Look at everything but Whaticket."""
    for check in (_profile, stores.look, _gemini):
        yield from check(environment)


def _profile(environment: Settings) -> Iterator[Finding]:
    try:
        profile = common.profile(environment)
    except Misconfigured as error:
        yield bad(f"O perfil tem erros:\n{error}")
        return
    origin = "" if environment.secretaria_profile else " (o exemplo; aponte SECRETARIA_PROFILE)"
    yield good(f"Perfil: {profile.secretary.name}, de {profile.business.name}{origin}.")


def _gemini(environment: Settings) -> Iterator[Finding]:
    from secretaria.adapters import gemini  # noqa: PLC0415 - the model's SDK is slow to load

    model = gemini.connect(
        environment.gemini_api_key.get_secret_value(), environment.gemini_endpoint
    )
    prompt = Prompt(
        "Responda com uma palavra.", (Utterance("customer", "Tudo bem?"),), Marks("", "")
    )
    for name in filter(None, (environment.gemini_model, environment.gemini_fallback_model)):
        try:
            model.generate(name, prompt, timeout_seconds=environment.llm_timeout_seconds)
        except (ModelRefused, ModelUnavailable) as fault:
            yield bad(f"O modelo {name} não respondeu ({fault}): {_advice(str(fault))}")
        else:
            yield good(f"O modelo {name} responde.")


def _advice(fault: str) -> str:
    if fault in {"http_400", "http_401", "http_403"}:
        return "confira GEMINI_API_KEY."
    if fault == "http_404":
        return "esse modelo não existe; confira GEMINI_MODEL."
    if fault == "http_429":
        return "a cota acabou; veja o plano da chave."
    return "confira a rede e GEMINI_ENDPOINT, e tente de novo."
