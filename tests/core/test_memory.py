"""What a conversation remembers, and how it is put into turns."""

import pytest

from secretaria.core.memory import DOUBT, Utterance, as_turns, describe, keep_last, recall


def customer(text: str) -> Utterance:
    return Utterance("customer", text)


def secretary(text: str) -> Utterance:
    return Utterance("secretary", text)


@pytest.mark.parametrize("state", ["ambiguous", "dead"])
def test_a_reply_that_may_not_have_arrived_is_remembered_with_a_doubt(state: str) -> None:
    assert recall("outbound", state, "reply", "Oi") == secretary(f"{DOUBT}\nOi")


@pytest.mark.parametrize("state", ["sent", "pending", "sending"])
def test_any_other_reply_is_remembered_as_it_was_said(state: str) -> None:
    assert recall("outbound", state, "reply", "Oi") == secretary("Oi")


def test_media_is_named_with_its_caption() -> None:
    assert describe("image", "meu exame") == "[o cliente enviou: imagem] meu exame"
    assert recall("inbound", "answered", "audio", "").text == "[o cliente enviou: áudio]"


def test_a_text_is_what_it_says() -> None:
    assert describe("text", "oi") == "oi"


@pytest.mark.parametrize(("limit", "kept"), [(0, ""), (1, "c"), (2, "bc"), (3, "abc"), (9, "abc")])
def test_only_the_newest_are_kept(limit: int, kept: str) -> None:
    assert "".join(one.text for one in keep_last([*map(customer, "abc")], limit)) == kept


def test_neighbours_of_one_role_become_one_turn() -> None:
    said = [customer("a"), customer("b"), secretary("c"), secretary("d"), customer("e")]

    assert as_turns(said) == (customer("a\nb"), secretary("c\nd"), customer("e"))


def test_the_customer_always_begins() -> None:
    assert as_turns([secretary("a"), secretary("b"), customer("c")]) == (customer("c"),)


def test_a_silent_secretary_is_left_out() -> None:
    said = [customer("a"), secretary(" \n"), customer("b")]

    assert as_turns(said) == (customer("a\nb"),)
