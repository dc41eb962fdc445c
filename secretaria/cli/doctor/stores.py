"""Whether PostgreSQL and Redis are there, answer, and have room for all of our processes."""

from collections.abc import Iterator
from typing import Any

from secretaria.adapters.migrations import pending_migration
from secretaria.adapters.redis_client import RedisError, is_untrusted
from secretaria.bootstrap import common, connections
from secretaria.bootstrap.connections import Pools
from secretaria.cli.doctor.finding import Finding, bad, good, warning
from secretaria.errors import DatabaseUnavailable, Misconfigured
from secretaria.models import room
from secretaria.settings import UNVERIFIED, Settings

_OWNERS = {
    "web": "web",
    "worker": "worker",
    "bell": "worker (filas)",
    "courtesy": "worker (memória)",
    "alone": "worker (vez sozinha)",
    "release": "release",
    "command": "um comando",
}


def look(environment: Settings) -> Iterator[Finding]:
    """Look at both, unless the settings leave them no connections."""
    try:
        connections.check(environment)
    except Misconfigured as error:
        yield bad(str(error))
        return
    yield from _database(environment)
    yield from _redis(environment)


def _database(environment: Settings) -> Iterator[Finding]:
    database = common.command_database(environment, name="doctor")
    try:
        with database.transaction() as session:
            pending = pending_migration(session.connection())
            granted = room.connections_granted(session)
    except DatabaseUnavailable as error:
        yield bad(f"O PostgreSQL não responde ({error}). Confira DATABASE_URL.")
        return
    if pending:
        yield bad("O banco não está na versão do programa: rode `make upgrade`.")
        return
    yield good("O PostgreSQL responde e está na versão certa.")
    yield _room("PostgreSQL", "DATABASE_CONNECTIONS", connections.database(environment), granted)


def _redis(environment: Settings) -> Iterator[Finding]:
    try:
        told = common.command_redis(environment).info()
    except RedisError as error:
        yield bad(_why_silent(error))
        return
    yield good(f"O Redis responde.{_forgetfulness(told)}")
    if UNVERIFIED in environment.redis_address():
        yield warning("A conexão ao Redis é cifrada, mas não se confere com quem (certificado).")
    if told.get("maxclients"):
        pools = connections.redis(environment)
        yield _room("Redis", "REDIS_CONNECTIONS", pools, int(told["maxclients"]))


def _why_silent(error: RedisError) -> str:
    if is_untrusted(error):
        return (
            "O Redis mostra um certificado que não se pode conferir. Se é um certificado próprio,"
            " como o do Heroku, defina REDIS_TLS_VERIFY=false; senão, não confie nele."
        )
    return f"O Redis não responde ({type(error).__name__}). Confira REDIS_URL."


def _room(store: str, variable: str, pools: Pools, granted: int) -> Finding:
    """The sum of what our processes may open, beside what the store grants."""
    parts = ", ".join(
        f"{_OWNERS[name]} {pool.processes}×{pool.size}" for name, pool in pools.items()
    )
    wanted = connections.total(pools)
    said = f"Conexões ao {store}: até {wanted} ({parts}); ele aceita {granted}."
    if wanted <= granted:
        return good(said)
    return bad(f"{said} Defina {variable}={granted}, ou menos se outros o usam.")


def _forgetfulness(told: Any) -> str:
    """What Redis may lose of the messages that wait in it while PostgreSQL is away."""
    if str(told.get("maxmemory_policy", "")).startswith("allkeys"):
        return (
            " Mas, cheio, descarta o que espera pelo PostgreSQL: use maxmemory-policy noeviction."
        )
    if told.get("aof_enabled") == 0:
        return " Mas, sem appendonly, perde ao reiniciar o que espera pelo PostgreSQL."
    return ""
