"""What follows a sending: the classes of the design, decided."""

import pytest

from secretaria.core.delivery import LONGEST_RETRY_AFTER_SECONDS, Sending, Step, decide

NOT_ARRIVED = Sending("not_arrived", "ConnectionRefusedError", is_unreachable=True)


def test_a_sent_reply_is_done() -> None:
    assert decide(Sending("sent", http_status=200), counted_attempts=1, jitter=0) == Step(
        "sent", "sent"
    )


def test_what_may_have_been_delivered_is_ambiguous() -> None:
    step = decide(Sending("unknown", "http_500", 500), counted_attempts=1, jitter=0)
    assert step == Step("ambiguous", "ambiguous", "http_500")


def test_what_will_never_be_taken_is_dead_at_once() -> None:
    step = decide(Sending("refused", "not_on_whatsapp", 400), counted_attempts=1, jitter=0)
    assert step == Step("dead", "dead", "not_on_whatsapp")


def test_a_reply_that_found_the_channel_down_waits_without_a_delay_of_its_own() -> None:
    step = decide(Sending("channel_down", "access_401", 401), counted_attempts=6, jitter=1)
    assert step == Step("retry", "pending", "access_401", 0)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 10), (3, 60), (4, 300), (5, 1800)])
def test_each_attempt_that_did_not_arrive_waits_longer(attempts: int, seconds: float) -> None:
    soonest = decide(NOT_ARRIVED, counted_attempts=attempts, jitter=0)
    latest = decide(NOT_ARRIVED, counted_attempts=attempts, jitter=1)
    assert (soonest.state, soonest.retry_seconds) == ("pending", seconds)
    assert latest.retry_seconds == seconds * 1.25


def test_the_sixth_attempt_that_did_not_arrive_is_the_last() -> None:
    step = decide(NOT_ARRIVED, counted_attempts=6, jitter=0)
    assert step == Step("dead", "dead", "ConnectionRefusedError")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 2), (0, 2), (1, 2), (45, 45), (10**9, LONGEST_RETRY_AFTER_SECONDS)],
)
def test_whaticket_may_ask_for_more_time_but_not_for_ever(
    asked: float | None, seconds: float
) -> None:
    put_off = Sending("not_arrived", "http_429", 429, retry_after_seconds=asked)
    assert decide(put_off, counted_attempts=1, jitter=0).retry_seconds == seconds


@pytest.mark.parametrize("error", ["not_on_whatsapp", "generic_refusal"])
def test_a_number_that_whatsapp_does_not_know_is_tried_in_its_other_form(error: str) -> None:
    refused = Sending("refused", error, 400)
    step = decide(refused, counted_attempts=1, jitter=1, other_number="551691234567")
    assert step == Step("retry", "pending", error, 0, "551691234567")


def test_another_refusal_says_nothing_of_the_form() -> None:
    refused = Sending("refused", "http_400", 400)
    step = decide(refused, counted_attempts=1, jitter=0, other_number="551691234567")
    assert step == Step("dead", "dead", "http_400")


def test_a_reply_that_a_person_was_faster_with_is_cancelled() -> None:
    refused = Sending("refused", "ticket_with_people", 400)
    step = decide(refused, counted_attempts=1, jitter=0, other_number="551691234567")
    assert step == Step("dead", "cancelled", "human")
