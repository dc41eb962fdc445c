"""Each simulated family over real HTTP: its words, its quirks, and what its webhook posts."""

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
import requests
from gevent.pywsgi import WSGIServer

from secretaria.core.family import FamilyName
from secretaria.playground.engines.process import wait_until
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.manners import DIALECTS, Dialect
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD, TOKEN

ANA = "5511955550101"
LID = "118650024417001"
NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
Start = Callable[..., WhaticketSimulator]


@pytest.fixture
def posts() -> list[tuple[dict[str, str], dict[str, Any]]]:
    return []


@pytest.fixture
def start(posts: list[tuple[dict[str, str], dict[str, Any]]]) -> Iterator[Start]:
    """Simulators whose webhook is a list."""

    def take(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        headers = {name: str(value) for name, value in environ.items()}
        posts.append((headers, json.loads(environ["wsgi.input"].read())))
        start_response("202 Accepted", [("Content-Type", "application/json")])
        return [b"{}"]

    receiver = WSGIServer(("127.0.0.1", 0), take, log=None)
    receiver.start()
    started: list[WhaticketSimulator] = []

    def begin(flavor: FamilyName = "saas", **more: Any) -> WhaticketSimulator:
        url = f"http://127.0.0.1:{receiver.server_port}/webhook/whaticket/url-token"
        usual: dict[str, Any] = {"webhook_url": url, "queue_seconds": 0}
        simulator = WhaticketSimulator(flavor=flavor, **(usual | more))
        simulator.start()
        started.append(simulator)
        return simulator

    yield begin
    for simulator in started:
        simulator.stop()
    receiver.stop()


def post(
    whaticket: WhaticketSimulator, path: str, body: Any, token: str | None = TOKEN, **headers: str
) -> requests.Response:
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return requests.post(f"{whaticket.url}{path}", json=body, headers=headers, timeout=5)


def message(**changed: Any) -> dict[str, Any]:
    return {"number": ANA, "body": "Olá {{firstName}}"} | changed


@pytest.mark.parametrize(
    ("flavor", "answer", "text"),
    [
        ("community", "", "Olá Ana"),
        ("saas", '{"mensagem": "Mensagem enviada"}', "Olá Ana"),
        ("multiflow", '{"status": "SUCCESS"}', "\u200e Olá {{firstName}}"),
        ("ticketz", '{"mensagem": "Message added to queue"}', "Olá {{firstName}}"),
    ],
)
def test_each_family_answers_in_its_own_words(
    start: Start, flavor: FamilyName, answer: str, text: str
) -> None:
    whaticket = start(flavor)
    ticket = whaticket.customer_wrote(ANA, "oi", name="Ana Prado")
    came = post(whaticket, "/api/messages/send", message())
    assert (came.status_code, came.text) == (200, answer)
    assert wait_until(lambda: len(ticket.messages) == 2, seconds=30)
    assert ticket.messages[1].body == text


@pytest.mark.parametrize(
    ("flavor", "changed", "status", "error"),
    [
        ("community", {"number": 5511955550101}, 500, "Internal server error"),
        ("community", {"number": "+5511955550101"}, 400, "Invalid number format"),
        ("community", {"body": "{{"}, 500, "Internal server error"),
        ("community", {"number": "5511900000000"}, 400, "ERR_WAPP_INVALID_CONTACT"),
        ("multiflow", {"number": None}, 500, "Internal server error"),
        ("multiflow", {"number": "(11) 955550101"}, 400, "Invalid number format"),
        ("multiflow", {"number": "5511900000000"}, 400, "não está cadastrado no whatsapp"),
        ("multiflow", {"userId": 9}, 400, "Ticket em outro atendimento. Atendente: user 7"),
        ("ticketz", {"number": 5511955550101}, 500, "Internal server error"),
        ("ticketz", {"number": "5511900000000"}, 500, "ERR_INTERNAL_ERROR"),
        ("press-ticket", {}, 400, "User ID is required"),
        ("saas", {"number": "5511900000000"}, 400, "tente novamente em alguns instantes"),
    ],
)
def test_what_a_family_refuses(
    start: Start, flavor: FamilyName, changed: dict[str, Any], status: int, error: str
) -> None:
    whaticket = start(flavor)
    whaticket.not_on_whatsapp.add("5511900000000")
    whaticket.person_accepts(ANA)
    answer = post(whaticket, "/api/messages/send", message(**changed))
    assert answer.status_code == status
    assert error in answer.json()["error"]
    assert [one.delivered for one in whaticket.ledger.sendings] == [False]


def test_a_first_hyphen_and_a_first_space_are_forgiven(start: Start) -> None:
    whaticket = start("community")
    number = "55119 55550-101"
    assert post(whaticket, "/api/messages/send", message(number=number)).status_code == 200
    assert len(whaticket.replies_to(ANA)) == 1


def test_a_text_is_scheduled_for_later(start: Start) -> None:
    whaticket = start("multiflow-scheduled", queue_seconds=3)
    answer = post(whaticket, "/api/messages/send", message()).json()
    assert {"message", "companyId", "schedule", "filaId"} == answer.keys()
    assert whaticket.replies_to(ANA) == []
    assert wait_until(lambda: len(whaticket.replies_to(ANA)) == 1, seconds=30)


def test_ticketz_shows_the_panel_only_what_is_saved_on_the_ticket(start: Start) -> None:
    whaticket = start("ticketz")
    ticket = whaticket.customer_wrote(ANA, "oi")
    for body, saved in (("um", False), ("dois", True)):
        post(whaticket, "/api/messages/send", message(body=body, saveOnTicket=saved))
    assert wait_until(lambda: whaticket.replies_to(ANA) == ["um", "dois"], seconds=30)
    assert [row["body"] for row in ticket.messages_json()] == ["oi", "dois"]


def test_press_takes_two_kinds_of_token_and_shows_the_id(start: Start) -> None:
    whaticket = start("press-ticket")
    path, body = "/v1/messages/send", message(userId=1)
    assert post(whaticket, path, body, None).json() == {"error": "ERR_API_TOKEN_REQUIRED"}
    wrong = post(whaticket, path, body, None, **{"x-api-token": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "ERR_INVALID_API_TOKEN"})
    for shown in (
        post(whaticket, path, body, None, **{"x-api-token": TOKEN}),
        post(whaticket, "/api/messages/send", body),
    ):
        found = shown.json()["resp"]["id"]
        assert found["_serialized"] == f"true_{ANA}@c.us_{found['id']}"


def test_the_external_api_wants_everything_and_finds_out_later_who_is_not_there(
    start: Start,
) -> None:
    whaticket = start("izing")
    path = whaticket.base_url.removeprefix(whaticket.url)
    assert post(whaticket, path, {}, None).json() == {"error": "Token was not provided."}
    assert post(whaticket, path, {}, "wrong").status_code == 403
    missing = post(whaticket, path, message())
    assert missing.json() == {"error": "externalKey is a required field"}
    whaticket.not_on_whatsapp.add(ANA)
    taken = post(whaticket, path, message(externalKey="r1"))
    assert taken.json() == {"message": "Message add queue"}
    assert whaticket.ledger.delivered == []
    assert post(whaticket, "/api/messages/send", message()).status_code == 404


def test_check_number_tells_who_is_on_whatsapp(start: Start) -> None:
    whaticket = start("multiflow")
    whaticket.not_on_whatsapp.add("5511900000000")
    path = "/api/messages/checkNumber"
    assert post(whaticket, path, {"number": ANA}).json()["existsInWhatsapp"] is True
    assert post(whaticket, path, {"number": "5511900000000"}).status_code == 400


@pytest.mark.parametrize("flavor", NAMES)
def test_a_login_has_its_familys_shape(start: Start, flavor: FamilyName) -> None:
    session = post(start(flavor), "/auth/login", {"email": EMAIL, "password": PASSWORD}).json()
    if flavor in {"izing", "whazing"}:
        assert (session["userId"], session["tenantId"]) == (1, 1)
        assert "user" not in session
    else:
        is_alone = flavor in {"community", "press-ticket"}
        assert ("companyId" in session["user"]) is not is_alone


def test_who_is_off_duty_cannot_log_in(start: Start) -> None:
    whaticket = start("multiflow-scheduled")
    whaticket.accounts.is_out_of_hours = True
    answer = post(whaticket, "/auth/login", {"email": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (401, {"error": "ERR_OUT_OF_HOURS"})


FROM_ME: dict[Dialect, Callable[[dict[str, Any]], Any]] = {
    "A": lambda shown: shown["key"]["fromMe"],
    "B": lambda shown: shown["fromMe"],
    "D": lambda shown: shown["fromMe"],
    "E": lambda shown: shown["message"]["fromMe"],
    "F": lambda shown: shown["message"]["fromMe"],
    "H": lambda shown: shown["message"]["fromMe"],
}
TEXTS: dict[Dialect, Callable[[dict[str, Any]], Any]] = {
    "A": lambda shown: shown["message"]["conversation"],
    "B": lambda shown: shown["mensagem"],
    "C": lambda shown: shown["content"],
    "D": lambda shown: shown["messageBody"],
    "E": lambda shown: shown["message"]["body"],
    "F": lambda shown: shown["message"]["body"],
    "H": lambda shown: shown["message"]["body"],
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_customer_is_heard_in_every_dialect_unsigned_when_there_is_no_secret(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]], dialect: Dialect
) -> None:
    whaticket = start(dialect=dialect)
    assert whaticket.customer_says(ANA, "Oi", name="Ana").status_code == 202
    [(headers, shown)] = posts
    assert TEXTS[dialect](shown) == "Oi"
    assert dialect == "C" or FROM_ME[dialect](shown) is False
    assert "HTTP_X_SIGNATURE" not in headers
    assert headers["PATH_INFO"].endswith("/url-token")
    assert dialect == "C" or ANA in json.dumps(shown)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_person_is_heard_where_the_dialect_carries_it(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]], dialect: Dialect
) -> None:
    whaticket = start(dialect=dialect)
    whaticket.customer_wrote(ANA, "oi")
    told = whaticket.person_says(ANA, "Aqui é a Joana")
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    assert (ticket.status, ticket.user_id) == ("open", 7)
    assert whaticket.replies_to(ANA) == ["Aqui é a Joana"]
    if dialect in {"A", "C", "E"}:
        assert told is None
        assert posts == []
    else:
        [(_, shown)] = posts
        assert (TEXTS[dialect](shown), FROM_ME[dialect](shown)) == ("Aqui é a Joana", True)


