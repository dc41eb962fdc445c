"""Python's garbage collector, in a process that serves for days."""

import gc

THRESHOLDS = (20_000, 20, 20)
"""A request and a turn make hundreds of objects and hardly a circle: Python's own 700 look all the
time for what is freed without being looked for."""


def look_for_less() -> None:
    """Look for garbage less often, and never among what has been loaded until now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
