"""Start the rig: the simulators live in this process, so gevent patches it first."""

from gevent import monkey

monkey.patch_all()

import sys

from ops.chaos.command import main

if __name__ == "__main__":
    sys.exit(main())
