"""Development: the Procfile's web and worker, again whenever the code changes or one dies."""

import os
from pathlib import Path

import click
import gevent
from dotenv import dotenv_values

from secretaria.playground.given import choose
from secretaria.playground.stack import ROOT, Stack
from secretaria.settings import Settings

WATCHED = ("secretaria", "actors")
EVERY_SECONDS = 1.0


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
    seen = _newest_change()
    while True:
        gevent.sleep(EVERY_SECONDS)
        newest = _newest_change()
        if newest != seen:
            click.echo("O código mudou: recomeçando web e worker.")
            for name in ("web", "worker"):
                stack.end(name)
        died = [name for name, process in stack.processes.items() if process.poll() is not None]
        for name in {*died, *({"web", "worker"} - stack.processes.keys())}:
            stack.run(name)
        seen = newest


def _newest_change() -> float:
    files = (path for folder in WATCHED for path in (ROOT / folder).rglob("*.py"))
    return max(path.stat().st_mtime for path in files)
