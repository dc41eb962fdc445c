"""Whether a webhook request is from our Whaticket: signature, timestamp and token."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

_EPOCH_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request must prove: any one of the secrets, the age it may have, the token if set."""

    secrets: Sequence[str] = field(repr=False)
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
    return (
        _timestamp_fault(proof.timestamp, credentials.tolerance_seconds, now)
        or _signature_fault(credentials.secrets, proof)
        or _token_fault(credentials.token, proof.token)
    )


def request_key(proof: Proof) -> str:
    """What tells one signed request from another, for messages that carry no id of their own."""
    return sha256(f"{proof.timestamp}.".encode() + proof.body).hexdigest()


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
