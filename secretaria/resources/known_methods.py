"""405 for every method that a resource does not have, also OPTIONS and those nobody knows."""

from functools import cache
from typing import Any

import falcon


class KnownMethods:
    """Falcon would answer OPTIONS by itself, and 400 to a method that it has never heard of."""

    def process_resource(
        self,
        request: falcon.Request,
        response: falcon.Response,  # noqa: ARG002 - Falcon's signature
        resource: object,
        params: dict[str, Any],  # noqa: ARG002 - likewise
    ) -> None:
        """Raise `HTTPMethodNotAllowed`, whose `Allow` names what the resource has."""
        kind: Any = type(resource)
        own = _methods_of(kind)
        if request.method not in own:
            raise falcon.HTTPMethodNotAllowed(own)


@cache
def _methods_of(resource: Any) -> tuple[str, ...]:
    return tuple(name for name in falcon.HTTP_METHODS if hasattr(resource, f"on_{name.lower()}"))