@pytest.mark.parametrize("flavor", ["community", "ticketz", "press-ticket", "whazing"])
def test_what_we_send_is_echoed_where_the_dialect_carries_it(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]], flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    body = message(body="olá", userId=1, externalKey="r1")
    is_external = flavor == "whazing"
    path = whaticket.base_url.removeprefix(whaticket.url) if is_external else "/api/messages/send"
    assert post(whaticket, path, body).status_code == 200
    assert wait_until(lambda: whaticket.ledger.echoes == 1, seconds=30)
    [(_, shown)] = posts
    assert '"fromMe": true' in json.dumps(shown)


def test_a_mark_nobody_sees_is_in_the_panel_and_the_echo(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]]
) -> None:
    whaticket = start("multiflow", echoes=True)
    post(whaticket, "/api/messages/send", message(body="olá"))
    assert wait_until(lambda: whaticket.ledger.echoes == 1, seconds=30)
    assert posts[0][1]["message"]["conversation"] == "\u200e olá"
    assert whaticket.replies_to(ANA) == ["olá"]


@pytest.mark.parametrize(
    ("dialect", "place"),
    [
        ("A", lambda shown: shown["key"]["remoteJid"]),
        ("D", lambda shown: shown["contact"]["lid"]),
        ("F", lambda shown: shown["contact"]["numberLid"]),
        ("H", lambda shown: shown["message"]["remoteJid"]),
    ],
)
def test_a_customer_may_hide_their_number(
    start: Start,
    posts: list[tuple[dict[str, str], dict[str, Any]]],
    dialect: Dialect,
    place: Callable[[dict[str, Any]], str],
) -> None:
    whaticket = start(dialect=dialect)
    whaticket.customer_says(LID, "oi", by_lid=True)
    assert place(posts[0][1]) == f"{LID}@lid"
    assert post(whaticket, "/api/messages/send", message(number=LID)).status_code == 400


