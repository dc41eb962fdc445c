"""Which reply an echo proves: its text in every fork's dress, its time, and one echo for one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secretaria.core.echo import Echo, Reply, alike, assign

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def reply(number: int = 1, text: str = "olá", *, at: datetime = NOON, **more: Any) -> Reply:
    usual: dict[str, Any] = {"state": "ambiguous", "is_resolved": False, "provider_id": None}
    known = {"conversation_id": 1, "correlation_id": "c", "written_at": at}
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
        (24 * HOUR - MINUTE, True),
        (24 * HOUR + MINUTE, False),
    ],
)
def test_an_echo_is_written_after_its_reply_and_within_a_day(
    later: timedelta, *, is_given: bool
) -> None:
    assert bool(given([echo(at=NOON + later)], [reply()])) is is_given


def test_an_echo_goes_to_the_oldest_reply_with_its_text() -> None:
    replies = [reply(3), reply(2, "outra"), reply(1)]
    assert given([echo()], replies) == [("A", 1)]


def test_an_echo_passes_over_the_replies_that_have_one() -> None:
    replies = [reply(1, state="sent", provider_id="A"), reply(2)]
    assert given([echo(provider_id="B")], replies) == [("B", 2)]


def test_a_reply_that_is_known_as_sent_takes_its_echo_before_a_doubtful_one() -> None:
    assert given([echo()], [reply(1, state="sent"), reply(2)]) == [("A", 1)]


def test_an_echo_that_comes_again_proves_nothing_new() -> None:
    assert given([echo()], [reply(1, state="sent", provider_id="A"), reply(2)]) == []
    assert given([echo(), echo()], [reply(1), reply(2)]) == [("A", 1)]


def test_several_echoes_are_given_in_the_order_they_were_written() -> None:
    replies = [reply(1), reply(2, at=NOON + HOUR)]
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


def test_replies_alike_have_the_same_text_and_no_echo_yet() -> None:
    wanted = reply(4)
    others = [reply(1), reply(2, "outra"), reply(3, state="sent", provider_id="A")]
    assert [one.id for one in alike(wanted, [*others, wanted])] == [1, 4]
