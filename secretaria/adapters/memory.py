"""Short-term memory in Redis: bounded, expiring, and gone at any moment without harm."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import redis
import structlog

from secretaria.adapters.redis_client import RedisError
from secretaria.core.memory import ROLES, Utterance

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RedisMemory:
    """One JSON document a conversation, with the version of the conversation that it belongs to."""

    client: redis.Redis
    expires_after_seconds: int

    def read(self, conversation_id: int, *, version: int) -> tuple[Utterance, ...] | None:
        """What is remembered; None when it is missing, unreadable or of another version."""
        try:
            stored = self.client.get(_key(conversation_id))
        except RedisError as error:
            log.warning("memory.unreadable", error=type(error).__name__)
            return None
        return _decode(stored, version) if stored else None

    def write(self, conversation_id: int, utterances: Sequence[Utterance], *, version: int) -> None:
        """Remember; a failure only means that the next turn reads PostgreSQL."""
        pairs = [(utterance.role, utterance.text) for utterance in utterances]
        document = json.dumps({"version": version, "utterances": pairs})
        try:
            self.client.set(_key(conversation_id), document, ex=self.expires_after_seconds)
        except RedisError as error:
            log.warning("memory.unwritable", error=type(error).__name__)


def _key(conversation_id: int) -> str:
    return f"secretaria:memory:{conversation_id}"


def _decode(stored: bytes | str, version: int) -> tuple[Utterance, ...] | None:
    """Read what was stored; anything but our own form of this version counts as missing."""
    try:
        document = json.loads(stored)
        if document["version"] != version:
            return None
        utterances = tuple(Utterance(role, text) for role, text in document["utterances"])
    except (ValueError, TypeError, KeyError, RecursionError):
        log.warning("memory.unreadable", error="not_ours")
        return None
    is_ours = all(one.role in ROLES and isinstance(one.text, str) for one in utterances)
    return utterances if is_ours else None
