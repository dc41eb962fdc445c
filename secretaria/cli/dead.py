"""`secretaria dead`: what could not be delivered, or may not have arrived."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from secretaria.adapters import bell
from secretaria.adapters.absence import Absence
from secretaria.adapters.bell import DramatiqBell
from secretaria.adapters.database import Database
from secretaria.adapters.spool import RedisSpool
from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.core import reasons
from secretaria.errors import SpoolUnavailable
from secretaria.services.list_dead import ListDead, Listed, NotListed, WithPeople
from secretaria.services.ports import Waiting
from secretaria.settings import Settings

_with_text = click.option(
    "--text", "with_text", is_flag=True, help="Mostra também o texto da mensagem."
)


def service_of(chosen: Settings) -> ListDead:
    """The list of an installation."""
    database = common.command_database(chosen, name="dead")
    return listing(chosen, database)


def listing(chosen: Settings, database: Database) -> ListDead:
    """The same, over a database that is connected."""
    return ListDead(database, DramatiqBell(bell.broker(common.command_redis(chosen))))


def spool_of(chosen: Settings) -> RedisSpool:
    """What waits in an installation's Redis, and what was set aside there."""
    return RedisSpool(common.command_redis(chosen), Absence())


@click.group()
def dead() -> None:
    """Lista e resolve mensagens mortas ou ambíguas (que talvez não tenham chegado)."""


@dead.command("list")
@_with_text
def list_dead(*, with_text: bool) -> None:
    """Lista tudo o que espera por uma pessoa."""
    chosen = environment.read()
    lines = [line_of(message, with_text=with_text) for message in service_of(chosen).all()]
    lines += refused_lines(spool_of(chosen), with_text=with_text)
    for line in lines or ["Nada na lista."]:
        click.echo(line)


@dead.command()
@click.argument("message_id", type=int)
@_with_text
def show(message_id: int, *, with_text: bool) -> None:
    """Mostra uma mensagem e cada tentativa de entrega."""
    with _listed_only() as service:
        shown = service.show(message_id)
    click.echo(line_of(shown.message, with_text=with_text))
    if with_text:
        click.echo(f"    cliente: {shown.customer.label}")
    for attempt in shown.attempts:
        click.echo(
            f"  tentativa {attempt.attempt}: {attempt.outcome or 'sem desfecho'}"
            f" http={attempt.http_status or '-'} erro={attempt.error or '-'}"
            f" {attempt.duration_ms or 0} ms"
        )


@dead.command()
@click.argument("message_id", type=int)
@click.option("--force", is_flag=True, help="Mesmo que uma pessoa esteja com a conversa.")
def replay(message_id: int, *, force: bool) -> None:
    """Tenta de novo: responde a mensagem morta, ou reenvia a resposta como uma nova."""
    with _listed_only() as service:
        copy_id = service.replay(message_id, even_if_with_people=force, even_if_twice=True)
    as_what = "" if copy_id is None else f", como a mensagem {copy_id}"
    click.echo(f"Mensagem {message_id}: de volta à fila{as_what}.")


@dead.command()
@click.argument("message_id", type=int)
@click.option(
    "--as",
    "outcome",
    type=click.Choice(["sent", "lost"]),
    required=True,
    help="sent: chegou (ou já foi respondida); lost: não chegou, e assim fica.",
)
def resolve(message_id: int, outcome: str) -> None:
    """Tira uma mensagem da lista, quando uma pessoa sabe o que houve."""
    with _listed_only() as service:
        service.resolve(message_id, arrived=outcome == "sent")
    click.echo(f"Mensagem {message_id}: resolvida.")


@contextmanager
def _listed_only() -> Iterator[ListDead]:
    try:
        yield service_of(environment.read())
    except NotListed:
        raise click.ClickException("Não há mensagem morta ou ambígua com esse número.") from None
    except WithPeople:
        raise click.ClickException(
            "Uma pessoa está com essa conversa; para responder assim mesmo: --force."
        ) from None


def refused_lines(spool: RedisSpool, *, with_text: bool) -> list[str]:
    """What was set aside in Redis, because PostgreSQL will never take it; one line each."""
    try:
        return [_refused_line(entry, with_text=with_text) for entry in spool.refused()]
    except SpoolUnavailable:
        click.echo("O Redis não respondeu: o que foi posto de lado nele não aparece.", err=True)
        return []


def _refused_line(entry: Waiting, *, with_text: bool) -> str:
    arrival = entry.spooled.arrival if entry.spooled else None
    correlation_id = arrival.correlation_id if arrival else "-"
    age = datetime.now(UTC) - entry.since
    line = (
        f"espera {entry.id}  inbound refused  há {int(age.total_seconds())} s"
        f"  correlation_id={correlation_id}"
    )
    return f"{line}\n    {arrival.text}" if with_text and arrival else line


def line_of(message: Listed, *, with_text: bool) -> str:
    """A message on one line; its text on a second one, and only if it was asked for."""
    age = datetime.now(UTC) - message.created_at
    line = (
        f"{message.id}  {message.direction} {message.state} ({message.reason or '-'})"
        f"  há {int(age.total_seconds())} s  conversa {message.conversation_id}"
        f"  correlation_id={message.correlation_id}"
    )
    meaning = reasons.words_for(message.reason)
    if meaning is not None:
        line = f"{line}  {meaning}"
    return f"{line}\n    {message.text}" if with_text else line
