"""Redis' only door: pools with short time limits, and its errors in our words."""

import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import DefaultParser
from redis.exceptions import NoScriptError
from redis.retry import Retry

from secretaria.adapters import sockets
from secretaria.adapters.gathering import Gathering

RedisError = redis.RedisError
LANES = 3
"""How many connections of a shared client carry round trips, at the most."""
LANE_WAITS = 5
"""How many time limits a round trip waits for a lane, as each before it may use its own up: that
others are before it does not mean that Redis is away."""
Command = tuple[tuple[Any, ...], dict[str, Any]]


class SharedRedis(redis.Redis):
    """A client whose greenlets share round trips: the commands of one moment go as one pipeline.

    Not for commands that wait for something to happen: all that go with them would wait too. The
    `lanes` are connections of their own, for which no transaction makes a round trip wait.
    """

    def __init__(self, lanes: redis.ConnectionPool, others: redis.ConnectionPool) -> None:
        super().__init__(connection_pool=others)
        self.lanes = lanes
        self._pipelines = redis.Redis(connection_pool=lanes)
        self._together = Gathering[Command, Any](self._execute_all, lanes=1)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command, with those of others that are sent just now."""
        return self._together((args, options))

    def _execute_all(self, commands: Sequence[Command]) -> Sequence[Any]:
        with self._pipelines.pipeline(transaction=False) as pipeline:
            for args, options in commands:
                pipeline.execute_command(*args, **options)  # type: ignore[no-untyped-call] # redis-py's
            answers: list[Any] = pipeline.execute(raise_on_error=False)
        return answers


class Script:
    """A script that is run many times at once, in one round trip."""

    def __init__(self, client: redis.Redis, source: bytes | str) -> None:
        self._client = client
        self._registered = client.register_script(source)

    def run(self, runs: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Run it with the key and the arguments of each run; answers what each answered.

        Raises `redis.RedisError`; some may have been run all the same, and when the connection
        breaks before they are answered, they are run once more.
        """
        commands = [("EVALSHA", self._registered.sha, 1, *run) for run in runs]
        answers = _answers(self._client, commands)
        unknown = [at for at, one in enumerate(answers) if isinstance(one, NoScriptError)]
        if unknown:  # Redis was emptied, or is another one now
            load = ("SCRIPT", "LOAD", self._registered.script)
            _, *again = _answers(self._client, [load, *(commands[at] for at in unknown)])
            for at, answer in zip(unknown, again, strict=True):
                answers[at] = answer
        return _without_errors(answers)


def round_trip(client: redis.Redis, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Send commands together; answers what each answered, as it came. Raises `redis.RedisError`.

    It is what redis-py's pipelines do, which take three times as long for it.
    """
    return _without_errors(_answers(client, commands))


def _without_errors(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


def _answers(client: redis.Redis, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    pool = client.lanes if isinstance(client, SharedRedis) else client.connection_pool
    connection = pool.get_connection()
    try:
        return connection.retry.call_with_retry(
            lambda: _exchanged(connection, commands), lambda _: None
        )
    finally:
        pool.release(connection)


def _exchanged(connection: Any, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    try:
        connection.send_packed_command(connection.pack_commands(commands))
        return [_answer(connection) for _ in commands]
    except BaseException:
        connection.disconnect()  # what is still to come is the answer to somebody else's question
        raise


def _answer(connection: Any) -> Any:
    try:
        return connection.read_response()
    except redis.ResponseError as error:
        return error


class _Parser(DefaultParser):  # type: ignore[misc, valid-type] # redis-py chooses it at run time
    """Looks at a connection that is taken from the pool without letting others run."""

    def can_read(self, timeout: float = 0) -> bool:
        """Whether there is something to read within so many seconds."""
        is_plain = self._sock is not None and not hasattr(self._sock, "pending")
        if timeout == 0 and is_plain and not sockets.has_something(self._sock.fileno()):
            return False
        return bool(super().can_read(timeout))


def connect(url: str, *, connections: int, timeout_seconds: float) -> redis.Redis:
    """A client with a bounded, blocking pool; nothing connects yet."""
    return redis.Redis(connection_pool=_pool(url, connections, timeout_seconds))


def connect_shared(url: str, *, connections: int, timeout_seconds: float) -> SharedRedis:
    """The same, for a process whose greenlets share round trips; two connections at least."""
    lanes = min(LANES, connections // 2)
    return SharedRedis(
        _pool(url, lanes, timeout_seconds, waits=LANE_WAITS),
        _pool(url, connections - lanes, timeout_seconds),
    )


def is_untrusted(error: BaseException | None) -> bool:
    """Whether a connection failed because the server's certificate proves nothing."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _pool(
    url: str, connections: int, timeout_seconds: float, *, waits: int = 1
) -> redis.ConnectionPool:
    """A pool whose connections have short time limits; one is waited for as long as so many.

    A connection that a restarted Redis has forgotten is made anew, once and at once; a Redis that
    does not answer in time is not asked again.
    """
    return redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=waits * timeout_seconds,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        health_check_interval=0,
        parser_class=_Parser,
    )
