"""Whether a webhook request is from our Whaticket: signature, timestamp and token."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request must prove: any one of the secrets, the age it may have, the token if set."""

    secrets: Sequence[str]
    tolerance_seconds: int
    token: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request brought: three headers, as they came, and the raw body."""

    timestamp: str | None
    signature: str | None
    token: str | None
    body: bytes


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """hex(hmac_sha256(secret, timestamp + "." + raw body)), as `X-Signature` carries it."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def find_fault(credentials: Credentials, proof: Proof, *, now: float) -> str | None:
    """Why a request must be refused, in one word for the log; None when it is genuine.

    Every comparison takes the same time whatever it finds, and all secrets are always compared.
    A timestamp is whole seconds, cut off by whoever wrote it: so is the age that it is given.
    """
    seconds = _epoch_seconds(proof.timestamp)
    if seconds is None:
        return "timestamp_missing" if proof.timestamp is None else "timestamp_malformed"
    if int(now) - seconds > credentials.tolerance_seconds:
        return "timestamp_old"
    if seconds - now > credentials.tolerance_seconds:
        return "timestamp_future"
    if proof.signature is None:
        return "signature_missing"
    if not _is_signed(credentials.secrets, proof):
        return "signature_wrong"
    if credentials.token is not None and not _equal(credentials.token, proof.token or ""):
        return "token_missing" if proof.token is None else "token_wrong"
    return None


def request_key(proof: Proof) -> str:
    """What tells one signed request from another, for messages that carry no id of their own."""
    return sha256(f"{proof.timestamp}.".encode() + proof.body).hexdigest()


def _epoch_seconds(value: str | None) -> int | None:
    if value is None or not (value.isascii() and value.isdigit() and len(value) <= 12):
        return None
    return int(value)


def _is_signed(secrets: Sequence[str], proof: Proof) -> bool:
    timestamp, signature = proof.timestamp or "", (proof.signature or "").lower()
    matches = [_equal(sign(secret, timestamp, proof.body), signature) for secret in secrets]
    return any(matches)


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
