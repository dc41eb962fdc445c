"""What a form may say, and what it may not."""

import pytest

from secretaria.core.form import read_form, read_id


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"a=%C3%A7+%26&a=2", {"a": "2"}),
        (b"a=%ff", {"a": "\ufffd"}),
        (b"\xff=\x00", {"\ufffd": "\x00"}),
        (b"&".join([b"a=1"] * 17), None),
    ],
    ids=["empty", "plain", "twice", "no-utf8", "bytes", "many"],
)
def test_a_form_is_read_or_is_none(body: bytes, fields: dict[str, str] | None) -> None:
    assert read_form(body) == fields


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1", 1),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("0", None),
        ("-1", None),
        ("٣", None),
        ("9" * 5000, None),
        ("", None),
        (None, None),
    ],
    ids=["one", "largest", "too-large", "zero", "negative", "arabic", "long", "empty", "none"],
)
def test_an_id_is_a_row_s_or_is_none(value: str | None, found: int | None) -> None:
    assert read_id(value) == found
