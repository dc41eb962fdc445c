"""The scrubber alone: what must go, and what must stay as it is."""

import base64
import json
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from urllib.parse import quote, quote_plus
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretaria.logs.scrubber import HIDDEN, Scrubber

SECRET = "s3cr3t/with+signs & ção"
plain = Scrubber()
unhurried = settings(deadline=None, max_examples=60)
knowing = Scrubber.of([SECRET, "redis://:hush-hush%21@cache/0", "first-one, second-one", "", "x1"])


@pytest.mark.parametrize(
    "number",
    [
        "5511955550101",
        "+5511955550101",
        "+55 (11) 95555-0101",
        "+55 11 9 5555-0101",
        "(11)5555-0101",
        "(11) 95555.0101",
        "11.95555.0101",
        "011 5555 0101",
        "5555-0101",
        "55550101",
        "55\u00a011\u00a095555\u20110101",
        "\u202a+55 11 95555\u20130101\u202c",
        "5\u200b5\u200b1\u200b1\u200b9\u200b5\u200b5\u200b5",
        "５５１１９５５５５０１０１",
        "%2B55%2011%2095555-0101",
        "5️⃣5️⃣1️⃣1️⃣9️⃣5️⃣5️⃣5️⃣",
    ],
)
@pytest.mark.parametrize("around", ["{}", "jid {}@s.whatsapp.net", "tel{}x", "2026-07-01 {} fim"])
def test_a_number_goes_however_it_is_written(number: str, around: str) -> None:
    clean = plain.text(around.format(number))

    assert "[number]" in clean
    left = clean.replace("2026-07-01", "").replace("%2B", "")
    assert not any(character.isdigit() for character in left)


gaps = st.sampled_from(["", "", "", " ", "-", " (", ") ", "\u00a0", " - "])


@unhurried
@given(st.lists(st.tuples(st.sampled_from("3456789"), gaps), min_size=8, max_size=15))
def test_no_spacing_of_a_number_gets_through(pieces: list[tuple[str, str]]) -> None:
    number = "".join(digit + gap for digit, gap in pieces)

    clean = plain.text(f"de <{number}>")

    assert not any(character.isdigit() for character in clean)


@unhurried
@given(st.uuids())
def test_a_uuid_stays(identifier: UUID) -> None:
    assert plain.text(f"message {identifier} stored") == f"message {identifier} stored"
    assert plain.text(identifier.hex) == identifier.hex
    assert plain.value(identifier) == str(identifier)


@unhurried
@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001 - with and without a zone
def test_a_timestamp_stays(moment: datetime) -> None:
    for written in (moment.isoformat(), str(moment), f"{moment.isoformat()}Z"):
        assert plain.text(f"until {written}") == f"until {written}"
    aware = moment.replace(tzinfo=UTC)
    assert plain.value(aware) == plain.text(aware.isoformat()) == aware.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "Listening at: http://0.0.0.0:8080 (1234567)",
        "127.0.0.1:5432 refused",
        "worker pid 4194304 on port 9191",
        "3eb0c767d26a1d8e5511",
        "0123456789abcdef",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "2026-07-01",
        "status 200 in 12.5 ms",
        "a monkey, a keyboard and a tokenizer: fine",
        "Não há horário às 14:30 de 01/07/2026",
    ],
)
def test_what_is_neither_a_number_nor_a_secret_stays(text: str) -> None:
    assert plain.text(text) == text


def test_a_number_does_not_hide_in_an_id() -> None:
    assert plain.text("5511955550101abcdef") == "[number]abcdef"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Bearer abc", "Bearer [secret]"),
        ("authorization: bearer a.b-c_d", "authorization: [secret] [secret]"),
        ("Basic dXNlcjpwYXNz", "Basic [secret]"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.s1gn-atu_re!", "got [secret]!"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0", "got [secret]"),
        ("got AIzaSyA0123456789-abc", "got [secret]"),
        ("/v1?key=abc&alt=json", "/v1?key=[secret]&alt=json"),
        ("access_token=abc;x", "access_token=[secret];x"),
        ("password = 'a b c' host=db", "password = [secret] host=db"),
        ('{"password": "a b", "x": 1}', '{"password": [secret], "x": 1}'),
        ('token="never closed a b', "token=[secret]"),
        ("postgres://app:pa:ss@wd@db/x", "postgres://app:[secret]@db/x"),
        ("redis://:abc@cache", "redis://:[secret]@cache"),
        ("POST /webhook/whaticket/abc-1?x", "POST /webhook/whaticket/[secret]?x"),
        ("POST /webhook/whaticket", "POST /webhook/whaticket"),
    ],
)
def test_a_credential_is_known_by_its_form(text: str, clean: str) -> None:
    assert plain.text(text) == clean


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        SECRET.upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
        "hush-hush%21",
        "hush-hush!",
        "redis://:hush-hush%21@cache/0",
        "first-one",
        "second-one",
    ],
)
def test_a_known_secret_goes_in_every_form(form: str) -> None:
    assert knowing.text(f"<{form}>") == "<[secret]>"
    assert knowing.fields({f"<{form}>": 1}) == {"<[secret]>": 1}


