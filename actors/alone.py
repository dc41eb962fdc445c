"""`python -m actors.alone`: run the turns that a worker's death left behind, one at a time.

A worker starts it and writes conversation ids to it, one a line; each is answered with a line when
its turn is over. It ends with its standard input, that is, with the worker at the latest.
"""

from gevent import monkey

monkey.patch_all()

import signal  # noqa: E402 - gevent patches first
import sys  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from dramatiq.middleware.shutdown import Shutdown  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402

from secretaria import logs, settings  # noqa: E402
from secretaria.bootstrap import worker  # noqa: E402
from secretaria.services.converse import Converse  # noqa: E402

log = structlog.get_logger(__name__)


def main() -> int:
    """Serve until standard input ends or SIGTERM comes; answers the exit code."""
    environment = settings.load()
    logs.configure(
        level=environment.log_level,
        format=environment.log_format,
        secrets=environment.secrets(),
    )
    serving = gevent.spawn(_serve, worker.wire(environment).converse)
    gevent.signal_handler(signal.SIGTERM, serving.kill, Shutdown, block=False)
    serving.join()
    return 0


def _serve(converse: Converse) -> None:
    """Do what is asked; a turn that fails has its own record, and the next one is due."""
    for line in FileObject(sys.stdin.fileno(), "rb", closefd=False):
        structlog.contextvars.clear_contextvars()
        try:
            converse(int(line), is_alone=True)
        except Shutdown:
            return
        except Exception:
            log.exception("turn.failed")
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
