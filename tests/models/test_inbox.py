"""Who wrote: learnt from whatever shows it, and never at the price of a message."""

import pytest

from secretaria.adapters.database import Database
from secretaria.models import inbox
from secretaria.models.inbox import Identity


def identity(
    number: str | None = None, lid: str | None = None, ticket_id: int | None = None
) -> Identity:
    return Identity(number, lid, ticket_id, None)


def known(database: Database, wanted: Identity) -> list[tuple[str | None, str | None, int | None]]:
    with database.transaction() as session:
        found = inbox.find_contact(session, wanted)
        return [(one.number, one.lid, one.ticket_id) for one in found]


def meet(database: Database, met: Identity) -> None:
    with database.transaction() as session:
        found = inbox.find_contact(session, met)
        if found:
            inbox.learn(session, found[0], met)
        else:
            assert inbox.add_contact(session, met)


@pytest.mark.parametrize("first", [identity("551", None), identity(None, "77")])
def test_the_other_identity_is_learnt(database: Database, first: Identity) -> None:
    meet(database, first)
    meet(database, identity("551", "77"))
    assert known(database, first) == [("551", "77", None)]


def test_the_newest_ticket_is_the_one_that_counts(database: Database) -> None:
    for ticket_id in (41, 42):
        meet(database, identity("551", ticket_id=ticket_id))
    assert known(database, identity("551")) == [("551", None, 42)]


def test_two_contacts_may_show_the_same_ticket(database: Database) -> None:
    meet(database, identity("551", ticket_id=41))
    meet(database, identity("552", ticket_id=41))
    assert known(database, identity("552")) == [("552", None, 41)]


def test_a_ticket_alone_is_somebody(database: Database) -> None:
    meet(database, identity(ticket_id=41))
    assert known(database, identity(ticket_id=41)) == [(None, None, 41)]


def test_what_another_contact_has_learnt_meanwhile_is_left_to_it(database: Database) -> None:
    meet(database, identity("551"))
    meet(database, identity(None, "77"))
    with database.transaction() as session:
        [contact] = inbox.find_contact(session, identity("551"))
        inbox.learn(session, contact, identity("551", "77"))
    assert known(database, identity("551")) == [("551", None, None)]
