"""Rate limits: a contact's own, and an address's, which counts what failed verification alone."""

from collections.abc import Callable, Iterator

import pytest
import redis
import requests
from web_client import PATH, Web, serving, signed, text_message

from secretaria.adapters.database import Database
from secretaria.playground.engines import Engines

pytestmark = pytest.mark.minutes(1)

BODY = b"{}"


@pytest.fixture(scope="module")
def running_strict(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    environment = {
        "RATE_LIMIT_PER_NUMBER": "1",
        "RATE_LIMIT_PER_IP": "1",
        "RATE_LIMIT_WINDOW_SECONDS": "600",
    }
    with serving(tmp_path_factory.mktemp("strict"), engines, **environment) as web:
        yield web


@pytest.fixture
def strict(
    running_strict: Web,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Web:
    """A web process that lets nobody in twice in ten minutes, on empty stores."""
    return running_strict


def fail(web: Web, **headers: str) -> requests.Response:
    wrong = {"X-Signature": "0" * 64} | {name.replace("_", "-"): it for name, it in headers.items()}
    return web.post(BODY, wrong)


def test_a_contact_who_writes_too_fast_is_told_when_to_come_back(web: Web) -> None:
    with web.counting(accepted=30, rate_limited=1):
        assert {web.say(text_message(str(index))).status_code for index in range(30)} == {202}
        answer = web.say(text_message("mais uma"))
    assert (answer.status_code, answer.json()) == (429, {"error": "rate_limited"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_another_contact_is_not_kept_waiting(strict: Web) -> None:
    assert strict.say(text_message(number="5511900000001")).status_code == 202
    assert strict.say(text_message("b", number="5511900000001")).status_code == 429
    assert strict.say(text_message(number="5511900000002")).status_code == 202


def test_a_window_that_is_over_lets_the_contact_in_again(
    strict: Web, redis_client: redis.Redis
) -> None:
    strict.say(text_message("a"))
    assert int(strict.say(text_message("b")).headers["Retry-After"]) > 60
    (window,) = redis_client.keys("secretaria:limit:*")
    assert 0 < redis_client.ttl(window) <= 600
    redis_client.delete(window)
    assert strict.say(text_message("c")).status_code == 202


def test_an_address_that_fails_too_often_is_limited(web: Web) -> None:
    assert {fail(web).status_code for _ in range(60)} == {401}
    with web.counting(rate_limited=1):
        answer = fail(web)
    assert (answer.status_code, answer.json()) == (429, {"error": "rate_limited"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_a_genuine_request_from_a_limited_address_is_served(strict: Web) -> None:
    assert [fail(strict).status_code for _ in range(3)] == [401, 429, 429]
    assert strict.say(text_message()).status_code == 202


def test_genuine_requests_do_not_count_against_their_address(strict: Web) -> None:
    for index in range(5):
        assert strict.say(text_message(number=f"551190000000{index}")).status_code == 202
    assert fail(strict).status_code == 401


def test_zero_switches_both_limits_off(serve: Callable[..., Web]) -> None:
    web = serve(RATE_LIMIT_PER_NUMBER="0", RATE_LIMIT_PER_IP="0")
    assert {web.say(text_message(str(index))).status_code for index in range(35)} == {202}
    assert {fail(web).status_code for _ in range(65)} == {401}


def test_without_trusted_proxies_nobody_chooses_their_address(strict: Web) -> None:
    assert fail(strict, X_Forwarded_For="198.51.100.1").status_code == 401
    assert fail(strict, X_Forwarded_For="198.51.100.2").status_code == 429


def test_with_one_trusted_proxy_the_last_entry_is_the_address(serve: Callable[..., Web]) -> None:
    web = serve(RATE_LIMIT_PER_IP="1", TRUSTED_PROXY_HOPS="1")
    assert fail(web, X_Forwarded_For="invented, 198.51.100.1").status_code == 401
    assert fail(web, X_Forwarded_For="other, 198.51.100.1").status_code == 429
    assert fail(web, X_Forwarded_For="invented, 198.51.100.2").status_code == 401


def test_with_two_trusted_proxies_it_is_the_last_but_one(serve: Callable[..., Web]) -> None:
    web = serve(RATE_LIMIT_PER_IP="1", TRUSTED_PROXY_HOPS="2")
    assert fail(web, X_Forwarded_For="invented, 198.51.100.1, 10.0.0.1").status_code == 401
    assert fail(web, X_Forwarded_For="other, 198.51.100.1, 10.0.0.2").status_code == 429


@pytest.mark.parametrize("forwarded", ["", ",,,", "x" * 5000, "é", "::1, , "])
def test_a_strange_forwarded_header_is_an_address_like_any(web: Web, forwarded: str) -> None:
    assert fail(web, X_Forwarded_For=forwarded).status_code == 401


def test_several_secrets_and_the_token_are_all_asked_for(serve: Callable[..., Web]) -> None:
    web = serve(SHARED_SECRET="new, old", WEBHOOK_TOKEN="the-door-token")
    for secret in ("new", "old"):
        message = text_message(secret)
        assert web.say(message, secret=secret, token="the-door-token").status_code == 202
        assert web.say(message, secret=secret, token="another").status_code == 401
        assert web.say(message, secret=secret).status_code == 401
    assert web.say(text_message(), secret="older", token="the-door-token").status_code == 401
    assert web.call("POST", PATH, data=BODY, headers=signed(BODY)).status_code == 401
    assert "the-door-token" not in web.stack.log("web")
