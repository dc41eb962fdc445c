"""`secretaria status`: how many messages are where, and what is owed."""

import json
from dataclasses import asdict
from typing import Any

import click
import redis

from secretaria.adapters.database import Database
from secretaria.adapters.queues import QUEUES, depth
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.spool import RedisSpool
from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.cli.dead import line_of, listing, refused_lines, spool_of
from secretaria.errors import DatabaseUnavailable, SpoolUnavailable
from secretaria.models import channel, reports

_INBOUND = ("received", "answered", "ignored", "dead")
_OUTBOUND = ("pending", "sending", "sent", "ambiguous", "dead", "cancelled")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Uma linha JSON, para programas.")
@click.option("--text", "with_text", is_flag=True, help="Mostra também o texto do que há na lista.")
def status(*, as_json: bool, with_text: bool) -> None:
    """Mostra quantas mensagens há em cada estado, a espera mais antiga e o que está na lista."""
    chosen = environment.read()
    spool = spool_of(chosen)
    try:
        database = common.command_database(chosen, name="status")
        report = _report(database, spool)
        listed = [] if as_json else listing(chosen, database).all()
    except DatabaseUnavailable:
        click.echo(_waiting_in_redis(_spooled(spool)), err=True)
        raise
    click.echo(json.dumps(report) if as_json else _sentences(report))
    lines = [line_of(message, with_text=with_text) for message in listed]
    for line in [] if as_json else lines + refused_lines(spool, with_text=with_text):
        click.echo(line)


def _report(database: Database, spool: RedisSpool) -> dict[str, Any]:
    with database.transaction() as session:
        counts = reports.count_states(session)
        oldest = reports.oldest_unanswered_seconds(session)
        paused = channel.is_paused(session)
    return {
        "inbound": {state: counts.get(("inbound", state), 0) for state in _INBOUND},
        "outbound": {state: counts.get(("outbound", state), 0) for state in _OUTBOUND},
        "spooled": _spooled(spool),
        "oldest_unanswered_seconds": None if oldest is None else round(oldest, 1),
        "queues": _queues(spool.client),
        "channel": "paused" if paused else "ok",
    }


def _spooled(spool: RedisSpool) -> int | None:
    try:
        return spool.count()
    except SpoolUnavailable:
        return None


def _queues(client: redis.Redis) -> dict[str, Any]:
    try:
        return {queue: asdict(depth(client, queue)) for queue in QUEUES}
    except RedisError:
        return {}


def _sentences(report: dict[str, Any]) -> str:
    oldest = report["oldest_unanswered_seconds"]
    waiting = "ninguém espera resposta" if oldest is None else f"há quem espere há {oldest:.0f} s"
    channel_words = {"ok": "aberto", "paused": "em pausa (o WhatsApp está fora do ar)"}
    return "\n".join(
        (
            f"Recebidas: {_counts(report['inbound'])}",
            f"Respostas: {_counts(report['outbound'])}",
            f"Espera: {waiting}",
            _waiting_in_redis(report["spooled"]),
            f"Canal: {channel_words[report['channel']]}",
            *(f"Fila {name}: {_counts(states)}" for name, states in report["queues"].items()),
            *([] if report["queues"] else ["Filas: o Redis não respondeu"]),
        )
    )


def _waiting_in_redis(spooled: int | None) -> str:
    return f"No Redis, à espera do PostgreSQL: {'?' if spooled is None else spooled}"


def _counts(states: dict[str, int]) -> str:
    return ", ".join(f"{state} {count}" for state, count in states.items())
