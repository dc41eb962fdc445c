"""What the customer takes back or corrects, reactions, stickers, and what comes late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

ANA = "5511955550101"


def deletes(world: Any, target: str) -> Any:
    return world.customer_says("", kind="deletion", edits=target, unanswered="deleted")


def edits(world: Any, target: str, words: str) -> Any:
    return world.customer_says(words, kind="edit", edits=target)


def test_an_edit_is_answered_instead_of_what_it_edits(world: Any) -> None:
    world.customer_says("eco: terça", provider_id="A")
    assert edits(world, "A", "eco: quinta").is_queued
    assert world.answer() == ["eco: quinta"]
    assert [(one.state, one.reason, one.text) for one in world.messages(direction="inbound")] == [
        ("ignored", "edited", "eco: quinta"),
        ("answered", None, "eco: quinta"),
    ]


def test_an_edit_of_something_answered_changes_the_history_and_is_answered(world: Any) -> None:
    world.customer_says("eco: terça", provider_id="A")
    world.answer()
    edits(world, "A", "eco: quinta")
    assert world.answer() == ["eco: terça", "eco: quinta"]
    assert "terça" not in "".join(one.text for one in world.messages(direction="inbound"))


def test_an_edit_of_an_edit_replaces_both(world: Any) -> None:
    world.customer_says("eco: terça", provider_id="A")
    edits(world, "A", "eco: quarta")
    edits(world, "A", "eco: quinta")
    assert world.answer() == ["eco: quinta"]


def test_an_edit_of_something_we_never_saw_is_a_message(world: Any) -> None:
    assert edits(world, "unseen", "eco: quinta").is_queued
    assert world.answer() == ["eco: quinta"]


def test_an_edit_while_the_model_thinks_drops_the_draft(world: Any) -> None:
    world.customer_says("eco: terça", provider_id="A")
    think_meanwhile(world, lambda: edits(world, "A", "eco: quinta"))
    assert world.messages(direction="outbound") == []
    assert world.answer() == ["eco: quinta"]


def test_what_is_deleted_before_its_turn_is_never_answered(world: Any) -> None:
    world.customer_says("eco: um", provider_id="A")
    deleted = deletes(world, "A")
    assert (deleted.is_queued, deleted.reason) == (False, "deleted")
    assert world.answer() == []
    first, second = world.messages(direction="inbound")
    assert (first.state, first.reason, first.text) == ("ignored", "deleted", "")
    assert (second.state, second.reason) == ("ignored", "deleted")


def test_a_deletion_while_the_model_thinks_drops_the_draft(world: Any) -> None:
    world.customer_says("eco: um", provider_id="A")
    think_meanwhile(world, lambda: deletes(world, "A"))
    assert world.answer() == []


def test_a_deletion_cancels_the_reply_that_has_not_left(world: Any) -> None:
    world.customer_says("eco: um", provider_id="A")
    world.turn()
    deletes(world, "A")
    world.deliver_all()
    assert world.whaticket.replies_to(ANA) == []
    assert [(one.state, one.reason) for one in world.messages(direction="outbound")] == [
        ("cancelled", "deleted")
    ]


def test_what_else_a_cancelled_reply_answered_is_answered_again(world: Any) -> None:
    world.customer_says("eco: um", provider_id="A")
    world.customer_says("eco: dois", provider_id="B")
    world.turn()
    deletes(world, "A")
    assert world.answer() == ["eco: dois"]


def test_a_deletion_after_the_reply_has_left_blanks_the_history(world: Any) -> None:
    world.customer_says("meu segredo é 1234", provider_id="A")
    world.answer()
    deletes(world, "A")
    world.customer_says("eco: dois")
    world.answer()
    assert "1234" not in "".join(one.text for one in world.messages(direction="inbound"))
    assert "1234" not in str(world.gemini.ledger.calls[-1])


def test_a_deletion_comes_once(world: Any) -> None:
    world.customer_says("eco: um", provider_id="A")
    first = world.customer_says(
        "", kind="deletion", edits="A", unanswered="deleted", provider_id="D"
    )
    again = world.customer_says(
        "", kind="deletion", edits="A", unanswered="deleted", provider_id="D"
    )
    assert (first.reason, again.reason) == ("deleted", "duplicate")


@pytest.mark.parametrize(("kind", "reason"), [("reaction", "reaction"), ("sticker", "sticker")])
def test_reactions_and_stickers_are_stored_and_not_answered(
    world: Any, kind: str, reason: str
) -> None:
    accepted = world.customer_says("", kind=kind, unanswered=reason)
    assert (accepted.is_queued, accepted.reason) == (False, reason)
    assert world.answer() == []
    assert world.states() == ["ignored"]


def test_what_was_written_hours_ago_gets_one_word_about_the_delay(world: Any) -> None:
    hours_ago = datetime.now(UTC) - timedelta(hours=3)
    for words in ("eco: um", "eco: dois", "eco: três"):
        assert world.customer_says(words, sent_at=hours_ago).is_queued
    delayed = world.parts.converse.sentences.delayed
    assert world.answer() == [delayed]
    world.customer_says("eco: quatro", sent_at=hours_ago)
    assert world.answer() == [delayed]
    assert world.states() == ["answered"] * 4
    assert world.gemini.ledger.calls == []


def test_what_was_written_days_ago_is_stored_only(world: Any) -> None:
    accepted = world.customer_says("eco: um", sent_at=datetime.now(UTC) - timedelta(days=2))
    assert (accepted.is_queued, accepted.reason) == (False, "too_old")
    assert world.answer() == []
    assert [one.text for one in world.messages()] == ["eco: um"]


def test_late_words_before_fresh_ones_are_answered_with_them(world: Any) -> None:
    world.customer_says("eco: um", sent_at=datetime.now(UTC) - timedelta(hours=3))
    world.customer_says("eco: dois")
    (said,) = world.answer()
    assert "dois" in said


def test_what_is_late_is_a_matter_of_configuration(make_world: Any) -> None:
    world = make_world(max_message_age_seconds=7 * 3600)
    world.customer_says("eco: um", sent_at=datetime.now(UTC) - timedelta(hours=6))
    assert world.answer() == ["eco: um"]


def test_the_model_hears_of_a_documents_name(world: Any) -> None:
    world.customer_says("", kind="document", file_name="contrato.pdf")
    world.answer()
    assert "contrato.pdf" in str(world.gemini.ledger.calls[-1])


def think_meanwhile(world: Any, happens: Any) -> None:
    """Run a turn in which something happens after the model has answered."""
    converse = world.parts.converse
    think = converse.compose.think

    def think_and_then(prompt: Any) -> Any:
        answer = think(prompt)
        happens()
        return answer

    replace(converse, compose=replace(converse.compose, think=think_and_then))(1)
