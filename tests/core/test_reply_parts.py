"""Long replies in parts, as people send them."""

from hypothesis import given
from hypothesis import strategies as st

from secretaria.core.reply import LONGEST_PART, MOST_PARTS, split

PARAGRAPH = "Uma frase de tamanho médio. " * 40


def test_a_short_reply_is_one_part() -> None:
    assert split("Olá!\n\nTudo bem?") == ("Olá!\n\nTudo bem?",)
    assert split("") == ()


def test_paragraphs_stay_whole() -> None:
    first, second = split(f"{PARAGRAPH}\n\n{PARAGRAPH}")
    assert first == second == PARAGRAPH.strip()


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    parts = split(PARAGRAPH * 3)
    assert len(parts) == 3
    assert all(part.endswith("médio.") for part in parts)


def test_a_long_sentence_is_cut_between_words() -> None:
    parts = split("palavra " * 400)
    assert all(set(part.split()) == {"palavra"} for part in parts)


def test_what_has_no_place_to_cut_is_cut_anyway() -> None:
    parts = split("x" * 4000)
    assert [len(part) for part in parts] == [1500, 1500, 1000]


def test_an_endless_reply_ends() -> None:
    parts = split("palavra " * 5000)
    assert len(parts) == MOST_PARTS
    assert parts[-1].endswith("…")


@given(st.text(alphabet=st.sampled_from("ab .!?\n\r\t…”é"), max_size=12_000))
def test_every_part_fits_and_nothing_but_space_is_lost(text: str) -> None:
    parts = split(text)
    assert len(parts) <= MOST_PARTS
    assert all(part and len(part) <= LONGEST_PART for part in parts)
    if parts and not parts[-1].endswith("…"):
        assert "".join("".join(parts).split()) == "".join(text.split())
