"""Reasons in words: those that have some, and those that speak for themselves."""

import pytest

from secretaria.core.reasons import words_for


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("sender_lost", "o processo que a enviava morreu no meio do envio"),
        ("http_502", "o Whaticket respondeu com o erro 502"),
        ("access_401", "o Whaticket recusou o acesso (401): confira token ou login"),
        ("login_out_of_hours", "o Whaticket recusa o login fora do horário do usuário"),
        ("route_404", "o Whaticket não conhece o caminho do envio (404)"),
        ("http_5022", None),
        ("timeout", None),
        ("", None),
        (None, None),
    ],
)
def test_a_reason_is_told_in_words_where_there_are_any(
    reason: str | None, words: str | None
) -> None:
    assert words_for(reason) == words
