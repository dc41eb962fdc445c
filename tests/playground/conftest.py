"""The simulators serve from greenlets of this process: its sockets must let them run."""

from gevent import monkey

monkey.patch_all()
