"""The demo: a short conversation by itself, or a chat with whoever sits at the terminal."""

import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click
import gevent
from gevent import socket

from secretaria.adapters import profile_file
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.given import choose
from secretaria.playground.stack import Stack

NAME = "Ana"
ANSWER_SECONDS = 90.0
LEAVE = "sair"


def play(folder: Path) -> int:
    """Run the demo in a folder; answers the exit code, 0 when every message was answered."""
    click.echo("Preparando PostgreSQL, Valkey, Whaticket e Gemini simulados, web e worker...")
    with Stack(folder.resolve(), environment=_environment()) as stack:
        click.echo(f"No ar em {stack.url}; logs em {folder}/web.log e {folder}/worker.log.\n")
        return _chat(stack) if sys.stdin.isatty() else _Script(stack).play()


def _environment() -> dict[str, str]:
    """A short burst, so that nobody waits; the real Gemini if there is a key for it."""
    names = ("GEMINI_API_KEY", "GEMINI_MODEL", "SECRETARIA_PROFILE", "LOG_FORMAT", "LOG_LEVEL")
    return {"BURST_WINDOW_SECONDS": "2"} | choose(os.environ, names)


def _fresh_number() -> str:
    """A customer whom earlier demos do not know: what they said is still in the database."""
    return f"551195{secrets.randbelow(10**7):07}"


def _secretary() -> str:
    return profile_file.load(os.environ.get("SECRETARIA_PROFILE")).secretary.name


@dataclass
class _Script:
    """The conversation that plays itself: a burst, memory across turns, and a refused send."""

    stack: Stack
    number: str = field(default_factory=_fresh_number)
    secretary: str = field(default_factory=_secretary)
    said: int = 0
    faults: list[str] = field(default_factory=list)
    seen: int = 0

    def play(self) -> int:
        self._title("Duas mensagens seguidas, uma resposta só")
        self._say("Oi, bom dia! Meu nome é Ana.")
        self._say("Vocês abrem sábado? E quanto custa a consulta?")
        self._hear()
        self._title("Ela se lembra")
        self._say("Você lembra qual é o meu nome?")
        reply = self._hear()
        if not self._uses_real_model() and NAME not in reply:
            self.faults.append("a resposta não lembrou o nome")
        self._title("O Whaticket recusa o envio (503); ela tenta de novo")
        self.stack.whaticket.plan(Fault("status", status=503))
        self._say("Qual é o endereço?")
        self._hear()
        self._check_attempts()
        return self._conclude()

    def _uses_real_model(self) -> bool:
        return "GEMINI_API_KEY" in self.stack.environment

    def _title(self, text: str) -> None:
        click.secho(f"— {text}", dim=True)

    def _say(self, text: str) -> None:
        answer = self.stack.whaticket.customer_says(self.number, text, name=NAME)
        click.echo(f"{NAME}: {text}")
        self.said += 1
        if answer.status_code != 202:  # noqa: PLR2004 - accepted
            self.faults.append(f"o webhook respondeu {answer.status_code}")

    def _hear(self) -> str:
        """Wait for one reply; a second one to the same burst would be seen at the next."""
        wanted = self.seen + 1
        wait_until(lambda: len(self._replies()) >= wanted, seconds=ANSWER_SECONDS)
        new = self._replies()[self.seen :]
        self.seen += len(new)
        for reply in new:
            click.secho(f"{self.secretary}: {reply}\n", fg="green")
        if len(new) != 1:
            self.faults.append(f"esperava uma resposta, vieram {len(new)}")
        return new[-1] if new else ""

    def _replies(self) -> list[str]:
        return self.stack.whaticket.replies_to(self.number)

    def _check_attempts(self) -> None:
        refused = [one for one in self.stack.whaticket.ledger.sendings if not one.delivered]
        if not refused:
            self.faults.append("o envio recusado não aconteceu")

    def _conclude(self) -> int:
        gevent.sleep(0)
        if self._replies()[self.seen :]:
            self.faults.append("veio uma resposta a mais")
        for fault in self.faults:
            click.secho(f"✗ {fault}", fg="red")
        if not self.faults:
            click.echo(f"✓ {self.said} mensagens, todas respondidas, cada uma uma vez só.")
        return 1 if self.faults else 0


def _chat(stack: Stack) -> int:
    """Let a person write as the customer; replies are printed as they arrive."""
    click.echo(f"Escreva como cliente. Para terminar: {LEAVE} (ou Ctrl-D).\n")
    number = _fresh_number()
    printer = gevent.spawn(_print_replies, stack, number)
    try:
        while (text := _read_line()) not in {None, LEAVE}:
            if text:
                stack.whaticket.customer_says(number, text, name="Cliente")
    except KeyboardInterrupt:
        pass
    finally:
        printer.kill()
    return 0


def _read_line() -> str | None:
    """A line of the terminal, read without keeping the simulators waiting; None at its end."""
    socket.wait_read(sys.stdin.fileno())
    line = sys.stdin.readline()
    return line.strip() if line else None


def _print_replies(stack: Stack, number: str) -> None:
    seen, secretary = 0, _secretary()
    while True:
        replies = stack.whaticket.replies_to(number)
        for reply in replies[seen:]:
            click.secho(f"{secretary}: {reply}\n", fg="green")
        seen = len(replies)
        gevent.sleep(0.2)
