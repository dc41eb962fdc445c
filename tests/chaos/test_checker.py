"""The checker sees every kind of wrong, and nothing wrong where all went well."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ops.chaos.checker import check
from ops.chaos.driver import Written
from ops.chaos.evidence import Evidence, Log, Row
from ops.chaos.history import History
from ops.chaos.webhook import Answer
from secretaria.playground.whaticket.ledger import Sending

NUMBER = "5511900000001"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TAKEN = Answer(202, 0.01, 0.0)
AWAY = Answer(503, 0.01, 0.0)
NEVER = Answer(None, 30.0, 0.0)


def mark(ordinal: int) -> str:
    return f"k1-{ordinal}-000000"


def written(ordinal: int, *answers: Answer) -> Written:
    text = f"eco: {mark(ordinal)}"
    return Written(mark(ordinal), NUMBER, ordinal, text, f"ID{ordinal}", list(answers or (TAKEN,)))


def said(ordinal: int, state: str = "answered", held_by: str = "bot") -> Row:
    return Row(
        id=ordinal,
        number=NUMBER,
        held_by=held_by,
        direction="inbound",
        state=state,
        reason=None,
        kind="text",
        text=f"eco: {mark(ordinal)}",
        correlation_id=f"c{ordinal}",
        attempts=0,
        created_at=NOON,
        sent_at=None,
        resolved_at=None,
    )


def reply(*ordinals: int, state: str = "sent", text: str = "") -> Row:
    body = text or "\n".join(f"eco: {mark(ordinal)}" for ordinal in ordinals)
    inbound = said(ordinals[0] if ordinals else 1)
    return replace(inbound, id=100, direction="outbound", kind="reply", state=state, text=body)


def sending(at: int, *ordinals: int, delivered: bool = True, body: str = "") -> Sending:
    text = body or "\n".join(f"eco: {mark(ordinal)}" for ordinal in ordinals)
    return Sending(NUMBER, text, at, "api", 1, delivered, 200 if delivered else None)


def kinds(
    messages: list[Written], rows: list[Row], sendings: list[Sending], spooled: int = 0
) -> list[str]:
    found = check(Evidence(messages, sendings, rows, spooled=spooled))
    return [trouble.kind for trouble in found.troubles]


def test_nothing_is_wrong_where_everybody_was_answered_once_and_in_order() -> None:
    evidence = Evidence(
        [written(1), written(2), written(3)],
        [sending(1, 1, 2), sending(2, 3, delivered=False), sending(3, 3)],
        [said(1), said(2), said(3), reply(1, 2), reply(3)],
    )
    found = check(evidence)
    assert found.troubles == ()
    assert (found.accepted, found.sent, found.ambiguous, found.dead) == (3, 3, 0, 0)


def test_a_message_that_was_accepted_and_never_stored_is_lost() -> None:
    assert kinds([written(1)], [], []) == ["lost"]


def test_a_message_that_is_called_answered_and_has_no_reply_is_lost() -> None:
    assert kinds([written(1)], [said(1)], []) == ["lost"]


def test_a_reply_that_was_cancelled_while_the_bot_has_the_conversation_is_lost() -> None:
    assert kinds([written(1)], [said(1), reply(1, state="cancelled")], []) == ["lost"]


def test_an_ambiguous_reply_that_somebody_resolved_as_arrived_is_lost_if_it_did_not() -> None:
    resolved = replace(reply(1, state="ambiguous"), resolved_at=NOON)
    assert kinds([written(1)], [said(1), resolved], []) == ["lost"]


def test_what_was_not_accepted_cannot_be_lost() -> None:
    assert kinds([written(1, AWAY), written(2, NEVER)], [], []) == []


def test_a_retry_that_is_told_to_be_a_duplicate_was_accepted() -> None:
    duplicate = Answer(200, 0.01, 0.0, "duplicate")
    assert kinds([written(1, NEVER, duplicate)], [], []) == ["lost"]


@pytest.mark.parametrize(
    "rows",
    [
        [said(1, "dead")],
        [said(1), reply(1, state="dead")],
        [said(1), reply(1, state="ambiguous")],
        [said(1, "ignored", held_by="human")],
    ],
    ids=["dead message", "dead reply", "ambiguous reply", "with people"],
)
def test_what_a_person_can_see_is_not_lost(rows: list[Row]) -> None:
    assert kinds([written(1)], rows, []) == []


@pytest.mark.parametrize(
    "rows", [[said(1, "received")], [said(1), reply(1, state="pending")]], ids=["turn", "reply"]
)
def test_what_still_waits_is_unfinished(rows: list[Row]) -> None:
    assert kinds([written(1)], rows, []) == ["unfinished"]


def test_what_may_be_in_the_spool_is_unfinished_and_the_rest_is_lost() -> None:
    assert kinds([written(1), written(2)], [], [], spooled=1) == ["unfinished", "lost"]


def test_a_mark_that_arrives_in_two_sendings_was_sent_twice() -> None:
    rows = [said(1), reply(1)]
    assert kinds([written(1)], rows, [sending(1, 1), sending(2, 1)]) == ["twice"]


def test_a_sentence_without_a_mark_is_sent_twice_when_there_is_one_reply_for_it() -> None:
    rows = [said(1, "dead"), reply(text="Um momento, por favor.")]
    sendings = [sending(at, body="Um momento, por favor.") for at in (1, 2)]
    assert kinds([written(1)], rows, sendings[:1]) == []
    assert kinds([written(1)], rows, sendings) == ["twice"]


def test_answers_in_another_order_than_the_acceptance_are_out_of_order() -> None:
    rows = [said(1), said(2), reply(1), reply(2)]
    assert kinds([written(1), written(2)], rows, [sending(1, 2), sending(2, 1)]) == ["order"]


def test_marks_are_out_of_order_within_one_reply_too() -> None:
    assert kinds([written(1), written(2)], [said(1), said(2), reply(2, 1)], [sending(1, 2, 1)]) == [
        "order"
    ]


def test_a_row_that_says_sent_is_contradicted_by_a_ledger_that_has_no_delivery() -> None:
    rows = [said(1), reply(1)]
    found = kinds([written(1)], rows, [sending(1, 1, delivered=False)])
    assert "contradicted" in found


@pytest.mark.parametrize("state", ["pending", "dead", "cancelled"])
def test_a_delivery_is_contradicted_by_a_row_that_says_it_never_left(state: str) -> None:
    rows = [said(1), reply(1, state=state)]
    assert kinds([written(1)], rows, [sending(1, 1)]) == ["contradicted"]


def test_a_delivery_of_what_nobody_wrote_is_invented() -> None:
    assert "invented" in kinds([], [reply(1)], [sending(1, 1)])


def test_an_answer_to_what_was_refused_is_invented_and_to_what_got_503_is_only_counted() -> None:
    rows = [said(1), reply(1)]
    assert kinds([written(1, Answer(401, 0.01, 0.0))], rows, [sending(1, 1)]) == ["invented"]
    found = check(Evidence([written(1, AWAY)], [sending(1, 1)], rows))
    assert (found.troubles, found.handled_unaccepted) == ((), 1)


def test_a_history_tells_what_every_witness_knows(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_text('{"event": "turn.started", "correlation_id": "c1"}\n{"event": "torn')
    entry = Log(100, 1, "sent", 200, None, NOON)
    evidence = Evidence([written(1)], [sending(1, 1)], [said(1), reply(1)], [entry])
    told = "\n".join(History(evidence, {log: 0}).of(mark(1)))
    for witness in ("cliente", "webhook: 202", "banco: inbound", "entrega:", "whaticket:", "turn."):
        assert witness in told
