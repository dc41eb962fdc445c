"""`secretaria doctor`: is everything there, and does it answer? In words, with what to do."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from secretaria.adapters import http
from secretaria.adapters.migrations import pending_migration
from secretaria.adapters.redis_client import RedisError, connect
from secretaria.adapters.whaticket import Login
from secretaria.adapters.whaticket.login import LoginRefused
from secretaria.bootstrap import common
from secretaria.cli import environment as environments
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import (
    DatabaseUnavailable,
    Misconfigured,
    ModelRefused,
    ModelUnavailable,
    Transient,
)
from secretaria.settings import Settings

_REFUSED = frozenset({401, 402, 403})
_GONE = frozenset({404, 405})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    sentence: str


@click.command()
def doctor() -> None:
    """Confere a configuração e cada sistema externo; nada é enviado a cliente nenhum."""
    try:
        environment = environments.read()
    except Misconfigured as error:
        click.echo(f"✗ {error}")
        sys.exit(1)
    click.echo("✓ As variáveis de ambiente estão completas.")
    findings = []
    for check in (_profile, _database, _redis, _gemini, _whaticket, _webhook):
        for finding in check(environment):
            findings.append(finding)
            click.echo(f"{'✓' if finding.is_good else '✗'} {finding.sentence}")
    sys.exit(0 if all(finding.is_good for finding in findings) else 1)


def _profile(environment: Settings) -> Iterator[Finding]:
    try:
        profile = common.profile(environment)
    except Misconfigured as error:
        yield Finding(is_good=False, sentence=f"O perfil tem erros:\n{error}")
        return
    origin = "" if environment.secretaria_profile else " (o exemplo; aponte SECRETARIA_PROFILE)"
    sentence = f"Perfil: {profile.secretary.name}, de {profile.business.name}{origin}."
    yield Finding(is_good=True, sentence=sentence)


def _database(environment: Settings) -> Iterator[Finding]:
    database = common.worker_database(environment, name="secretaria-doctor")
    try:
        with database.transaction() as session:
            pending = pending_migration(session.connection())
    except DatabaseUnavailable as error:
        yield Finding(
            is_good=False, sentence=f"O PostgreSQL não responde ({error}). Confira DATABASE_URL."
        )
        return
    if pending:
        yield Finding(
            is_good=False, sentence="O banco não está na versão do programa: rode `make upgrade`."
        )
        return
    yield Finding(is_good=True, sentence="O PostgreSQL responde e está na versão certa.")


def _redis(environment: Settings) -> Iterator[Finding]:
    url = environment.redis_url.get_secret_value()
    try:
        told = connect(url, connections=1, timeout_seconds=3.0).info()
    except RedisError as error:
        name = type(error).__name__
        yield Finding(is_good=False, sentence=f"O Redis não responde ({name}). Confira REDIS_URL.")
        return
    yield Finding(is_good=True, sentence=f"O Redis responde.{_forgetfulness(told)}")


def _forgetfulness(told: Any) -> str:
    """What Redis may lose of the messages that wait in it while PostgreSQL is away."""
    if str(told.get("maxmemory_policy", "")).startswith("allkeys"):
        return (
            " Mas, cheio, descarta o que espera pelo PostgreSQL: use maxmemory-policy noeviction."
        )
    if told.get("aof_enabled") == 0:
        return " Mas, sem appendonly, perde ao reiniciar o que espera pelo PostgreSQL."
    return ""


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
            sentence = f"O modelo {name} não respondeu ({fault}): {_advice(str(fault))}"
            yield Finding(is_good=False, sentence=sentence)
        else:
            yield Finding(is_good=True, sentence=f"O modelo {name} responde.")


def _advice(fault: str) -> str:
    if fault in {"http_400", "http_401", "http_403"}:
        return "confira GEMINI_API_KEY."
    if fault == "http_404":
        return "esse modelo não existe; confira GEMINI_MODEL."
    if fault == "http_429":
        return "a cota acabou; veja o plano da chave."
    return "confira a rede e GEMINI_ENDPOINT, e tente de novo."


def _whaticket(environment: Settings) -> Iterator[Finding]:
    if environment.whaticket_token is not None:
        yield _token(environment, environment.whaticket_token.get_secret_value())
    if environment.whaticket_email is not None and environment.whaticket_password is not None:
        yield _login(
            environment,
            environment.whaticket_email.get_secret_value(),
            environment.whaticket_password.get_secret_value(),
        )


def _token(environment: Settings, token: str) -> Finding:
    """An empty message is refused by every fork, but only after the token was looked at."""
    url = f"{environment.whaticket_base_url}/api/messages/send"
    try:
        answer = http.call(
            "POST",
            url,
            timeout_seconds=environment.whaticket_timeout_seconds,
            token=token,
            json={"number": "", "body": ""},
        )
    except Transient as error:
        return _unreachable(error)
    if answer.status in _REFUSED:
        sentence = f"O Whaticket recusou o token (HTTP {answer.status}). Confira WHATICKET_TOKEN."
        return Finding(is_good=False, sentence=sentence)
    if answer.status in _GONE:
        sentence = "Não há API de envio nesse endereço. Confira WHATICKET_BASE_URL (o do backend)."
        return Finding(is_good=False, sentence=sentence)
    return Finding(is_good=True, sentence="O Whaticket responde e aceita o token.")


def _login(environment: Settings, email: str, password: str) -> Finding:
    client = connect(environment.redis_url.get_secret_value(), connections=1, timeout_seconds=3.0)
    login = Login(client, environment.whaticket_base_url, email, password)
    try:
        login.log_in(timeout_seconds=environment.whaticket_timeout_seconds)
    except LoginRefused:
        sentence = "O Whaticket recusou o login. Confira WHATICKET_EMAIL e WHATICKET_PASSWORD."
        return Finding(is_good=False, sentence=sentence)
    except Transient as error:
        return _unreachable(error)
    return Finding(is_good=True, sentence="O Whaticket aceita o login.")


def _unreachable(error: Transient) -> Finding:
    return Finding(
        is_good=False,
        sentence=f"O Whaticket não responde ({error}). Confira WHATICKET_BASE_URL e a rede.",
    )


def _webhook(environment: Settings) -> Iterator[Finding]:
    token = ", X-Webhook-Token" if environment.webhook_token else ""
    yield Finding(
        is_good=True,
        sentence="Webhook: POST /webhook/whaticket, com Content-Type: application/json,"
        f" X-Timestamp, X-Signature{token}.",
    )
