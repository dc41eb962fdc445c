"""The series that exist, how several processes become one, and who may read them."""

import os
import socket
import subprocess
import sys
import textwrap
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from secretaria import metrics
from secretaria.metrics import Build, Snapshot, Window
from secretaria.metrics.serving import MOST_AT_ONCE
from secretaria.playground.engines.process import free_port, wait_until

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

SNAPSHOT = Snapshot(
    queue_messages={("converse", "waiting"): 3, ("deliver", "dead"): 0},
    unanswered_oldest_seconds=12.5,
    breaker_open={"gemini": True, "whaticket": False},
    recent={"5m": Window({"reply": 4}, {"sent": 5}, {0.95: 9.5})},
    channel_paused=True,
    store_up={"database": True, "redis": False},
)


def samples(exposition: bytes) -> Samples:
    families = text_string_to_metric_families(exposition.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(read: Samples, name: str, **labels: str) -> float | None:
    return read.get((f"secretaria_{name}", frozenset(labels.items())))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        *(("webhooks_total", {"outcome": outcome}) for outcome in metrics.WEBHOOK_OUTCOMES),
        *(("deliveries_total", {"outcome": outcome}) for outcome in metrics.DELIVERY_OUTCOMES),
        *(("turns_total", {"outcome": outcome}) for outcome in metrics.TURN_OUTCOMES),
        *(("llm_seconds_count", {"outcome": outcome}) for outcome in metrics.LLM_OUTCOMES),
        *(("llm_tokens_total", {"kind": kind}) for kind in metrics.LLM_TOKEN_KINDS),
        ("whaticket_seconds_count", {"operation": "send", "outcome": "sent"}),
        ("whaticket_seconds_count", {"operation": "login", "outcome": "ok"}),
        ("whaticket_seconds_count", {"operation": "tickets", "outcome": "ok"}),
        ("webhook_seconds_count", {}),
        ("turn_seconds_count", {}),
        ("end_to_end_seconds_count", {}),
        ("rate_limiter_bypassed_total", {}),
        ("wake_ups_lost_total", {}),
    ],
)
def test_a_series_exists_before_its_first_event(name: str, labels: dict[str, str]) -> None:
    assert value(samples(metrics.scrape()[0]), name, **labels) is not None


def test_the_outcomes_of_the_contract_are_all_there() -> None:
    assert metrics.WEBHOOK_OUTCOMES == (
        "accepted",
        "duplicate",
        "ignored",
        "unauthorized",
        "invalid",
        "rate_limited",
        "unavailable",
    )
    assert metrics.DELIVERY_OUTCOMES == ("sent", "retry", "ambiguous", "dead")


def test_what_happened_is_counted_and_timed() -> None:
    before = samples(metrics.scrape()[0])
    metrics.WEBHOOKS_TOTAL.labels("accepted").inc()
    metrics.WEBHOOK_SECONDS.observe(0.004)
    metrics.ATTACKS_TOTAL.labels("reveal").inc()
    metrics.REPLY_BLOCKED_TOTAL.labels("traceback").inc()
    after = samples(metrics.scrape()[0])

    def grown(name: str, **labels: str) -> float:
        return (value(after, name, **labels) or 0) - (value(before, name, **labels) or 0)

    assert grown("webhooks_total", outcome="accepted") == 1
    assert grown("webhook_seconds_bucket", le="0.0025") == 0
    assert grown("webhook_seconds_bucket", le="0.005") == 1
    assert grown("attacks_total", rule="reveal") == 1
    assert grown("reply_blocked_total", rule="traceback") == 1


