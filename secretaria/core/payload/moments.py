"""When something happened, in whichever form a payload says it."""

from datetime import UTC, datetime

from secretaria.core.payload.fields import Fields

_FIRST_SENSIBLE_SECOND = 1_230_768_000  # 2009: WhatsApp's first year
_LAST_SENSIBLE_SECOND = 4_102_444_800  # 2100
_LEAST_MILLISECONDS = 100_000_000_000


def moment(fields: Fields, name: str) -> datetime | None:
    """Return the time in a field, aware and in UTC; None when it is missing or senseless.

    It is a Unix time in seconds or milliseconds, in any of Baileys' encodings of a number, or a
    date in ISO 8601, which is taken for UTC when it says no zone.
    """
    seconds = fields.whole(name)
    value = fields.values.get(name)
    if seconds is None and isinstance(value, str):
        seconds = _iso_seconds(value)
    if seconds is None:
        return None
    if seconds >= _LEAST_MILLISECONDS:
        seconds //= 1000
    if not _FIRST_SENSIBLE_SECOND <= seconds < _LAST_SENSIBLE_SECOND:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _iso_seconds(written: str) -> int | None:
    try:
        read = datetime.fromisoformat(written)
        return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
