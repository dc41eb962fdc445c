"""Sending to each family of fork, simulated over real HTTP, and finding out which one it is."""

import time
from collections.abc import Callable, Iterator
from typing import Any, get_args

import gevent
import jwt
import pytest
import redis

from secretaria.adapters.redis_client import connect
from secretaria.adapters.whaticket import Families, Login, WhaticketMessenger
from secretaria.adapters.whaticket.place import is_same_origin, place_of
from secretaria.core.address import Address
from secretaria.core.family import FAMILIES, USUAL, FamilyName, family_named
from secretaria.core.payload import Backend
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import free_port, wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD, TOKEN

ANA = "5511955550101"
TO_ANA = Address(number=ANA, ticket_id=None)
LID = "118650024417001"
NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
Connect = Callable[..., WhaticketMessenger]


@pytest.fixture
def start() -> Iterator[Callable[..., WhaticketSimulator]]:
    started: list[WhaticketSimulator] = []

    def begin(flavor: FamilyName, **more: Any) -> WhaticketSimulator:
        simulator = WhaticketSimulator(flavor=flavor, **({"queue_seconds": 0} | more))
        simulator.start()
        started.append(simulator)
        return simulator

    yield begin
    for simulator in started:
        simulator.stop()


@pytest.fixture
def to(engines: Engines, redis_client: redis.Redis) -> Connect:  # noqa: ARG001 - emptied
    """A messenger to a simulator: by its token alone, unless it is to log in."""

    def make(
        whaticket: WhaticketSimulator,
        flavor: str = "auto",
        *,
        logs_in: bool = False,
        **changed: Any,
    ) -> WhaticketMessenger:
        client = connect(engines.valkey.url, connections=10, timeout_seconds=5)
        url = changed.pop("url", whaticket.base_url)
        token = changed.pop("token", TOKEN)
        return WhaticketMessenger(
            url,
            token,
            Login(client, url, EMAIL, PASSWORD) if logs_in else None,
            changed.pop("timeout_seconds", 15),
            Families(place_of(url, token), client, family_named(flavor)),
        )

    return make


def got(whaticket: WhaticketSimulator, *texts: str, number: str = ANA) -> bool:
    return wait_until(lambda: whaticket.replies_to(number) == list(texts), seconds=30)


@pytest.mark.parametrize("logs_in", [False, True])
@pytest.mark.parametrize("flavor", NAMES)
def test_every_family_is_found_and_sent_to(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName, *, logs_in: bool
) -> None:
    whaticket = start(flavor)
    whaticket.customer_wrote(ANA, "oi")
    sending = to(whaticket, logs_in=logs_in or flavor == "press-ticket").send(
        TO_ANA, "olá", label="r1"
    )
    assert sending.kind == "sent"
    assert got(whaticket, "olá")
    [one] = [one for one in whaticket.ledger.sendings if one.delivered]
    assert one.via == ("ticket" if logs_in and flavor == "ticketz" else "api")


@pytest.mark.parametrize("logs_in", [False, True])
@pytest.mark.parametrize("flavor", NAMES)
def test_every_family_is_sent_to_as_configured(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName, *, logs_in: bool
) -> None:
    whaticket = start(flavor)
    whaticket.customer_wrote(ANA, "oi")
    messenger = to(whaticket, flavor, logs_in=logs_in or flavor == "press-ticket")
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert got(whaticket, "olá")
    prefers_ticket = logs_in and FAMILIES[flavor].prefers_ticket
    assert [one.via for one in whaticket.ledger.sendings] == ["ticket" if prefers_ticket else "api"]
    assert {"refresh", "check", "notes", "v1"}.isdisjoint(whaticket.ledger.calls)


