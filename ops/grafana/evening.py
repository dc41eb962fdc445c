"""Some minutes of a service's life: customers who write all the time, and what goes wrong."""

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import gevent
import requests

from ops.grafana.prometheus import Prometheus
from secretaria.playground.faults import Fault
from secretaria.playground.stack import Stack

SECONDS = 420
CUSTOMERS = 400
BETWEEN_SECONDS = 0.5
WATCH_SECONDS = 2.0
QUESTIONS = ("Oi, vocês abrem no sábado?", "Quanto custa a consulta?", "Posso remarcar?")


@dataclass
class Evening:
    """What happens, second by second."""

    stack: Stack
    prometheus: Prometheus
    say: Callable[[str, float], None]
    environment: ClassVar[Mapping[str, str]] = {
        "BURST_WINDOW_SECONDS": "1",
        "LLM_ATTEMPTS": "2",
        "LLM_BREAKER_RESET_SECONDS": "10",
        "LLM_TOKENS_PER_DAY": "1000000",
    }
    _alerts: dict[str, str] = field(default_factory=dict, init=False)
    _began: float = field(default=0.0, init=False)

    def pass_by(self) -> None:
        """Live through it."""
        self.stack.gemini.default_delay_seconds = 1.2
        self._began = time.monotonic()
        customers = gevent.spawn(self._write)
        watcher = gevent.spawn(self._watch)
        for second, what, happen in self._events():
            gevent.sleep(max(second - self._now(), 0))
            self.say(what, self._now())
            happen()
        gevent.sleep(max(SECONDS - self._now(), 0))
        gevent.killall([customers, watcher])

    def _events(self) -> list[tuple[float, str, Callable[[], None]]]:
        refusing = Fault("status", times=None, status=503)
        out = Fault("status", times=None, status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"})
        doubtful = Fault("deliver_then_status", times=4, status=500)
        return [
            (0, "tudo bem", lambda: None),
            (80, "o modelo cai", lambda: self.stack.gemini.plan(refusing)),
            (130, "o modelo volta", self.stack.gemini.plan),
            (180, "o Whaticket entrega e diz que não", lambda: self.stack.whaticket.plan(doubtful)),
            (210, "o WhatsApp se desconecta", lambda: self.stack.whaticket.plan(out)),
            (265, "o WhatsApp volta", self.stack.whaticket.plan),
            (310, "o worker para", self._stop_worker),
            (345, "o worker volta", lambda: self.stack.run("worker")),
        ]

    def _stop_worker(self) -> None:
        self.stack.end("worker")

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _write(self) -> None:
        for number, question in zip(
            itertools.cycle(range(CUSTOMERS)), itertools.cycle(QUESTIONS), strict=False
        ):
            gevent.spawn(self._ask, f"55119{number:08}", question)
            gevent.sleep(BETWEEN_SECONDS)

    def _ask(self, number: str, question: str) -> None:
        try:
            self.stack.whaticket.customer_says(number, question)
        except requests.RequestException:
            self.say("um webhook sem resposta", self._now())

    def _watch(self) -> None:
        """Tell of each alert when it changes."""
        while True:
            alerts = dict(self.prometheus.alerts())
            for name in sorted(alerts.keys() | self._alerts.keys()):
                if alerts.get(name) != self._alerts.get(name):
                    self.say(f"  {name}: {alerts.get(name, 'resolvido')}", self._now())
            self._alerts = alerts
            gevent.sleep(WATCH_SECONDS)
