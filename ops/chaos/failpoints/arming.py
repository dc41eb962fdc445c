"""Set the failpoints of this process: each waits until the module that it changes is imported.

It runs before gevent patches the process: nothing here may import the product, or `ssl`.
"""

import json
import resource
from pathlib import Path
from typing import Any

import wrapt

from ops.chaos.failpoints import crashes, mutations, skew


def arm(plan_json: str) -> None:
    """Do what the plan says; see `ops.chaos.sabotage.Sabotage` for its fields."""
    plan: dict[str, Any] = json.loads(plan_json)
    crashes.arm(Path(plan["folder"]))
    for place, value in plan["constants"].items():
        _set_constant(place, value)
    for name in plan["mutations"]:
        mutations.MUTATIONS[name]()
    if plan["skew_seconds"]:
        skew.shift(plan["skew_seconds"])
    if plan["memory_bytes"]:
        resource.setrlimit(resource.RLIMIT_AS, (plan["memory_bytes"], plan["memory_bytes"]))


def _set_constant(place: str, value: float) -> None:
    """Change `module:NAME`, such as the length of a lease, so that a quick run is quick."""
    module_name, name = place.split(":")

    def change(module: Any) -> None:
        if not hasattr(module, name):
            raise AttributeError(f"{place} is gone: the failpoint has nothing to change")
        setattr(module, name, value)

    wrapt.when_imported(module_name)(change)
