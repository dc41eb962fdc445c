"""gunicorn's entry point: `gunicorn -c ops/gunicorn.conf.py "secretaria.wsgi:application()"`."""

from secretaria import settings
from secretaria.adapters.closing import ClosingConnections
from secretaria.bootstrap import web


def application() -> ClosingConnections:
    """The web application of one process; raises `Misconfigured`."""
    return ClosingConnections(web.wire(settings.load()))
