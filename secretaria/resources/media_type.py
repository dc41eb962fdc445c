"""What a body must be announced as."""

import falcon

from secretaria.errors import Rejected


def require_json(request: falcon.Request) -> None:
    """Raise `Rejected` (415) unless the request says that its body is JSON."""
    media_type = (request.content_type or "").split(";", 1)[0].strip().lower()
    if media_type != "application/json":
        raise Rejected(415, "unsupported_media_type")
