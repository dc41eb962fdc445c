"""The login against the simulated Whaticket: one JWT for all workers, for as long as it lives."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import jwt
import pytest
import redis

from secretaria.adapters.redis_client import connect
from secretaria.adapters.whaticket import Login, LoginRefused
from secretaria.adapters.whaticket.calls import Stopped
from secretaria.adapters.whaticket.login import _life_seconds
from secretaria.core.delivery import Sending
from secretaria.metrics.series import REGISTRY
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import free_port, wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

MakeLogin = Callable[..., Login]
PATIENCE_SECONDS = 15


@pytest.fixture
def make_login(
    engines: Engines,
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
    whaticket: WhaticketSimulator,
) -> MakeLogin:
    """A login with a Redis client of its own, as another worker has it."""

    def make(**changed: Any) -> Login:
        client = connect(
            changed.pop("redis_url", engines.valkey.url),
            connections=20,
            timeout_seconds=changed.pop("redis_timeout_seconds", 5.0),
        )
        usual = {"base_url": whaticket.url, "email": EMAIL, "password": PASSWORD}
        return Login(client, **(usual | changed))

    return make


@pytest.fixture
def nowhere() -> str:
    """A Redis that nobody runs."""
    return f"redis://127.0.0.1:{free_port()}/0"


@pytest.fixture
def deaf() -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    with gevent.socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def stopped(login: Login, **more: Any) -> Sending:
    with pytest.raises(Stopped) as caught:
        login.token(**({"timeout_seconds": 5} | more))
    return caught.value.sending


def signed(**claims: Any) -> str:
    return jwt.encode(claims, "k" * 32)


def test_the_token_is_fetched_once_and_then_shared(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    first = make_login().token(timeout_seconds=5)
    assert make_login().token(timeout_seconds=5) == first
    assert whaticket.ledger.logins == 1


def test_redis_keeps_the_token_until_a_minute_before_it_expires(
    make_login: MakeLogin, redis_client: redis.Redis
) -> None:
    login = make_login()
    login.token(timeout_seconds=5)
    assert 820 < redis_client.ttl(login.key) <= 840


@pytest.mark.parametrize(
    ("token", "seconds"),
    [
        (signed(exp=time.time() + 10**9), 86_400),
        (signed(sub="nobody"), 300),
        (signed(exp=float("inf")), 300),
        ("no jwt at all", 300),
        ("", 300),
    ],
)
def test_how_long_a_token_is_kept_is_bounded(token: str, seconds: int) -> None:
    assert _life_seconds(token) == seconds


def test_a_token_that_has_hardly_any_life_is_used_but_not_kept(
    make_login: MakeLogin, whaticket: WhaticketSimulator, redis_client: redis.Redis
) -> None:
    whaticket.accounts.jwt_life_seconds = 30
    login = make_login()
    assert login.token(timeout_seconds=5)
    assert redis_client.get(login.key) is None


def test_workers_that_find_it_missing_log_in_once_between_them(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    whaticket.default_delay_seconds = 0.3
    logins = [make_login() for _ in range(10)]
    tokens = [gevent.spawn(login.token, timeout_seconds=5) for login in logins]
    gevent.joinall(tokens, raise_error=True)
    assert len({token.value for token in tokens}) == 1
    assert whaticket.ledger.logins == 1


def test_workers_whose_token_was_refused_renew_it_once_between_them(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    old = make_login().token(timeout_seconds=5)
    whaticket.default_delay_seconds = 0.3
    logins = [make_login() for _ in range(10)]
    tokens = [gevent.spawn(login.token, timeout_seconds=5, refused=old) for login in logins]
    gevent.joinall(tokens, raise_error=True)
    assert {token.value for token in tokens} != {old}
    assert whaticket.ledger.logins == 2


def test_a_token_that_was_refused_later_than_it_was_renewed_is_not_renewed_again(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    login = make_login()
    old = login.token(timeout_seconds=5)
    fresh = login.token(timeout_seconds=5, refused=old)
    assert login.token(timeout_seconds=5, refused=old) == fresh
    assert whaticket.ledger.logins == 2


def test_another_user_and_another_whaticket_have_tokens_of_their_own(
    make_login: MakeLogin,
) -> None:
    keys = {
        make_login().key,
        make_login(email="outra@example.com").key,
        make_login(base_url="http://outro.example.com").key,
    }
    assert len(keys) == 3
    assert not any("example" in key for key in keys)


def test_a_wrong_password_is_the_channels_fault(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    login = make_login(password="errada")
    with pytest.raises(LoginRefused) as caught:
        login.token(timeout_seconds=5)
    assert caught.value.sending == Sending("channel_down", "login_401", 401)
    assert whaticket.ledger.refused_logins == 1


@pytest.mark.parametrize(
    ("status", "body", "sending"),
    [
        (401, {"error": "ERR_OUT_OF_HOURS"}, Sending("channel_down", "login_out_of_hours", 401)),
        (402, None, Sending("channel_down", "login_access_402", 402)),
        (404, "<html>", Sending("channel_down", "login_route_404", 404)),
        (302, "", Sending("channel_down", "login_route_302", 302)),
        (500, None, Sending("not_arrived", "login_http_500", 500)),
        (502, None, Sending("not_arrived", "login_http_502", 502)),
        (429, None, Sending("not_arrived", "login_http_429", 429, 40.0)),
        (503, None, Sending("not_arrived", "login_http_503", 503, 40.0)),
        (200, "<html>a page</html>", Sending("channel_down", "login_unreadable", 200)),
        (200, "nothing", Sending("channel_down", "login_unreadable", 200)),
        (200, {"token": None}, Sending("channel_down", "login_unreadable", 200)),
        (200, "[" * 100_000, Sending("channel_down", "login_unreadable", 200)),
    ],
)
def test_an_answer_without_a_token_says_what_becomes_of_the_reply(
    make_login: MakeLogin, whaticket: WhaticketSimulator, status: int, body: Any, sending: Sending
) -> None:
    whaticket.plan(Fault("status", route="login", status=status, body=body, retry_after=40))
    assert stopped(make_login()) == sending


def test_a_login_that_hangs_is_given_up_in_time_and_nothing_has_arrived(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    whaticket.plan(Fault("hang", route="login", times=None))
    started = time.monotonic()
    assert stopped(make_login(), timeout_seconds=0.5) == Sending("not_arrived", "login_timeout")
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_who_waits_for_a_login_that_hangs_waits_no_longer_than_their_own_limit(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    whaticket.plan(Fault("hang", route="login", times=None))
    first = gevent.spawn(stopped, make_login(), timeout_seconds=60)
    assert wait_until(lambda: whaticket.ledger.calls["login"] > 0, seconds=PATIENCE_SECONDS)
    started = time.monotonic()
    assert stopped(make_login(), timeout_seconds=0.5).kind == "not_arrived"
    assert time.monotonic() - started < PATIENCE_SECONDS
    first.kill()


def test_a_whaticket_that_cannot_be_reached_is_told_from_one_that_refuses(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    whaticket.stop()
    sending = stopped(make_login())
    assert (sending.kind, sending.is_unreachable) == ("not_arrived", True)


def test_it_works_without_redis(
    make_login: MakeLogin, whaticket: WhaticketSimulator, nowhere: str
) -> None:
    login = make_login(redis_url=nowhere)
    assert login.token(timeout_seconds=5) != login.token(timeout_seconds=5)
    assert whaticket.ledger.logins == 2


def test_a_redis_that_never_answers_leaves_time_for_the_login(
    make_login: MakeLogin, deaf: str
) -> None:
    started = time.monotonic()
    assert make_login(redis_url=deaf).token(timeout_seconds=60)
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_redis_that_never_answers_cannot_stretch_the_limit(
    make_login: MakeLogin, deaf: str
) -> None:
    login = make_login(redis_url=deaf, redis_timeout_seconds=60)
    started = time.monotonic()
    assert stopped(login, timeout_seconds=0.3).error == "login_timeout"
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_token_that_redis_no_longer_takes_is_used_all_the_same(
    make_login: MakeLogin, whaticket: WhaticketSimulator, redis_client: redis.Redis
) -> None:
    """Redis refuses to write just after the login: nobody logs in a second time for that."""
    whaticket.default_delay_seconds = 1
    login = make_login()
    token = gevent.spawn(login.token, timeout_seconds=5)
    assert wait_until(lambda: whaticket.ledger.calls["login"] > 0, seconds=PATIENCE_SECONDS)
    redis_client.delete(f"{login.key}:lock")
    redis_client.config_set("maxmemory", 1)
    try:
        assert token.get(timeout=30)
    finally:
        redis_client.config_set("maxmemory", 0)
    assert whaticket.ledger.logins == 1


def test_each_login_is_timed_with_its_outcome(
    make_login: MakeLogin, whaticket: WhaticketSimulator
) -> None:
    before = {outcome: timed(outcome) for outcome in ("ok", "not_arrived", "channel_down")}
    make_login().token(timeout_seconds=5)
    whaticket.plan(Fault("status", route="login", status=500))
    stopped(make_login(email="outra@example.com"))
    stopped(make_login(password="errada", email="mais@example.com"))
    assert {outcome: timed(outcome) - count for outcome, count in before.items()} == {
        "ok": 1,
        "not_arrived": 1,
        "channel_down": 1,
    }


def timed(outcome: str) -> float:
    labels = {"operation": "login", "outcome": outcome}
    return REGISTRY.get_sample_value("secretaria_whaticket_seconds_count", labels) or 0
