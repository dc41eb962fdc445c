"""The web process while Redis or PostgreSQL is stopped, or frozen: quick, honest answers."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
import redis
from gevent.pool import Pool
from panel_client import PASSWORD, Panel
from sql import execute
from web_client import Web, baileys_message, serving, text_message

from secretaria.bootstrap.common import WEB_DATABASE_SECONDS
from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.engine import Engine
from secretaria.playground.engines.process import free_port, wait_until
from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(1.5)

AT_ONCE_SECONDS = WEB_DATABASE_SECONDS  # PostgreSQL was not waited for
LIMIT_SECONDS = 2 * WEB_DATABASE_SECONDS  # nor twice

Away = Callable[[Engine], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def own_engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with start_engines(tmp_path_factory.mktemp("own-engines"), fsync=False) as engines:
        Stack(tmp_path_factory.mktemp("release"), engines=engines).release()
        yield engines


@pytest.fixture(scope="module")
def fragile(own_engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("fragile")
    with serving(folder, own_engines, PANEL_PASSWORD=PASSWORD) as web:
        yield web


@contextmanager
def killed(engine: Engine) -> Iterator[None]:
    engine.kill()
    try:
        yield
    finally:
        engine.start()


@contextmanager
def frozen(engine: Engine) -> Iterator[None]:
    """Every process of the server stops where it is, and its connections stay open."""
    assert engine.pid is not None
    family = [engine.pid, *children(engine.pid)]
    signal_all(family, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_all(family, signal.SIGCONT)


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a child of the server that ended meanwhile
            os.kill(pid, number)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def stored(engines: Engines, words: list[str]) -> list[str]:
    """Those of these texts that PostgreSQL has, in the order of their conversation."""
    query = "SELECT text FROM messages WHERE text = ANY(%s) ORDER BY id"
    return [text for (text,) in execute(engines.postgres.url, query, values=(words,))]


def has_person(engines: Engines, number: str) -> bool:
    """Whether PostgreSQL knows that a person has this number's conversation."""
    query = (
        "SELECT count(*) FROM contacts JOIN conversations ON contact_id = contacts.id"
        " WHERE number = %s AND status = 'human'"
    )
    return execute(engines.postgres.url, query, values=(number,)) == [(1,)]


def is_well(web: Web) -> bool:
    return bool(web.get("/healthz").json()["status"] == "ok")


