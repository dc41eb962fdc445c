"""Whose address a request comes from, behind as many proxies as are trusted."""

import falcon


def client_address(request: falcon.Request, trusted_hops: int) -> str:
    """The address that the outermost trusted proxy saw; without proxies, the peer's.

    Each proxy appends the address it saw, so only the last `trusted_hops` entries are believed.
    """
    if trusted_hops == 0:
        return request.remote_addr or "unknown"
    seen = [part.strip() for part in (request.get_header("X-Forwarded-For") or "").split(",")]
    entries = [part for part in seen if part]
    if not entries:
        return request.remote_addr or "unknown"
    return entries[-min(trusted_hops, len(entries))][:64]