@pytest.mark.parametrize("flavor", [name for name in NAMES if name != "multiflow-scheduled"])
def test_a_family_shows_itself_without_a_token(
    start: Callable[..., WhaticketSimulator], flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    families = Families(place_of(whaticket.base_url, None))
    assert families.current(timeout_seconds=10).name == flavor
    assert whaticket.ledger.sendings == []
    assert whaticket.ledger.logins == 0


def test_a_family_is_found_once_for_all_workers_and_kept_for_a_day(
    start: Callable[..., WhaticketSimulator], to: Connect, redis_client: redis.Redis
) -> None:
    whaticket = start("ticketz")
    for _ in "12":
        messenger = to(whaticket)
        for _ in "12":
            messenger.send(TO_ANA, "olá", label="r1")
    assert whaticket.ledger.calls["refresh"] == 1
    [key] = redis_client.keys("secretaria:whaticket:family:*")
    assert redis_client.get(key) == b"ticketz"
    assert 86_000 < redis_client.ttl(key) <= 86_400
    assert b"127.0.0.1" not in key


def test_senders_who_come_together_probe_once(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("press-ticket", default_delay_seconds=0.05)
    messenger = to(whaticket, logs_in=True, timeout_seconds=8)
    sends = [gevent.spawn(messenger.send, TO_ANA, "olá", label="r1") for _ in range(5)]
    gevent.joinall(sends)
    assert [one.value.kind for one in sends] == ["sent"] * 5
    assert whaticket.ledger.calls["refresh"] == 1


def test_a_scheduling_fork_shows_itself_by_its_first_answer(
    start: Callable[..., WhaticketSimulator], to: Connect, redis_client: redis.Redis
) -> None:
    whaticket = start("multiflow-scheduled")
    whaticket.customer_wrote(ANA, "oi")
    messenger = to(whaticket, logs_in=True)
    for text in ("um", "dois"):
        assert messenger.send(TO_ANA, text, label="r1").kind == "sent"
    assert [one.via for one in whaticket.ledger.sendings] == ["api", "ticket"]
    [key] = redis_client.keys("secretaria:whaticket:family:*")
    assert redis_client.get(key) == b"multiflow-scheduled"


def test_what_is_configured_is_not_corrected_by_an_answer(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("multiflow-scheduled")
    whaticket.customer_wrote(ANA, "oi")
    messenger = to(whaticket, "multiflow", logs_in=True)
    for text in ("um", "dois"):
        messenger.send(TO_ANA, text, label="r1")
    assert [one.via for one in whaticket.ledger.sendings] == ["api", "api"]


@pytest.mark.parametrize("fault", ["hang", "reset", "status"])
def test_probes_that_fail_neither_fail_a_send_nor_delay_it_by_more_than_their_share(
    start: Callable[..., WhaticketSimulator], to: Connect, fault: str, redis_client: redis.Redis
) -> None:
    whaticket = start("saas")
    whaticket.plan(
        *(Fault(fault, route=route, times=None) for route in ("refresh", "check", "notes"))
    )
    started = time.monotonic()
    assert to(whaticket, timeout_seconds=5).send(TO_ANA, "olá", label="r1").kind == "sent"
    assert time.monotonic() - started < 5
    assert redis_client.keys("secretaria:whaticket:family:*") == []


def test_probes_that_failed_are_repeated_later_and_not_before(
    start: Callable[..., WhaticketSimulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    whaticket = start("ticketz")
    whaticket.plan(Fault("status", status=503, route="refresh"))
    families = Families(place_of(whaticket.base_url, None))
    assert families.current(timeout_seconds=5) == USUAL
    assert families.current(timeout_seconds=5) == USUAL
    assert whaticket.ledger.calls["refresh"] == 1
    monkeypatch.setattr(families, "_pause_until", 0.0)
    assert families.current(timeout_seconds=5).name == "ticketz"


def test_a_redis_that_is_away_costs_only_the_memory(
    start: Callable[..., WhaticketSimulator],
) -> None:
    whaticket = start("ticketz")
    url = f"redis://127.0.0.1:{free_port()}/0"
    client = connect(url, connections=1, timeout_seconds=1)
    families = Families(place_of(whaticket.base_url, None), client)
    assert families.current(timeout_seconds=5).name == "ticketz"
    families.current(timeout_seconds=5)
    assert whaticket.ledger.calls["refresh"] == 1


def test_nonsense_in_redis_is_not_believed(
    start: Callable[..., WhaticketSimulator], redis_client: redis.Redis
) -> None:
    families = Families(place_of(start("ticketz").base_url, None), redis_client)
    redis_client.set(families.key, b"\xff nonsense")
    assert families.current(timeout_seconds=5).name == "ticketz"


def test_press_answers_with_the_id_and_is_told_the_user(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("press-ticket")
    sending = to(whaticket, logs_in=True).send(TO_ANA, "olá", label="r1")
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    assert sending.provider_id == ticket.messages[0].id


def test_an_old_press_takes_the_settings_token_on_its_old_route(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("press-ticket")
    whaticket.desk.press_has_v1 = False
    messenger = to(whaticket, "press-ticket", logs_in=True)
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert whaticket.replies_to(ANA) == ["olá"]
    assert [one.delivered for one in whaticket.ledger.sendings] == [False, True]


def test_press_without_a_login_is_the_channels_fault(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    sending = to(start("press-ticket"), "press-ticket").send(TO_ANA, "olá", label="r1")
    assert (sending.kind, sending.error) == ("channel_down", "user_id_unknown")


def test_a_press_token_without_the_permission_is_the_channels_fault(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("press-ticket")
    whaticket.desk.press_permissions.clear()
    sending = to(whaticket, logs_in=True).send(TO_ANA, "olá", label="r1")
    assert (sending.kind, sending.error) == ("channel_down", "access_403")
    assert len(whaticket.ledger.sendings) == 1


@pytest.mark.parametrize("flavor", ["izing", "whazing"])
def test_the_external_api_is_found_by_the_token_where_its_path_was_not_pasted(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName
) -> None:
    token = jwt.encode({"apiId": "simulated-api", "sessionId": 1, "tenantId": 1}, "k" * 32)
    whaticket = start(flavor, token=token)
    messenger = to(whaticket, url=whaticket.url, token=token)
    assert messenger.send(TO_ANA, "olá", label="r1").kind == "sent"
    assert got(whaticket, "olá")


def test_an_external_api_without_its_id_is_the_channels_fault(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("izing")
    sending = to(whaticket, "izing", url=whaticket.url).send(TO_ANA, "olá", label="r1")
    assert (sending.kind, sending.error) == ("channel_down", "api_id_unknown")


@pytest.mark.parametrize(
    ("flavor", "error"),
    [
        ("community", "not_on_whatsapp"),
        ("saas", "generic_refusal"),
        ("multiflow", "not_on_whatsapp"),
        ("multiflow-scheduled", "not_on_whatsapp"),
        ("ticketz", "generic_refusal"),
        ("press-ticket", "not_on_whatsapp"),
    ],
)
def test_a_number_that_is_not_on_whatsapp_is_refused_and_not_tried_in_another_form(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName, error: str
) -> None:
    whaticket = start(flavor)
    whaticket.not_on_whatsapp.add(ANA)
    messenger = to(whaticket, flavor, logs_in=flavor == "press-ticket")
    sending = messenger.send(TO_ANA, "olá", label="r1")
    assert (sending.kind, sending.error) == ("refused", error)
    assert {one.number for one in whaticket.ledger.sendings} == {ANA}


@pytest.mark.parametrize("flavor", NAMES)
def test_a_wrong_token_pauses_the_channel(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    messenger = to(whaticket, flavor, token="wrong", logs_in=flavor == "press-ticket")
    sending = messenger.send(TO_ANA, "olá", label="r1")
    assert sending.kind == "channel_down"
    assert sending.error in {"access_401", "access_403"}


@pytest.mark.parametrize("flavor", ["ticketz", "multiflow-scheduled"])
def test_where_the_ticket_is_preferred_a_contact_without_one_is_sent_to_by_the_token(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    assert to(whaticket, flavor, logs_in=True).send(TO_ANA, "olá", label="r1").kind == "sent"
    assert [one.via for one in whaticket.ledger.sendings] == ["api"]
    whaticket.accounts.password = "changed"
    whaticket.revoke_tokens()
    assert to(whaticket, flavor, logs_in=True).send(TO_ANA, "olá", label="r1").kind == "sent"


def test_where_the_ticket_is_preferred_a_fault_that_passes_is_not_dodged(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("ticketz")
    whaticket.customer_wrote(ANA, "oi")
    disconnected = {"error": "ERR_WAPP_NOT_INITIALIZED"}
    for fault, expected in (
        (Fault("status", status=503, route="tickets"), "not_arrived"),
        (Fault("status", status=400, body=disconnected, route="messages"), "channel_down"),
        (Fault("status", status=500, route="messages"), "unknown"),
    ):
        whaticket.plan(fault)
        sending = to(whaticket, "ticketz", logs_in=True).send(TO_ANA, "olá", label="r1")
        assert sending.kind == expected
    assert whaticket.replies_to(ANA) == []


def test_a_lid_is_a_number_to_ticketz(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("ticketz")
    address = Address(number=None, ticket_id=None, lid=LID)
    assert to(whaticket).send(address, "olá", label="r1").kind == "sent"
    assert got(whaticket, "olá", number=LID)
    assert whaticket.ledger.sendings[0].number == f"{LID}@lid"


@pytest.mark.parametrize("flavor", ["saas", "community", "multiflow", "press-ticket", "whazing"])
def test_a_lid_is_answered_in_its_ticket_elsewhere(
    start: Callable[..., WhaticketSimulator], to: Connect, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    known = whaticket.tickets.find_or_create(LID, "Ana", is_lid=True)
    messenger = to(whaticket, flavor, logs_in=True)
    for ticket_id in (known.id, None):
        address = Address(number=None, ticket_id=ticket_id, lid=LID)
        assert messenger.send(address, "olá", label="r1").kind == "sent"
    assert [one.via for one in whaticket.ledger.sendings] == ["ticket", "ticket"]
    assert got(whaticket, "olá", "olá", number=LID)


def test_a_lid_that_no_way_leads_to_is_refused(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("saas")
    address = Address(number=None, ticket_id=None, lid=LID)
    assert to(whaticket, "saas").send(address, "olá", label="r1").error == "no_address"
    assert to(whaticket, "saas", logs_in=True).send(address, "olá", label="r1").error == "no_ticket"
    assert whaticket.ledger.sendings == []


def test_a_ticket_is_found_by_the_numbers_other_form(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("saas")
    whaticket.customer_wrote("553195550101", "oi")
    messenger = to(whaticket, "saas", logs_in=True, token=None)
    assert messenger.send(Address("5531995550101", None), "olá", label="r1").kind == "sent"
    assert whaticket.replies_to("553195550101") == ["olá"]


def test_a_ticket_that_was_known_yields_to_the_one_of_the_number(
    start: Callable[..., WhaticketSimulator], to: Connect
) -> None:
    whaticket = start("saas")
    stale = whaticket.customer_wrote("5511955550102", "oi").id
    whaticket.customer_wrote(ANA, "oi")
    messenger = to(whaticket, "saas", logs_in=True, token=None)
    assert messenger.send(Address(ANA, stale), "olá", label="r1").kind == "sent"
    assert whaticket.replies_to(ANA) == ["olá"]


@pytest.fixture
def pro(start: Callable[..., WhaticketSimulator]) -> WhaticketSimulator:
    """Ticketz PRO, with Ana's ticket."""
    whaticket = start("ticketz", dialect="C")
    whaticket.customer_wrote(ANA, "oi")
    return whaticket


def backend_of(whaticket: WhaticketSimulator, **changed: str) -> Address:
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    usual = {"url": f"{whaticket.url}/backend", "token": whaticket.session_of(ticket)}
    return Address(None, None, backend=Backend(**(usual | changed)))


def test_ticketz_pro_is_answered_at_its_backend(pro: WhaticketSimulator, to: Connect) -> None:
    assert to(pro).send(backend_of(pro), "olá {{name}}", label="r1").kind == "sent"
    assert pro.replies_to(ANA) == ["olá {{name}}"]
    assert pro.ledger.calls["backend"] == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/backend",
        "https://127.0.0.1:{port}/backend",
        "http://localhost:{port}/backend",
        "http://x@127.0.0.1:{port}/backend",
        "http://127.0.0.1:{port}/backend?to=",
        "http://127.0.0.1:{port}/backend#",
        "http://127.0.0.1:{port}\\@evil.example/backend",
        "http://[::1/backend",
        "http://127.0.0.1:99999/backend",
        "",
    ],
)
def test_a_backend_elsewhere_is_never_called(
    pro: WhaticketSimulator, to: Connect, url: str
) -> None:
    port = pro.url.rsplit(":", 1)[1]
    address = backend_of(pro, url=url.replace("{port}", port))
    if url.endswith("#"):
        address = backend_of(pro, url=f"{pro.url}/backend#x")
    sending = to(pro).send(address, "olá", label="r1")
    assert (sending.kind, sending.error) == ("refused", "foreign_backend")
    assert not pro.ledger.calls["backend"]


def test_a_backend_elsewhere_is_no_matter_where_another_way_leads(
    pro: WhaticketSimulator, to: Connect
) -> None:
    foreign = Backend("https://outro.example/backend", "token")
    address = Address(ANA, None, backend=foreign)
    assert to(pro).send(address, "olá", label="r1").kind == "sent"
    assert got(pro, "olá")


def test_a_conversations_token_that_is_no_longer_taken_is_not_the_channels_fault(
    pro: WhaticketSimulator, to: Connect
) -> None:
    address = backend_of(pro, token="old")
    sending = to(pro).send(address, "olá", label="r1")
    assert (sending.kind, sending.error) == ("refused", "backend_access_401")
    ticket = pro.tickets.of(ANA)
    assert ticket is not None
    known = Address(None, ticket.id, backend=address.backend)
    assert to(pro, logs_in=True).send(known, "olá", label="r1").kind == "sent"
    assert pro.replies_to(ANA) == ["olá"]


def test_a_usual_port_may_be_left_out() -> None:
    assert is_same_origin("https://chat.example:443/backend", "https://chat.example")
    assert is_same_origin("http://CHAT.example/backend", "http://chat.example:80/x")
    assert not is_same_origin("https://chat.example:8443/backend", "https://chat.example")


@pytest.mark.parametrize(
    ("base_url", "panel", "api_id"),
    [
        ("https://a.example", "https://a.example", None),
        ("https://a.example/v1/api/external/77", "https://a.example", "77"),
        ("https://a.example/backend/v1/api/external/7-f", "https://a.example/backend", "7-f"),
        ("https://a.example/v1/api/external", "https://a.example/v1/api/external", None),
    ],
)
def test_an_address_is_taken_apart(base_url: str, panel: str, api_id: str | None) -> None:
    place = place_of(base_url, "no jwt")
    assert (place.panel, place.api_id) == (panel, api_id)


@pytest.mark.parametrize("api_id", ["../../auth/login", "", None, True, 1.5, "a/b", "x" * 65])
def test_an_id_that_is_no_id_is_not_taken_from_a_token(api_id: Any) -> None:
    token = jwt.encode({"apiId": api_id}, "k" * 32)
    assert place_of("https://a.example", token).api_id is None
