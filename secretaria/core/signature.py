"""Whether a webhook request is from our Whaticket: signature, timestamp and token, or its URL."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

REPEAT_SECONDS = 60
"""For so long the body alone tells that a request which nobody signed came before."""

_EPOCH_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request must prove: any one of the secrets, the age it may have, the token if set.

    Or, where it came by the URL that holds a token, that token and nothing else.
    """

    secrets: Sequence[str] = field(repr=False)
    tolerance_seconds: int
    token: str | None = field(repr=False)
    url_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request brought: three headers, as they came, and the raw body.

    `url_token`: the token in its URL; None where it came by the URL of those who sign.
    """

    timestamp: str | None
    signature: str | None
    token: str | None
    body: bytes
    url_token: str | None = field(default=None, repr=False)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """hex(hmac_sha256(secret, timestamp + "." + raw body)), as `X-Signature` carries it."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


def find_fault(credentials: Credentials, proof: Proof, *, now: float) -> str | None:
    """Why a request must be refused, in one word for the log; None when it is genuine.

    Every comparison takes the same time whatever it finds, and all secrets are always compared.
    A timestamp is whole seconds, cut off by whoever wrote it: so is the age that it is given.
    """
    if proof.url_token is not None:
        return None if is_url_token(credentials, proof.url_token) else "url_token_wrong"
    return (
        _timestamp_fault(proof.timestamp, credentials.tolerance_seconds, now)
        or _signature_fault(credentials.secrets, proof)
        or _token_fault(credentials.token, proof.token)
    )


def is_url_token(credentials: Credentials, given: str) -> bool:
    """Whether this is the token that a URL must hold; never where none is configured."""
    expected = credentials.url_token
    return expected is not None and _equal(expected, given)


def request_key(proof: Proof) -> str:
    """What tells one request from another, for messages that carry no id of their own.

    Of a request that nobody signed it is the body alone, and tells it for `repeat_seconds`.
    """
    signed = b"" if proof.url_token is not None else f"{proof.timestamp}.".encode()
    return sha256(signed + proof.body).hexdigest()


def repeat_seconds(proof: Proof) -> int | None:
    """For how long a request's key is its own; None: for ever."""
    return None if proof.url_token is None else REPEAT_SECONDS


def _timestamp_fault(timestamp: str | None, tolerance_seconds: int, now: float) -> str | None:
    if timestamp is None:
        return "timestamp_missing"
    if not _EPOCH_SECONDS.fullmatch(timestamp):
        return "timestamp_malformed"
    if int(now) - int(timestamp) > tolerance_seconds:
        return "timestamp_old"
    return "timestamp_future" if int(timestamp) - now > tolerance_seconds else None


def _signature_fault(secrets: Sequence[str], proof: Proof) -> str | None:
    if proof.signature is None:
        return "signature_missing"
    timestamp, signature = proof.timestamp or "", proof.signature.lower()
    matches = [_equal(sign(secret, timestamp, proof.body), signature) for secret in secrets]
    return None if any(matches) else "signature_wrong"


def _token_fault(expected: str | None, given: str | None) -> str | None:
    if expected is None or _equal(expected, given or ""):
        return None
    return "token_missing" if given is None else "token_wrong"


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
