"""The settings of a process: the only reader of the environment."""

import re
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from secretaria.errors import Misconfigured

UNVERIFIED = "ssl_cert_reqs=none"
LONGEST_MODEL_BUDGET_SECONDS = 90
LONGEST_WHATICKET_TIMEOUT_SECONDS = 15
LONGEST_TYPEBOT_WAIT_SECONDS = 15
"""What is under way must end before a process that is told to stop does."""
LONGEST_RETENTION_DAYS = 36_500


def _url_of(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in schemes or not parts.hostname or parts.port == 0:
            raise ValueError  # `port` itself raises it for what is no port
        return value

    return AfterValidator(check)


def _commas(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _fits_a_header(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        raise ValueError
    return value


def _fits_a_path(value: SecretStr) -> SecretStr:
    if set(value.get_secret_value()) & set("/?#%"):
        raise ValueError
    return value


def _revision(value: Any) -> str | None:
    """It becomes a label on a page: what could be anything else is left out."""
    is_sane = isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", value)
    return value if is_sane else None


def _without_trailing_slash(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    return value.rstrip("/")


DatabaseUrl = Annotated[SecretStr, _url_of("postgres", "postgresql")]
RedisUrl = Annotated[SecretStr, _url_of("redis", "rediss")]
HttpUrl = Annotated[str, AfterValidator(_without_trailing_slash)]
Secret = Annotated[SecretStr, Field(min_length=1)]
HeaderSecret = Annotated[Secret, AfterValidator(_fits_a_header)]
UrlSecret = Annotated[HeaderSecret, AfterValidator(_fits_a_path)]
Flavor = Literal[
    "auto",
    "community",
    "saas",
    "multiflow",
    "multiflow-scheduled",
    "ticketz",
    "press-ticket",
    "izing",
    "whazing",
]
Secrets = Annotated[tuple[Secret, ...], NoDecode, BeforeValidator(_commas), Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
SecondsOrZero = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=0, le=65535)]

Kind = TypeVar("Kind", bound=BaseSettings)

_EXPECTED = {
    "database_url": "um endereço postgres://usuario:senha@servidor/banco",
    "redis_url": "um endereço redis:// ou rediss://",
    "shared_secret": "o segredo HMAC do webhook (vários separados por vírgula durante a troca)",
    "redis_tls_verify": "true ou false",
    "whaticket_base_url": "o endereço do Whaticket, com http:// ou https://",
    "whaticket_token": "o token da conexão do Whaticket, ou WHATICKET_EMAIL e WHATICKET_PASSWORD",
    "gemini_api_key": "a chave da API do Gemini",
    "gemini_endpoint": "o endereço da API do Gemini, com http:// ou https://",
    "webhook_url_token": "um texto sem espaço, acento, /, ?, # nem %",
    "whaticket_flavor": "auto, community, saas, multiflow, multiflow-scheduled, ticketz,"
    " press-ticket, izing ou whazing",
    "typebot_wait_seconds": f"segundos, de 0 a {LONGEST_TYPEBOT_WAIT_SECONDS}",
    "retention_days": f"dias, de 0 (guarda tudo) a {LONGEST_RETENTION_DAYS}",
    "log_level": "DEBUG, INFO, WARNING ou ERROR",
    "log_format": "json ou console",
    "whaticket_timeout_seconds": f"segundos, mais que 0 e até {LONGEST_WHATICKET_TIMEOUT_SECONDS}",
    "llm_budget_seconds": f"segundos, mais que 0 e até {LONGEST_MODEL_BUDGET_SECONDS}",
    "port": "uma porta de 0 a 65535",
    "worker_metrics_port": "uma porta de 0 a 65535 (0 desliga)",
}


class DatabaseSettings(BaseSettings):
    """What a migration needs to know, and no more."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: DatabaseUrl


class Settings(DatabaseSettings):
    """Everything that a deployment may choose; names, defaults and meanings: see `.env.example`."""

    redis_url: RedisUrl
    redis_tls_verify: bool = True
    database_connections: Count = 0
    redis_connections: Count = 0

    port: Port = 8080
    web_concurrency: Positive = 2
    worker_processes: Positive = 1
    worker_threads: Positive = 64

    shared_secret: Secrets
    webhook_token: HeaderSecret | None = None
    webhook_url_token: UrlSecret | None = None
    webhook_tolerance_seconds: Positive = 300
    webhook_max_body_bytes: Positive = 1_048_576
    rate_limit_per_number: Count = 30
    rate_limit_per_ip: Count = 60
    rate_limit_window_seconds: Positive = 60
    trusted_proxy_hops: Count = 0

    whaticket_base_url: HttpUrl
    whaticket_token: HeaderSecret | None = None
    whaticket_email: Secret | None = None
    whaticket_password: Secret | None = None
    whaticket_flavor: Flavor = "auto"
    whaticket_timeout_seconds: Annotated[Seconds, Field(le=LONGEST_WHATICKET_TIMEOUT_SECONDS)] = 10

    gemini_api_key: HeaderSecret
    gemini_model: str = "gemini-flash-latest"
    gemini_fallback_model: str | None = None
    gemini_endpoint: HttpUrl = "https://generativelanguage.googleapis.com"
    llm_timeout_seconds: Seconds = 20
    llm_attempts: Positive = 3
    llm_budget_seconds: Annotated[Seconds, Field(le=LONGEST_MODEL_BUDGET_SECONDS)] = 45
    llm_breaker_failures: Positive = 5
    llm_breaker_reset_seconds: Seconds = 30
    llm_tokens_per_day: Count = 0
    model_outage_handover_minutes: SecondsOrZero = 15
    replies_per_hour: Count = 30

    memory_max_messages: Positive = 20
    memory_ttl_seconds: Positive = 86_400
    burst_window_seconds: SecondsOrZero = 4
    burst_max_seconds: SecondsOrZero = 20
    max_message_age_seconds: Positive = 3_600
    human_takeover_hours: Seconds = 12
    reply_max_age_hours: Seconds = 4
    reply_chars_per_second: Count = 30
    typebot_wait_seconds: Annotated[SecondsOrZero, Field(le=LONGEST_TYPEBOT_WAIT_SECONDS)] = 8
    retention_days: Annotated[Count, Field(le=LONGEST_RETENTION_DAYS)] = 0

    revision: Annotated[str | None, BeforeValidator(_revision)] = Field(
        None,
        validation_alias=AliasChoices("revision", "heroku_build_commit", "heroku_slug_commit"),
    )
    panel_password: Secret | None = None
    metrics_token: HeaderSecret | None = None
    privacy_key: Secret | None = None
    secretaria_profile: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    prometheus_multiproc_dir: str | None = None
    worker_metrics_port: Port = 9191

    @model_validator(mode="after")
    def _has_a_way_into_whaticket(self) -> "Settings":
        login = self.whaticket_email is not None and self.whaticket_password is not None
        if self.whaticket_token is None and not login:
            raise ValueError("whaticket_token")
        return self

    def redis_address(self) -> str:
        """Where Redis is, and whether its certificate counts; what REDIS_URL itself says, wins.

        Heroku's Redis shows a certificate that nobody has signed, at a URL that nobody may change.
        """
        url = urlsplit(self.redis_url.get_secret_value())
        is_said = "ssl_cert_reqs" in parse_qs(url.query)
        if url.scheme != "rediss" or self.redis_tls_verify or is_said:
            return self.redis_url.get_secret_value()
        query = f"{url.query}&{UNVERIFIED}" if url.query else UNVERIFIED
        return urlunsplit(url._replace(query=query))

    def secrets(self) -> tuple[str, ...]:
        """Every configured value that must never be seen, for the logs' scrubber."""
        named = (
            *self.shared_secret,
            self.database_url,
            self.redis_url,
            self.webhook_token,
            self.webhook_url_token,
            self.whaticket_token,
            self.whaticket_email,
            self.whaticket_password,
            self.gemini_api_key,
            self.panel_password,
            self.metrics_token,
            self.privacy_key,
        )
        return tuple(secret.get_secret_value() for secret in named if secret is not None)


def load() -> Settings:
    """Read the environment.

    Raises `Misconfigured` with one message that names every wrong variable and what is expected,
    never a value.
    """
    return _read(Settings)


def load_database_url() -> str:
    """Read DATABASE_URL alone; raises `Misconfigured` like `load`."""
    return _read(DatabaseSettings).database_url.get_secret_value()


def reveal(secret: SecretStr | None) -> str | None:
    """The value of an optional secret."""
    return None if secret is None else secret.get_secret_value()


def _read(kind: type[Kind]) -> Kind:
    try:
        return kind()
    except ValidationError as error:
        raise Misconfigured(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    lines = dict.fromkeys(_explain_one(dict(problem)) for problem in error.errors())
    return "Configuração inválida:\n" + "\n".join(lines)


def _explain_one(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else "whaticket_token"
    fault = "falta" if problem["type"] == "missing" or not problem["loc"] else "valor inválido"
    return f"  {name.upper()}: {fault}; espera-se {_EXPECTED.get(name) or _shape(name)}"


def _shape(name: str) -> str:
    annotation = str(Settings.model_fields[name].annotation)
    if "int" in annotation:
        return "um número inteiro, sem sinal"
    if "float" in annotation:
        return "um número, sem sinal"
    return "um texto não vazio"
