"""What Heroku reads: app.json, Procfile, .python-version and one lock."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from honcho.environ import parse_procfile
from jsonschema import Draft202012Validator

from secretaria.bootstrap import connections
from secretaria.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


APP: dict[str, Any] = json.loads(
    (ROOT / "app.json").read_text(encoding="utf-8"), object_pairs_hook=once
)
PLANS = {"heroku-postgresql:essential-0": 20, "heroku-redis:mini": 20}
"""How many connections Heroku's smallest plans allow."""

# What https://devcenter.heroku.com/articles/app-json-schema says of the parts that we use.
TEXT = {"type": "string", "minLength": 1}
VARIABLE = {
    "type": "object",
    "properties": {
        "description": TEXT,
        "value": TEXT,
        "required": {"type": "boolean"},
        "generator": {"const": "secret"},
    },
    "required": ["description"],
    "not": {"required": ["value", "generator"]},
    "additionalProperties": False,
}
SIZES = ["eco", "basic", "standard-1x", "standard-2x", "performance-m", "performance-l"]
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,28}[a-z0-9]$"},
        "description": {"type": "string", "maxLength": 140},
        "keywords": {"type": "array", "items": TEXT, "uniqueItems": True},
        "stack": {"enum": ["heroku-22", "heroku-24"]},
        "buildpacks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"url": TEXT},
                "required": ["url"],
                "additionalProperties": False,
            },
        },
        "addons": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "plan": {"enum": list(PLANS)},
                    "as": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
                },
                "required": ["plan"],
                "additionalProperties": False,
            },
        },
        "formation": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "quantity": {"type": "integer", "minimum": 0},
                    "size": {"enum": SIZES},
                },
                "required": ["quantity"],
                "additionalProperties": False,
            },
        },
        "env": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
            "additionalProperties": VARIABLE,
        },
    },
    "required": ["name", "description", "env", "addons", "formation"],
    "additionalProperties": False,
}


def procfile() -> dict[str, str]:
    text = (ROOT / "Procfile").read_text(encoding="utf-8")
    return dict(parse_procfile(text).processes)


def test_app_json_is_as_heroku_documents_it() -> None:
    faults = Draft202012Validator(SCHEMA).iter_errors(APP)
    assert [fault.message for fault in faults] == []


def test_every_variable_is_a_setting_and_what_has_no_default_is_asked_for() -> None:
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert set(APP["env"]) <= set(fields)
    addons = {f"{addon['as']}_URL" for addon in APP["addons"]}
    required = {name for name, field in fields.items() if field.is_required()}
    assert required - addons <= set(APP["env"])


def test_what_it_sets_and_makes_up_is_a_configuration_that_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {
        "DATABASE_URL": "postgres://user:password@host:5432/base",
        "REDIS_URL": "rediss://:password@host:6380",
        "WHATICKET_BASE_URL": "https://whaticket.example",
        "WHATICKET_TOKEN": "token",
        "GEMINI_API_KEY": "key",
    }
    for name, about in APP["env"].items():
        if about.get("generator"):
            told[name] = "0123456789abcdef" * 4
        elif "value" in about:
            told[name] = about["value"]
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.redis_address().endswith("?ssl_cert_reqs=none")
    assert settings.database_connections == PLANS["heroku-postgresql:essential-0"]
    assert settings.redis_connections == PLANS["heroku-redis:mini"]
    connections.check(settings)


def test_the_formation_is_what_the_procfile_runs() -> None:
    assert set(procfile()) == {"release", *APP["formation"]}


def test_one_dyno_of_each_shares_the_plans() -> None:
    assert {one["quantity"] for one in APP["formation"].values()} == {1}


def test_python_is_one_that_the_package_allows_and_the_image_has() -> None:
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert re.fullmatch(r"3\.\d+", version)
    assert (3, 11) <= tuple(map(int, version.split("."))) < (3, 14)
    image = (ROOT / "ops/Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"^FROM python:(3\.\d+)-", image, re.MULTILINE)) == {version}


def test_there_is_one_lock_and_it_installs_this_package_too() -> None:
    """Heroku fails a build that has two."""
    others = ("Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "setup.cfg")
    assert [name for name in others if (ROOT / name).exists()] == []
    assert "project" not in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins[-1] == "."
    assert all(re.fullmatch(r"[a-z0-9._-]+==\S+", pin) for pin in pins[:-1])
