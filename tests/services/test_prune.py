"""Retention: what is old and owed to nobody goes, all else stays, and nobody waits for it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gevent
import pytest
import redis
from pytest_mock import MockerFixture
from sqlalchemy import text
from structlog.testing import capture_logs

from secretaria.adapters.database import Database
from secretaria.models import daily_tasks, outdated
from secretaria.models import pruning as pruning_statements
from secretaria.playground.engines.process import wait_until
from secretaria.services import prune as pruning
from secretaria.services.prune import GOING, KEPT, Position, Prune, take_step
from secretaria.services.retain import Retain
from secretaria.services.steer import NoConversation, Steer

pytestmark = pytest.mark.minutes(0.5)

ANA, BIA, CAIO = "5511955550101", "5511955550102", "5511955550103"
DAYS = 90
LONG_AGO = "now() - interval '91 days'"
TABLES = (
    "contacts",
    "conversations",
    "messages",
    "delivery_logs",
    "status_changes",
    "typebot_sessions",
    "usage_days",
)


def no_pause(_: float) -> None:
    pass


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "STEP_ROWS", 3)


@pytest.fixture
def prune(database: Database) -> Prune:
    return Prune(database, no_pause)


def run(prune: Prune, *, days: int = DAYS) -> Counter[str]:
    return sum(prune(prune.before(days)), Counter())


def count_rows(world: Any) -> dict[str, int]:
    with world.database.transaction() as session:
        return {
            table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES
        }


def age(world: Any, *tables: str, where: str = "true") -> None:
    """Make rows 91 days old."""
    for table in tables or ("messages", "conversations", "contacts", "delivery_logs"):
        world.sql(f"UPDATE {table} SET created_at = {LONG_AGO} WHERE {where}")


def converse_with(world: Any, *numbers: str) -> None:
    """Have each of these customers answered once."""
    for number in numbers:
        accepted = world.customer_says("oi", number=number)
        world.turn(accepted.conversation_id)
    world.deliver_all()


def test_an_old_conversation_goes_with_all_that_belongs_to_it(world: Any, prune: Prune) -> None:
    converse_with(world, ANA)
    world.sql(
        "INSERT INTO typebot_sessions (key_hash, contact_id, created_at)"
        f" VALUES ('one', 1, {LONG_AGO}), ('two', 1, {LONG_AGO})"
    )
    world.sql(
        "INSERT INTO status_changes (conversation_id, status, source, created_at)"
        f" VALUES (1, 'human', 'asked', {LONG_AGO}), (1, 'bot', 'time_over', {LONG_AGO})"
    )
    world.sql(f"INSERT INTO usage_days (day) VALUES (({LONG_AGO} - interval '2 days')::date)")
    age(world)
    before = count_rows(world)
    done = run(prune)
    assert {table: done[table] for table in GOING if done[table]} == {
        "contacts": 1,
        "conversations": 1,
        "messages": 2,
        "delivery_logs": 1,
        "status_changes": 2,
        "typebot_sessions": 2,
        "usage_days": 1,
    }
    left = {table: before[table] - done[table] for table in TABLES}
    assert count_rows(world) == left
    assert left["usage_days"] == 1  # today's


def test_what_is_younger_stays_and_with_it_its_contact(world: Any, prune: Prune) -> None:
    converse_with(world, ANA, BIA)
    age(world, where="id <= 1")
    age(world, "contacts", "conversations")
    done = run(prune)
    assert (done["messages"], done["contacts"]) == (1, 0)
    assert [message.id for message in world.messages()] == [2, 3, 4]


def test_the_days_are_counted_by_the_database(world: Any, prune: Prune) -> None:
    converse_with(world, ANA)
    world.sql("UPDATE messages SET created_at = now() - interval '90 days' + interval '1 minute'")
    assert run(prune)["messages"] == 0
    world.sql("UPDATE messages SET created_at = now() - interval '90 days' - interval '1 minute'")
    assert run(prune)["messages"] == 2


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("UPDATE messages SET state = 'received' WHERE id = 1", "owed"),
        ("UPDATE messages SET state = 'pending', due_at = now() WHERE id = 2", "owed"),
        ("UPDATE messages SET state = 'sending' WHERE id = 2", "owed"),
        (
            "UPDATE messages SET state = 'dead', reason = 'attempts_exhausted' WHERE id = 1",
            "listed",
        ),
        ("UPDATE messages SET state = 'dead', reason = 'too_old' WHERE id = 2", "listed"),
        ("UPDATE messages SET state = 'ambiguous', reason = 'http_500' WHERE id = 2", "listed"),
    ],
)
def test_what_is_owed_or_listed_stays_however_old_and_is_told(
    world: Any, prune: Prune, change: str, kept: str
) -> None:
    converse_with(world, ANA)
    world.sql(change)
    age(world)
    counted = prune.count(prune.before(DAYS))
    done = run(prune)
    assert done == counted
    assert (done["messages"], done[kept], done["contacts"]) == (1, 1, 0)
    assert len(world.messages()) == 1


def test_what_a_person_has_taken_off_the_list_goes(world: Any, prune: Prune) -> None:
    converse_with(world, ANA)
    world.sql("UPDATE messages SET state = 'dead', resolved_at = now() WHERE id = 2")
    age(world)
    assert run(prune)["messages"] == 2


@pytest.mark.parametrize(
    "busy",
    [
        "status = 'muted'",
        "status = 'human', status_until = NULL",
        "status = 'human', status_until = now() - interval '1 day'",
        "due_at = now()",
        "transfer_due_at = now()",
        "holding_since = now()",
        "lease_owner = 'dead', lease_until = now() - interval '1 day'",
        "door_until = now() + interval '10 seconds'",
        "created_at = now()",
    ],
)
def test_a_conversation_that_is_anybodys_stays_empty_as_it_is(
    world: Any, prune: Prune, busy: str
) -> None:
    converse_with(world, ANA)
    age(world)
    world.sql(f"UPDATE conversations SET {busy}")
    counted = prune.count(prune.before(DAYS))
    done = run(prune)
    assert done == counted
    assert (done["messages"], done["conversations"], done["contacts"]) == (2, 0, 0)


def test_people_who_were_done_long_ago_keep_nothing(world: Any, prune: Prune) -> None:
    converse_with(world, ANA)
    age(world)
    world.sql(f"UPDATE conversations SET status = 'human', status_until = {LONG_AGO}")
    assert run(prune)["contacts"] == 1


def test_the_newest_change_of_hands_and_session_stay_with_whoever_stays(
    world: Any, prune: Prune
) -> None:
    converse_with(world, ANA)
    world.sql(
        "INSERT INTO status_changes (conversation_id, status, source, created_at)"
        f" VALUES (1, 'human', 'asked', {LONG_AGO}), (1, 'muted', 'command', {LONG_AGO})"
    )
    world.sql(
        "INSERT INTO typebot_sessions (key_hash, contact_id, created_at)"
        f" VALUES ('one', 1, {LONG_AGO}), ('two', 1, {LONG_AGO})"
    )
    world.sql("UPDATE conversations SET status = 'muted'")
    age(world)
    done = run(prune)
    assert (done["status_changes"], done["typebot_sessions"]) == (1, 1)
    left = count_rows(world)
    assert (left["status_changes"], left["typebot_sessions"], left["contacts"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "young",
    [
        "INSERT INTO status_changes (conversation_id, status, source) VALUES (1, 'bot', 'command')",
        "INSERT INTO typebot_sessions (key_hash, contact_id) VALUES ('one', 1)",
    ],
)
def test_whoever_was_here_lately_stays(world: Any, prune: Prune, young: str) -> None:
    converse_with(world, ANA)
    age(world)
    world.sql(young)
    assert prune.count(prune.before(DAYS))["contacts"] == 0
    assert run(prune)["contacts"] == 0


def test_a_contact_who_never_had_a_conversation_goes(world: Any, prune: Prune) -> None:
    world.sql(f"INSERT INTO contacts (number, created_at) VALUES ('1', {LONG_AGO}), ('2', now())")
    assert run(prune) == Counter(contacts=1)


def mixture(world: Any) -> None:
    """Old and young of everything, in steps of three rows and more."""
    converse_with(world, *(f"55119555502{n:02}" for n in range(9)))
    for conversation_id in range(1, 10):
        world.sql(
            "INSERT INTO status_changes (conversation_id, status, source, created_at) SELECT"
            f" {conversation_id}, 'bot', 'command', {LONG_AGO} FROM generate_series(1, 2)"
        )
        world.sql(
            "INSERT INTO typebot_sessions (key_hash, contact_id, created_at) SELECT"
            f" '{conversation_id}-' || n, {conversation_id}, {LONG_AGO}"
            " FROM generate_series(1, 3) n"
        )
    world.sql("INSERT INTO usage_days (day) VALUES ('2001-01-01'), ('2001-01-02')")
    age(world)
    world.sql("UPDATE messages SET state = 'dead' WHERE id IN (3, 4)")
    world.sql("UPDATE messages SET created_at = now() WHERE id = 8")
    world.sql("UPDATE conversations SET status = 'muted' WHERE id = 5")


def test_a_dry_run_counts_what_a_run_deletes_and_changes_nothing(world: Any, prune: Prune) -> None:
    mixture(world)
    rows = count_rows(world)
    counted = prune.count(prune.before(DAYS))
    assert count_rows(world) == rows
    done = run(prune)
    assert done == counted
    assert count_rows(world) == {table: rows[table] - done[table] for table in TABLES}
    assert all(done[kind] for kind in GOING)
    assert run(prune) == Counter(listed=2)


def test_a_step_is_a_short_transaction_of_its_own(world: Any, prune: Prune) -> None:
    mixture(world)
    left = []
    for step in prune(prune.before(DAYS)):
        assert step["messages"] <= 3
        left.append(len(world.messages()))
    assert left == sorted(left, reverse=True)
    assert len(set(left)) > 3


def test_the_end_is_found_behind_messages_that_a_wrong_clock_dated(
    world: Any, prune: Prune
) -> None:
    converse_with(world, ANA, BIA, CAIO)
    age(world)
    world.sql("UPDATE messages SET created_at = now() + interval '9 years' WHERE id <= 4")
    assert run(prune)["messages"] == 2


def test_what_was_imported_late_goes_with_its_neighbours(world: Any, prune: Prune) -> None:
    converse_with(world, ANA, BIA, CAIO)
    age(world, "messages", where="id = 6")
    assert run(prune)["messages"] == 0
    age(world, "messages", where="id = 4")
    world.sql("UPDATE messages SET created_at = now() - interval '90 days' WHERE id <= 3")
    assert run(prune)["messages"] == 5


@contextmanager
def another_transaction(database: Database, statement: str) -> Iterator[None]:
    """Another transaction, in which a statement has been executed and that is still open."""
    with database.transaction() as session:
        session.execute(text(statement))
        yield


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("SELECT FROM messages WHERE id = 1 FOR UPDATE", "messages"),
        ("SELECT FROM delivery_logs WHERE message_id = 2 FOR UPDATE", "messages"),
        ("SELECT FROM conversations WHERE id = 1 FOR NO KEY UPDATE", "conversations"),
        ("SELECT FROM contacts WHERE id = 1 FOR KEY SHARE", "contacts"),
        ("SELECT FROM contacts WHERE id = 1 FOR UPDATE", "contacts"),
        (
            "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
            " VALUES (1, 'inbound', 'ignored', 'text', 'oi', 'x')",
            "conversations",
        ),
        ("INSERT INTO typebot_sessions (key_hash, contact_id) VALUES ('one', 1)", "contacts"),
        (
            "INSERT INTO status_changes (conversation_id, status, source)"
            " VALUES (1, 'bot', 'command')",
            "conversations",
        ),
    ],
)
def test_what_somebody_works_on_is_left_and_nobody_is_waited_for(
    world: Any, database: Database, prune: Prune, statement: str, left: str
) -> None:
    converse_with(world, ANA)
    age(world)
    with another_transaction(database, statement), gevent.Timeout(5):
        run(prune)
        assert count_rows(world)[left] == 1


def test_what_was_left_goes_the_next_time(world: Any, database: Database, prune: Prune) -> None:
    converse_with(world, ANA)
    age(world)
    with another_transaction(database, "SELECT FROM messages WHERE id = 1 FOR UPDATE"):
        assert run(prune)["contacts"] == 0
    assert run(prune)["contacts"] == 1


def test_what_is_owed_again_under_the_eyes_of_a_step_stays(world: Any, database: Database) -> None:
    converse_with(world, ANA)
    age(world)
    with database.transaction() as session:
        before = outdated.moment_before_now(session, DAYS)
        going = [1, 2]
        world.sql("UPDATE messages SET state = 'received' WHERE id = 1")
        done = pruning_statements.delete_rows(session, "messages", going, before)
    assert done == Counter(messages=1, delivery_logs=1)
    assert world.states() == ["received"]


def is_waiting_for_a_lock(world: Any) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with world.database.transaction() as session:
        return bool(session.scalar(text(waiting)))


def empty_contact(world: Any) -> None:
    """Ana wrote long ago, and nothing of that is left."""
    converse_with(world, ANA)
    age(world)
    world.sql("DELETE FROM delivery_logs")
    world.sql("DELETE FROM messages")


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_message_that_comes_while_its_contact_is_deleted_is_accepted(
    world: Any, database: Database, ending: str
) -> None:
    empty_contact(world)
    with suppress(KeyboardInterrupt), database.transaction() as session:
        before = outdated.moment_before_now(session, DAYS)
        step = take_step(session, Position("contacts"), before)
        assert step.counts["contacts"] == 1
        coming = gevent.spawn(world.customer_says, "voltei")
        assert wait_until(lambda: is_waiting_for_a_lock(world), seconds=10)
        if ending == "rollback":
            raise KeyboardInterrupt
    assert coming.get(timeout=10).is_queued
    (message,) = world.messages()
    assert message.conversation_id == (2 if ending == "commit" else 1)
    world.turn(message.conversation_id)
    world.deliver_all()
    assert world.states() == ["answered"]
    assert count_rows(world)["contacts"] == 1


def test_a_command_that_comes_while_its_contact_is_deleted_finds_nobody(
    world: Any, database: Database
) -> None:
    empty_contact(world)
    with database.transaction() as session:
        before = outdated.moment_before_now(session, DAYS)
        take_step(session, Position("contacts"), before)
        muting = gevent.spawn(Steer(database, 12).turn_over, ANA, "muted")
        assert wait_until(lambda: is_waiting_for_a_lock(world), seconds=10)
    with pytest.raises(NoConversation):
        muting.get(timeout=10)


def test_customers_who_write_while_all_that_is_old_goes_are_all_heard(
    world: Any, database: Database
) -> None:
    numbers = [f"55119555502{n:02}" for n in range(12)]
    pruner = Prune(database, gevent.sleep)
    accepted: list[int | None] = []
    for _ in range(8):
        world.sql("UPDATE messages SET state = 'ignored'")
        world.sql("UPDATE conversations SET due_at = NULL")
        age(world)
        pruning_now = gevent.spawn(run, pruner)
        saying = [gevent.spawn(world.customer_says, "oi", number=number) for number in numbers]
        gevent.joinall([pruning_now, *saying], timeout=60, raise_error=True)
        accepted = [one.value.message_id for one in saying]
        assert None not in accepted
        stored = {message.id for message in world.messages(state="received")}
        assert stored == set(accepted)
    assert count_rows(world)["contacts"] == len(numbers)


def test_a_message_id_that_has_gone_is_no_duplicate_any_more(world: Any, prune: Prune) -> None:
    world.customer_says("oi", provider_id="WA1")
    assert world.customer_says("oi", provider_id="WA1").reason == "duplicate"
    world.sql("UPDATE messages SET state = 'answered'")
    world.sql("UPDATE conversations SET due_at = NULL")
    age(world)
    run(prune)
    assert world.customer_says("oi", provider_id="WA1").is_queued


def test_a_customer_who_comes_back_is_new(world: Any, prune: Prune) -> None:
    converse_with(world, ANA)
    age(world)
    run(prune)
    converse_with(world, ANA)
    assert [message.conversation_id for message in world.messages()] == [2, 2]
    assert world.states() == ["answered"]


def test_the_next_turn_remembers_nothing_of_what_has_gone(
    world: Any, prune: Prune, redis_client: redis.Redis
) -> None:
    world.answered("meu nome é Ana")
    age(world, "messages")
    run(prune)
    redis_client.flushall()  # it expires, a day later
    world.answered("qual é o meu nome?")
    asked = world.gemini.ledger.calls[-1]
    assert "meu nome é Ana" not in str(asked)


@pytest.fixture
def retain(database: Database) -> Retain:
    return Retain(database, DAYS, no_pause)


def a_day_passes(world: Any) -> None:
    world.sql("UPDATE daily_tasks SET started_at = started_at - interval '1 day'")


def pruned(captured: Any) -> list[dict[str, Any]]:
    return [line for line in captured if line["event"] == "retention.pruned"]


def test_nothing_is_deleted_unless_the_owner_says_so(world: Any) -> None:
    converse_with(world, ANA)
    age(world)
    rows = count_rows(world)
    world.parts.retain()
    assert world.settings.retention_days == 0
    assert count_rows(world) == rows


def test_a_worker_prunes_once_a_day_and_says_what(world: Any, retain: Retain) -> None:
    mixture(world)
    counted = Prune(retain.database, no_pause)
    expected = counted.count(counted.before(DAYS))
    with capture_logs() as captured:
        retain()
    (line,) = pruned(captured)
    assert line["days"] == DAYS
    assert Counter({kind: line.get(kind, 0) for kind in (*GOING, *KEPT)}) == expected
    converse_with(world, ANA)
    age(world)
    retain()
    assert count_rows(world)["messages"] > 2
    a_day_passes(world)
    retain()
    assert [message.id for message in world.messages()] == [3, 4]


def test_the_task_of_the_day_survives_a_clock_that_was_years_ahead(
    world: Any, retain: Retain
) -> None:
    retain()
    world.sql("UPDATE daily_tasks SET started_at = now() + interval '9 years'")
    converse_with(world, ANA)
    age(world)
    retain()
    assert world.messages() == []


def test_a_worker_that_is_stopped_in_the_middle_leaves_the_rest_to_another(
    world: Any, database: Database
) -> None:
    mixture(world)
    counted = Prune(database, no_pause)
    expected = counted.count(counted.before(DAYS))
    came_to: list[int] = []

    def stop_there(_: float) -> None:
        came_to.append(len(world.messages()))
        if len(came_to) == 3:
            raise gevent.GreenletExit

    with capture_logs() as captured:
        stopped = gevent.spawn(Retain(database, DAYS, stop_there))
        stopped.join(timeout=30)
        assert isinstance(stopped.value, gevent.GreenletExit)
        assert pruned(captured) == []
        assert world.messages()
        Retain(database, DAYS, no_pause)()
    (line,) = pruned(captured)
    assert Counter({kind: line.get(kind, 0) for kind in (*GOING, *KEPT)}) == expected


def test_a_step_that_is_broken_off_is_as_if_it_had_not_begun(
    world: Any, retain: Retain, mocker: MockerFixture
) -> None:
    converse_with(world, ANA)
    age(world)
    mocker.patch.object(daily_tasks, "go_on", side_effect=gevent.GreenletExit)
    with suppress(gevent.GreenletExit):
        retain()
    mocker.stopall()
    assert len(world.messages()) == 2
    retain()
    assert world.messages() == []


def test_of_several_workers_one_prunes_at_a_time_and_nothing_twice(
    world: Any, database: Database
) -> None:
    mixture(world)
    counted = Prune(database, no_pause)
    expected = counted.count(counted.before(DAYS))
    with capture_logs() as captured:
        workers = [gevent.spawn(Retain(database, DAYS, gevent.sleep)) for _ in range(4)]
        gevent.joinall(workers, timeout=60, raise_error=True)
        Retain(database, DAYS, no_pause)()
    (line,) = pruned(captured)
    assert Counter({kind: line.get(kind, 0) for kind in (*GOING, *KEPT)}) == expected


def test_a_command_and_the_workers_may_prune_at_once(world: Any, database: Database) -> None:
    mixture(world)
    runs = [gevent.spawn(run, Prune(database, gevent.sleep)) for _ in range(2)]
    runs += [gevent.spawn(Retain(database, DAYS, gevent.sleep)) for _ in range(2)]
    gevent.joinall(runs, timeout=60, raise_error=True)
    run(Prune(database, no_pause))
    assert sorted(message.id for message in world.messages()) == [3, 4, 8]
