"""What an HTML form has sent."""

from urllib.parse import parse_qsl

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 16
LARGEST_ID = 2**63 - 1
_MOST_DIGITS = 19


def read_form(body: bytes) -> dict[str, str] | None:
    """The fields of a form, each once; None when it is none of ours."""
    try:
        pairs = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None
    return dict(pairs)


def read_id(value: str | None) -> int | None:
    """The id of a row; None for whatever cannot be one."""
    if value is None or not (value.isascii() and value.isdigit()) or len(value) > _MOST_DIGITS:
        return None
    return int(value) if 0 < int(value) <= LARGEST_ID else None
