"""Gemini's door against real HTTP: what each good and bad answer ends as."""

import gc
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gevent
import pytest
from gevent.pool import Pool

from secretaria.adapters import gemini as door
from secretaria.adapters.gemini import GeminiModel
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import ModelRefused, ModelUnavailable
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until
from secretaria.playground.gemini import Fault, GeminiSimulator
from secretaria.playground.server import Simulator
from secretaria.playground.wire import Request, Response
from secretaria.services.ports import Answer

MODEL = "gemini-2.5-flash"
PROMPT = Prompt(
    "Nome: Clara, secretária virtual de Clínica Bem Viver.",
    (
        Utterance("customer", "Oi"),
        Utterance("secretary", "Olá!"),
        Utterance("customer", "eco:tudo bem"),
    ),
    Marks("", ""),
)


class RawGemini(Simulator):
    """Answers whatever it is given, byte by byte."""

    def __init__(self) -> None:
        super().__init__([])
        self.response = Response(200)
        self.requests: list[Request] = []

    def answer(self, request: Request) -> Response:
        self.requests.append(request)
        return self.response

    def ledger_json(self) -> dict[str, Any]:
        return {}

    def _forget(self) -> None:
        self.requests.clear()


@pytest.fixture
def raw() -> Iterator[RawGemini]:
    with RawGemini() as simulator:
        yield simulator


@pytest.fixture
def ask(gemini: GeminiSimulator) -> Callable[..., Answer]:
    model = door.connect("test-key", gemini.url)

    def call(*faults: Fault, name: str = MODEL, timeout_seconds: float = 3.0) -> Answer:
        gemini.plan(*faults)
        return model.generate(name, PROMPT, timeout_seconds=timeout_seconds)

    return call


@pytest.fixture
def ask_raw(raw: RawGemini) -> Callable[..., Answer]:
    model = door.connect("test-key", raw.url)

    def call(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        raw.response = Response(
            status, content, {"Content-Type": "application/json", **(headers or {})}
        )
        return model.generate(MODEL, PROMPT, timeout_seconds=3)

    return call


def good(**changed: Any) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": "Olá!"}]}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    usual = {"candidates": [{"content": content, "finishReason": 1}], "usageMetadata": usage}
    return usual | changed


def test_a_question_is_asked_as_the_contract_says(
    ask: Callable[..., Answer], gemini: GeminiSimulator
) -> None:
    answer = ask()

    (call,) = gemini.ledger.calls
    assert answer.text == "eco:tudo bem"
    assert call.model == MODEL
    assert call.system_instruction == PROMPT.system
    assert call.contents == (("user", "Oi"), ("model", "Olá!"), ("user", "eco:tudo bem"))


def test_the_key_goes_in_its_header_and_nowhere_else(
    ask_raw: Callable[..., Answer], raw: RawGemini
) -> None:
    ask_raw(200, good())

    (request,) = raw.requests
    assert request.path == f"/v1beta/models/{MODEL}:generateContent"
    assert request.headers["x-goog-api-key"] == "test-key"
    assert "test-key" not in f"{request.path}{request.query}{request.body!r}"


def test_tokens_and_the_model_that_answered_are_told(ask_raw: Callable[..., Answer]) -> None:
    answer = ask_raw(200, good(modelVersion="gemini-3-flash-001"))

    assert answer == Answer("Olá!", "gemini-3-flash-001", 10, 5)


def test_without_a_version_the_model_that_was_asked_is_told(
    ask_raw: Callable[..., Answer],
) -> None:
    assert ask_raw(200, good()).model == MODEL


def test_thoughts_are_counted_as_they_are_charged(ask_raw: Callable[..., Answer]) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "thoughtsTokenCount": 85}
    answer = ask_raw(200, good(usageMetadata=usage | {"totalTokenCount": 100}))

    assert (answer.prompt_tokens, answer.output_tokens) == (10, 90)


def test_an_answer_without_usage_counts_nothing(ask_raw: Callable[..., Answer]) -> None:
    answer = ask_raw(200, good(usageMetadata=None))

    assert (answer.prompt_tokens, answer.output_tokens) == (0, 0)


def test_the_parts_of_an_answer_are_one_text(ask_raw: Callable[..., Answer]) -> None:
    parts = [{"text": "Olá"}, {"inlineData": {"mimeType": "a/b", "data": ""}}, {"text": ", Ana!"}]
    candidate = {"content": {"parts": parts}, "finishReason": 1}

    assert ask_raw(200, good(candidates=[candidate])).text == "Olá, Ana!"


