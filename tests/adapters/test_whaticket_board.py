"""Reading the simulated Whaticket's tickets over real HTTP, and what other forks would show."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis

from secretaria.adapters.redis_client import connect
from secretaria.adapters.whaticket import Login, WhaticketTickets
from secretaria.adapters.whaticket.calls import Stopped
from secretaria.adapters.whaticket.messages import page_of
from secretaria.core.address import Address
from secretaria.core.echo import Echo
from secretaria.playground.engines import Engines
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD
from secretaria.playground.whaticket.tickets import Message

ANA = "5511955550101"
TO_ANA = Address(number=ANA, ticket_id=None)
NOW = datetime.now(UTC)
HOUR_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def reader(
    engines: Engines,
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
    whaticket: WhaticketSimulator,
) -> WhaticketTickets:
    client = connect(engines.valkey.url, connections=10, timeout_seconds=5)
    return WhaticketTickets(whaticket.url, Login(client, whaticket.url, EMAIL, PASSWORD), 2)


@pytest.fixture
def write(whaticket: WhaticketSimulator) -> Callable[..., Any]:
    """Put a message of ours into Ana's ticket; answers the ticket."""

    def put(provider_id: str, words: str = "olá", at: datetime = NOW) -> Any:
        ticket = whaticket.tickets.find_or_create(ANA)
        ticket.messages.append(Message(provider_id, words, is_from_me=True, created_at=at))
        return ticket

    return put


def test_what_the_ticket_shows_as_ours_is_read(
    reader: WhaticketTickets, whaticket: WhaticketSimulator, write: Callable[..., Any]
) -> None:
    whaticket.customer_wrote(ANA, "oi")
    write("A")
    write("B", "tchau")
    said = reader.said(TO_ANA, since=HOUR_AGO)
    assert [(one.text, one.provider_id) for one in said] == [("olá", "A"), ("tchau", "B")]
    assert abs(said[0].written_at - NOW) < timedelta(milliseconds=1)


def test_what_is_older_is_left_out(reader: WhaticketTickets, write: Callable[..., Any]) -> None:
    write("OLD", at=HOUR_AGO - timedelta(minutes=1))
    write("NEW")
    assert [one.provider_id for one in reader.said(TO_ANA, since=HOUR_AGO)] == ["NEW"]


def test_a_contact_without_a_number_is_read_in_the_ticket_that_is_known(
    reader: WhaticketTickets, whaticket: WhaticketSimulator, write: Callable[..., Any]
) -> None:
    ticket_id = write("A").id
    said = reader.said(Address(number=None, ticket_id=ticket_id), since=HOUR_AGO)
    assert len(said) == 1
    assert not whaticket.ledger.calls["tickets"]


@pytest.mark.parametrize("address", [TO_ANA, Address(None, None)])
def test_without_a_ticket_there_is_nothing_to_read(
    reader: WhaticketTickets, address: Address
) -> None:
    with pytest.raises(Stopped, match="no_ticket"):
        reader.said(address, since=HOUR_AGO)


def test_a_ticket_that_is_gone_is_told(reader: WhaticketTickets) -> None:
    with pytest.raises(Stopped, match="messages_no_ticket"):
        reader.said(Address(None, 99), since=HOUR_AGO)


def test_a_token_that_expires_on_the_way_is_renewed(
    reader: WhaticketTickets, whaticket: WhaticketSimulator, write: Callable[..., Any]
) -> None:
    write("A")
    whaticket.plan(Fault("status", status=403, route="messages"))
    assert len(reader.said(TO_ANA, since=HOUR_AGO)) == 1
    assert whaticket.ledger.logins == 2


def test_a_ticket_that_hangs_takes_no_longer_than_the_limit(
    reader: WhaticketTickets, whaticket: WhaticketSimulator, write: Callable[..., Any]
) -> None:
    write("A")
    whaticket.plan(Fault("hang", route="messages"))
    with pytest.raises(Stopped, match="messages_timeout"):
        reader.said(TO_ANA, since=HOUR_AGO)


def row(**changed: Any) -> dict[str, Any]:
    usual = {"id": "3EB0", "body": "olá", "fromMe": True, "createdAt": "2026-01-05T12:00:00.000Z"}
    return {name: value for name, value in (usual | changed).items() if value is not None}


def page(*rows: Any, **more: Any) -> str:
    return json.dumps({"messages": rows, "count": len(rows), "hasMore": False} | more)


@pytest.mark.parametrize(
    ("shown", "provider_id"),
    [
        (row(), "3EB0"),
        (row(id=4711, wid="3EB1"), "3EB1"),
        (row(id="4711", wid="3EB1"), "3EB1"),
    ],
)
def test_a_message_is_known_by_whatsapps_id(shown: dict[str, Any], provider_id: str) -> None:
    read = page_of(page(shown))
    assert read is not None
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert (read.said, read.oldest) == ((Echo("olá", provider_id, noon),), noon)


@pytest.mark.parametrize(
    "shown",
    [
        row(fromMe=False),
        row(fromMe="true"),
        row(fromMe=None),
        row(id=4711),
        row(id=None),
        row(id="a b"),
        row(id=""),
        row(body=None),
        row(body=["olá"]),
        row(createdAt=None),
        row(createdAt="ontem"),
        row(createdAt="2026-01-05T12:00:00"),
        row(createdAt=1767614400),
        row(createdAt="0001-01-01T00:00:00.000Z"),
        row(createdAt="9999-12-31T23:59:59.999Z"),
        "x",
        None,
        [],
    ],
)
def test_a_message_that_says_too_little_proves_nothing(shown: Any) -> None:
    read = page_of(page(shown, row(id="B")))
    assert read is not None
    assert [one.provider_id for one in read.said] == ["B"]


def test_a_page_says_when_its_oldest_message_was_written_whoever_wrote_it() -> None:
    theirs = row(fromMe=False, createdAt="2026-01-05T11:00:00.000Z")
    read = page_of(page(theirs, row(), hasMore=True))
    assert read is not None
    assert read.oldest == datetime(2026, 1, 5, 11, tzinfo=UTC)
    assert read.has_more


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"messages": {}}', "[" * 100_000, "NaN"])
def test_what_is_no_list_of_messages_is_told_apart(body: str) -> None:
    assert page_of(body) is None


def test_an_empty_ticket_is_a_page_too() -> None:
    read = page_of(page())
    assert read is not None
    assert (read.said, read.oldest, read.has_more) == ((), None, False)
