"""Who speaks at Typebot's door, kept in Redis too: PostgreSQL may be away when they call again."""

from dataclasses import dataclass

import redis
from pydantic import TypeAdapter, ValidationError

from secretaria.adapters.absence import Absence
from secretaria.adapters.redis_client import RedisError
from secretaria.core.payload import Sender

VISITORS = "secretaria:typebot:"
LIFETIME_SECONDS = 86_400
_SENDER = TypeAdapter(Sender)


@dataclass(frozen=True, slots=True)
class RedisVisitors:
    """By the hash of their session's id, for a day after they were last heard of."""

    client: redis.Redis
    absence: Absence

    def remember(self, key_hash: str, sender: Sender) -> bool:
        """Keep whose session it is; False while Redis is away, or was a moment ago."""
        if self.absence.is_recent():
            return False
        try:
            self.client.set(VISITORS + key_hash, _SENDER.dump_json(sender), ex=LIFETIME_SECONDS)
        except RedisError as error:
            self.absence.note(error)
            return False
        return True

    def recall(self, key_hash: str) -> Sender | None:
        """Whose session it is; None when that is not known here, or Redis is away."""
        if self.absence.is_recent():
            return None
        try:
            kept = self.client.get(VISITORS + key_hash)
        except RedisError as error:
            self.absence.note(error)
            return None
        try:
            return None if kept is None else _SENDER.validate_json(kept)
        except ValidationError:
            return None
