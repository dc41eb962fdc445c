"""The messages of a Whaticket's ticket: those that it shows as ours."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secretaria.adapters.whaticket.moments import moment_in
from secretaria.core.echo import Echo

_IDENTIFIER = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `GET /messages/:ticketId`: what is ours on it, and when its oldest was written.

    `oldest` is None where no message says when.
    """

    said: tuple[Echo, ...]
    oldest: datetime | None
    has_more: bool


def page_of(body: str) -> Page | None:
    """Read a page; None for what is no list of messages.

    A message without an id, a time or a text proves nothing and is passed over.
    """
    document = _document(body)
    if not isinstance(document, dict) or not isinstance(document.get("messages"), list):
        return None
    rows = [row for row in document["messages"] if isinstance(row, dict)]
    moments = [moment for moment in (moment_in(row.get("createdAt")) for row in rows) if moment]
    return Page(
        tuple(_ours(rows)), min(moments, default=None), has_more=document.get("hasMore") is True
    )


def _ours(rows: list[dict[str, Any]]) -> Iterator[Echo]:
    for row in rows:
        provider_id, written_at = _provider_id(row), moment_in(row.get("createdAt"))
        body = row.get("body")
        if row.get("fromMe") is True and provider_id and written_at and isinstance(body, str):
            yield Echo(body, provider_id, written_at)


def _provider_id(row: dict[str, Any]) -> str | None:
    """WhatsApp's id: `wid` in the MultiFlow family, `messageId` in izing, else `id`."""
    found = row.get("wid") or row.get("messageId") or row.get("id")
    return found if isinstance(found, str) and _IDENTIFIER.fullmatch(found) else None


def _document(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
