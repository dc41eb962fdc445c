"""Handing replies to the simulated Whaticket over real HTTP: by the token, or in the ticket."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import redis
from dramatiq.middleware import TimeLimitExceeded
from gevent.pywsgi import WSGIServer

from secretaria import metrics
from secretaria.adapters.redis_client import connect
from secretaria.adapters.whaticket import Login, WhaticketMessenger
from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.metrics.series import REGISTRY
from secretaria.playground.engines import Engines
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD, TOKEN

ANA, BIA = "5511955550101", "5511955550102"
PATIENCE_SECONDS = 15
TO_ANA = Address(number=ANA, ticket_id=None)
DISCONNECTED = {"error": "ERR_WAPP_NOT_INITIALIZED"}

MakeMessenger = Callable[..., WhaticketMessenger]


@pytest.fixture
def by_token(whaticket: WhaticketSimulator) -> WhaticketMessenger:
    return WhaticketMessenger(whaticket.url, TOKEN, None, 8)


@pytest.fixture
def make_messenger(
    engines: Engines,
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
    whaticket: WhaticketSimulator,
) -> MakeMessenger:
    """A messenger that logs in, and has no token unless told."""

    def make(**changed: Any) -> WhaticketMessenger:
        url = changed.pop("url", whaticket.url)
        client = connect(engines.valkey.url, connections=10, timeout_seconds=5)
        login = Login(client, url, EMAIL, PASSWORD)
        usual = {"base_url": url, "token": None, "login": login, "timeout_seconds": 8}
        return WhaticketMessenger(**(usual | changed))

    return make


@pytest.fixture
def by_login(make_messenger: MakeMessenger) -> WhaticketMessenger:
    return make_messenger()


class TicketServer:
    """A Whaticket whose login is always taken, and whose tickets are what a test says."""

    def __init__(self) -> None:
        self.pages: list[Any] = []
        self.queues: Any = [{"id": 3}, {"id": 7}, {"name": "no id"}, "x"]
        self.asked: list[tuple[str, str]] = []
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        self.asked.append((path, query))
        start_response("200 OK", [("Content-Type", "application/json")])
        if path == "/tickets":
            return [self.pages[int(query.rsplit("pageNumber=", 1)[1]) - 1]]
        known = {"/auth/login": b'{"token": "opaque"}', "/queue": _json(self.queues)}
        return [known.get(path, b"")]

    def sent_to(self) -> list[str]:
        return [path for path, _ in self.asked if path.startswith("/messages/")]

    def stop(self) -> None:
        self._server.stop(timeout=0)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def tickets() -> Iterator[TicketServer]:
    server = TicketServer()
    yield server
    server.stop()


def ticket(ticket_id: Any, number: Any = ANA, status: str = "pending") -> dict[str, Any]:
    return {"id": ticket_id, "status": status, "contact": {"number": number}}


def page(*found: Any, has_more: bool = False) -> bytes:
    return _json({"tickets": found, "count": len(found), "hasMore": has_more})


def test_a_token_and_a_number_are_all_it_takes(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger
) -> None:
    assert by_token.send(TO_ANA, "olá", label="r1") == Sending("sent", http_status=200)
    assert whaticket.replies_to(ANA) == ["olá"]
    assert whaticket.ledger.calls == {"send": 1}


@pytest.mark.parametrize(
    ("fault", "sending"),
    [
        (Fault("status", status=400, body=DISCONNECTED), "channel_down whatsapp_disconnected 400"),
        (Fault("status", status=400), "refused generic_refusal 400"),
        (Fault("status", status=400, body="<html>"), "refused http_400 400"),
        (Fault("status", status=401), "channel_down access_401 401"),
        (Fault("status", status=402), "channel_down access_402 402"),
        (Fault("status", status=403), "channel_down access_403 403"),
        (Fault("status", status=404), "refused not_on_whatsapp 404"),
        (Fault("status", status=404, body="<html>"), "channel_down route_404 404"),
        (Fault("status", status=302, body=""), "channel_down route_302 302"),
        (Fault("status", status=429), "not_arrived http_429 429"),
        (Fault("status", status=503), "not_arrived http_503 503"),
        (Fault("status", status=500), "unknown http_500 500"),
        (Fault("status", status=502), "unknown http_502 502"),
        (Fault("deliver_then_status", status=504), "unknown http_504 504"),
        (Fault("reset"), "unknown ConnectionResetError None"),
        (Fault("deliver_then_reset"), "unknown ConnectionResetError None"),
    ],
)
def test_each_fault_has_its_class(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger, fault: Fault, sending: str
) -> None:
    whaticket.plan(fault)
    came = by_token.send(TO_ANA, "olá", label="r1")
    assert f"{came.kind} {came.error} {came.http_status}" == sending
    assert len(whaticket.ledger.sendings) == 1


@pytest.mark.parametrize("kind", ["hang", "deliver_then_hang"])
def test_a_send_that_hangs_is_unknown_when_its_time_is_over(
    whaticket: WhaticketSimulator, kind: str
) -> None:
    whaticket.plan(Fault(kind))
    started = time.monotonic()
    sending = WhaticketMessenger(whaticket.url, TOKEN, None, 0.4).send(TO_ANA, "olá", label="r1")
    assert sending == Sending("unknown", "timeout")
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_whaticket_that_is_off_is_unreachable(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger
) -> None:
    whaticket.stop()
    assert by_token.send(TO_ANA, "olá", label="r1") == Sending(
        "not_arrived", "ConnectionRefusedError", is_unreachable=True
    )


@pytest.mark.parametrize(
    "url", ["http://whaticket.invalid", "https://127.0.0.1:{port}", "http://[::1]:1"]
)
def test_an_address_that_leads_nowhere_is_unreachable(
    whaticket: WhaticketSimulator, url: str
) -> None:
    port = whaticket.url.rsplit(":", 1)[1]
    sending = WhaticketMessenger(url.format(port=port), TOKEN, None, 5).send(
        TO_ANA, "olá", label="r1"
    )
    assert (sending.kind, sending.is_unreachable) == ("not_arrived", True)


def test_a_path_that_is_not_there_is_the_channels_fault(whaticket: WhaticketSimulator) -> None:
    sending = WhaticketMessenger(f"{whaticket.url}/backend", TOKEN, None, 2).send(
        TO_ANA, "olá", label="r1"
    )
    assert sending == Sending("channel_down", "route_404", 404)


def test_whaticket_says_for_how_long_it_puts_us_off(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger
) -> None:
    whaticket.plan(Fault("status", status=429, retry_after=40))
    assert by_token.send(TO_ANA, "olá", label="r1").retry_after_seconds == 40


def test_dramatiqs_time_limit_passes_through_a_send(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger
) -> None:
    whaticket.plan(Fault("hang"))
    with pytest.raises(TimeLimitExceeded), gevent.Timeout(0.2, TimeLimitExceeded):
        by_token.send(TO_ANA, "olá", label="r1")


def test_without_a_number_a_token_alone_reaches_nobody(
    whaticket: WhaticketSimulator, by_token: WhaticketMessenger
) -> None:
    sending = by_token.send(Address(number=None, ticket_id=5), "olá", label="r1")
    assert sending == Sending("refused", "no_address")
    assert not whaticket.ledger.calls


def test_with_a_login_the_reply_goes_into_the_contacts_ticket(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    assert by_login.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert by_login.send(TO_ANA, "até logo", label="r1").kind == "sent"
    assert whaticket.replies_to(ANA) == ["olá", "até logo"]
    assert [one.via for one in whaticket.ledger.sendings] == ["ticket", "ticket"]
    assert whaticket.ledger.logins == 1


def test_a_ticket_that_is_known_is_not_looked_for(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    known = whaticket.customer_wrote(ANA, "oi")
    assert by_login.send(Address(number=None, ticket_id=known.id), "olá", label="r1").kind == "sent"
    assert whaticket.ledger.calls == {"login": 1, "messages": 1}


def test_somebody_elses_ticket_that_mentions_the_number_is_not_answered(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    whaticket.customer_wrote(BIA, f"o número dela é {ANA}")
    assert by_login.send(TO_ANA, "olá", label="r1") == Sending("refused", "no_ticket")
    assert not whaticket.ledger.sendings


@pytest.mark.parametrize("address", [TO_ANA, Address(number=None, ticket_id=None)])
def test_a_contact_without_a_ticket_cannot_be_answered_in_one(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger, address: Address
) -> None:
    assert by_login.send(address, "olá", label="r1") == Sending("refused", "no_ticket")
    assert not whaticket.ledger.sendings


def test_a_ticket_that_is_gone_is_this_replys_fault_alone(
    by_login: WhaticketMessenger,
) -> None:
    sending = by_login.send(Address(number=None, ticket_id=99), "olá", label="r1")
    assert sending == Sending("refused", "no_ticket", 404)


def test_a_living_ticket_comes_first_and_then_the_newest(
    tickets: TicketServer, make_messenger: MakeMessenger
) -> None:
    messenger = make_messenger(url=tickets.url)
    closed = [ticket(4, status="closed"), ticket(9, status="closed")]
    tickets.pages = [page(*closed, ticket(2, status="open"), ticket(3, BIA, "open"))]
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    tickets.pages = [page(*closed)]
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert tickets.sent_to() == ["/messages/2", "/messages/9"]


def test_all_queues_are_searched(tickets: TicketServer, make_messenger: MakeMessenger) -> None:
    tickets.pages = [page(ticket(1))]
    make_messenger(url=tickets.url).send(TO_ANA, "olá", label="r1")
    [query] = [query for path, query in tickets.asked if path == "/tickets"]
    assert f"searchParam={ANA}&showAll=true&queueIds=%5B3%2C7%5D&pageNumber=1" in query


def test_a_ticket_on_a_later_page_is_found_and_no_search_goes_on_for_ever(
    tickets: TicketServer, make_messenger: MakeMessenger
) -> None:
    messenger = make_messenger(url=tickets.url)
    others = page(ticket(1, BIA), has_more=True)
    tickets.pages = [others, page(ticket(5))]
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert tickets.sent_to() == ["/messages/5"]
    tickets.pages = [others] * 50
    assert messenger.send(TO_ANA, "olá", label="r1").error == "no_ticket"
    assert len([path for path, _ in tickets.asked if path == "/tickets"]) == 2 + 5


def test_tickets_without_a_sensible_id_or_contact_are_passed_over(
    tickets: TicketServer, make_messenger: MakeMessenger
) -> None:
    odd = [ticket("7"), ticket(None), ticket(1.5), {"id": 8}, {"id": 9, "contact": 5}, "x", None]
    tickets.pages = [page(*odd, ticket(6))]
    assert make_messenger(url=tickets.url).send(TO_ANA, "olá", label="r1").kind == "sent"
    assert tickets.sent_to() == ["/messages/6"]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"tickets": {}}', b"[" * 100_000])
def test_a_list_of_tickets_that_cannot_be_read_kills_no_reply(
    tickets: TicketServer, make_messenger: MakeMessenger, body: bytes
) -> None:
    tickets.pages = [body]
    sending = make_messenger(url=tickets.url).send(TO_ANA, "olá", label="r1")
    assert sending == Sending("channel_down", "tickets_unreadable", 200)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("route", ["tickets", "messages"])
def test_a_token_that_is_turned_away_on_any_ticket_call_is_renewed(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger, route: str, status: int
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    whaticket.plan(Fault("status", route=route, status=status))
    assert by_login.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert whaticket.replies_to(ANA) == ["olá"]
    assert whaticket.ledger.logins == 2


def test_a_token_that_is_turned_away_is_renewed_once_for_the_whole_send(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    whaticket.plan(
        Fault("status", route="tickets", status=403),
        Fault("status", route="messages", status=403, times=None),
    )
    assert by_login.send(TO_ANA, "olá", label="r1") == Sending("channel_down", "access_403", 403)
    assert whaticket.ledger.logins == 2
    assert whaticket.ledger.calls["messages"] == 1


def test_an_expired_token_in_the_cache_costs_one_login(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    by_login.send(TO_ANA, "um", label="r1")
    whaticket.revoke_tokens()
    by_login.send(TO_ANA, "dois", label="r1")
    by_login.send(TO_ANA, "três", label="r1")
    assert whaticket.replies_to(ANA) == ["um", "dois", "três"]
    assert whaticket.ledger.logins == 2


def test_many_senders_with_an_expired_token_log_in_once(
    whaticket: WhaticketSimulator, make_messenger: MakeMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    make_messenger().send(TO_ANA, "oi", label="r1")
    whaticket.revoke_tokens()
    senders = [
        gevent.spawn(make_messenger(timeout_seconds=8).send, TO_ANA, "olá", label="r1")
        for _ in "12345"
    ]
    gevent.joinall(senders)
    assert [sender.value.kind for sender in senders] == ["sent"] * 5
    assert whaticket.ledger.logins == 2


def test_a_login_that_fails_while_it_is_renewed_means_that_nothing_arrived(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    by_login.send(TO_ANA, "um", label="r1")
    whaticket.revoke_tokens()
    whaticket.plan(Fault("status", route="login", status=500))
    assert by_login.send(TO_ANA, "dois", label="r1") == Sending(
        "not_arrived", "login_http_500", 500
    )
    assert whaticket.replies_to(ANA) == ["um"]


@pytest.mark.parametrize(
    ("fault", "sending"),
    [
        (Fault("status", route="tickets", status=500), "not_arrived tickets_http_500"),
        (Fault("status", route="tickets", status=400), "not_arrived tickets_generic_refusal"),
        (Fault("status", route="tickets", status=402), "channel_down tickets_access_402"),
        (Fault("reset", route="tickets"), "not_arrived tickets_ConnectionResetError"),
        (Fault("hang", route="tickets"), "not_arrived tickets_timeout"),
        (Fault("hang", route="login"), "not_arrived login_timeout"),
        (Fault("status", status=500), "unknown http_500"),
        (Fault("deliver_then_hang"), "unknown timeout"),
    ],
)
def test_only_the_send_itself_can_be_unknown(
    whaticket: WhaticketSimulator, make_messenger: MakeMessenger, fault: Fault, sending: str
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    whaticket.plan(fault)
    started = time.monotonic()
    came = make_messenger(timeout_seconds=2).send(TO_ANA, "olá", label="r1")
    assert f"{came.kind} {came.error}" == sending
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_login_search_and_send_share_one_time_limit(
    whaticket: WhaticketSimulator, make_messenger: MakeMessenger
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    whaticket.default_delay_seconds = 0.4
    sending = make_messenger(timeout_seconds=1).send(TO_ANA, "olá", label="r1")
    assert sending.kind in {"not_arrived", "unknown"}


def test_every_call_is_timed_with_its_outcome(
    whaticket: WhaticketSimulator, by_login: WhaticketMessenger
) -> None:
    wanted = [("send", "sent"), ("send", "expired"), ("tickets", "ok"), ("login", "ok")]
    before = {labels: timed(*labels) for labels in wanted}
    whaticket.customer_wrote(ANA, "oi")
    whaticket.plan(Fault("status", route="messages", status=403))
    by_login.send(TO_ANA, "olá", label="r1")
    assert {labels: timed(*labels) - count for labels, count in before.items()} == {
        ("send", "sent"): 1,
        ("send", "expired"): 1,
        ("tickets", "ok"): 2,
        ("login", "ok"): 2,
    }


def timed(operation: str, outcome: str) -> float:
    labels = {"operation": operation, "outcome": outcome}
    return REGISTRY.get_sample_value("secretaria_whaticket_seconds_count", labels) or 0


def test_only_outcomes_that_the_series_knows_are_counted() -> None:
    [series] = metrics.WHATICKET_SECONDS.collect()
    labels = [sample.labels for sample in series.samples]
    pairs = {(one["operation"], one["outcome"]) for one in labels}
    known = {("send", outcome) for outcome in metrics.WHATICKET_SEND_OUTCOMES} | {
        (operation, outcome)
        for operation in metrics.WHATICKET_LOOKUPS
        for outcome in metrics.WHATICKET_LOOKUP_OUTCOMES
    }
    assert pairs == known
