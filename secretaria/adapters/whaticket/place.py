"""Where a Whaticket is: its panel's API, and the external API of izing and Whazing."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

_EXTERNAL = re.compile(r"(?P<panel>.*?)/v1/api/external/(?P<api_id>[^/?#]+)")
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """The address of the panel's API, and the id in `/v1/api/external/:apiId` where it is known."""

    panel: str
    api_id: str | None = None

    @property
    def external_path(self) -> str | None:
        """The path of the external API."""
        return None if self.api_id is None else f"/v1/api/external/{self.api_id}"


def place_of(base_url: str, token: str | None) -> Place:
    """Take WHATICKET_BASE_URL apart, which may have been pasted with the external API's path.

    Without that path the token may tell the id: it is the JWT of an `ApiConfig`, and carries it
    as `apiId` (izing's middleware isAPIAuth).
    """
    pasted = _EXTERNAL.fullmatch(base_url)
    if pasted:
        return Place(pasted["panel"], pasted["api_id"])
    told = claims_of(token or "").get("apiId")
    api_id = str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""
    return Place(base_url, api_id if re.fullmatch(r"[\w-]{1,64}", api_id) else None)


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says, unverified; nothing for what is none."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def is_same_origin(url: str, base_url: str) -> bool:
    """Whether a URL, which came from outside, leads to the Whaticket that we were told of.

    One with a user, a query or a fragment leads nowhere: a path could not be added to it.
    """
    try:
        theirs, ours = urlsplit(url), urlsplit(base_url)
        has_more = theirs.username is not None or theirs.query or theirs.fragment or "\\" in url
        return not has_more and _origin(theirs) == _origin(ours)
    except ValueError:
        return False


def _origin(parts: Any) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _USUAL_PORTS.get(parts.scheme)
