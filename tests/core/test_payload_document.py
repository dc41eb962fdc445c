"""Hostile JSON is refused with a reason, and soon."""

import json
import time

import pytest

from secretaria.core.payload import Decision, Incoming, Invalid, parse

DEEPEST = 64


def _error(body: bytes) -> tuple[str, str]:
    decision: Decision = parse(body)
    assert isinstance(decision, Invalid)
    return decision.error, decision.detail


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b'{"a": 1} {',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "\x01"}',
        b'{"a": 01}',
        b'{"a": "\\x"}',
        b'{"a": tru}',
        b"\x00",
    ],
)
def test_what_is_not_json_is_refused_with_the_place_of_the_error(body: bytes) -> None:
    error, detail = _error(body)
    assert error == "invalid_json"
    assert detail.startswith("body: not JSON at character ")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"{}"', b"3", b"true", b"[[[]]]"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    assert _error(body) == ("invalid_json", "body: expected a JSON object")


@pytest.mark.parametrize(
    "body", [b'{"a": "\xff"}', '{"a": 1}'.encode("utf-16"), b'{"a": "\xed\xa0\x80"}', b"\xc0\xaf"]
)
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    error, detail = _error(body)
    assert error == "invalid_json"
    assert detail.startswith("body: not UTF-8 at byte ")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_encodings_without_a_mark_are_not_guessed(encoding: str) -> None:
    assert _error('{"message": {}}'.encode(encoding))[0] == "invalid_json"


def test_a_byte_order_mark_does_no_harm() -> None:
    body = '\ufeff{"message": {"conversation": "olá"}, "number": "5511999999999"}'.encode()
    assert isinstance(parse(body), Incoming)


@pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(constant: bytes) -> None:
    assert _error(b'{"a": ' + constant + b"}") == (
        "invalid_json",
        "body: NaN and Infinity are not JSON",
    )


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 1}', b'{"x": [{"b": 1, "\\u0062": 2}]}'])
def test_a_key_given_twice_is_refused(body: bytes) -> None:
    assert _error(body) == ("invalid_json", "body: an object has the same key twice")


@pytest.mark.parametrize("digits", [101, 5_000, 500_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_an_absurd_integer_is_refused(digits: int, sign: str) -> None:
    body = f'{{"number": {sign}{"9" * digits}}}'.encode()
    assert _error(body) == ("invalid_json", "body: an integer has more than 100 digits")


def test_an_absurd_fraction_is_only_a_number_of_the_wrong_type() -> None:
    body = f'{{"message": {{"conversation": "oi"}}, "number": {"9" * 9_000}.5}}'.encode()
    assert _error(body)[1].startswith("number: expected a phone number")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'["\\"", ' + b"[" * 64,
        b'["\\\\", ' + b"[" * 64,
    ],
)
def test_an_abyss_is_refused(body: bytes) -> None:
    assert _error(body) == ("invalid_json", f"body: nested deeper than {DEEPEST} levels")


def test_the_deepest_that_is_allowed_is_read() -> None:
    body = b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST
    assert _error(body)[0] == "invalid_payload"


@pytest.mark.parametrize("words", ["[" * 100, "{" * 100 + "\\", '"[' * 100, '\\"[{' * 100])
def test_brackets_in_a_text_are_no_levels(words: str) -> None:
    document = {"message": {"conversation": words}, "number": "5511999999999"}
    decision = parse(json.dumps(document).encode())
    assert isinstance(decision, Incoming)
    assert decision.text == words


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'\\"' * 500_000,
        b"[" * 1_000_000,
        b"[],".join([b"["] + [b""] * 300_000),
        b'{"pushName":"' + "\u0301\u0316".encode() * 200_000 + b'"}',
        b'{"key":{},"pushName":"' + "\u0301\u0316".encode() * 200_000 + b'"}',
        b'{"number":"' + b"+" * 1_000_000 + b'"}',
        b'{"body":"' + b"\\u0301\\u0316" * 80_000 + b'"}',
        b'{"mensagem":"data:image/' + b"|" * 60_000 + b'"}',
        b'{"mensagem":{"mediaType":"location","body":"' + b"1.1" * 20_000 + b'"}}',
        b'{"mensagem":[' + b'"a",' * 200_000 + b'"a"]}',
        b'{"message":{"id":{},"type":"vcard","vCards":[' + b'"a",' * 200_000 + b'"a"]}}',
        b'{"message":{"contactsArrayMessage":{"contacts":[' + b"{}," * 300_000 + b"{}]}}}",
        b'{"mensagem":{"mediaType":"image","mediaUrl":"' + b"%" * 900_000 + b'"}}',
        b'{"message":{"id":{},"type":"vcard","vCards":["' + b"a-" * 400_000 + b'"]}}',
        b'{"message":{"id":{},"type":"location","location":{"latitude":"'
        + b"1" * 900_000
        + b'"}}}',
    ],
)
def test_a_megabyte_of_malice_costs_little_time(body: bytes) -> None:
    before = time.process_time()
    parse(body)
    assert time.process_time() - before < 5  # of the processor, however busy the machine is


def test_a_refusal_never_repeats_what_was_sent() -> None:
    secret = "senha-5511999999999"
    for document in (
        {"number": secret, "message": {"conversation": "oi"}},
        {"message": {secret: secret}},
        {"key": {"remoteJid": secret, "id": secret}, "message": {"conversation": "oi"}},
        {"event": f"message {secret}"},
    ):
        assert secret not in _error(json.dumps(document).encode())[1]
    assert secret not in _error(f'{{"{secret}": {secret}}}'.encode())[1]
