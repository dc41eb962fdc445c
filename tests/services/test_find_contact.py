"""Who wrote: one contact for each person, learnt from whatever shows them."""

from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from secretaria.adapters.database import Database
from secretaria.core.payload import Sender
from secretaria.models.tables import Contact
from secretaria.services.find_contact import find_contact, find_known

NEW, OLD = "5516991234567", "551691234567"
OTHER = "5516997654321"
LID, OTHER_LID = "118650024417001", "259004417712004"


def sender(
    number: str | None = None,
    lid: str | None = None,
    ticket_id: int | None = None,
    name: str | None = None,
) -> Sender:
    return Sender(number, lid, ticket_id, name)


def meet(database: Database, *people: Sender) -> list[int]:
    """Meet each in a transaction of its own; answers the ids of the contacts."""
    met = []
    for person in people:
        with database.transaction() as session:
            met.append(find_contact(session, person).id)
    return met


def contacts(database: Database) -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        everybody = session.scalars(select(Contact).order_by(Contact.id)).all()
        return [(one.number, one.canonical, one.lid, one.ticket_id) for one in everybody]


@pytest.mark.parametrize("first", [sender(NEW), sender(lid=LID)])
def test_the_other_identity_is_learnt(database: Database, first: Sender) -> None:
    meet(database, first, sender(NEW, LID), sender(lid=LID), sender(NEW))
    assert contacts(database) == [(NEW, NEW, LID, None)]


def test_the_newest_writing_of_a_number_counts(database: Database) -> None:
    meet(database, sender(NEW), sender(OLD))
    assert contacts(database) == [(OLD, NEW, None, None)]
    meet(database, sender(NEW))
    assert contacts(database) == [(NEW, NEW, None, None)]


def test_the_form_that_worked_is_forgotten_with_the_writing_it_stood_for(
    database: Database,
) -> None:
    meet(database, sender(NEW))
    with database.transaction() as session:
        session.scalars(select(Contact)).one().working_number = OLD
    meet(database, sender(NEW, LID))
    assert working_numbers(database) == [OLD]
    meet(database, sender(OLD))
    assert working_numbers(database) == [None]


def working_numbers(database: Database) -> list[str | None]:
    with database.transaction() as session:
        return list(session.scalars(select(Contact.working_number).order_by(Contact.id)))


def test_who_changes_their_number_keeps_their_conversation(database: Database) -> None:
    assert meet(database, sender(NEW, LID), sender(OTHER, LID)) == [1, 1]
    assert contacts(database) == [(OTHER, OTHER, LID, None)]


def test_a_number_with_a_new_lid_is_still_the_same_contact(database: Database) -> None:
    assert meet(database, sender(NEW, LID), sender(NEW, OTHER_LID)) == [1, 1]
    assert contacts(database) == [(NEW, NEW, OTHER_LID, None)]


def test_a_number_that_went_to_another_known_account_takes_nobodys_conversation_with_it(
    database: Database,
) -> None:
    ana, bia, again = meet(
        database, sender(NEW, LID), sender(OTHER, OTHER_LID), sender(OLD, OTHER_LID)
    )
    assert ana != bia == again
    assert contacts(database) == [(None, None, LID, None), (OLD, NEW, OTHER_LID, None)]


def test_the_newest_ticket_is_the_one_that_counts(database: Database) -> None:
    meet(database, sender(NEW, ticket_id=41), sender(NEW, ticket_id=42))
    assert contacts(database) == [(NEW, NEW, None, 42)]


def test_two_contacts_may_show_the_same_ticket(database: Database) -> None:
    assert meet(database, sender(NEW, ticket_id=41), sender(OTHER, ticket_id=41)) == [1, 2]


def test_a_ticket_alone_is_somebody_whose_number_is_learnt(database: Database) -> None:
    alone, same, known, later = meet(
        database,
        sender(ticket_id=41),
        sender(ticket_id=41),
        sender(NEW, ticket_id=41),
        sender(ticket_id=41),
    )
    assert alone == same == known == later
    assert contacts(database) == [(NEW, NEW, None, 41)]


def test_a_ticket_alone_that_turns_out_to_be_somebody_known_is_merged(
    database: Database,
) -> None:
    meet(database, sender(NEW), sender(ticket_id=41), sender(NEW, ticket_id=41))
    assert contacts(database) == [(NEW, NEW, None, 41)]


def test_a_name_is_kept_once_it_is_shown(database: Database) -> None:
    meet(database, sender(NEW), sender(NEW, name="Ana"), sender(OLD, LID, name="Outra"))
    with database.transaction() as session:
        assert session.scalars(select(Contact.name)).all() == ["Ana"]


def test_two_contacts_become_one_when_something_shows_both(database: Database) -> None:
    with capture_logs() as logs:
        meet(database, sender(NEW), sender(lid=LID, name="Ana"), sender(OLD, LID))
    assert contacts(database) == [(OLD, NEW, LID, None)]
    assert [line for line in logs if line["event"].startswith("contact")] == [
        {"event": "contact.merged", "log_level": "info", "contact_id": 1, "merged_ids": [2]}
    ]


def test_looking_adds_nobody_and_learns_all_the_same(database: Database) -> None:
    with database.transaction() as session:
        assert find_known(session, sender(NEW)) == ()
    meet(database, sender(NEW))
    with database.transaction() as session:
        assert [one.lid for one in find_known(session, sender(OLD, LID))] == [LID]
    assert contacts(database) == [(OLD, NEW, LID, None)]


@pytest.mark.parametrize("came", [NEW, OLD])
@pytest.mark.parametrize("written", [NEW, OLD, "16991234567", "1691234567"])
def test_who_was_stored_before_there_was_a_canonical_form_is_known_in_every_writing(
    database: Database, written: str, came: str
) -> None:
    with database.transaction() as session:
        session.add(Contact(number=written))
    meet(database, sender(came))
    assert contacts(database) == [(came, NEW, None, None)]
