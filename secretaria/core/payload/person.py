"""What a person is called."""

from secretaria.core.payload.fields import Fields
from secretaria.core.text import normalise

MAX_NAME_CHARACTERS = 100


def display_name(fields: Fields, name: str) -> str | None:
    """Return the display name in a field, on one line; None when there is none to read.

    People choose it themselves: it may be long, and it may be cut.
    """
    value = fields.values.get(name)
    if not isinstance(value, str):
        return None
    shown = " ".join(normalise(value).split())[:MAX_NAME_CHARACTERS]
    return normalise(shown) or None
