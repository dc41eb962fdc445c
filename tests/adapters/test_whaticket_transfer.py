"""Who has a ticket, as whom we are logged in, and handing a ticket over, in each family."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
import redis

from secretaria.adapters.redis_client import connect
from secretaria.adapters.whaticket import Families, Login, WhaticketTickets
from secretaria.adapters.whaticket.calls import Stopped
from secretaria.adapters.whaticket.place import place_of
from secretaria.adapters.whaticket.tickets import page_of, queue_ids, ticket_of
from secretaria.core.address import Address
from secretaria.core.family import FAMILIES, FamilyName
from secretaria.core.ticket import holder
from secretaria.errors import TransferRefused, Transient
from secretaria.playground.engines import Engines
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

ANA = "5511955550101"
TO_ANA = Address(number=ANA, ticket_id=None)
LID = "118650024417001"
NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
Board = Callable[..., WhaticketTickets]


@pytest.fixture
def start() -> Iterator[Callable[..., WhaticketSimulator]]:
    started: list[WhaticketSimulator] = []

    def begin(flavor: FamilyName = "saas", **more: Any) -> WhaticketSimulator:
        simulator = WhaticketSimulator(flavor=flavor, **more)
        simulator.start()
        started.append(simulator)
        simulator.customer_wrote(ANA, "oi")
        return simulator

    yield begin
    for simulator in started:
        simulator.stop()


@pytest.fixture
def of(engines: Engines, redis_client: redis.Redis) -> Board:  # noqa: ARG001 - emptied
    def make(whaticket: WhaticketSimulator, **changed: Any) -> WhaticketTickets:
        client = connect(engines.valkey.url, connections=10, timeout_seconds=5)
        url = whaticket.base_url
        login = Login(client, url, EMAIL, changed.pop("password", PASSWORD))
        families = Families(place_of(url, None), client, FAMILIES[whaticket.flavor])
        return WhaticketTickets(url, login, 2, families)

    return make


@pytest.mark.parametrize("flavor", NAMES)
def test_a_person_who_accepts_is_seen_in_every_family_and_nothing_is_marked_as_read(
    start: Callable[..., WhaticketSimulator], of: Board, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    board = of(whaticket)
    waiting = board.current(TO_ANA)
    assert waiting is not None
    assert (waiting.status, waiting.user_id) == ("pending", None)
    whaticket.person_accepts(ANA)
    held = board.current(TO_ANA)
    assert held is not None
    assert held.updated_at is not None
    assert holder(held, bot_user_id=board.bot_user_id()) == "ticket 1: user 7"
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    assert ticket.unread == 1


@pytest.mark.parametrize("flavor", NAMES)
def test_the_bots_own_ticket_is_no_takeover(
    start: Callable[..., WhaticketSimulator], of: Board, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    whaticket.person_accepts(ANA, user_id=whaticket.accounts.user_id)
    board = of(whaticket)
    held = board.current(TO_ANA)
    assert held is not None
    assert board.bot_user_id() == whaticket.accounts.user_id
    assert holder(held, bot_user_id=board.bot_user_id()) is None


def test_a_contact_for_whom_the_bot_is_disabled_is_shown_as_such(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    ticket.is_bot_disabled = True
    shown = of(whaticket).current(TO_ANA)
    assert shown is not None
    assert shown.is_bot_disabled


def test_a_closed_ticket_is_shown_where_there_is_no_other(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    whaticket.close_ticket(ANA)
    shown = of(whaticket).current(TO_ANA)
    assert shown is not None
    assert shown.status == "closed"
    assert of(whaticket).current(Address("5511955550999", None)) is None
    assert of(whaticket).current(Address(None, 99)) is None
    assert of(whaticket).current(Address(None, None)) is None


def test_a_contact_known_by_a_ticket_or_a_lid_alone_is_found(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    hidden = whaticket.tickets.find_or_create(LID, is_lid=True)
    board = of(whaticket)
    for address in (
        Address(None, hidden.id),
        Address(None, None, lid=LID),
        Address(None, 99, lid=LID),
    ):
        shown = board.current(address)
        assert shown is not None
        assert shown.id == hidden.id


def test_the_queues_are_asked_for_once_in_a_while(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    board = of(whaticket)
    for _ in "123":
        board.current(TO_ANA)
    assert (whaticket.ledger.calls["queue"], whaticket.ledger.calls["tickets"]) == (1, 3)
    board.queue_ids()
    assert whaticket.ledger.calls["queue"] == 2


def test_who_we_are_costs_no_call_while_the_login_is_kept(
    start: Callable[..., WhaticketSimulator], of: Board, redis_client: redis.Redis
) -> None:
    whaticket = start()
    board = of(whaticket)
    assert board.bot_user_id() == board.bot_user_id() == 1
    assert whaticket.ledger.calls == {"login": 1}
    [key] = redis_client.keys("*:user")
    redis_client.delete(key)
    assert board.bot_user_id() == 1, "the JWT says it too"


def test_a_login_that_is_refused_is_told_as_a_fault_that_passes(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    board = of(whaticket, password="wrong")
    with pytest.raises(Transient):
        board.bot_user_id()
    with pytest.raises(Transient):
        board.current(TO_ANA)
    whaticket.accounts.is_out_of_hours = True
    with pytest.raises(Stopped, match="login_out_of_hours"):
        of(whaticket).current(TO_ANA)


@pytest.mark.parametrize("flavor", NAMES)
def test_each_familys_expired_jwt_is_renewed_once(
    start: Callable[..., WhaticketSimulator], of: Board, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    board = of(whaticket)
    board.current(TO_ANA)
    whaticket.revoke_tokens()
    assert board.current(TO_ANA) is not None
    assert whaticket.ledger.logins == 2


@pytest.mark.parametrize("flavor", NAMES)
def test_a_ticket_goes_to_the_queue_with_a_note_where_there_are_notes(
    start: Callable[..., WhaticketSimulator], of: Board, flavor: FamilyName
) -> None:
    whaticket = start(flavor)
    ticket = whaticket.person_accepts(ANA, user_id=1)
    of(whaticket).transfer(TO_ANA, queue_id=3, note="Quer remarcar a consulta.")
    assert (ticket.status, ticket.queue_id, ticket.user_id) == ("pending", 3, None)
    has_notes = FAMILIES[flavor].has_notes
    assert ticket.notes == (["Quer remarcar a consulta."] if has_notes else [])
    off = {"useIntegration": False, "integrationId": None, "isBot": False}
    assert ticket.bot_flags == (off if FAMILIES[flavor].has_bot_flags else {})


def test_without_a_queue_only_the_note_is_left(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    of(whaticket).transfer(TO_ANA, queue_id=None, note="Quer uma pessoa.")
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    assert (ticket.notes, ticket.queue_id) == (["Quer uma pessoa."], None)
    whaticket.plan(Fault("status", status=503, route="notes"))
    with pytest.raises(Transient):
        of(whaticket).transfer(TO_ANA, queue_id=None, note="Quer uma pessoa.")


def test_a_note_that_cannot_be_left_keeps_no_ticket_from_people(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    for queue_id, note in ((3, "Quer uma pessoa."), (1, "")):
        whaticket.plan(Fault("status", status=500, route="notes"))
        of(whaticket).transfer(TO_ANA, queue_id=queue_id, note=note)
        ticket = whaticket.tickets.of(ANA)
        assert ticket is not None
        assert (ticket.queue_id, ticket.notes) == (queue_id, [])


def transfer_fault(kind: str, status: int, body: Any = None) -> tuple[Fault, ...]:
    """The second call to a ticket is the one that moves it."""
    return Fault("ok", route="tickets"), Fault(kind, status=status, body=body, route="tickets")


def test_a_500_that_came_after_the_row_was_written_is_a_success(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    whaticket.plan(*transfer_fault("deliver_then_status", 500))
    of(whaticket).transfer(TO_ANA, queue_id=3, note="")
    assert whaticket.ledger.calls["tickets"] == 3


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (transfer_fault("status", 500), Transient),
        (transfer_fault("status", 503), Transient),
        (transfer_fault("status", 400, {"error": "ERR_WAPP_NOT_INITIALIZED"}), Transient),
        (transfer_fault("reset", 0), Transient),
        (transfer_fault("status", 400, {"error": "ERR_OTHER_OPEN_TICKET"}), TransferRefused),
        (transfer_fault("status", 404, {"error": "ERR_NO_TICKET_FOUND"}), TransferRefused),
        (transfer_fault("status", 403, {"error": "ERR_FORBIDDEN"}), TransferRefused),
        (transfer_fault("status", 403, {"error": "ERR_NO_PERMISSION"}), TransferRefused),
    ],
)
def test_a_transfer_that_fails_says_whether_it_may_pass(
    start: Callable[..., WhaticketSimulator],
    of: Board,
    fault: tuple[Fault, ...],
    raised: type[Exception],
) -> None:
    whaticket = start()
    whaticket.plan(*fault)
    with pytest.raises(raised):
        of(whaticket).transfer(TO_ANA, queue_id=3, note="")
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    assert ticket.queue_id is None


def test_ticketz_lets_only_an_admin_or_the_owner_move_a_ticket_and_no_login_is_wasted_on_it(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start("ticketz")
    whaticket.accounts.profile = "user"
    with pytest.raises(TransferRefused, match="no_permission"):
        of(whaticket).transfer(TO_ANA, queue_id=3, note="")
    assert whaticket.ledger.logins == 1
    whaticket.person_accepts(ANA, user_id=1)
    of(whaticket).transfer(TO_ANA, queue_id=3, note="")


def test_a_queue_that_does_not_exist_and_a_ticket_that_does_not_are_refused(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start()
    with pytest.raises(TransferRefused, match="no_queue"):
        of(whaticket).transfer(TO_ANA, queue_id=77, note="")
    with pytest.raises(TransferRefused, match="no_ticket"):
        of(whaticket).transfer(Address("5511955550999", None), queue_id=3, note="")


def test_an_agent_of_izing_who_is_no_admin_finds_the_ticket_too(
    start: Callable[..., WhaticketSimulator], of: Board
) -> None:
    whaticket = start("izing")
    whaticket.accounts.profile = "user"
    assert of(whaticket).current(TO_ANA) is not None


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"tickets": {}}', "[" * 100_000, "NaN"])
def test_what_is_no_list_of_tickets_is_told_apart(body: str) -> None:
    assert page_of(body, {ANA}) is None
    assert ticket_of(body) is None
    assert queue_ids(body) == ()


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ('{"id": 1, "status": "group", "userId": true, "contact": []}', "other"),
        ('{"id": 1, "status": 3, "userId": "7", "updatedAt": "ontem"}', None),
    ],
)
def test_what_a_ticket_does_not_say_is_not_guessed(row: str, status: str | None) -> None:
    shown = ticket_of(row)
    assert shown is not None
    assert (shown.ticket.status, shown.ticket.user_id) == (status, None)
    assert (shown.ticket.updated_at, shown.contact_id, shown.contact_keys) == (None, None, set())