@pytest.mark.parametrize(
    ("name", "smallest", "largest"),
    [
        ("webhook_seconds", "0.001", "5.0"),
        ("llm_seconds", "0.1", "120.0"),
        ("turn_seconds", "0.1", "120.0"),
        ("end_to_end_seconds", "0.1", "120.0"),
        ("whaticket_seconds", "0.05", "15.0"),
    ],
)
def test_the_buckets_span_what_can_happen(name: str, smallest: str, largest: str) -> None:
    edges = {
        float(dict(labels)["le"])
        for sample, labels in samples(metrics.scrape()[0])
        if sample == f"secretaria_{name}_bucket"
    }

    assert (min(edges), sorted(edges)[-2]) == (float(smallest), float(largest))


def test_every_series_carries_our_prefix_and_no_creation_time() -> None:
    names = {name for name, _ in samples(metrics.scrape(lambda: SNAPSHOT)[0])}

    assert all(name.startswith("secretaria_") for name in names)
    assert not any(name.endswith("_created") for name in names)


def test_the_content_type_is_that_of_prometheus_text() -> None:
    assert metrics.scrape()[1].startswith("text/plain; version=")


def test_a_snapshot_is_taken_at_each_scrape() -> None:
    read = samples(metrics.scrape(lambda: SNAPSHOT)[0])

    assert value(read, "queue_messages", queue="converse", state="waiting") == 3
    assert value(read, "queue_messages", queue="deliver", state="dead") == 0
    assert value(read, "unanswered_oldest_seconds") == 12.5
    assert value(read, "breaker_open", breaker="gemini") == 1
    assert value(read, "breaker_open", breaker="whaticket") == 0
    assert value(read, "recent_replies", window="5m", kind="reply") == 4
    assert value(read, "recent_deliveries", window="5m", outcome="sent") == 5
    assert value(read, "recent_end_to_end_seconds", window="5m", quantile="0.95") == 9.5
    assert value(read, "channel_paused") == 1
    assert value(read, "store_up", store="redis") == 0
    assert value(read, "workers_alive") is None


def test_the_build_is_told_by_whoever_knows_it() -> None:
    build = Build("1.2.3", "abc", "3.11.7")
    read = samples(metrics.scrape(build=build)[0])

    assert value(read, "build_info", version="1.2.3", revision="abc", python="3.11.7") == 1


def failing() -> Snapshot | None:
    raise ConnectionError


@pytest.mark.parametrize("snapshot", [None, lambda: None, failing])
def test_without_the_stores_their_series_are_absent_and_the_others_stay(
    snapshot: metrics.TakeSnapshot | None,
) -> None:
    read = samples(metrics.scrape(snapshot)[0])

    assert value(read, "unanswered_oldest_seconds") is None
    assert value(read, "breaker_open", breaker="gemini") is None
    assert value(read, "webhooks_total", outcome="accepted") is not None


def run(folder: Path, script: str) -> str:
    """Run the script as a process that shares the folder; return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


FEED = """
    import os
    from prometheus_client import Gauge
    from secretaria import metrics
    Gauge("secretaria_busy", "Busy", registry=None, multiprocess_mode="livesum").set(1)
    metrics.WEBHOOKS_TOTAL.labels("accepted").inc(2)
    metrics.TURN_SECONDS.observe(0.3)
    print(os.getpid())
"""
SCRAPE = """
    import sys
    from secretaria import metrics
    sys.stdout.buffer.write(metrics.scrape(lambda: metrics.Snapshot({}, 1.0, {}))[0])