@pytest.mark.parametrize("status", [408, 429, 499, 500, 501, 502, 503, 504, 529])
def test_a_status_that_passes_is_unavailable(ask: Callable[..., Answer], status: int) -> None:
    with pytest.raises(ModelUnavailable, match=rf"^http_{status}$"):
        ask(Fault("status", status=status, text="the customer's words"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_status_that_stays_is_a_refusal(
    ask: Callable[..., Answer], gemini: GeminiSimulator, status: int
) -> None:
    with pytest.raises(ModelRefused, match=rf"^http_{status}$"):
        ask(Fault("status", status=status, text="the customer's words", times=None))

    assert len(gemini.ledger.calls) == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("blocked", "blocked"),
        ("safety", "finish_reason_3"),
        ("empty", "empty"),
        ("no_candidates", "no_candidates"),
        ("max_tokens", "finish_reason_2"),
        ("max_tokens_empty", "finish_reason_2"),
        ("unknown_finish", "finish_reason_9999"),
    ],
)
def test_an_answer_that_says_nothing_whole_is_a_refusal(
    ask: Callable[..., Answer], kind: str, reason: str
) -> None:
    with pytest.raises(ModelRefused, match=rf"^{reason}$"):
        ask(Fault(kind))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("html", "not_json"), ("truncated", "not_json"), ("reset", "ConnectionError")],
)
def test_an_answer_that_broke_on_its_way_is_unavailable(
    ask: Callable[..., Answer], kind: str, reason: str
) -> None:
    with pytest.raises(ModelUnavailable, match=rf"^{reason}$"):
        ask(Fault(kind))


def test_nobody_at_the_address_is_unavailable() -> None:
    model = door.connect("test-key", f"http://{LOOPBACK}:{free_port()}")

    with pytest.raises(ModelUnavailable, match=r"^ConnectionError$"):
        model.generate(MODEL, PROMPT, timeout_seconds=2)


@pytest.mark.parametrize("kind", ["hang", "slow", "drip"])
def test_an_attempt_ends_at_its_time_limit(ask: Callable[..., Answer], kind: str) -> None:
    started = time.monotonic()

    with pytest.raises(ModelUnavailable, match=r"^timeout$"):
        ask(Fault(kind, seconds=0.1 if kind == "drip" else 20), timeout_seconds=0.5)

    assert 0.4 < time.monotonic() - started < 15


def test_no_time_at_all_is_a_timeout(ask: Callable[..., Answer]) -> None:
    with pytest.raises(ModelUnavailable, match=r"^timeout$"):
        ask(timeout_seconds=-1)


def test_another_time_limit_passes_through(ask: Callable[..., Answer]) -> None:
    with pytest.raises(gevent.Timeout) as caught, gevent.Timeout(0.2) as outer:
        ask(Fault("hang"), timeout_seconds=5)

    assert caught.value is outer


@pytest.mark.parametrize(
    "body",
    [
        [],
        [1],
        "texto",
        5,
        None,
        {"candidates": 5},
        {"candidates": [5]},
        {"candidates": [{"content": {"parts": [{"text": 5}]}}]},
        {"candidates": [{"finishReason": {}}]},
        {"usageMetadata": {"promptTokenCount": "muitos"}},
        b"",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"candidates":' + b"[" * 90 + b"]" * 90 + b"}",
        b'{"candidates":[{"content":{"parts":[{"text":"\\ud800"}]},"finishReason":1}]}',
        json.dumps(good()).encode("utf-16"),
    ],
)
def test_what_is_not_gemini_s_json_is_unavailable(
    ask_raw: Callable[..., Answer], body: Any
) -> None:
    with pytest.raises(ModelUnavailable, match=r"^not_json$"):
        ask_raw(200, body)


@pytest.mark.parametrize(
    "body", [{}, {"candidates": None}, {"candidates": ["x"]}, {"promptFeedback": {}}]
)
def test_an_answer_without_an_ending_is_a_refusal(
    ask_raw: Callable[..., Answer], body: Any
) -> None:
    with pytest.raises(ModelRefused):
        ask_raw(200, body)


@pytest.mark.parametrize(
    "body",
    [
        [{"error": {"code": 1}}],
        "upstream",
        {"error": "upstream"},
        {"error": None},
        {"error": {"details": "x"}},
        {"error": {"details": [5, {"retryDelay": 3}]}},
        b"<html></html>",
        b"",
    ],
)
@pytest.mark.parametrize(("status", "fault"), [(400, ModelRefused), (503, ModelUnavailable)])
def test_an_error_in_anybody_s_form_is_classified_by_its_status(
    ask_raw: Callable[..., Answer], status: int, fault: type[Exception], body: Any
) -> None:
    with pytest.raises(fault, match=rf"^http_{status}$"):
        ask_raw(status, body)


