"""Which requests are from our Whaticket, at every border."""

import pytest

from secretaria.core.signature import (
    REPEAT_SECONDS,
    Credentials,
    Proof,
    find_fault,
    repeat_seconds,
    request_key,
    sign,
)

NOW = 1_700_000_000
BODY = '{"message": {"conversation": "olá"}, "number": "5511999999999"}'.encode()
CREDENTIALS = Credentials(secrets=["new", "old"], tolerance_seconds=300, token=None)
WITH_TOKEN = Credentials(secrets=["new"], tolerance_seconds=300, token="door")


def proof(
    *,
    timestamp: str | None = str(NOW),
    secret: str = "new",
    token: str | None = None,
    body: bytes = BODY,
) -> Proof:
    return Proof(timestamp, sign(secret, timestamp or "", BODY), token, body)


def test_the_signature_is_the_one_that_the_documentation_computes() -> None:
    assert sign("minha-shared-secret", "1700000000", BODY) == (
        "6145f8bc1f3c1b7ab0868e0dd6308a16c6cc35f3be094ba2314afb88d033053b"
    )


@pytest.mark.parametrize("secret", ["new", "old"])
def test_each_active_secret_verifies(secret: str) -> None:
    assert find_fault(CREDENTIALS, proof(secret=secret), now=NOW) is None


def test_a_secret_that_was_taken_out_does_not_verify() -> None:
    assert find_fault(CREDENTIALS, proof(secret="older"), now=NOW) == "signature_wrong"


def test_a_signature_in_capitals_is_the_same_signature() -> None:
    genuine = proof()
    shouted = Proof(genuine.timestamp, genuine.signature.upper(), None, BODY)  # type: ignore[union-attr]
    assert find_fault(CREDENTIALS, shouted, now=NOW) is None


def test_one_byte_more_in_the_body_breaks_the_signature() -> None:
    assert find_fault(CREDENTIALS, proof(body=BODY + b" "), now=NOW) == "signature_wrong"


@pytest.mark.parametrize(
    ("age", "fault"),
    [
        (0, None),
        (299, None),
        (300, None),
        (300.999, None),
        (301, "timestamp_old"),
        (100_000, "timestamp_old"),
        (-299, None),
        (-300, None),
        (-300.001, "timestamp_future"),
        (-301, "timestamp_future"),
    ],
)
def test_a_timestamp_holds_for_the_tolerance_both_ways(age: float, fault: str | None) -> None:
    assert find_fault(CREDENTIALS, proof(), now=NOW + age) == fault


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "agora",
        "-1700000000",
        "+1700000000",
        "1700000000.0",
        "1.7e9",
        "1_700_000_000",
        " 1700000000",
        "1700000000000",
        "١٧٠٠٠٠٠٠٠٠",
        "²",
        "9" * 5000,
        "NaN",
    ],
)
def test_a_timestamp_is_plain_digits(timestamp: str) -> None:
    assert find_fault(CREDENTIALS, proof(timestamp=timestamp), now=NOW) == "timestamp_malformed"


def test_what_is_missing_is_told_apart_for_the_log() -> None:
    assert find_fault(CREDENTIALS, proof(timestamp=None), now=NOW) == "timestamp_missing"
    unsigned = Proof(str(NOW), None, None, BODY)
    assert find_fault(CREDENTIALS, unsigned, now=NOW) == "signature_missing"
    assert find_fault(WITH_TOKEN, proof(), now=NOW) == "token_missing"


@pytest.mark.parametrize("signature", ["", "çé", "\ud800", "0" * 64, "a" * 100_000])
def test_a_hostile_signature_is_only_wrong(signature: str) -> None:
    hostile = Proof(str(NOW), signature, None, BODY)
    assert find_fault(CREDENTIALS, hostile, now=NOW) == "signature_wrong"


@pytest.mark.parametrize(("token", "fault"), [("door", None), ("Door", "token_wrong")])
def test_a_configured_token_must_match(token: str, fault: str | None) -> None:
    assert find_fault(WITH_TOKEN, proof(token=token), now=NOW) == fault


def test_a_token_that_is_not_configured_is_not_looked_at() -> None:
    assert find_fault(CREDENTIALS, proof(token="anything"), now=NOW) is None


def test_a_right_token_does_not_make_up_for_a_wrong_signature() -> None:
    assert find_fault(WITH_TOKEN, proof(secret="x", token="door"), now=NOW) == "signature_wrong"


def test_the_same_words_at_another_second_are_another_request() -> None:
    first, again, later = proof(), proof(), proof(timestamp=str(NOW + 1))
    assert request_key(first) == request_key(again)
    assert request_key(first) != request_key(later)


BY_URL = Credentials(secrets=["new"], tolerance_seconds=300, token="door", url_token="in-the-url")


def by_url(url_token: str, **more: str) -> Proof:
    return Proof(more.get("timestamp"), more.get("signature"), None, BODY, url_token)


def test_the_token_in_the_url_is_proof_enough() -> None:
    assert find_fault(BY_URL, by_url("in-the-url"), now=NOW) is None


@pytest.mark.parametrize("given", ["", "in-the-ur", "in-the-url ", "IN-THE-URL", "é", "\udcff"])
def test_another_token_in_the_url_proves_nothing(given: str) -> None:
    genuine = sign("new", str(NOW), BODY)
    assert find_fault(BY_URL, by_url(given), now=NOW) == "url_token_wrong"
    signed = by_url(given, timestamp=str(NOW), signature=genuine)
    assert find_fault(BY_URL, signed, now=NOW) == "url_token_wrong"


@pytest.mark.parametrize("given", ["", "None", "in-the-url"])
def test_without_a_token_configured_no_url_proves_anything(given: str) -> None:
    assert find_fault(CREDENTIALS, by_url(given), now=NOW) == "url_token_wrong"


def test_an_unsigned_request_is_told_by_its_body_for_a_while() -> None:
    first, later = by_url("in-the-url", timestamp="1"), by_url("in-the-url", timestamp="2")
    assert request_key(first) == request_key(later) != request_key(proof())
    assert repeat_seconds(first) == REPEAT_SECONDS
    assert repeat_seconds(proof()) is None


def test_no_credential_is_shown_when_printed() -> None:
    shown = repr(BY_URL) + repr(by_url("in-the-url"))
    assert "in-the-url" not in shown
    assert "door" not in shown
