"""The web process: `python -m secretaria.wsgi` starts gunicorn, which calls `application()`."""

import os
import sys
from typing import TYPE_CHECKING

from secretaria import settings
from secretaria.adapters import profile_file
from secretaria.bootstrap import connections
from secretaria.errors import Misconfigured

if TYPE_CHECKING:
    from secretaria.adapters.closing import ClosingConnections


def application() -> "ClosingConnections":
    """The web application of one process; raises `Misconfigured`."""
    from secretaria.adapters.closing import ClosingConnections  # noqa: PLC0415 - see main
    from secretaria.bootstrap import web  # noqa: PLC0415 - not before gevent has patched a worker

    return ClosingConnections(web.wire(settings.load()))


def main() -> int:
    """Become gunicorn's master, which loads nothing of the application itself.

    gunicorn reads WEB_CONCURRENCY before any file of ours, and shows what is wrong with it.
    """
    try:
        environment = settings.load()
        connections.check(environment)
        profile_file.load(environment.secretaria_profile)
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.environ["WEB_CONCURRENCY"] = str(environment.web_concurrency)
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]  # noqa: PLC0415 - as said

    config = ["--config", "ops/gunicorn.conf.py"]
    sys.argv = ["gunicorn", *config, *sys.argv[1:], "secretaria.wsgi:application()"]
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