def test_a_redirect_does_not_carry_the_key_elsewhere(
    ask_raw: Callable[..., Answer], raw: RawGemini, gemini: GeminiSimulator
) -> None:
    with pytest.raises(ModelUnavailable, match=r"^http_307$"):
        ask_raw(307, {}, {"Location": f"{gemini.url}/v1beta/models/{MODEL}:generateContent"})

    assert len(raw.requests) == 1
    assert not gemini.ledger.calls


def retry_info(delay: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.RetryInfo"
    return {"error": {"details": [{"@type": "other"}, {"@type": kind, "retryDelay": delay}]}}


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7.0),
        ({"Retry-After": "0.5"}, {}, 0.5),
        ({"Retry-After": "3"}, retry_info("9s"), 3.0),
        ({}, retry_info("9s"), 9.0),
        ({}, retry_info("0.250s"), 0.25),
        ({"Retry-After": "soon"}, retry_info("2s"), 2.0),
        ({"Retry-After": "-1"}, retry_info("-2s"), None),
        ({"Retry-After": "99999999999"}, {}, None),
        ({}, {}, None),
    ],
)
def test_the_wait_that_is_asked_for_is_told(
    ask_raw: Callable[..., Answer],
    headers: dict[str, str],
    body: dict[str, Any],
    seconds: float | None,
) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        ask_raw(429, body, headers)

    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize(("minute", "seconds"), [("01", 60.0), ("00", 0.0)])
def test_a_date_is_read_by_the_server_s_own_clock(
    ask_raw: Callable[..., Answer], minute: str, seconds: float
) -> None:
    headers = {
        "Date": "Sun, 22 Nov 2026 10:00:00 GMT",
        "Retry-After": f"Sun, 22 Nov 2026 10:{minute}:00 GMT",
    }
    with pytest.raises(ModelUnavailable) as caught:
        ask_raw(503, {}, headers)

    assert caught.value.retry_after_seconds == seconds


def test_sixty_four_calls_run_at_once_and_keep_their_connections(
    gemini: GeminiSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    gemini.default_delay_seconds = 5
    model = door.connect("test-key", gemini.url, connections=64)
    caplog.set_level(logging.DEBUG, logger="urllib3")

    for _ in range(2):
        texts = Pool(64).map(lambda _: ask_once(model), range(64))
        assert texts == ["eco:tudo bem"] * 64

    assert gemini.ledger.max_in_flight == 64
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    started = [one for one in caplog.messages if one.startswith("Starting new HTTP connection")]
    assert len(started) <= 66


def ask_once(model: GeminiModel) -> str:
    return model.generate(MODEL, PROMPT, timeout_seconds=20).text


def living() -> tuple[int, int]:
    gc.collect()
    greenlets = [
        one for one in gc.get_objects() if isinstance(one, gevent.Greenlet) and not one.dead
    ]
    return len(greenlets), threading.active_count()


def test_calls_that_are_cut_leave_nothing_behind_and_poison_nothing(
    ask: Callable[..., Answer], gemini: GeminiSimulator
) -> None:
    assert ask().text == "eco:tudo bem"
    before = living()

    for kind in ("hang", "drip", "hang", "drip", "hang"):
        with pytest.raises(ModelUnavailable):
            ask(Fault(kind, seconds=0.2), timeout_seconds=0.1)
        assert ask().text == "eco:tudo bem"

    assert wait_until(lambda: gemini.ledger.in_flight == 0, seconds=30)
    assert living()[1] == before[1]
    assert living()[0] <= before[0] + 6  # the simulator's own, one for each connection


def test_the_sdk_is_loaded_and_used_without_a_word_on_stderr(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("unknown_finish"), Fault("ok"))
    script = f"""
from gevent import monkey; monkey.patch_all()
from secretaria.adapters import gemini
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import ModelRefused
model = gemini.connect("test-key", {gemini.url!r})
prompt = Prompt("s", (Utterance("customer", "eco:oi"),), Marks("", ""))
try:
    model.generate("m", prompt, timeout_seconds=20)
except ModelRefused as fault:
    print(fault)
print(model.generate("m", prompt, timeout_seconds=20).text)
"""
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )

    assert process.stdout.splitlines() == ["finish_reason_9999", "eco:oi"]
    assert process.stderr == ""
