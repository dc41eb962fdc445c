"""What Redis tells a person: queues, workers, and what waits there."""

from dataclasses import asdict, dataclass

import redis

from secretaria.adapters import presence
from secretaria.adapters.queues import QUEUES, depth
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.spool import RedisSpool
from secretaria.errors import QueuesUnavailable, SpoolUnavailable
from secretaria.services.survey import InRedis, Queue


@dataclass(frozen=True, slots=True)
class RedisSurvey:
    """Asks once for everything; the first thing that fails tells of all the rest."""

    client: redis.Redis
    spool: RedisSpool

    def __call__(self) -> InRedis:
        """Look; raises `QueuesUnavailable`."""
        try:
            return InRedis(
                queues=tuple(Queue(name, **asdict(depth(self.client, name))) for name in QUEUES),
                workers=tuple(one.name for one in presence.seen(self.client)),
                spooled=self.spool.count(),
                refused=self.spool.count_refused(),
            )
        except (RedisError, SpoolUnavailable) as error:
            raise QueuesUnavailable(type(error).__name__) from None
