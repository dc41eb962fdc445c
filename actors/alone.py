"""`python -m actors.alone OWNER`: run the turns that a dead worker left behind, one at a time.

A worker starts it, says in whose name leases are to be taken, and writes conversation ids to it,
one a line; each is answered with a line when its turn is over. It ends with its standard input,
that is, with the worker at the latest.
"""

from gevent import monkey

monkey.patch_all()

import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace

import gevent
import structlog
from dramatiq.middleware.shutdown import Shutdown
from gevent.event import Event
from gevent.fileobject import FileObject

from secretaria import logs, settings
from secretaria.bootstrap import worker
from secretaria.services.converse import Converse

log = structlog.get_logger(__name__)


def main() -> int:
    """Serve until standard input ends or SIGTERM comes; answers the exit code."""
    environment = settings.load()
    logs.configure(
        level=environment.log_level,
        format=environment.log_format,
        secrets=environment.secrets(),
    )
    converse = replace(worker.wire(environment, is_alone=True).converse, owner=sys.argv[1])
    is_asked_to_stop = Event()
    gevent.signal_handler(signal.SIGTERM, is_asked_to_stop.set)
    serving = gevent.spawn(_serve, converse)
    gevent.wait([serving, is_asked_to_stop], count=1)
    serving.kill(Shutdown)  # once, however often SIGTERM comes: it must not break off the give-back
    return 0


def _serve(converse: Converse) -> None:
    """Do what is asked until there is nobody to ask, or until told to stop."""
    with suppress(Shutdown, BrokenPipeError):
        for line in FileObject(sys.stdin.fileno(), "rb", closefd=False):
            structlog.contextvars.clear_contextvars()
            _run(converse, int(line))
            os.write(sys.stdout.fileno(), b"done\n")


def _run(converse: Converse, conversation_id: int) -> None:
    """Run a turn; one that fails has its own record, and the next one is due."""
    try:
        converse(conversation_id, is_alone=True)
    except Exception:
        log.exception("turn.failed")


if __name__ == "__main__":
    sys.exit(main())
