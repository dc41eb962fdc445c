"""Which reply an echo proves: its text in every fork's dress, its time, and one echo for one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from secretaria.core.echo import Echo, Reply, assign, read_since

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def reply(number: int = 1, text: str = "olá", *, at: datetime = NOON, **more: Any) -> Reply:
    usual: dict[str, Any] = {"state": "ambiguous", "is_resolved": False, "provider_id": None}
    known = {"conversation_id": 1, "correlation_id": "c", "attempted_at": at}
    return Reply(id=number, text=text, **(usual | known | more))


def echo(text: str = "olá", *, at: datetime = NOON, provider_id: str | None = "A") -> Echo:
    return Echo(text, provider_id, at)


def given(echoes: list[Echo], replies: list[Reply]) -> list[tuple[str | None, int]]:
    return [(one.provider_id, proved.id) for one, proved in assign(echoes, replies)]


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        ("olá", "olá"),
        ("olá", "\u200e olá"),
        ("olá", "\u200eolá "),
        ("olá", "*Joana:*\nolá"),
        ("olá", "*Joana*:\nolá"),
        ("olá", "\u200e *Joana da Silva:*\r\nolá"),
        ("olá", "*Joana:*\n\u200e olá"),
        ("olá", "ola\u0301"),
        ("um\n\ndois ", "um\r\n\r\ndois"),
        ("um\n\ndois", "um\ndois"),
        ("*Horários:*\ndas 8 às 18", "*Horários:*\ndas 8 às 18"),
        ("*Horários:*\ndas 8 às 18", "*Joana:*\n*Horários:*\ndas 8 às 18"),
        ("Olá {{name}}!", "Olá { {name}}!"),
        ("👩‍⚕️ olá", "👩‍⚕️ olá"),
    ],
)
def test_an_echo_is_known_in_whatever_a_fork_has_dressed_it(sent: str, echoed: str) -> None:
    assert given([echo(echoed)], [reply(text=sent)]) == [("A", 1)]


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        ("olá", "olá, tudo bem"),
        ("olá", "Olá"),
        ("olá", "ola"),
        ("olá", "Joana:\nolá"),
        ("olá", "*Joana:*"),
        ("das 8 às 18", "das 8 às 18 *Joana:*\n"),
        ("*Joana:*\nolá", "olá"),
        ("", ""),
        ("\u200e", "*Joana:*\n"),
        ("olá mundo", "olámundo"),
    ],
)
def test_another_text_is_no_echo(sent: str, echoed: str) -> None:
    assert given([echo(echoed)], [reply(text=sent)]) == []


@pytest.mark.parametrize(
    ("later", "is_given"),
    [
        (-6 * MINUTE, False),
        (-4 * MINUTE, True),
        (59 * MINUTE, True),
        (61 * MINUTE, False),
    ],
)
def test_an_echo_is_written_after_its_attempt_and_within_an_hour(
    later: timedelta, *, is_given: bool
) -> None:
    assert bool(given([echo(at=NOON + later)], [reply()])) is is_given


@pytest.mark.parametrize("states", [("sent", "sent"), ("sent", "dead"), ("dead", "sent")])
def test_among_what_is_known_an_echo_goes_to_the_oldest_with_its_text(
    states: tuple[str, str],
) -> None:
    older, later = (
        reply(number, state=state, is_resolved=state == "dead", at=NOON + number * MINUTE)
        for number, state in enumerate(states)
    )
    other = reply(7, "outra", state="sent", at=NOON - MINUTE)
    assert given([echo()], [later, other, older]) == [("A", 0)]


@pytest.mark.parametrize("states", list(permutations(("sending", "ambiguous"))))
def test_among_what_is_open_an_echo_goes_to_the_latest_attempt(states: tuple[str, str]) -> None:
    """The lower id may be of the later attempt: it was tried again."""
    first, second = (reply(number, state=state) for number, state in enumerate(states))
    assert given([echo()], [first, second]) == [("A", 1)]
    tried_again = replace(first, attempted_at=NOON + MINUTE)
    assert given([echo()], [tried_again, second]) == [("A", 0)]


def test_the_echo_of_a_repeated_sentence_does_not_settle_one_that_failed_long_before() -> None:
    failed, sent = reply(1, at=NOON - 20 * HOUR), reply(2, state="sent")
    assert given([echo()], [failed, sent]) == [("A", 2)]
    assert given([echo()], [failed, replace(sent, provider_id="A")]) == []


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
@pytest.mark.parametrize("apart", [MINUTE, 30 * MINUTE])
def test_two_that_arrived_are_both_settled_in_whatever_order_their_echoes_come(
    order: tuple[str, str], apart: timedelta
) -> None:
    replies = [reply(1), reply(2, at=NOON + apart)]
    moments = {"A": NOON, "B": NOON + apart}
    for provider_id in order:
        [(_, proved)] = assign([echo(at=moments[provider_id], provider_id=provider_id)], replies)
        known = replace(proved, state="sent", provider_id=provider_id)
        replies[replies.index(proved)] = known
    assert [one.state for one in replies] == ["sent", "sent"]
    replies = [reply(1), reply(2, at=NOON + apart)]
    echoes = [echo(at=moments[provider_id], provider_id=provider_id) for provider_id in order]
    assert {number for _, number in given(echoes, replies)} == {1, 2}


def test_an_echo_passes_over_the_replies_that_have_one() -> None:
    replies = [reply(1, state="sent", provider_id="A"), reply(2)]
    assert given([echo(provider_id="B")], replies) == [("B", 2)]


def test_a_reply_that_is_known_as_sent_takes_its_echo_before_a_doubtful_one() -> None:
    assert given([echo()], [reply(1, state="sent"), reply(2)]) == [("A", 1)]


def test_an_echo_that_comes_again_proves_nothing_new() -> None:
    assert given([echo()], [reply(1, state="sent", provider_id="A"), reply(2)]) == []
    assert given([echo(), echo()], [reply(1), reply(2)]) == [("A", 2)]


def test_several_echoes_are_given_in_the_order_they_were_written() -> None:
    replies = [reply(1, state="sent"), reply(2, at=NOON + HOUR)]
    late, early = echo(at=NOON + HOUR, provider_id="B"), echo(provider_id="A")
    assert given([late, early], replies) == [("A", 1), ("B", 2)]


def test_an_older_echo_does_not_prove_a_later_reply() -> None:
    assert given([echo(at=NOON - HOUR)], [reply()]) == []


@pytest.mark.parametrize("provider_id", [None, ""])
def test_an_echo_without_an_id_proves_a_reply_whose_text_is_nobody_elses(
    provider_id: str | None,
) -> None:
    without_id = echo(provider_id=provider_id)
    assert given([without_id], [reply(1), reply(2, "outra")]) == [(provider_id, 1)]
    assert given([without_id], [reply(1), reply(2)]) == []
    assert given([without_id], [reply(1, state="sent", provider_id="A"), reply(2)]) == []


@pytest.mark.parametrize(
    ("state", "is_resolved", "is_open"),
    [
        ("ambiguous", False, True),
        ("sending", False, True),
        ("ambiguous", True, False),
        ("sent", False, False),
        ("dead", True, False),
    ],
)
def test_a_reply_is_open_while_nobody_has_said_what_became_of_it(
    state: str, *, is_resolved: bool, is_open: bool
) -> None:
    assert reply(state=state, is_resolved=is_resolved).is_open is is_open


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ([], timedelta()),
        ([reply(1, at=NOON - 30 * MINUTE)], 30 * MINUTE),
        ([reply(1, state="sent", at=NOON - 64 * MINUTE)], 64 * MINUTE),
        ([reply(1, at=NOON - 66 * MINUTE)], timedelta()),
        ([reply(1, at=NOON - 100 * MINUTE), reply(2, at=NOON - 50 * MINUTE)], 100 * MINUTE),
        ([reply(1, at=NOON - 30 * MINUTE, provider_id="A")], timedelta()),
        ([reply(1, "outra", at=NOON - 30 * MINUTE)], timedelta()),
        ([reply(5, at=NOON + MINUTE)], timedelta()),
    ],
)
def test_a_ticket_is_read_back_past_every_reply_that_might_take_the_echo(
    before: list[Reply], back: timedelta
) -> None:
    wanted = reply(4)
    assert read_since(wanted, [*before, wanted]) == NOON - back - 5 * MINUTE
