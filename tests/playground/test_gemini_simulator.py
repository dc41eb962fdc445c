"""The simulated Gemini over real HTTP: Google's protocol, a secretary's answers, every fault."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
import requests

from secretaria.playground.gemini import Fault, GeminiSimulator

PROFILE = """Nome: Clara, secretária virtual de Clínica Bem Viver (clínica médica).
Endereço: Rua das Acácias, 120, Centro
Horário: segunda a sexta, das 8h às 18h; sábado, das 8h às 12h
Serviços:
- Consulta: R$ 200,00 (30 minutos)
- Eletrocardiograma: R$ 120,00 (20 minutos)
Agora: terça-feira, 14:00.
Instruções:
- Nunca invente horários: diga que vai confirmar."""

OTHER_PROFILE = """Você é Bia, a secretária virtual do Salão Luz.
HORARIOS DE FUNCIONAMENTO:
 * terça a sábado, 9h às 19h
Endereco: Avenida Central, 5
Corte feminino R$ 90
Manicure R$ 40"""


@pytest.fixture
def gemini() -> Iterator[GeminiSimulator]:
    with GeminiSimulator() as simulator:
        yield simulator


def ask(
    gemini: GeminiSimulator,
    *turns: str,
    profile: str = PROFILE,
    model: str = "gemini-2.5-flash",
    key: str = "a-key",
    params: dict[str, str] | None = None,
    timeout: float = 5,
) -> requests.Response:
    """Ask with turns that alternate, the customer's first and last."""
    contents = [
        {"role": ("user", "model")[index % 2], "parts": [{"text": turn}]}
        for index, turn in enumerate(turns)
    ]
    body = {"systemInstruction": {"parts": [{"text": profile}]}, "contents": contents}
    url = f"{gemini.url}/v1beta/models/{model}:generateContent"
    headers = {"x-goog-api-key": key} if key else {}
    return requests.post(url, json=body, headers=headers, params=params, timeout=timeout)


def reply(gemini: GeminiSimulator, *turns: str, profile: str = PROFILE) -> str:
    answer = ask(gemini, *turns, profile=profile)
    text: str = answer.json()["candidates"][0]["content"]["parts"][0]["text"]
    return text


def control(gemini: GeminiSimulator, name: str, payload: Any = None) -> requests.Response:
    url = f"{gemini.url}/_simulator/{name}"
    if payload is None:
        return requests.get(url, timeout=5)
    return requests.post(url, json=payload, timeout=5)


def test_an_answer_has_the_form_of_geminis(gemini: GeminiSimulator) -> None:
    body = ask(gemini, "Qual o horário de vocês?").json()

    assert body["candidates"][0]["finishReason"] == "STOP"
    assert body["candidates"][0]["content"]["role"] == "model"
    assert body["modelVersion"] == "gemini-2.5-flash"
    usage = body["usageMetadata"]
    assert usage["promptTokenCount"] == (len(PROFILE) + len("Qual o horário de vocês?")) // 4
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["candidatesTokenCount"]


def test_enums_are_numbers_for_the_client_library_that_asks_for_them(
    gemini: GeminiSimulator,
) -> None:
    answer = ask(gemini, "Oi", params={"$alt": "json;enum-encoding=int"})

    assert answer.json()["candidates"][0]["finishReason"] == 1


