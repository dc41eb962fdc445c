"""`python -m ops.bench.load`: a plan on each line of the input, its result on one of the output."""

import gc
import sys
import time
from dataclasses import replace

from ops.bench.load.connection import NotAccepted
from ops.bench.load.messages import compose_all
from ops.bench.load.plan import Plan, Result, plan_from_json
from ops.bench.load.rounds import play_busy, play_paced


def play(plan: Plan) -> Result:
    """Make the messages, then send them; the garbage collector waits meanwhile."""
    messages = compose_all(plan)
    gc.collect()
    gc.disable()
    before = time.process_time()
    try:
        result = (play_paced if plan.pauses else play_busy)(plan, messages)
        return replace(result, cpu_seconds=time.process_time() - before)
    except (NotAccepted, OSError) as error:
        return Result(0, 1.0, 0.0, 0.0, failed=f"{type(error).__name__}: {error}")
    finally:
        gc.enable()


def main() -> None:
    """Play one plan after the other until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(play(plan_from_json(line)).to_json() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
