"""Settings: what the environment may say, and one message for all that it says wrong."""

import re
from pathlib import Path
from typing import get_args

import pytest

from secretaria import settings
from secretaria.core.family import FAMILIES
from secretaria.errors import Misconfigured
from secretaria.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"
REQUIRED = {
    "DATABASE_URL": "postgres://user:hidden-password@host:5432/base",
    "REDIS_URL": "rediss://:hidden-password@host:6380/0?ssl_cert_reqs=none",
    "SHARED_SECRET": "one, two",
    "WHATICKET_BASE_URL": "https://whaticket.example/",
    "WHATICKET_TOKEN": "token",
    "GEMINI_API_KEY": "key",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def complaint() -> str:
    with pytest.raises(Misconfigured) as caught:
        settings.load()
    return str(caught.value)


def test_what_is_required_is_enough() -> None:
    loaded = settings.load()
    assert [secret.get_secret_value() for secret in loaded.shared_secret] == ["one", "two"]
    assert loaded.whaticket_base_url == "https://whaticket.example"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_variable_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    assert f"{name}: falta" in complaint()


def test_an_empty_variable_counts_as_missing(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GEMINI_API_KEY", "")
    assert "GEMINI_API_KEY: falta" in complaint()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://user:hidden-password@host/base"),
        ("REDIS_URL", "http://hidden-password"),
        ("SHARED_SECRET", " , "),
        ("PORT", "hidden-password"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("REDIS_URL", "rediss://:hidden-password@host:none"),
        ("DATABASE_URL", "postgres://user:hidden-password@host:99999/base"),
        ("REDIS_TLS_VERIFY", "hidden-password"),
        ("DATABASE_CONNECTIONS", "-1"),
        ("WEBHOOK_TOLERANCE_SECONDS", "-1"),
        ("LLM_BUDGET_SECONDS", "1000"),
        ("LLM_TIMEOUT_SECONDS", "nan"),
        ("BURST_WINDOW_SECONDS", "inf"),
        ("LOG_LEVEL", "hidden-password"),
        ("LOG_FORMAT", "xml"),
        ("WHATICKET_BASE_URL", "whaticket.example"),
        ("GEMINI_ENDPOINT", "ftp://x"),
        ("GEMINI_API_KEY", "hidden-password é"),
        ("WHATICKET_TOKEN", "hidden-password\nx"),
    ],
)
def test_a_malformed_variable_is_named_with_what_is_expected_and_without_its_value(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    said = complaint()
    assert f"{name}: valor inválido; espera-se " in said
    assert "hidden-password" not in said


def test_every_mistake_is_in_one_message(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "x")
    environment.delenv("REDIS_URL")
    said = complaint()
    assert "PORT" in said
    assert "REDIS_URL" in said


def test_a_login_stands_in_for_the_token(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("WHATICKET_TOKEN")
    environment.setenv("WHATICKET_EMAIL", "a@b.c")
    assert "WHATICKET_TOKEN: falta" in complaint()
    environment.setenv("WHATICKET_PASSWORD", "x")
    assert settings.load().whaticket_token is None


@pytest.mark.parametrize(
    ("url", "verify", "address"),
    [
        ("redis://:p@host:1/0", "false", "redis://:p@host:1/0"),
        ("rediss://:p@host:1", "true", "rediss://:p@host:1"),
        ("rediss://:p@host:1", "false", "rediss://:p@host:1?ssl_cert_reqs=none"),
        ("rediss://host?db=2", "false", "rediss://host?db=2&ssl_cert_reqs=none"),
        (
            "rediss://host?ssl_cert_reqs=required",
            "false",
            "rediss://host?ssl_cert_reqs=required",
        ),
    ],
)
def test_a_redis_that_must_not_be_verified_is_told_so_in_its_address(
    environment: pytest.MonkeyPatch, url: str, verify: str, address: str
) -> None:
    environment.setenv("REDIS_URL", url)
    environment.setenv("REDIS_TLS_VERIFY", verify)
    assert settings.load().redis_address() == address


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    shown = repr(settings.load())
    assert not any(secret in shown for secret in ("hidden-password", "'one'", "'key'"))


def test_the_example_documents_every_variable_with_its_default() -> None:
    written = dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE))
    assert written.keys() == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if not field.is_required() and field.default is not None:
            assert float_or_text(written[name.upper()]) == float_or_text(shown(field.default)), name


def shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def float_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def test_every_family_may_be_chosen_and_no_other() -> None:
    choices = get_args(Settings.model_fields["whaticket_flavor"].annotation)
    assert set(choices) == {"auto", *FAMILIES}


@pytest.mark.parametrize(
    ("told", "revision"),
    [
        ({}, None),
        ({"REVISION": "v1.2-3_abc"}, "v1.2-3_abc"),
        ({"HEROKU_BUILD_COMMIT": "2c3a0b2"}, "2c3a0b2"),
        ({"HEROKU_SLUG_COMMIT": "2c3a0b2"}, "2c3a0b2"),
        ({"HEROKU_BUILD_COMMIT": "new", "HEROKU_SLUG_COMMIT": "old"}, "new"),
        ({"REVISION": "mine", "HEROKU_BUILD_COMMIT": "theirs"}, "mine"),
        ({"REVISION": "a" * 65}, None),
        ({"REVISION": 'a",evil="1'}, None),
        ({"REVISION": "a\nb"}, None),
        ({"REVISION": "../etc"}, None),
        ({"REVISION": "revisão"}, None),
    ],
)
def test_a_revision_is_a_plain_word_or_none(
    environment: pytest.MonkeyPatch, told: dict[str, str], revision: str | None
) -> None:
    for name in ("HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT"):
        environment.delenv(name, raising=False)
    for name, value in told.items():
        environment.setenv(name, value)
    assert settings.load().revision == revision