@pytest.mark.parametrize(
    ("question", "profile", "expected"),
    [
        ("Que horas abre no sábado?", PROFILE, "das 8h às 18h"),
        ("qual o HORARIO", OTHER_PROFILE, "terça a sábado, 9h às 19h"),
        ("Quanto custa a consulta?", PROFILE, "Consulta: R$ 200,00 (30 minutos)"),
        ("qual o preço da manicure", OTHER_PROFILE, "Manicure R$ 40"),
        ("Onde fica?", PROFILE, "Rua das Acácias, 120"),
        ("me passa o endereço", OTHER_PROFILE, "Avenida Central, 5"),
        ("Quais serviços vocês têm?", PROFILE, "Eletrocardiograma"),
        ("Com quem falo?", PROFILE, "Clara, de Clínica Bem Viver"),
        ("qual o seu nome?", OTHER_PROFILE, "Bia, de Salão Luz"),
        ("Com quem falo?", "Nome: Lia\nNome da empresa: Padaria Sol.", "Lia, de Padaria Sol"),
        ("Quem é você?", "Seja gentil.", "Eu sou a secretária virtual."),
        ("Me chamo joão", PROFILE, "João"),
        ("Oi, sou a Bianca", PROFILE, "Bianca"),
        ("Bom dia", PROFILE, "Como posso ajudar?"),
        ("Onde fica?", "Nome: Clara", "Vou confirmar"),
    ],
)
def test_the_secretary_answers_from_the_profile(
    gemini: GeminiSimulator, question: str, profile: str, expected: str
) -> None:
    assert expected in reply(gemini, question, profile=profile)


def test_only_the_service_that_was_asked_for_is_priced(gemini: GeminiSimulator) -> None:
    assert "Eletrocardiograma" not in reply(gemini, "quanto é a consulta?")


def test_several_questions_in_fences_get_one_reply_to_all(gemini: GeminiSimulator) -> None:
    fenced = (
        '<mensagem_do_cliente id="1">Quanto custa a consulta?</mensagem_do_cliente>\n'
        '<mensagem_do_cliente id="2">E onde fica?</mensagem_do_cliente>'
    )

    text = reply(gemini, fenced)

    assert "R$ 200,00" in text
    assert "Rua das Acácias" in text


def test_the_name_is_remembered_from_earlier_turns(gemini: GeminiSimulator) -> None:
    introduced = ("<c>Meu nome é Ana Prado</c>", "Muito prazer, Ana!")

    assert "Ana" in reply(gemini, *introduced, "Qual é o meu nome?")
    assert "Ainda não sei o seu nome" in reply(gemini, "Lembra de mim?")


def test_the_model_said_a_name_is_no_introduction(gemini: GeminiSimulator) -> None:
    turns = ("Oi", "Me chamo Clara", "qual o meu nome?")

    assert "Ainda não sei" in reply(gemini, *turns)


def test_each_contact_gets_its_own_marker_back(gemini: GeminiSimulator) -> None:
    assert reply(gemini, "<f>\neco: A-17\n</f>") == "eco: A-17"


