"""Python imports this at start where this folder is on PYTHONPATH; see `arming`."""

import os

if os.environ.get("CHAOS_FAILPOINTS"):
    from ops.chaos.failpoints import arming

    arming.arm(os.environ["CHAOS_FAILPOINTS"])
