"""4: Redis is gone, frozen, and a replica that refuses to write, while customers write."""

import time

import gevent

from ops.chaos import outages
from ops.chaos.scenario import Run, scenario

MOST_SECONDS = 1.0
WAYS = {
    "fora": outages.redis_gone,
    "congelado": outages.redis_frozen,
    "só de leitura": outages.redis_read_only,
}


@scenario(
    4,
    "Redis fora, congelado, só de leitura, sob carga",
    quick={"customers": 5, "seconds": 4.0},
    full={"customers": 20, "seconds": 60.0},
)
def take_redis_away(run: Run, *, customers: int, seconds: float) -> None:
    """Every webhook is answered 202, and quickly; nothing is stuck afterwards."""
    for name, outage in WAYS.items():
        with run.driver.chatter(customers), outage(run.arena):
            began = time.time()
            gevent.sleep(seconds)
            ended = time.time()
        back = time.monotonic()
        answers = run.driver.answers(began, ended)
        run.latencies(since=began, until=ended, most_seconds=MOST_SECONDS, name=f" {name}")
        others = [answer.status for answer in answers if answer.status != 202]  # noqa: PLR2004 - HTTP
        run.expect(not others, f"com o Redis {name} todo webhook recebe 202, e não {others[:5]}")
        run.settle()
        run.report(f"repouso depois de {name}", f"{time.monotonic() - back:.1f} s")