@pytest.mark.parametrize("away", [killed, frozen])
def test_without_redis_messages_are_accepted_all_the_same(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    assert fragile.say(text_message(f"antes {away.__name__}")).status_code == 202
    bypassed = fragile.metric("rate_limiter_bypassed_total")
    lost = fragile.metric("wake_ups_lost_total")
    with away(own_engines.valkey):
        answer = fragile.say(text_message(f"durante {away.__name__}"))
        assert answer.status_code == 202
        assert answer.elapsed.total_seconds() < AT_ONCE_SECONDS
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["checks"] == {"database": "ok", "redis": "down"}
        assert fragile.post(b"{}", {"X-Signature": "0"}).status_code == 401
        assert fragile.metric("rate_limiter_bypassed_total") - bypassed == 2
        assert fragile.metric("wake_ups_lost_total") - lost == 1
    assert wait_until(lambda: is_well(fragile), seconds=30)
    assert fragile.say(text_message(f"depois {away.__name__}")).status_code == 202


@pytest.mark.parametrize("away", [killed, frozen])
def test_without_postgresql_messages_wait_in_redis_and_are_stored_in_order_afterwards(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    when = ("antes", "durante", "ainda durante", "depois")
    words = [f"banco {away.__name__}: {moment}" for moment in when]
    before, *during, after = (
        baileys_message(text, provider_id=f"{away.__name__}-{number}")
        for number, text in enumerate(words)
    )
    assert fragile.say(before).status_code == 202
    with away(own_engines.postgres):
        with fragile.counting(accepted=2):
            answers = [fragile.say(message) for message in during]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].elapsed.total_seconds() < LIMIT_SECONDS
        assert answers[1].elapsed.total_seconds() < AT_ONCE_SECONDS
        again = fragile.say(during[0])
        assert (again.status_code, again.json()["reason"]) == (200, "duplicate")
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["checks"] == {"database": "down", "redis": "ok"}
        assert health.elapsed.total_seconds() < LIMIT_SECONDS
        assert fragile.get("/livez").status_code == 200
        assert fragile.post(b"{}", {"X-Signature": "0"}).status_code == 401
    assert wait_until(lambda: is_well(fragile), seconds=30)
    assert fragile.say(after).status_code == 202
    assert wait_until(lambda: stored(own_engines, words) == words, seconds=30)


@pytest.mark.parametrize("away", [killed, frozen])
def test_without_postgresql_what_a_person_says_waits_like_a_message(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    number = {killed: "5521955550801", frozen: "5521955550802"}[away]
    payload = baileys_message("olá", provider_id="3EB0")
    payload["key"] |= {"fromMe": True, "remoteJid": f"{number}@s.whatsapp.net"}
    with away(own_engines.postgres):
        with fragile.counting(ignored=1):
            answer = fragile.say(payload)
        assert (answer.status_code, answer.json()) == (200, {"queued": False, "reason": "from_me"})
        assert answer.elapsed.total_seconds() < LIMIT_SECONDS
        assert fragile.say(text_message(f"e uma mensagem: {away.__name__}")).status_code == 202
        again = fragile.say(payload).elapsed.total_seconds()
        assert again < AT_ONCE_SECONDS, "it must not ask PostgreSQL again"
    assert not [line for line in fragile.log_lines() if line["event"] == "echo.lost"]
    assert wait_until(lambda: is_well(fragile), seconds=30)
    assert wait_until(lambda: has_person(own_engines, number), seconds=30)


def test_a_crowd_before_a_frozen_database_is_answered_in_time_too(
    fragile: Web, own_engines: Engines
) -> None:
    """Few connections, many requests: none waits for another's time limit and then its own."""
    with frozen(own_engines.postgres):
        answers = Pool(30).map(
            lambda index: fragile.say(text_message(number=f"55119{index:08}")), range(30)
        )
    assert {answer.status_code for answer in answers} == {202}
    assert max(answer.elapsed.total_seconds() for answer in answers) < LIMIT_SECONDS
    assert wait_until(lambda: is_well(fragile), seconds=30)


def test_without_both_stores_nothing_is_accepted_and_the_caller_is_told_when_to_come_back(
    fragile: Web, own_engines: Engines
) -> None:
    message = text_message("na ausência de tudo")
    with killed(own_engines.valkey), killed(own_engines.postgres):
        with fragile.counting(unavailable=1):
            answer = fragile.say(message)
        assert (answer.status_code, answer.json()) == (503, {"error": "unavailable"})
        assert int(answer.headers["Retry-After"]) >= 1
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (503, "down")
    assert wait_until(lambda: is_well(fragile), seconds=30)
    assert fragile.say(message).status_code == 202


def test_a_read_only_postgresql_counts_as_away(fragile: Web, own_engines: Engines) -> None:
    connection = psycopg2.connect(own_engines.postgres.url)
    connection.autocommit = True
    setting = "ALTER DATABASE secretaria SET default_transaction_read_only = "
    again = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"{setting}on")
            cursor.execute(f"{again} AND datname = 'secretaria'")
            assert wait_until(lambda: not is_well(fragile), seconds=30)
            assert fragile.get("/healthz").json()["checks"]["database"] == "down"
            assert fragile.say(text_message("banco só de leitura")).status_code == 202
        finally:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"{setting}off")
            cursor.execute(f"{again} AND datname = 'secretaria'")
    connection.close()
    assert wait_until(lambda: is_well(fragile), seconds=30)
    assert wait_until(lambda: stored(own_engines, ["banco só de leitura"]) != [], seconds=30)


def test_a_read_only_redis_is_no_place_for_a_message(fragile: Web, own_engines: Engines) -> None:
    client = redis.Redis.from_url(own_engines.valkey.url)
    client.replicaof("127.0.0.1", free_port())
    try:
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        with killed(own_engines.postgres):
            assert fragile.say(text_message("só leitura")).status_code == 503
            assert fragile.get("/healthz").status_code == 503
    finally:
        client.replicaof("NO", "ONE")
    assert wait_until(lambda: is_well(fragile), seconds=30)


@pytest.mark.parametrize("away", [killed, frozen])
def test_the_panel_shows_what_it_can_and_says_what_it_cannot(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    panel = Panel(fragile).sign_in()
    with away(own_engines.valkey):
        page = panel.page()
        assert "O Redis não respondeu: filas e workers não podem ser mostrados agora." in page
        assert "<dt>Canal do WhatsApp</dt><dd>aberto</dd>" in page
        assert Panel(fragile).try_password(PASSWORD).status_code == 303
    assert wait_until(lambda: is_well(fragile), seconds=30)
    with away(own_engines.postgres):
        answer = panel.get("/filas")
        assert answer.elapsed.total_seconds() < LIMIT_SECONDS
        assert "O PostgreSQL não respondeu" in answer.text
        assert '<th scope="row">converse ' in answer.text
        proof = panel.proof("/filas")
        for path in ("/texto", "/repetir", "/resolver?desfecho=chegou"):
            failed = panel.call("POST", path, data={"prova": proof, "mensagem": "1"})
            assert failed.status_code == 503
            assert "Um sistema não respondeu" in failed.text
    assert wait_until(lambda: is_well(fragile), seconds=30)


def test_a_panel_that_never_saw_postgresql_says_so(own_engines: Engines, tmp_path: Path) -> None:
    with (
        killed(own_engines.postgres),
        serving(tmp_path, own_engines, PANEL_PASSWORD=PASSWORD) as web,
    ):
        answer = Panel(web).get("/entrar")
        assert answer.status_code == 503
        assert "Um sistema não respondeu" in answer.text
        assert Panel(web).get("/filas").status_code == 303


def test_nothing_failed_but_what_was_away(fragile: Web) -> None:
    assert not [line for line in fragile.log_lines() if line["event"] == "http.failed"]
