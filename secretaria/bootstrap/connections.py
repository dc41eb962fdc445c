"""How many connections each process may open: one sum for each store, within what its plan allows.

Both sums are of one deployment: all web and worker processes that these settings start, a release
and one command beside them. What runs on more machines shares the plan between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from secretaria.errors import Misconfigured
from secretaria.settings import Settings

CHORES = 4
"""What a worker process does in the database beside its wake-ups: see `actors.worker`."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool that so many processes have at once.

    `least` is what it works with: whoever finds all taken waits for a round trip, but none may
    wait for itself. `size` is what it may open; before it has been fitted, what does it any good.
    """

    processes: int
    least: int
    size: int

    @property
    def total(self) -> int:
        """What all of its processes may open."""
        return self.processes * self.size

    @property
    def spare(self) -> int:
        """What each may be deprived of."""
        return self.size - self.least


Pools = Mapping[str, Pool]


def database(settings: Settings) -> Pools:
    """PostgreSQL's pools, by whose they are; raises `Misconfigured` when the plan is too small.

    `alone` is the child in which a worker process tries a turn by itself: the turn, and its lease.
    """
    workers, threads = settings.worker_processes, settings.worker_threads
    wanted = {
        "web": Pool(settings.web_concurrency, 2, 5),
        "worker": Pool(workers, 3, min(8, threads + CHORES)),
        "alone": Pool(workers, 2, 2),
        "release": Pool(1, 1, 1),
        "command": Pool(1, 1, 1),
    }
    return _fitted("DATABASE_CONNECTIONS", settings.database_connections, wanted)


def redis(settings: Settings) -> Pools:
    """Redis' pools, likewise.

    `web` and `courtesy` are shared: up to three connections carry the round trips of all greenlets,
    and another one, or more, the transactions. Of `bell` one listens for the worker's life, and no
    command waits in Redis, so that one more serves any number of consumers. A worker's child has a
    courtesy pool too.
    """
    workers = settings.worker_processes
    wanted = {
        "web": Pool(settings.web_concurrency, 2, 10),
        "bell": Pool(workers, 2, 30),
        "courtesy": Pool(2 * workers, 2, 10),
        "alone": Pool(workers, 1, 1),
        "command": Pool(1, 1, 1),
    }
    return _fitted("REDIS_CONNECTIONS", settings.redis_connections, wanted)


def check(settings: Settings) -> None:
    """Raise `Misconfigured` when a plan is too small for the processes that are asked for."""
    database(settings)
    redis(settings)


def total(pools: Pools) -> int:
    """What all of them may open together."""
    return sum(pool.total for pool in pools.values())


def _fitted(variable: str, allowed: int, wanted: Pools) -> Pools:
    """Deprive whoever has most to spare, one connection after the other; 0 allows all."""
    pools = dict(wanted)
    while allowed and total(pools) > allowed:
        richest = max(pools, key=lambda name: pools[name].spare)
        if pools[richest].spare == 0:
            raise Misconfigured(_explained(variable, total(pools)))
        pools[richest] = replace(pools[richest], size=pools[richest].size - 1)
    return pools


def _explained(variable: str, least: int) -> str:
    return (
        f"Configuração inválida:\n  {variable}: pequena demais; com estes WEB_CONCURRENCY e"
        f" WORKER_PROCESSES espera-se {least} ou mais (0 = sem teto)"
    )