@pytest.mark.parametrize(
    ("options", "status", "name"),
    [
        ({"key": ""}, 403, "PERMISSION_DENIED"),
        ({"key": "wrong-key"}, 401, "UNAUTHENTICATED"),
        ({"model": "missing-model"}, 404, "NOT_FOUND"),
    ],
)
def test_a_call_that_google_would_refuse_is_refused(
    gemini: GeminiSimulator, options: dict[str, str], status: int, name: str
) -> None:
    answer = ask(gemini, "Oi", **options)

    assert answer.status_code == status
    assert answer.json()["error"].keys() == {"code", "message", "status"}
    assert (answer.json()["error"]["code"], answer.json()["error"]["status"]) == (status, name)


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"contents": [{"role": "user", "parts": [{"text": ""}]}]}',
        b'{"contents": [{"role": "assistant", "parts": [{"text": "oi"}]}]}',
        b'{"contents": [{"role": "model", "parts": [{"text": "oi"}]}]}',
    ],
)
def test_a_malformed_call_is_an_invalid_argument(gemini: GeminiSimulator, body: bytes) -> None:
    url = f"{gemini.url}/v1beta/models/any:generateContent"

    answer = requests.post(url, data=body, headers={"x-goog-api-key": "k"}, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert gemini.ledger.calls[0].outcome == "invalid"


def test_another_route_is_not_found(gemini: GeminiSimulator) -> None:
    assert requests.get(f"{gemini.url}/v1beta/models", timeout=5).status_code == 404


def test_the_ledger_keeps_the_call_but_never_the_key(gemini: GeminiSimulator) -> None:
    ask(gemini, "Oi", "Olá!", "Tudo bem?", key="secret-key")

    (call,) = gemini.ledger.calls
    assert call.model == "gemini-2.5-flash"
    assert call.system_instruction == PROFILE
    assert call.contents == (("user", "Oi"), ("model", "Olá!"), ("user", "Tudo bem?"))
    assert "secret-key" not in repr(call)


def test_calls_in_flight_are_counted(gemini: GeminiSimulator) -> None:
    gemini.default_delay_seconds = 0.2

    calls = [gevent.spawn(ask, gemini, "Oi") for _ in range(5)]
    gevent.joinall(calls, raise_error=True)

    assert gemini.ledger.max_in_flight == 5
    assert gemini.ledger.in_flight == 0


def test_a_status_is_answered_so_many_times_and_says_when_to_come_back(
    gemini: GeminiSimulator,
) -> None:
    gemini.plan(Fault("status", status=429, retry_after=7, times=2))

    refusals = [ask(gemini, "Oi") for _ in range(2)]

    assert [answer.status_code for answer in refusals] == [429, 429]
    assert refusals[0].json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert refusals[0].headers["Retry-After"] == "7"
    assert ask(gemini, "Oi").status_code == 200


def test_faults_come_in_the_order_of_the_plan(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("ok", times=1), Fault("status", status=500), Fault("status", status=503))

    assert [ask(gemini, "Oi").status_code for _ in range(4)] == [200, 500, 503, 200]


def test_a_fault_of_one_model_leaves_the_others_alone(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("status", model="main", times=None))

    assert ask(gemini, "Oi", model="main").status_code == 503
    assert ask(gemini, "Oi", model="fallback").status_code == 200
    assert ask(gemini, "Oi", model="main").status_code == 503


def candidate(gemini: GeminiSimulator, kind: str, **fields: Any) -> dict[str, Any]:
    gemini.plan(Fault(kind, **fields))
    (only,) = ask(gemini, "Qual o horário?").json()["candidates"]
    return dict(only)


def test_bad_endings_look_like_geminis(gemini: GeminiSimulator) -> None:
    assert candidate(gemini, "safety") == {
        "content": {"role": "model"},
        "finishReason": "SAFETY",
        "index": 0,
    }
    assert candidate(gemini, "empty")["content"] == {"role": "model"}
    assert candidate(gemini, "max_tokens_empty")["finishReason"] == "MAX_TOKENS"
    cut = candidate(gemini, "max_tokens")
    assert cut["finishReason"] == "MAX_TOKENS"
    whole = reply(gemini, "Qual o horário?")
    assert whole.startswith(cut["content"]["parts"][0]["text"])
    assert len(cut["content"]["parts"][0]["text"]) < len(whole)
    assert candidate(gemini, "unknown_finish")["finishReason"] == "FROM_THE_FUTURE"


def test_a_reply_can_be_given_word_for_word(gemini: GeminiSimulator) -> None:
    given = candidate(gemini, "text", text="{{name}} *oi*")
    trace = candidate(gemini, "error_text")

    assert given["content"]["parts"] == [{"text": "{{name}} *oi*"}]
    assert trace["content"]["parts"][0]["text"].startswith("Traceback (most recent call last)")


def test_a_blocked_prompt_has_no_candidates(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("blocked"), Fault("no_candidates"))

    blocked, empty = ask(gemini, "Oi").json(), ask(gemini, "Oi").json()

    assert blocked["promptFeedback"] == {"blockReason": "SAFETY"}
    assert "candidates" not in blocked
    assert empty["candidates"] == []


def test_html_and_cut_json_are_no_json(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("html"), Fault("truncated"))

    for content_type in ("text/html", "application/json"):
        answer = ask(gemini, "Oi")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(content_type)
        with pytest.raises(requests.JSONDecodeError):
            answer.json()


def test_a_slow_answer_comes_in_the_end(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("slow", seconds=0.3))
    started = time.monotonic()

    assert ask(gemini, "Oi").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_dripping_answer_outlives_the_timeout_of_each_read(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("drip", seconds=0.01))
    started = time.monotonic()

    answer = ask(gemini, "Oi", timeout=2)

    assert answer.json()["candidates"]
    assert time.monotonic() - started > 2


def test_a_hanging_call_ends_when_the_caller_leaves(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("hang"))

    with pytest.raises(requests.ReadTimeout):
        ask(gemini, "Oi", timeout=0.2)

    with gevent.Timeout(30):
        while gemini.ledger.in_flight:
            gevent.sleep(0.01)


def test_a_reset_closes_the_connection_without_an_answer(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("reset"))

    with pytest.raises(requests.ConnectionError, match="reset"):
        ask(gemini, "Oi")

    assert ask(gemini, "Oi").status_code == 200


def test_stop_ends_hanging_calls_without_an_answer() -> None:
    gemini = GeminiSimulator()
    gemini.start()
    gemini.plan(Fault("hang", times=None))
    failures: list[Exception] = []

    def call() -> None:
        try:
            ask(gemini, "Oi", timeout=30)
        except requests.ConnectionError as error:
            failures.append(error)

    calls = [gevent.spawn(call) for _ in range(3)]
    with gevent.Timeout(30):
        while gemini.ledger.in_flight < 3:
            gevent.sleep(0.01)
        gemini.stop()
        gevent.joinall(calls)

    assert len(failures) == 3
    assert gemini.ledger.in_flight == 0


def test_a_stopped_simulator_starts_again_at_the_same_address(gemini: GeminiSimulator) -> None:
    url = gemini.url
    gemini.stop()
    with pytest.raises(requests.ConnectionError):
        ask(gemini, "Oi")

    gemini.start()

    assert gemini.url == url
    assert ask(gemini, "Oi").status_code == 200


def test_http_controls_do_what_the_methods_do(gemini: GeminiSimulator) -> None:
    planned = control(
        gemini, "plan", {"faults": [{"kind": "status", "status": 500, "times": None}]}
    )
    assert planned.json() == {"ok": True}
    assert ask(gemini, "Oi").status_code == 500

    control(gemini, "plan", {"kind": "text", "text": "pronto"})
    assert reply(gemini, "Oi") == "pronto"

    ledger = control(gemini, "ledger").json()
    assert (ledger["count"], ledger["in_flight"]) == (2, 0)
    assert [call["outcome"] for call in ledger["calls"]] == ["status", "text"]

    control(gemini, "reset", {})
    assert control(gemini, "ledger").json()["count"] == 0


def test_the_delay_can_be_set_over_http_and_is_reset(gemini: GeminiSimulator) -> None:
    gemini.plan(Fault("text", text="fica"))

    control(gemini, "plan", {"default_delay_seconds": 0.2})

    assert gemini.default_delay_seconds == 0.2
    assert reply(gemini, "Oi") == "fica"
    gemini.reset()
    assert gemini.default_delay_seconds == 0


@pytest.mark.parametrize(
    "payload",
    [{"kind": "no-such-kind"}, {"kind": "ok", "typo": 1}, {"faults": [{"times": 1}]}, [1]],
)
def test_a_plan_that_makes_no_sense_is_refused(gemini: GeminiSimulator, payload: Any) -> None:
    assert control(gemini, "plan", payload).status_code == 400


def test_an_unknown_control_is_not_found(gemini: GeminiSimulator) -> None:
    assert control(gemini, "nothing").status_code == 404


def test_a_process_that_gevent_has_not_patched_is_told_so() -> None:
    script = "from secretaria.playground.gemini import GeminiSimulator as G; G().start()"

    tried = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert "patched by gevent.monkey.patch_all()" in tried.stderr


def test_it_runs_as_a_process_and_stops_when_told() -> None:
    command = [sys.executable, "-m", "secretaria.playground.gemini", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            ledger = requests.get(f"{url}/_simulator/ledger", timeout=5).json()
        finally:
            process.terminate()

        assert ledger["count"] == 0
        assert process.wait(10) == 0