def test_ticketz_pro_takes_an_answer_with_the_conversations_token(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]]
) -> None:
    whaticket = start("ticketz", dialect="C")
    whaticket.customer_says(ANA, "oi")
    shown = posts[0][1]
    assert shown["metadata"]["backendUrl"] == f"{whaticket.url}/backend"
    answer = {"type": "text", "content": "olá"}
    path = "/backend/integrations/webhook"
    assert post(whaticket, path, answer, "wrong").status_code == 401
    assert post(whaticket, path, answer, shown["token"]).status_code == 200
    assert whaticket.replies_to(ANA) == ["olá"]
    assert [one.via for one in whaticket.ledger.delivered] == ["backend"]


def test_whazing_tells_of_a_ticket_that_is_closed(
    start: Start, posts: list[tuple[dict[str, str], dict[str, Any]]]
) -> None:
    whaticket = start("whazing")
    whaticket.customer_wrote(ANA, "oi")
    whaticket.close_ticket(ANA)
    assert posts[0][1]["Type"] == "ClosedTicket"
    assert posts[0][1]["ticket"]["status"] == "closed"


def test_people_are_controlled_over_http_too(start: Start) -> None:
    whaticket = start("whazing")
    base = f"{whaticket.url}/_simulator"
    said = {"number": ANA, "text": "oi"}
    assert requests.post(f"{base}/person_says", json=said, timeout=5).json()["status"] == 202
    accepted = requests.post(f"{base}/person_accepts", json={"number": ANA}, timeout=5).json()
    assert (accepted["status"], accepted["userId"]) == ("open", 7)
    assert requests.post(f"{base}/close_ticket", json={"number": ANA}, timeout=5).ok
    requests.post(f"{base}/not_on_whatsapp", json={"numbers": [ANA]}, timeout=5)
    assert whaticket.not_on_whatsapp == {ANA}
    requests.post(f"{base}/reset", json={}, timeout=5)
    assert whaticket.not_on_whatsapp == set()
    assert whaticket.replies_to(ANA) == []


def test_what_a_person_does_with_a_ticket_shows_in_when_it_was_changed(start: Start) -> None:
    whaticket = start("saas")
    ticket = whaticket.customer_wrote(ANA, "oi")
    moments = [ticket.updated_at]
    whaticket.person_accepts(ANA)
    moments.append(ticket.updated_at)
    whaticket.close_ticket(ANA)
    moments.append(ticket.updated_at)
    assert moments == sorted(set(moments))
