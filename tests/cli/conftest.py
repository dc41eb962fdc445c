"""What a command finds in its environment."""

import os
from collections.abc import Callable

import pytest

from secretaria.settings import Settings


@pytest.fixture
def environment(make_settings: Callable[..., Settings]) -> dict[str, str]:
    settings = make_settings()
    return {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "SHARED_SECRET": "secret",
        "WHATICKET_BASE_URL": settings.whaticket_base_url,
        "WHATICKET_TOKEN": "connection-token",
        "GEMINI_API_KEY": "test-key",
        "GEMINI_ENDPOINT": settings.gemini_endpoint,
        "PRIVACY_KEY": "test-privacy-key",
        "PATH": os.environ["PATH"],
        "LLM_BUDGET_SECONDS": "5",
        "LLM_TIMEOUT_SECONDS": "2",
    }
