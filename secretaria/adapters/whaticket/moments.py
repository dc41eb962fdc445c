"""The times that Whaticket writes into its rows."""

from datetime import datetime

_SENSIBLE_YEARS = range(2009, 2100)


def moment_in(value: object) -> datetime | None:
    """An ISO 8601 time with its zone, of WhatsApp's age; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and moment.year in _SENSIBLE_YEARS else None
