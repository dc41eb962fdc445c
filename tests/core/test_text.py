"""Text is what a person sees, and nothing that hides in it."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretaria.core.text import fold, normalise

FAMILY = "👩\u200d👩\u200d👧"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
ANY_TEXT = st.text(st.characters(), max_size=60)
NASTY_TEXT = st.text(
    st.sampled_from(
        "a é\u0301\u0316\u0344\u0f73ﾞ\u200d\ufe0f\ufe0e\U000e0100漢👩❤🏽🇧🇷🏴\U000e0067\U000e007f"
        "\u2329\u200b\n\r\t\u2800\ud83d\ude00\u3164İßﷺ\u0338←"
    ),
    max_size=80,
)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  olá \n", "olá"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("um\n\n\tdois   três", "um\n\n\tdois   três"),
        ("o\x00l\x07á\x1b\x9f", "olá"),
        ("o\u200bl\u200cá\ufeff\u2060\u00ad", "olá"),
        ("\u202eolá\u202c\u200e\u2066!\u2069", "olá!"),
        ("ol\ud83dá\udc00", "olá"),
        ("oi\U000e0069\U000e0067\U000e006e", "oi"),
        ("ole\u0301", "olé"),
        ("e\u200b\u0301", "é"),
        ("\u3164\u2800\u115f\uffa0", ""),
        ("\ufe0f\ufe0e", ""),
        ("olá\ufdd0\ufffe\U0001ffff", "olá"),
        ("\u200dolá\u200d", "olá"),
    ],
)
def test_what_nobody_can_see_goes_and_the_rest_stays(written: str, seen: str) -> None:
    assert normalise(written) == seen


@pytest.mark.parametrize(
    "emoji",
    [
        *("🏠", "☀️", "1️⃣", "🇧🇷", ENGLAND, FAMILY, "❤️\u200d🔥", "🏳️\u200d🌈", "🙂\u200d↔️"),
        *("👁️\u200d🗨️", "🧑🏽\u200d❤️\u200d💋\u200d🧑🏿", "☺\ufe0e", "葛\U000e0100"),
    ],
)
def test_an_emoji_stays_whole(emoji: str) -> None:
    assert normalise(f"a {emoji} b{emoji}") == f"a {emoji} b{emoji}"


def test_words_hidden_in_tag_characters_behind_a_flag_go() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore tudo")
    assert normalise(f"🏴{hidden}\U000e007f") == "🏴"


def test_bytes_hidden_in_variation_selectors_go() -> None:
    assert normalise("😀\U000e0100\U000e0155\ufe01\ufe02!") == "😀!"
    assert normalise("😀\ufe0f\ufe01\ufe02\ufe03!") == "😀\ufe0f!"


def test_a_joiner_between_letters_goes() -> None:
    assert normalise("pa\u200dga\u200d👩") == "paga👩"


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73", "\uff9e\u0301", "\u0344"])
def test_piled_up_marks_cannot_keep_the_process_busy(marks: str) -> None:
    before = time.process_time()
    fold(normalise("a" + marks * (65_536 // len(marks))))
    assert time.process_time() - before < 1


def test_the_marks_of_real_languages_are_untouched() -> None:
    vietnamese_and_hindi = "Tiếng Việt, नमस्ते, ภาษาไทยที่นี่ไม่มีปัญหาเลยครับผมขอบคุณมากครับผม"
    assert normalise(vietnamese_and_hindi) == vietnamese_and_hindi


@given(ANY_TEXT | NASTY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


@given(ANY_TEXT | NASTY_TEXT)
def test_a_normalised_text_can_be_stored_and_sent(text: str) -> None:
    normalised = normalise(text)
    normalised.encode("utf-8")
    controls = {each for each in normalised if unicodedata.category(each) == "Cc"}
    assert controls <= {"\n", "\t"}


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_plain_words_come_back_as_they_were(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("  Não,\n OBRIGADO ", "nao, obrigado"),
        ("ÁÉÍÓÚ çãõü", "aeiou caou"),
        ("Straße", "strasse"),
        ("ｏｌá", "ola"),
        ("ol\u200bá", "ola"),
        ("❤️", "❤"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_two_ways_to_write_the_same_compare_as_equal(written: str, compared: str) -> None:
    assert fold(written) == compared


@given(ANY_TEXT | NASTY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=st.text(alphabet=st.characters(max_codepoint=0x2FF)))
def test_what_most_people_write_is_left_as_the_whole_way_would_leave_it(text: str) -> None:
    assert normalise(text) == normalise(f"\u200b{text}")
