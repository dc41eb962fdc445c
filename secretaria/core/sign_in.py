"""Signing in to the panel: the password, the key of all that it signs, and a form's own proof."""

import hmac
import unicodedata
from hashlib import sha256

from secretaria.core.pseudonym import pseudonym


def is_password(given: str, password: str) -> bool:
    """Whether this is the password, in the same time for every wrong one."""
    return hmac.compare_digest(sha256(_bytes(given)).digest(), sha256(_bytes(password)).digest())


def signing_key(password: str, installation_key: str) -> bytes:
    """The key of the panel's signatures: another password voids everything that was signed."""
    return hmac.digest(installation_key.encode(), _bytes(password), sha256)


def form_proof(key: bytes, pass_id: str) -> str:
    """What the forms of one signed-in person, or of one visitor, carry and no others can."""
    return hmac.new(key, b"form:" + pass_id.encode(), sha256).hexdigest()


def pass_name(key: bytes, pass_id: str) -> str:
    """What one signed-in person is called in logs: it opens nothing, and proves nothing."""
    return pseudonym(key.hex(), f"pass:{pass_id}")


def is_form_proof(given: str, proof: str) -> bool:
    """Whether a form has brought its proof."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), proof.encode())


def _bytes(password: str) -> bytes:
    """One writing for each text: keyboards differ in how they compose an accent."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
