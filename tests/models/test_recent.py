"""What the last hours saw, and that nobody reads a million messages to know it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from ops.bench.filling import fill, run_sql
from secretaria.adapters.database import Database
from secretaria.models import channel, recent, reports
from secretaria.models.recent import Recent
from secretaria.playground.engines import Engines

KINDS = dict.fromkeys(recent.KINDS, 0)
OUTCOMES = dict.fromkeys(recent.OUTCOMES, 0)
STATEMENTS: dict[str, Callable[[Session], object]] = {
    "the last hours": recent.read,
    "the oldest unanswered": reports.oldest_unanswered_seconds,
    "the number of the listed": reports.count_listed,
    "the age of the listed": reports.listed_seconds,
    "the turn that is overdue": reports.overdue_seconds,
    "what people were given": reports.count_handed_over,
}


def say(session: Session, **about: Any) -> None:
    """A reply and its attempt, so many minutes ago, `waited` seconds after what it answers."""
    values = {"kind": "reply", "turn": 1, "conversation": 1, "outcome": "sent", "waited": 8} | about
    session.execute(
        text(
            "WITH said AS (INSERT INTO messages (conversation_id, direction, state, kind, text,"
            " correlation_id, turn, sent_at, accepted_at) SELECT :conversation, 'outbound',"
            " CASE :outcome WHEN 'retry' THEN 'pending' ELSE :outcome END, :kind, 'oi', 'x', :turn,"
            " CASE :outcome WHEN 'sent' THEN at END, at - make_interval(secs => :waited)"
            " FROM (SELECT now() - make_interval(mins => :minutes) AS at) AS moment RETURNING id)"
            " INSERT INTO delivery_logs (message_id, attempt, outcome, correlation_id, created_at)"
            " SELECT id, 1, :outcome, 'x', now() - make_interval(mins => :minutes) FROM said"
        ),
        values,
    )


@pytest.fixture
def conversations(database: Database) -> Database:
    with database.transaction() as session:
        for statement in (
            "INSERT INTO contacts (number) VALUES ('5511955550001'), ('5511955550002')",
            "INSERT INTO conversations (contact_id) SELECT id FROM contacts",
        ):
            session.execute(text(statement))
    return database


def read(database: Database) -> Mapping[str, Recent]:
    with database.transaction() as session:
        return recent.read(session)


def test_without_replies_there_are_zeros_and_no_times(database: Database) -> None:
    assert read(database) == {window: Recent(KINDS, OUTCOMES, {}) for window in ("5m", "1h", "6h")}


def test_each_window_sees_what_was_said_in_it(conversations: Database) -> None:
    with conversations.transaction() as session:
        say(session, minutes=1, turn=1)
        say(session, minutes=2, turn=2, kind="fallback", waited=40)
        say(session, minutes=30, turn=3, kind="holding", waited=20)
        say(session, minutes=120, turn=4, waited=100)
        say(session, minutes=600, turn=5)
    seen = read(conversations)
    assert seen["5m"].replies == KINDS | {"reply": 1, "fallback": 1}
    assert seen["1h"].replies == KINDS | {"reply": 1, "fallback": 1, "holding": 1}
    assert seen["6h"].replies == KINDS | {"reply": 2, "fallback": 1, "holding": 1}
    assert seen["5m"].seconds[0.5] == pytest.approx(24)
    assert seen["1h"].seconds[0.5] == pytest.approx(20)
    assert seen["6h"].seconds[0.95] == pytest.approx(91)


def test_the_parts_of_a_reply_are_one_said_with_the_first(conversations: Database) -> None:
    with conversations.transaction() as session:
        say(session, minutes=2, waited=8)
        say(session, minutes=1, waited=68)
        say(session, minutes=1, conversation=2, waited=8)
    seen = read(conversations)["5m"]
    assert seen.replies["reply"] == 2
    assert seen.seconds[0.95] == pytest.approx(8)


def test_attempts_are_counted_by_their_outcome(conversations: Database) -> None:
    with conversations.transaction() as session:
        for outcome in (*recent.OUTCOMES, "ambiguous"):
            say(session, minutes=1, turn=None, outcome=outcome)
        say(session, minutes=20, outcome="dead")
    seen = read(conversations)
    assert seen["5m"].deliveries == dict.fromkeys(recent.OUTCOMES, 1) | {"ambiguous": 2}
    assert seen["1h"].deliveries["dead"] == 2
    assert seen["5m"].replies["reply"] == 1


def test_what_was_in_doubt_and_turned_out_to_have_arrived_was_sent(
    conversations: Database,
) -> None:
    with conversations.transaction() as session:
        say(session, minutes=1, turn=1, outcome="ambiguous")
        say(session, minutes=1, turn=2, outcome="ambiguous")
        session.execute(
            text(
                "UPDATE messages SET state = 'sent', reason = 'echoed', sent_at = now()"
                " WHERE turn = 1"
            )
        )
    seen = read(conversations)["5m"]
    assert seen.deliveries == OUTCOMES | {"sent": 1, "ambiguous": 1}
    assert seen.replies == KINDS | {"reply": 1}


def test_beyond_the_most_the_newest_count(
    conversations: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST", 2)
    with conversations.transaction() as session:
        for minutes in (1, 2, 30):
            say(session, minutes=minutes, turn=minutes)
    assert read(conversations)["1h"].replies["reply"] == 2


def test_a_paused_channel_tells_since_when_and_an_open_one_nothing(database: Database) -> None:
    with database.transaction() as session:
        assert channel.paused_seconds(session) is None
        channel.pause(session, "timeout", probe_seconds=15)
        first = channel.paused_seconds(session)
        channel.pause(session, "timeout", probe_seconds=15)
        assert 0 <= (first or 0) <= (channel.paused_seconds(session) or 0)
        channel.resume(session)
        assert channel.paused_seconds(session) is None


def test_a_pause_of_the_version_before_is_dated_by_the_next_probe(
    database: Database,
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE channels SET status = 'paused'"))
        assert channel.is_paused(session)
        assert channel.paused_seconds(session) is None
        channel.pause(session, "timeout", probe_seconds=15)
        assert (channel.paused_seconds(session) or -1) >= 0


@pytest.mark.parametrize(
    ("change", "is_overdue"),
    [
        ("due_at = now() - interval '90 seconds'", True),
        ("due_at = now() - interval '90 seconds', lease_until = now() - interval '1 second'", True),
        ("due_at = now() - interval '90 seconds', lease_until = now() + interval '9 s'", False),
        ("due_at = now() - interval '90 seconds', status = 'human'", False),
        ("due_at = now() + interval '4 seconds'", False),
        ("due_at = NULL", False),
    ],
)
def test_a_turn_is_overdue_while_nobody_works_on_it(
    conversations: Database, change: str, *, is_overdue: bool
) -> None:
    with conversations.transaction() as session:
        session.execute(text(f"UPDATE conversations SET {change} WHERE id = 1"))
        seconds = reports.overdue_seconds(session)
    assert (seconds >= 90) is is_overdue
    assert is_overdue or seconds == 0


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("status = 'human', status_until = now() + interval '1 hour'", 1),
        ("status = 'human', status_until = now() + interval '1 hour', person_at = now()", 0),
        ("status = 'human', status_until = now() - interval '1 hour'", 0),
        ("status = 'muted'", 0),
    ],
)
def test_what_people_were_given_counts_until_one_of_them_is_seen(
    conversations: Database, change: str, count: int
) -> None:
    with conversations.transaction() as session:
        session.execute(text(f"UPDATE conversations SET {change} WHERE id = 1"))
        assert reports.count_handed_over(session) == count


def test_the_listed_have_an_age_until_they_are_resolved(conversations: Database) -> None:
    with conversations.transaction() as session:
        say(session, minutes=10, outcome="ambiguous")
        say(session, minutes=5, outcome="dead")
        session.execute(text("UPDATE messages SET created_at = now() - interval '10 minutes'"))
        session.execute(text("UPDATE messages SET resolved_at = now() WHERE state = 'dead'"))
        ages = reports.listed_seconds(session)
    assert ages["outbound", "ambiguous"] >= 600
    assert ages["outbound", "dead"] == ages["inbound", "dead"] == 0


@pytest.fixture(scope="module")
def filled(engines: Engines, pooled: Database) -> Iterator[Database]:
    """Weeks of messages, of which a few are of the last hours."""
    fill(engines.postgres.url, contacts=4_000, messages=20)
    run_sql(
        engines.postgres.url,
        "UPDATE delivery_logs SET created_at = now() - random() * interval '5 hours'"
        " WHERE message_id IN (SELECT id FROM messages ORDER BY id DESC LIMIT 200)",
        "ANALYZE",
    )
    yield pooled
    run_sql(engines.postgres.url, "TRUNCATE contacts RESTART IDENTITY CASCADE", "ANALYZE")


@pytest.mark.parametrize("question", STATEMENTS)
def test_no_statement_of_a_scrape_reads_all_messages(filled: Database, question: str) -> None:
    plans: list[str] = []

    def explain(cursor: Any, statement: str, parameters: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))

    def before(*call: Any) -> None:
        connection, _, statement, parameters, *_ = call
        with connection.connection.cursor() as cursor:
            explain(cursor, statement, parameters)

    event.listen(filled.engine, "before_cursor_execute", before)
    try:
        with filled.transaction() as session:
            STATEMENTS[question](session)
    finally:
        event.remove(filled.engine, "before_cursor_execute", before)
    assert plans
    assert not [plan for plan in plans if "Seq Scan on" in plan], plans
