"""What a caller at Typebot's door sees while the world goes on between two of its statements."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from secretaria.adapters.database import Database
from secretaria.models import doors

OWED = """
INSERT INTO contacts (number) VALUES ('5511955550101');
INSERT INTO conversations (contact_id) VALUES (1);
INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)
VALUES (1, 'inbound', 'received', 'text', 'oi', 'c')
"""
TURN = """
UPDATE messages SET state = 'answered';
UPDATE conversations SET status = 'human';
INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id, due_at)
VALUES (1, 'outbound', 'pending', 'handover', 'até já', 'c', now())
"""


@dataclass
class Interrupted:
    """A session in which something else happens just before one of its statements."""

    session: Any
    happen: Callable[[], None]
    after_statements: int

    def __getattr__(self, name: str) -> Any:
        if self.after_statements == 0:
            self.happen()
        self.after_statements -= 1
        return getattr(self.session, name)


def run(database: Database, statements: str) -> None:
    with database.transaction() as session:
        session.execute(text(statements))


@pytest.mark.parametrize("after_statements", range(4))
def test_a_turn_that_ends_meanwhile_is_seen_whole_or_not_at_all(
    database: Database, after_statements: int
) -> None:
    run(database, OWED)
    with database.transaction() as session:
        interrupted: Any = Interrupted(session, lambda: run(database, TURN), after_statements)
        seen = doors.look(interrupted, 1, 1)
    if not seen.is_owed:
        assert (seen.status, [reply.kind for reply in seen.replies]) == ("human", ["handover"])
    else:
        assert after_statements > 0


def test_a_door_is_closed_by_the_last_who_waits(database: Database) -> None:
    run(database, OWED)
    with database.transaction() as session:
        first = doors.hold_open(session, 1, seconds=5)
        second = doors.hold_open(session, 1, seconds=9)
        third = doors.hold_open(session, 1, seconds=1)
        assert first is not None
        assert second is not None
        assert third == second
        assert not doors.close(session, first)
        assert doors.close(session, second)
        assert doors.hold_open(session, 2, seconds=1) is None