"""


def test_the_processes_of_a_folder_are_added_up(tmp_path: Path) -> None:
    run(tmp_path, FEED)
    run(tmp_path, FEED)

    read = samples(run(tmp_path, SCRAPE).encode())
    assert value(read, "webhooks_total", outcome="accepted") == 4
    assert value(read, "turn_seconds_bucket", le="0.5") == 2
    assert value(read, "webhooks_total", outcome="unavailable") == 0
    assert value(read, "unanswered_oldest_seconds") == 1


def test_the_gauges_of_a_dead_process_go_and_its_counters_stay(tmp_path: Path) -> None:
    dead = int(run(tmp_path, FEED))
    run(tmp_path, FEED)
    bury = f"from secretaria import metrics; metrics.mark_process_dead({dead})"
    run(tmp_path, bury)
    run(tmp_path, bury)

    read = samples(run(tmp_path, SCRAPE).encode())
    assert value(read, "busy") == 1
    assert value(read, "webhooks_total", outcome="accepted") == 4


def test_a_file_that_a_killed_process_left_empty_does_no_harm(tmp_path: Path) -> None:
    run(tmp_path, FEED)
    (tmp_path / "counter_1.db").touch()

    read = samples(run(tmp_path, SCRAPE).encode())
    assert value(read, "webhooks_total", outcome="accepted") == 2


def test_a_dead_process_is_no_matter_without_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)

    metrics.mark_process_dead(1)


@pytest.fixture
def port() -> int:
    return free_port()


def test_a_worker_serves_its_own_metrics(port: int) -> None:
    metrics.serve(port, host="127.0.0.1", snapshot=lambda: SNAPSHOT)

    answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert value(samples(answer.content), "unanswered_oldest_seconds") == 12.5
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), ("Bearer wrong", 401), ("Bearer é", 401), ("tok", 401), ("Bearer tok", 200)],
)
def test_with_a_token_only_its_bearer_may_read(port: int, header: str | None, status: int) -> None:
    metrics.serve(port, host="127.0.0.1", token="tok")
    headers = {} if header is None else {"Authorization": header.encode()}

    answer = requests.get(f"http://127.0.0.1:{port}/metrics", headers=headers, timeout=5)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert (b"secretaria_" in answer.content) == (status == 200)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /metrics\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAuthorization: Bearer tok tok\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAuthorization: x\r\nAuthorization: Bearer tok\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAuthorization:\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAuthorization: Bearer " + b"t" * 70_000 + b"\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET /metrics?token=tok HTTP/1.1\r\n\r\n",
        b"GET //metrics HTTP/1.1\r\n\r\n",
        b"HEAD /metrics HTTP/1.1\r\n\r\n",
        b"POST /metrics HTTP/1.1\r\nAuthorization: Bearer wrong\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\r\n\r\n",
    ],
    ids=str,
)
def test_no_request_that_is_out_of_order_reads_a_series(port: int, request_bytes: bytes) -> None:
    metrics.serve(port, host="127.0.0.1", token="tok")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionError):
            while chunk := connection.recv(65_536):
                answer += chunk

    assert b"secretaria_" not in answer
    headers = {"Authorization": "Bearer tok"}
    url = f"http://127.0.0.1:{port}/metrics"
    assert requests.get(url, headers=headers, timeout=5).ok, "and it goes on answering"


def test_whoever_dawdles_takes_no_more_than_a_place_among_few(port: int) -> None:
    metrics.serve(port, host="127.0.0.1")
    url = f"http://127.0.0.1:{port}/metrics"

    def is_answered() -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(url, timeout=5).ok
        return False

    with ExitStack() as dawdlers:
        for _ in range(MOST_AT_ONCE):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            dawdlers.enter_context(connection).sendall(b"GET /metrics HTTP/1.1\r\nA")
        assert wait_until(lambda: not is_answered(), seconds=4)
    assert wait_until(is_answered, seconds=10)


def test_a_port_that_a_sibling_has_is_left_to_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sibling:
        metrics.serve(sibling.getsockname()[1], host="127.0.0.1")


def test_another_fault_of_the_port_is_told(port: int) -> None:
    with pytest.raises(OSError, match="assign"):
        metrics.serve(port, host="192.0.2.1")


def test_port_zero_serves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "bind", bind)

    metrics.serve(0)


def test_a_request_says_nothing_on_stderr(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    metrics.serve(port, host="127.0.0.1")
    capfd.readouterr()  # that it serves may be told
    requests.get(f"http://127.0.0.1:{port}/metrics?token=abc", timeout=5)
    requests.request("BREW", f"http://127.0.0.1:{port}/5511955550101", timeout=5)

    assert capfd.readouterr().err == ""
