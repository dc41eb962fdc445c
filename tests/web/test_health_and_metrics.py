"""What load balancers, platforms and Prometheus are told while all is well."""

from collections.abc import Callable

import pytest
from gevent.pool import Pool
from web_client import Web

from secretaria.playground.engines.process import wait_until

pytestmark = pytest.mark.minutes(0.5)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/healthz", "/livez"])
def test_monitors_may_ask_in_both_ways(web: Web, method: str, path: str) -> None:
    assert web.call(method, path).status_code == 200


def test_all_is_well_while_both_stores_answer(web: Web) -> None:
    assert web.get("/healthz").json() == {
        "status": "ok",
        "checks": {"database": "ok", "redis": "ok"},
    }


def test_metrics_are_open_unless_a_token_is_configured(web: Web) -> None:
    answer = web.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'secretaria_webhooks_total{outcome="accepted"}' in answer.text
    assert 'secretaria_queue_messages{queue="deliver",state="waiting"} 0.0' in answer.text


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic c2NyYXBl", "Bearer é"])
def test_metrics_ask_for_the_token(serve_with_token: Web, authorization: str | None) -> None:
    headers = {"Authorization": authorization.encode()} if authorization else {}
    answer = serve_with_token.get("/metrics", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})


def test_metrics_are_told_to_who_brings_the_token(serve_with_token: Web) -> None:
    headers = {"Authorization": "Bearer scrape-token"}
    assert serve_with_token.get("/metrics", headers=headers).status_code == 200
    assert "scrape-token" not in serve_with_token.stack.log("web")


@pytest.fixture
def serve_with_token(serve: Callable[..., Web]) -> Web:
    return serve(METRICS_TOKEN="scrape-token")


def test_two_web_processes_are_counted_together(serve: Callable[..., Web]) -> None:
    web = serve(WEB_CONCURRENCY="2")
    sent = 0

    def both_have_answered() -> bool:
        nonlocal sent
        Pool(40).map(lambda _: Web(web.stack).post(b"{}", {"X-Signature": "0"}), range(40))
        sent += 40
        lines = web.log_lines()
        return len({line["pid"] for line in lines if line["event"] == "http.request"}) == 2

    assert wait_until(both_have_answered, seconds=30)
    assert web.metric("webhook_seconds_count") == sent
