"""Login: user JWTs that expire, and the cookie that renews them."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from secretaria.playground.whaticket.manners import Tenancy

REFRESH_LIFE_SECONDS = 7 * 86_400
_ALGORITHM = "HS256"


def _new_key() -> str:
    return secrets.token_hex(32)


@dataclass(slots=True)
class Accounts:
    """The one user there is, who may see every ticket, and the keys that sign for them.

    `profile` is admin or user; `is_out_of_hours`: their working hours are over.
    """

    email: str
    password: str
    jwt_life_seconds: float
    user_id: int = 1
    tenancy: Tenancy = "companies"
    profile: str = "admin"
    is_out_of_hours: bool = False
    _access_key: str = field(default_factory=_new_key, repr=False)
    _refresh_key: str = field(default_factory=_new_key, repr=False)

    def accepts(self, email: Any, password: Any) -> bool:
        """Say whether these are the credentials."""
        return (email, password) == (self.email, self.password)

    def session(self) -> dict[str, Any]:
        """Return what a login answers: a new JWT, and the user."""
        claims = {
            "usarname": "Secretária",  # as the forks spell it
            "profile": self.profile,
            "id": self.user_id,
            **self._whose(),
            "nonce": secrets.token_hex(8),
        }
        token = _sign(claims, self._access_key, self.jwt_life_seconds)
        user = self.user()
        if self.tenancy != "tenants":
            return {"token": token, "user": user}
        user_id, name = user.pop("id"), user.pop("name")
        return {"token": token, "username": name, "userId": user_id, **user}

    def user(self) -> dict[str, Any]:
        """Return the user as the API shows them."""
        usual = {
            "id": self.user_id,
            "name": "Secretária",
            "email": self.email,
            "profile": self.profile,
            **self._whose(),
        }
        if self.tenancy == "companies":
            company = {"id": 1, "name": "Empresa", "dueDate": "2099-12-31"}
            usual |= {"company": company, "super": False}
        return usual | {"queues": []}

    def _whose(self) -> dict[str, int]:
        names: dict[Tenancy, dict[str, int]] = {
            "one": {},
            "companies": {"companyId": 1},
            "tenants": {"tenantId": 1},
        }
        return names[self.tenancy]

    def refresh_cookie(self) -> dict[str, str]:
        """Return the header that sets the cookie `jrt`."""
        token = _sign({"id": self.user_id, "tokenVersion": 0}, self._refresh_key)
        return {"Set-Cookie": f"jrt={token}; Path=/; HttpOnly"}

    def is_signed_in(self, token: str) -> bool:
        """Say whether the JWT is ours and has not expired."""
        return _verifies(token, self._access_key)

    def may_refresh(self, cookie: str) -> bool:
        """Say whether the cookie is ours and has not expired."""
        return _verifies(cookie, self._refresh_key)

    def revoke_tokens(self) -> None:
        """Make every JWT issued so far useless; the cookies stay good."""
        self._access_key = _new_key()


def _sign(claims: Mapping[str, Any], key: str, life_seconds: float = REFRESH_LIFE_SECONDS) -> str:
    now = time.time()
    return jwt.encode({**claims, "iat": int(now), "exp": now + life_seconds}, key, _ALGORITHM)


def _verifies(token: str, key: str) -> bool:
    try:
        jwt.decode(token, key, [_ALGORITHM])
    except jwt.InvalidTokenError:
        return False
    return True
