"""The simulated Whaticket over real HTTP: the SaaS family's API, its faults, and its customers."""

import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

import gevent
import jwt
import pytest
import requests
from gevent.pywsgi import WSGIServer

from secretaria.playground.engines.process import wait_until
from secretaria.playground.whaticket import Fault, WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD, TOKEN

NUMBER = "5511955550101"
OTHER = "5511955550102"


@pytest.fixture
def whaticket() -> Iterator[WhaticketSimulator]:
    with WhaticketSimulator() as simulator:
        yield simulator


class Receiver:
    """A webhook that keeps what it is sent."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.refusals = 0
        self._server = WSGIServer(("127.0.0.1", 0), self._take, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook/whaticket"

    def _take(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {key: str(value) for key, value in environ.items()}
        self.posts.append((headers, environ["wsgi.input"].read()))
        if self.refusals:
            self.refusals -= 1
            start_response("503 Service Unavailable", [])
            return [b""]
        start_response("202 Accepted", [("Content-Type", "application/json")])
        return [b'{"queued": true}']

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    started = Receiver()
    yield started
    started.stop()


def send(
    whaticket: WhaticketSimulator,
    body: Any = "Olá",
    number: Any = NUMBER,
    *,
    token: str = TOKEN,
    timeout: float = 5,
) -> requests.Response:
    return requests.post(
        f"{whaticket.url}/api/messages/send",
        json={"number": number, "body": body},
        headers={"Authorization": f"Bearer {token}"},
        timeout=timeout,
    )


def login(whaticket: WhaticketSimulator, password: str = PASSWORD) -> requests.Response:
    credentials = {"email": EMAIL, "password": password}
    return requests.post(f"{whaticket.url}/auth/login", json=credentials, timeout=5)


def call(
    whaticket: WhaticketSimulator, method: str, path: str, token: str = "", **options: Any
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{whaticket.url}{path}"
    return requests.request(method, url, headers=headers, timeout=5, **options)


def control(whaticket: WhaticketSimulator, name: str, payload: Any) -> Any:
    return requests.post(f"{whaticket.url}/_simulator/{name}", json=payload, timeout=5).json()


def outcomes(whaticket: WhaticketSimulator) -> list[tuple[bool, int | None]]:
    return [(one.delivered, one.answered_status) for one in whaticket.ledger.sendings]


@pytest.fixture
def token(whaticket: WhaticketSimulator) -> str:
    issued: str = login(whaticket).json()["token"]
    return issued


def test_a_message_with_the_connections_token_reaches_the_customer(
    whaticket: WhaticketSimulator,
) -> None:
    answer = send(whaticket, "Boa tarde!")

    assert (answer.status_code, answer.json()) == (200, {"mensagem": "Mensagem enviada"})
    assert whaticket.replies_to(NUMBER) == ["Boa tarde!"]
    (sending,) = whaticket.ledger.sendings
    assert (sending.number, sending.body, sending.at) == (NUMBER, "Boa tarde!", 1)
    assert (sending.via, sending.ticket_id) == ("api", 1)
    assert (sending.delivered, sending.answered_status) == (True, 200)


def test_the_send_api_takes_neither_another_token_nor_the_users_jwt(
    whaticket: WhaticketSimulator, token: str
) -> None:
    for wrong in ("another-token", token):
        answer = send(whaticket, token=wrong)
        assert answer.status_code == 401
        assert answer.json() == {"error": "Acesso não permitido"}

    assert whaticket.replies_to(NUMBER) == []
    assert outcomes(whaticket) == [(False, 401), (False, 401)]


@pytest.mark.parametrize(
    ("number", "body", "status"),
    [
        (5511955550101, "Olá", 500),
        (None, "Olá", 500),
        ("+55 11 95555-0101", "Olá", 400),
        (NUMBER, "", 400),
        (NUMBER, 7, 400),
        (NUMBER, "Olá {{name", 400),
    ],
)
def test_what_the_forks_choke_on_is_refused_and_not_delivered(
    whaticket: WhaticketSimulator, number: Any, body: Any, status: int
) -> None:
    assert send(whaticket, body, number).status_code == status
    assert outcomes(whaticket) == [(False, status)]


def test_a_body_is_expanded_as_the_template_it_is_taken_for(whaticket: WhaticketSimulator) -> None:
    whaticket.customer_wrote(NUMBER, "Oi", name="Ana Prado")

    send(whaticket, "Olá, {{firstName}}!{{unknown}}")

    assert whaticket.replies_to(NUMBER) == ["Olá, Ana!"]


def test_multipart_without_a_file_answers_200_and_sends_nothing(
    whaticket: WhaticketSimulator,
) -> None:
    fields = {"number": (None, NUMBER), "body": (None, "Olá")}

    answer = call(whaticket, "POST", "/api/messages/send", TOKEN, files=fields)

    assert answer.status_code == 200
    assert outcomes(whaticket) == [(False, 200)]


def test_a_login_gives_a_real_jwt_a_user_and_the_refresh_cookie() -> None:
    with WhaticketSimulator(jwt_life_seconds=60) as whaticket:
        answer = login(whaticket)

    claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
    assert claims["exp"] == pytest.approx(time.time() + 60, abs=5)
    assert answer.json()["user"]["profile"] == "admin"
    assert answer.cookies["jrt"]
    assert whaticket.ledger.logins == 1


def test_wrong_credentials_are_refused_and_counted(whaticket: WhaticketSimulator) -> None:
    answer = login(whaticket, "wrong")

    assert (answer.status_code, answer.json()) == (401, {"error": "ERR_INVALID_CREDENTIALS"})
    assert (whaticket.ledger.logins, whaticket.ledger.refused_logins) == (0, 1)


def test_the_cookie_renews_the_jwt_even_after_a_revocation(whaticket: WhaticketSimulator) -> None:
    session = requests.Session()
    credentials = {"email": EMAIL, "password": PASSWORD}
    session.post(f"{whaticket.url}/auth/login", json=credentials, timeout=5)
    whaticket.revoke_tokens()

    renewed = session.post(f"{whaticket.url}/auth/refresh_token", timeout=5)

    assert call(whaticket, "GET", "/tickets", renewed.json()["token"]).status_code == 200
    assert whaticket.ledger.refreshes == 1


def test_without_the_cookie_there_is_no_renewal(whaticket: WhaticketSimulator) -> None:
    answer = call(whaticket, "POST", "/auth/refresh_token")

    assert (answer.status_code, answer.json()) == (401, {"error": "ERR_SESSION_EXPIRED"})


def test_jwt_routes_tell_a_missing_token_from_a_useless_one(
    whaticket: WhaticketSimulator, token: str
) -> None:
    foreign = jwt.encode({"id": 1}, "k" * 32, "HS256")
    assert call(whaticket, "GET", "/tickets", token).status_code == 200
    whaticket.revoke_tokens()

    missing = call(whaticket, "GET", "/tickets")
    useless = [call(whaticket, "GET", "/tickets", one) for one in (token, foreign, TOKEN)]

    assert (missing.status_code, missing.json()) == (401, {"error": "ERR_SESSION_EXPIRED"})
    assert [answer.status_code for answer in useless] == [403, 403, 403]
    sentence = "Invalid token. We'll try to assign a new one on next request"
    assert useless[0].json() == {"error": sentence}


def test_a_jwt_that_outlived_its_life_is_expired() -> None:
    with WhaticketSimulator(jwt_life_seconds=-1) as whaticket:
        expired = login(whaticket).json()["token"]

        assert call(whaticket, "GET", "/tickets", expired).status_code == 403


def test_tickets_are_found_by_number_name_and_words(
    whaticket: WhaticketSimulator, token: str
) -> None:
    whaticket.customer_wrote(NUMBER, "quero marcar consulta", name="Ana")
    whaticket.customer_wrote(OTHER, "bom dia", name="Bruno")

    for words in (NUMBER, "ana", "MARCAR"):
        query = {"searchParam": words, "showAll": "true", "status": "", "pageNumber": "1"}
        body = call(whaticket, "GET", "/tickets", token, params=query).json()
        assert (body["count"], body["hasMore"]) == (1, False)
        (ticket,) = body["tickets"]
        assert ticket["contact"] == {"id": 1, "name": "Ana", "number": NUMBER, "email": ""}
        assert (ticket["status"], ticket["userId"], ticket["queueId"]) == ("pending", None, None)


def test_tickets_of_a_queue_need_its_id_and_those_of_others_need_show_all(
    whaticket: WhaticketSimulator, token: str
) -> None:
    whaticket.customer_wrote(NUMBER, "oi")
    change = {"status": "open", "userId": 9, "queueId": 3}
    call(whaticket, "PUT", "/tickets/1", token, json=change)

    def count(**query: str) -> int:
        return int(call(whaticket, "GET", "/tickets", token, params=query).json()["count"])

    assert count(showAll="true", queueIds="[]") == 0
    assert count(showAll="true", queueIds="[3]") == 1
    assert count(showAll="true", status="open") == 1
    assert count(showAll="true", status="pending") == 0
    assert count(showAll="false") == 0


def test_a_ticket_is_handed_to_people_and_ignores_what_the_family_ignores(
    whaticket: WhaticketSimulator, token: str
) -> None:
    whaticket.customer_wrote(NUMBER, "oi")

    change = {"status": "open", "userId": 7, "useIntegration": False, "number": "1"}
    call(whaticket, "PUT", "/tickets/1", token, json=change)

    ticket = call(whaticket, "GET", "/tickets/1", token).json()
    assert (ticket["status"], ticket["userId"]) == ("open", 7)
    assert "useIntegration" not in ticket
    assert ticket["contact"]["number"] == NUMBER


def test_a_closed_ticket_waits_again_when_its_customer_writes(
    whaticket: WhaticketSimulator,
) -> None:
    ticket = whaticket.customer_wrote(NUMBER, "oi")
    ticket.status, ticket.user_id, ticket.queue_id = "closed", 7, 3

    again = whaticket.customer_wrote(NUMBER, "oi de novo")

    assert again.id == ticket.id
    assert (again.status, again.user_id, again.queue_id) == ("pending", None, None)


def test_a_ticket_that_is_not_there_is_not_found(whaticket: WhaticketSimulator, token: str) -> None:
    answer = call(whaticket, "GET", "/tickets/99", token)

    assert (answer.status_code, answer.json()) == (404, {"error": "ERR_NO_TICKET_FOUND"})


def test_a_reply_through_the_ticket_is_delivered_and_read_back(
    whaticket: WhaticketSimulator, token: str
) -> None:
    whaticket.customer_wrote(NUMBER, "Oi", provider_id="ABC1")

    answer = call(whaticket, "POST", "/messages/1", token, json={"body": "Olá!"})
    listed = call(whaticket, "GET", "/messages/1", token, params={"pageNumber": "1"}).json()

    assert (answer.status_code, answer.content) == (200, b"")
    rows = [(row["body"], row["fromMe"]) for row in listed["messages"]]
    assert rows == [("Oi", False), ("Olá!", True)]
    assert listed["messages"][0]["id"] == "ABC1"
    assert (listed["count"], listed["hasMore"], listed["ticket"]["id"]) == (2, False, 1)
    (sending,) = whaticket.ledger.sendings
    assert (sending.via, sending.number, sending.ticket_id) == ("ticket", NUMBER, 1)


def test_messages_come_in_pages_the_newest_first_each_in_order(
    whaticket: WhaticketSimulator, token: str
) -> None:
    for index in range(25):
        whaticket.customer_wrote(NUMBER, f"m{index}")

    pages = [
        call(whaticket, "GET", "/messages/1", token, params={"pageNumber": page}).json()
        for page in ("1", "2")
    ]

    assert [row["body"] for row in pages[0]["messages"]] == [f"m{n}" for n in range(5, 25)]
    assert [row["body"] for row in pages[1]["messages"]] == [f"m{n}" for n in range(5)]
    assert [page["hasMore"] for page in pages] == [True, False]


def test_reading_a_ticket_marks_it_as_read(whaticket: WhaticketSimulator, token: str) -> None:
    ticket = whaticket.customer_wrote(NUMBER, "oi")
    assert ticket.unread == 1

    call(whaticket, "GET", "/messages/1", token)

    assert ticket.unread == 0


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (
            Fault("status", status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"}),
            400,
            "ERR_WAPP_NOT_INITIALIZED",
        ),
        (Fault("status", status=400), 400, "tente novamente em alguns instantes"),
        (Fault("status", status=402), 402, "ERR_SUBSCRIPTION_EXPIRED"),
        (Fault("status", status=500), 500, "Internal server error"),
        (Fault("status", status=502), 502, "<h1>502 Bad Gateway</h1>"),
        (Fault("status", status=504, body="<p>cedo</p>"), 504, "<p>cedo</p>"),
    ],
)
def test_a_planned_status_is_answered_and_nothing_is_delivered(
    whaticket: WhaticketSimulator, fault: Fault, status: int, body: str
) -> None:
    whaticket.plan(fault)

    answer = send(whaticket)

    assert answer.status_code == status
    assert body in answer.text
    assert outcomes(whaticket) == [(False, status)]
    assert send(whaticket).status_code == 200


def test_too_many_requests_say_when_to_come_back(whaticket: WhaticketSimulator) -> None:
    whaticket.plan(Fault("status", status=429, retry_after=30))

    assert send(whaticket).headers["Retry-After"] == "30"


def test_a_fault_of_one_number_leaves_the_others_alone(whaticket: WhaticketSimulator) -> None:
    whaticket.plan(Fault("status", status=500, number=NUMBER, times=None))

    assert send(whaticket, number=OTHER).status_code == 200
    assert send(whaticket, number=NUMBER).status_code == 500


@pytest.mark.parametrize(
    ("route", "method", "path"),
    [
        ("login", "POST", "/auth/login"),
        ("refresh", "POST", "/auth/refresh_token"),
        ("tickets", "GET", "/tickets"),
        ("messages", "GET", "/messages/1"),
        ("send", "POST", "/api/messages/send"),
    ],
)
def test_a_fault_of_one_route_leaves_the_others_alone(
    whaticket: WhaticketSimulator, route: str, method: str, path: str
) -> None:
    whaticket.plan(Fault("status", status=504, route=route, times=None))
    elsewhere = "/auth/login" if route != "login" else "/tickets"

    assert call(whaticket, method, path).status_code == 504
    assert call(whaticket, "POST", elsewhere).status_code != 504


def test_a_fault_without_a_route_concerns_both_ways_of_sending_and_nothing_else(
    whaticket: WhaticketSimulator, token: str
) -> None:
    whaticket.customer_wrote(NUMBER, "oi")
    whaticket.plan(Fault("status", status=500, times=None))

    assert call(whaticket, "GET", "/messages/1", token).status_code == 200
    assert call(whaticket, "POST", "/messages/1", token, json={"body": "a"}).status_code == 500
    assert send(whaticket).status_code == 500


def test_a_reset_takes_nothing(whaticket: WhaticketSimulator) -> None:
    whaticket.plan(Fault("reset"))

    with pytest.raises(requests.ConnectionError):
        send(whaticket)

    assert outcomes(whaticket) == [(False, None)]


def test_a_hang_takes_nothing_and_lets_go_when_the_caller_leaves(
    whaticket: WhaticketSimulator,
) -> None:
    whaticket.plan(Fault("hang"))

    with pytest.raises(requests.ReadTimeout):
        send(whaticket, timeout=2)

    assert outcomes(whaticket) == [(False, None)]


def test_a_slow_send_is_delivered(whaticket: WhaticketSimulator) -> None:
    whaticket.plan(Fault("slow", seconds=0.2))
    started = time.monotonic()

    assert send(whaticket).status_code == 200
    assert time.monotonic() - started >= 0.2
    assert outcomes(whaticket) == [(True, 200)]


def test_a_message_can_be_delivered_and_the_answer_still_fail(
    whaticket: WhaticketSimulator,
) -> None:
    whaticket.plan(
        Fault("deliver_then_status", status=500),
        Fault("deliver_then_reset"),
        Fault("deliver_then_hang"),
    )

    assert send(whaticket, "um").status_code == 500
    with pytest.raises(requests.ConnectionError):
        send(whaticket, "dois")
    with pytest.raises(requests.ReadTimeout):
        send(whaticket, "três", timeout=2)

    assert whaticket.replies_to(NUMBER) == ["um", "dois", "três"]
    assert outcomes(whaticket) == [(True, 500), (True, None), (True, None)]
    assert [one.body for one in whaticket.ledger.delivered] == ["um", "dois", "três"]


def test_what_the_api_refuses_is_not_delivered_whatever_was_planned(
    whaticket: WhaticketSimulator,
) -> None:
    whaticket.plan(Fault("deliver_then_hang"))

    assert send(whaticket, token="wrong").status_code == 401
    assert outcomes(whaticket) == [(False, 401)]


def test_the_ledger_keeps_the_order_of_concurrent_sends(whaticket: WhaticketSimulator) -> None:
    whaticket.plan(Fault("slow", seconds=4, number=NUMBER))

    late = gevent.spawn(send, whaticket, "depois", NUMBER)
    assert wait_until(lambda: whaticket.ledger.calls["send"] == 1, seconds=30)
    send(whaticket, "antes", OTHER)
    late.join(30)

    assert [(one.at, one.body) for one in whaticket.ledger.sendings] == [
        (1, "antes"),
        (2, "depois"),
    ]


def test_a_customer_writes_as_baileys_does_and_signed(receiver: Receiver) -> None:
    whaticket = WhaticketSimulator(
        webhook_url=receiver.url, shared_secret="segredo", webhook_token="extra"
    )

    answer = whaticket.customer_says(NUMBER, "Olá, é cedo?", name="Ana", provider_id="ID1", at=77.9)

    assert (answer.status_code, answer.json()) == (202, {"queued": True})
    ((headers, raw),) = receiver.posts
    payload = json.loads(raw)
    jid = f"{NUMBER}@s.whatsapp.net"
    assert payload["key"] == {"remoteJid": jid, "fromMe": False, "id": "ID1"}
    assert (payload["messageTimestamp"], payload["pushName"]) == (77, "Ana")
    assert payload["message"]["conversation"] == "Olá, é cedo?"
    timestamp = headers["HTTP_X_TIMESTAMP"]
    assert abs(int(timestamp) - time.time()) < 10
    signed = hmac.new(b"segredo", timestamp.encode() + b"." + raw, sha256).hexdigest()
    assert headers["HTTP_X_SIGNATURE"] == signed
    assert headers["HTTP_X_WEBHOOK_TOKEN"] == "extra"
    assert headers["CONTENT_TYPE"] == "application/json"


def test_each_message_has_its_own_id_and_a_repeated_one_is_in_the_ticket_once(
    receiver: Receiver,
) -> None:
    whaticket = WhaticketSimulator(webhook_url=receiver.url, shared_secret="segredo")

    whaticket.customer_says(NUMBER, "um")
    for _ in range(2):
        whaticket.customer_says(NUMBER, "dois", provider_id="SAME")

    ids = [json.loads(raw)["key"]["id"] for _, raw in receiver.posts]
    assert len(ids) == 3
    assert ids[0] != ids[1] == ids[2] == "SAME"
    ticket = whaticket.tickets.of(NUMBER)
    assert ticket is not None
    assert [message.body for message in ticket.messages] == ["um", "dois"]


@pytest.fixture
def echoing(receiver: Receiver) -> Iterator[WhaticketSimulator]:
    url = receiver.url
    with WhaticketSimulator(webhook_url=url, shared_secret="segredo", echoes=True) as simulator:
        yield simulator


@pytest.mark.parametrize("kind", ["ok", "deliver_then_status", "deliver_then_reset"])
def test_what_is_delivered_is_shown_to_the_webhook_as_ours(
    echoing: WhaticketSimulator, receiver: Receiver, kind: str
) -> None:
    echoing.plan(Fault(kind, status=500) if kind.endswith("status") else Fault(kind))
    with suppress(requests.ConnectionError):
        send(echoing, "Olá")

    assert wait_until(lambda: echoing.ledger.echoes == 1, seconds=30)
    [(headers, raw)] = receiver.posts
    payload = json.loads(raw)
    ticket = echoing.tickets.of(NUMBER)
    assert ticket is not None
    [message] = ticket.messages
    jid = f"{NUMBER}@s.whatsapp.net"
    assert payload["key"] == {"remoteJid": jid, "fromMe": True, "id": message.id}
    assert payload["message"] == {"conversation": "Olá"}
    assert payload["messageTimestamp"] == int(message.created_at.timestamp())
    signed = headers["HTTP_X_TIMESTAMP"].encode() + b"." + raw
    expected = hmac.new(b"segredo", signed, sha256).hexdigest()
    assert headers["HTTP_X_SIGNATURE"] == expected


def test_what_is_said_in_a_ticket_is_shown_too_and_to_whom(
    echoing: WhaticketSimulator, receiver: Receiver
) -> None:
    echoing.customer_wrote(NUMBER, "oi")
    token = login(echoing).json()["token"]
    call(echoing, "POST", "/messages/1", token, json={"body": "Olá"})

    assert wait_until(lambda: len(receiver.posts) == 1, seconds=30)
    assert json.loads(receiver.posts[0][1])["key"]["remoteJid"] == f"{NUMBER}@s.whatsapp.net"


@pytest.mark.parametrize("fault", [Fault("status", status=500), Fault("reset")])
def test_what_is_not_delivered_has_no_echo(
    echoing: WhaticketSimulator, receiver: Receiver, fault: Fault
) -> None:
    echoing.plan(fault)
    with suppress(requests.ConnectionError):
        send(echoing)
    send(echoing, "a seguinte")

    assert wait_until(lambda: echoing.ledger.echoes == 1, seconds=30)
    assert len(receiver.posts) == 1


def test_an_echo_that_is_not_taken_is_posted_again_with_the_same_id(
    echoing: WhaticketSimulator, receiver: Receiver
) -> None:
    receiver.refusals = 2
    send(echoing)

    assert wait_until(lambda: echoing.ledger.echoes == 1, seconds=30)
    ids = [json.loads(raw)["key"]["id"] for _, raw in receiver.posts]
    assert len(ids) == 3
    assert len(set(ids)) == 1


def test_the_answer_does_not_wait_for_the_echo(
    echoing: WhaticketSimulator, receiver: Receiver
) -> None:
    receiver.stop()
    assert send(echoing, timeout=20).status_code == 200


def test_echoes_are_switched_over_http_and_off_by_a_reset(receiver: Receiver) -> None:
    with WhaticketSimulator(webhook_url=receiver.url, shared_secret="segredo") as whaticket:
        send(whaticket, "sem eco")
        control(whaticket, "echoes", {"echoes": True})
        send(whaticket, "com eco")
        assert wait_until(lambda: whaticket.ledger.echoes == 1, seconds=30)
        control(whaticket, "reset", {})
        send(whaticket, "sem eco")
        gevent.sleep(0.2)

        assert [json.loads(raw)["message"]["conversation"] for _, raw in receiver.posts] == [
            "com eco"
        ]


def test_http_controls_do_what_the_methods_do(receiver: Receiver) -> None:
    with WhaticketSimulator(webhook_url=receiver.url, shared_secret="segredo") as whaticket:
        said = control(whaticket, "say", {"number": NUMBER, "text": "oi", "name": "Ana"})
        control(whaticket, "wrote", {"number": OTHER, "text": "só no chamado"})
        control(whaticket, "plan", {"kind": "deliver_then_status", "status": 500})
        send(whaticket, "resposta")
        replies = call(whaticket, "GET", f"/_simulator/replies?number={NUMBER}").json()
        ledger = call(whaticket, "GET", "/_simulator/ledger").json()

        assert said == {"status": 202, "body": '{"queued": true}'}
        assert len(receiver.posts) == 1
        assert whaticket.tickets.of(OTHER) is not None
        assert replies == {"replies": ["resposta"]}
        assert ledger["sendings"] == [
            {
                "number": NUMBER,
                "body": "resposta",
                "at": 1,
                "via": "api",
                "ticket_id": 1,
                "delivered": True,
                "answered_status": 500,
            }
        ]
        assert ledger["calls"] == {"send": 1}


def test_tokens_are_revoked_and_everything_is_reset_over_http(
    whaticket: WhaticketSimulator, token: str
) -> None:
    send(whaticket)

    control(whaticket, "revoke_tokens", {})
    control(whaticket, "reset", {})

    assert call(whaticket, "GET", "/tickets", token).status_code == 403
    assert whaticket.ledger.sendings == []
    assert whaticket.replies_to(NUMBER) == []


def test_a_webhook_that_is_down_is_told_to_who_controls(whaticket: WhaticketSimulator) -> None:
    whaticket.webhook = type(whaticket.webhook)("http://127.0.0.1:9/", "segredo", None)
    url = f"{whaticket.url}/_simulator/say"

    answer = requests.post(url, json={"number": NUMBER, "text": "oi"}, timeout=10)

    assert answer.status_code == 502


def test_another_route_is_not_found(whaticket: WhaticketSimulator) -> None:
    assert call(whaticket, "GET", "/nowhere").status_code == 404


def test_it_runs_as_a_process_that_writes_to_the_webhook(receiver: Receiver) -> None:
    module = ["-m", "secretaria.playground.whaticket", "--port", "0"]
    options = ["--webhook-url", receiver.url, "--secret", "segredo"]
    command = [sys.executable, *module, *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        wanted = {"number": NUMBER, "text": "oi"}
        said = requests.post(f"{url}/_simulator/say", json=wanted, timeout=10).json()
        process.terminate()

        assert said["status"] == 202
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
