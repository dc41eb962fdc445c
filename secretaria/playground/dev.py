"""Development: the Procfile's web and worker, again whenever the code changes or one dies."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click
import gevent
from dotenv import dotenv_values

from secretaria.playground.given import choose
from secretaria.playground.stack import ROOT, Stack
from secretaria.settings import Settings

WATCHED = ("secretaria", "actors")
EVERY_SECONDS = 1.0
PROCESSES = ("web", "worker")
LONGEST_WAIT_SECONDS = 30.0
"""What has lived longer than this has not died of its start."""


@dataclass
class Restarts:
    """When what died is started again: in a second, and twice as late whenever it dies young."""

    monotonic: Callable[[], float] = time.monotonic
    _waits: dict[str, float] = field(default_factory=dict)
    _moments: dict[str, float] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """Note that a process is started."""
        self._moments[name] = self.monotonic()

    def end(self, name: str) -> float:
        """Note that it has died; answers in how many seconds it is to be started again."""
        lived = self.monotonic() - self._moments.get(name, 0.0)
        wait = self._waits.get(name, 0.0) if lived < LONGEST_WAIT_SECONDS else 0.0
        self._waits[name] = min(2 * wait or 1.0, LONGEST_WAIT_SECONDS)
        self._moments[name] = self.monotonic() + self._waits[name]
        return self._waits[name]

    def is_due(self, name: str) -> bool:
        """Whether one that does not run may be started now."""
        return self.monotonic() >= self._moments.get(name, 0.0)

    def forget(self) -> None:
        """The code has changed: what died of it may live now."""
        self._waits.clear()
        self._moments.clear()


def develop(folder: Path) -> None:
    """Run until Ctrl-C.

    What `.env` and the environment say is taken; engines, Whaticket and Gemini that they do not
    name are embedded ones and simulators.
    """
    given = _given()
    port = int(given.get("PORT") or 8080)
    stack = Stack(folder.resolve(), environment=given, to_terminal=True, web_port=port)
    with stack:
        click.echo(f"No ar em {stack.url}; recarrega a cada mudança. Para parar: Ctrl-C.")
        try:
            _watch(stack)
        except KeyboardInterrupt:
            click.echo("Parando...")


def _given() -> dict[str, str]:
    names = [name.upper() for name in Settings.model_fields]
    found = {**dotenv_values(ROOT / ".env"), **os.environ}
    return {"LOG_FORMAT": "console"} | choose(found, names)


def _watch(stack: Stack) -> None:
    restarts = Restarts()
    for name in PROCESSES:
        restarts.begin(name)
    seen = _newest_change()
    while True:
        gevent.sleep(EVERY_SECONDS)
        newest = _newest_change()
        if newest != seen:
            click.echo("O código mudou: recomeçando web e worker.")
            for name in list(stack.processes):
                stack.end(name)
            restarts.forget()
        _start_again(stack, restarts)
        seen = newest


def _start_again(stack: Stack, restarts: Restarts) -> None:
    died = {name: process.poll() for name, process in stack.processes.items()}
    for name, code in died.items():
        if code is not None:
            del stack.processes[name]
            click.echo(f"{name} morreu (código {code}); recomeça em {restarts.end(name):.0f} s.")
    for name in PROCESSES:
        if name not in stack.processes and restarts.is_due(name):
            stack.run(name)
            restarts.begin(name)


def _newest_change() -> float:
    files = (path for folder in WATCHED for path in (ROOT / folder).rglob("*.py"))
    return max(path.stat().st_mtime for path in files)
