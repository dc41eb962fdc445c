"""A process whose clock is wrong."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import wrapt


def shift(seconds: float) -> None:
    """Move the wall clock of this process; what is written in C keeps the machine's."""
    true_time = time.time
    time.time = lambda: true_time() + seconds

    def skewed(wrapped: Callable[..., Any], _: Any, args: Any, kwargs: Any) -> Any:
        clock = wrapped(*args, **kwargs)
        true_now = clock.now
        return replace(clock, now=lambda: true_now() + timedelta(seconds=seconds))

    wrapt.when_imported("secretaria.bootstrap.common")(
        lambda module: wrapt.wrap_function_wrapper(module, "clock", skewed)
    )
