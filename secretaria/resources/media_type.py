"""What a body must be announced as."""

import falcon

from secretaria.errors import Rejected


def require_json(request: falcon.Request) -> None:
    """Raise `Rejected` (415) unless the request says that its body is JSON."""
    require(request, "application/json")


def require(request: falcon.Request, media_type: str) -> None:
    """Raise `Rejected` (415) unless the request says that its body is of this type."""
    announced = (request.content_type or "").split(";", 1)[0].strip().lower()
    if announced != media_type:
        raise Rejected(415, "unsupported_media_type")
