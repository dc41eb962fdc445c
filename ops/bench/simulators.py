"""`python -m ops.bench.simulators`: Gemini and Whaticket in one process, with their usual pace.

On its first line of output stand their addresses, as JSON. It notes when each call arrived.
"""

from gevent import monkey

# `-m` may have imported ssl by now; nothing here uses it.
monkey.patch_all(ssl=False)

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import gevent
from gevent.event import Event

from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.server import Simulator
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.wire import Request, Response


class Noted(Simulator):
    """A simulator that notes the moment of each call, in epoch seconds, and who it was for."""

    def _note(self, request: Request) -> None:
        body = request.json()
        number = str(body.get("number", "")) if isinstance(body, dict) else ""
        self._noted().append((number, time.time()))

    def _noted(self) -> list[tuple[str, float]]:
        noted: list[tuple[str, float]] = self.__dict__.setdefault("calls_noted", [])
        return noted

    def answer(self, request: Request) -> Response:
        """Note a call that does something, and answer it as usual."""
        if request.method == "POST":
            self._note(request)
        return super().answer(request)  # type: ignore[safe-super] # it is the next class's

    def controls(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        """Return the usual control routes, and one for what was noted."""
        return super().controls() | {"GET noted": lambda _: {"calls": self._noted()}}

    def reset(self) -> None:
        """Forget what was noted as well."""
        super().reset()
        self._noted().clear()


class NotedGemini(Noted, GeminiSimulator):
    """Gemini, with the moments at which it was asked."""


class NotedWhaticket(Noted, WhaticketSimulator):
    """Whaticket, with the moments at which it was handed something to send."""


def main() -> None:
    """Serve until told to stop."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model-seconds", type=float, required=True)
    options.add_argument("--whaticket-seconds", type=float, required=True)
    told = options.parse_args()
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    with (
        NotedGemini(default_delay_seconds=told.model_seconds) as gemini,
        NotedWhaticket(default_delay_seconds=told.whaticket_seconds) as whaticket,
    ):
        sys.stdout.write(json.dumps({"gemini": gemini.url, "whaticket": whaticket.url}) + "\n")
        sys.stdout.flush()
        stopping.wait()


if __name__ == "__main__":
    main()