@pytest.mark.parametrize("user", ["a", "ab", "abc"])
def test_a_known_secret_goes_from_the_middle_of_base64(user: str) -> None:
    encoded = base64.b64encode(f"{user}:{SECRET}:more".encode()).decode()
    inside = base64.b64encode(f"{user}:{SECRET}".encode()).decode()[8:-8]

    assert inside in encoded
    assert inside not in knowing.text(encoded)


def test_a_very_short_secret_goes_only_where_it_stands_alone() -> None:
    assert knowing.text("x1 x12 ax1 (x1)") == "[secret] x12 ax1 ([secret])"


def test_a_password_that_only_repeats_its_user_does_not_spoil_the_lines() -> None:
    development = Scrubber.of(["postgres://secretaria:secretaria@localhost/secretaria"])

    assert development.text("secretaria.services") == "secretaria.services"
    assert development.text("at postgres://secretaria:secretaria@localhost/secretaria") == (
        "at [secret]"
    )


def test_a_secret_that_is_no_url_after_all_is_taken_as_it_is() -> None:
    assert Scrubber.of(["http://[broken"]).text("http://[broken") == "[secret]"


def test_the_scrubber_does_not_tell_its_secrets() -> None:
    assert "s3cr3t" not in repr(knowing)


class Colour(Enum):
    RED = "red 55550101"
    ODD = object()


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (None, None),
        (True, True),
        (999_999_999, 999_999_999),
        (5511955550101, "[number]"),
        (-1_000_000_000, "[number]"),
        (10_000_000_000.5, "[number]"),
        (0.123456789, 0.123456789),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (date(2026, 7, 1), "2026-07-01"),
        (Path("/srv/secretaria.toml"), "/srv/secretaria.toml"),
        (Colour.RED, "red [number]"),
        (Colour.ODD, "object"),
        (b"5511955550101", "bytes"),
        (ValueError("x"), "ValueError"),
        ((1, ["a", {"b"}]), [1, ["a", ["b"]]]),
        ({1: 2, "contact": {"name": "Ana", 5511955550101: 1}}, None),
    ],
)
def test_a_value_becomes_what_json_can_hold(value: object, clean: object) -> None:
    if isinstance(value, dict):
        clean = {"1": 2, "contact": {"name": HIDDEN, "[number]": 1}}

    assert plain.value(value) == clean


@pytest.mark.parametrize(
    "name",
    [
        *("text", "body", "number", "phone", "name", "token", "password", "secret", "key"),
        *("authorization", "payload", "content", "prompt", "reply", "Text", "api_key", "API-KEY"),
        *("pushName", "x-webhook-token", "text2", "names", "texts", "_body_"),
    ],
)
def test_some_names_never_show_their_value(name: str) -> None:
    assert plain.fields({name: "oi"}) == {name: HIDDEN}


def test_ids_and_counts_show_theirs() -> None:
    fields = {"reply_id": 1, "tokens": 120, "queue": "deliver", "outcome": "sent", "rule": "x"}

    assert plain.fields(fields) == fields
    assert plain.fields({1: "oi"}) == {"1": "oi"}


def test_a_long_text_is_cut_after_it_was_cleaned() -> None:
    clean = knowing.text("a" * 1_990 + SECRET + "b" * 1_000_000)

    assert clean == "a" * 1_990 + "[secret]bb…"


def test_long_lists_and_deep_structures_are_cut() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]

    assert len(json.dumps(plain.value(deep))) < 50
    assert len(plain.fields({"many": list(range(1_000))})["many"]) == 100  # type: ignore[arg-type]


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


@unhurried
@given(st.dictionaries(st.text(), json_like, max_size=3))
def test_whatever_comes_goes_as_valid_json(fields: dict[str, object]) -> None:
    written = json.dumps(plain.fields(fields), allow_nan=False, ensure_ascii=False).encode()

    assert isinstance(json.loads(written), dict)


@pytest.mark.parametrize(
    "hostile",
    [
        *("1 " * 30_000, "1   " * 15_000, "1.1.1." * 10_000, "2026-07-01T" * 6_000, "(" * 60_000),
        *("key" * 20_000, "://" * 20_000, "eyJ" * 20_000, "a1" * 30_000, 'token="' * 9_000),
    ],
    ids=lambda hostile: hostile[:8],
)
def test_a_hostile_text_ends(hostile: str) -> None:
    assert len(knowing.text(hostile)) <= 2_001
