"""Ending a command that has started processes: however it is told to, it stops them first."""

import signal
import sys

import gevent
from gevent.hub import Hub

_TOLD_TO_END = 143


def stop_what_was_started() -> None:
    """Make SIGTERM an ordinary exit, and Ctrl-C a quiet one."""
    gevent.signal_handler(signal.SIGTERM, sys.exit, _TOLD_TO_END)
    Hub.NOT_ERROR = (*Hub.NOT_ERROR, KeyboardInterrupt)
