"""5: PostgreSQL is killed, frozen, out of connections, and silent about a commit, under load."""

import time
from urllib.parse import urlsplit, urlunsplit

import gevent

from ops.chaos import outages
from ops.chaos.proxy import CuttingProxy
from ops.chaos.scenario import Run, scenario

ONE_COMMIT_IN = 5
WAYS = {
    "fora": outages.postgres_gone,
    "congelado": outages.postgres_frozen,
    "sem conexões": outages.postgres_full,
}


@scenario(
    5,
    "PostgreSQL fora, congelado, sem conexões; commit sem resposta",
    quick={"customers": 5, "seconds": 4.0},
    full={"customers": 20, "seconds": 30.0},
)
def take_postgres_away(run: Run, *, customers: int, seconds: float) -> None:
    """202 only where it is safe, else 503 with `Retry-After`; then everything, once, in order."""
    for name, outage in WAYS.items():
        with run.driver.without_patience(), run.driver.chatter(customers, pause_seconds=1):
            gevent.sleep(1)  # each conversation writes before, during and after
            with outage(run.arena):
                began = time.time()
                gevent.sleep(seconds)
            ended, back = time.time(), time.monotonic()
            gevent.sleep(1)
        _expect_honest_answers(run, name, began, ended)
        run.settle()
        run.report(f"repouso depois de {name}", f"{time.monotonic() - back:.1f} s")
    _lose_commits(run, customers, seconds)


def _expect_honest_answers(run: Run, name: str, began: float, ended: float) -> None:
    answers = run.driver.answers(began, ended)
    accepted = [answer for answer in answers if answer.status == 202]  # noqa: PLR2004 - HTTP
    refused = [answer for answer in answers if answer.status == 503]  # noqa: PLR2004 - HTTP
    run.report(f"aceitas com ele {name}", f"{len(accepted)} de {len(answers)}")
    run.latencies(since=began, until=ended, name=f" {name}")
    run.expect(bool(accepted), f"com o PostgreSQL {name} o webhook guarda no Redis e responde 202")
    told = all(answer.retry_after for answer in refused)
    run.expect(told, f"todo 503 diz quando voltar (PostgreSQL {name})")
    others = {answer.status for answer in answers} - {202, 503}
    run.expect(not others, f"com o PostgreSQL {name} só há 202 e 503, e não {others}")


def _lose_commits(run: Run, customers: int, seconds: float) -> None:
    """Cut connections just after a commit: nobody can know whether it took place."""
    proxy = CuttingProxy(run.arena.postgres.port, run.chance, ONE_COMMIT_IN)
    with proxy.listening() as port:
        environment = {"DATABASE_URL": _through(run.arena.postgres.url, port)}
        names = ["web", run.arena.worker_names[0]]
        with run.arena.sabotaged(names, environment=environment):
            proxy.cutting = True
            with run.driver.chatter(customers):
                gevent.sleep(seconds)
            proxy.cutting = False
            run.settle()
    run.report("commits sem resposta", proxy.cuts)
    run.expect(proxy.cuts > 0, "há commits sem resposta")


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.hostname}:{port}"))
