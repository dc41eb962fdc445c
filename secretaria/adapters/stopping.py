"""That this process is about to stop: whatever would go on for long ends when it is told."""

from gevent.event import Event

STOPPING = Event()
