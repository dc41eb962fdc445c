"""That this process is about to stop: whatever would go on for long ends when it is told."""

from collections.abc import Callable

from gevent.event import Event

STOPPING = Event()
LAST: list[Callable[[], None]] = []
"""What is still to be waited for once everybody has their answer."""
