"""`python -m actors.alive`: whether a worker of this host works, for who watches over a container.

It is what the worker itself says in Redis every few seconds: one whose loop stands still, or that
no longer reaches Redis, says nothing.
"""

import socket
import sys

from secretaria import settings
from secretaria.adapters import presence
from secretaria.adapters.redis_client import RedisError
from secretaria.bootstrap import common
from secretaria.errors import Misconfigured


def main() -> int:
    """Look; answers the exit code, and says on stderr what is wrong."""
    try:
        workers = presence.seen(common.command_redis(settings.load()))
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except RedisError as error:
        sys.stderr.write(f"O Redis não responde ({type(error).__name__}).\n")
        return 1
    ours = f"{socket.gethostname()}:"
    if any(one.name.startswith(ours) for one in workers):
        return 0
    sys.stderr.write("Nenhum worker desta máquina dá sinal de vida.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
