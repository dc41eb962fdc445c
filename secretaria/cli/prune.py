"""`secretaria prune --older-than 90d`: delete what is old and owed to nobody."""

import json
import re
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import click

from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.services.prune import GOING, KEPT, Prune, told
from secretaria.settings import LONGEST_RETENTION_DAYS

_WORDS = {
    "messages": "mensagens e respostas",
    "delivery_logs": "tentativas de entrega",
    "status_changes": "trocas de mãos",
    "typebot_sessions": "sessões do Typebot",
    "conversations": "conversas",
    "contacts": "contatos",
    "usage_days": "dias de consumo de tokens",
    "owed": "ainda por responder ou enviar",
    "listed": "à espera de uma pessoa (secretaria dead list)",
}


class Days(click.ParamType[int]):
    """A number of days, written `90d`."""

    name = "dias"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; raises `BadParameter`."""
        found = re.fullmatch(r"([0-9]{1,9})d", str(value), re.ASCII)
        days = int(found[1]) if found else 0
        if not 1 <= days <= LONGEST_RETENTION_DAYS:
            expected = f"espera-se um número de dias com um d, de 1d a {LONGEST_RETENTION_DAYS}d"
            self.fail(f"{expected}: 90d", param, ctx)
        return days


@click.command()
@click.option(
    "--older-than",
    "days",
    type=Days(),
    required=True,
    metavar="90d",
    help="A idade, em dias, a partir da qual se apaga.",
)
@click.option("--dry-run", is_flag=True, help="Só conta o que seria apagado.")
@click.option("--yes", is_flag=True, help="Não pergunta antes.")
@click.option("--json", "as_json", is_flag=True, help="Uma linha JSON, para programas.")
def prune(days: int, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Apaga o que é mais velho e de que ninguém mais precisa; o que falta responder fica."""
    chosen = environment.read()
    database = common.command_database(chosen, name="prune")
    pruning = Prune(database, common.clock().sleep)
    before = pruning.before(days)
    counts = pruning.count(before)
    if not dry_run:
        _ask(counts, before, yes=yes)
        counts = _run(pruning, before, counts)
    click.echo(json.dumps(told(counts)) if as_json else _sentences(counts, before, dry_run=dry_run))


def _ask(counts: Counter[str], before: datetime, *, yes: bool) -> None:
    if yes or not sys.stdin.isatty() or not _total(counts):
        return
    click.echo(_sentences(counts, before, dry_run=True), err=True)
    click.confirm("Apagar? Não há como desfazer", abort=True, err=True)


def _run(pruning: Prune, before: datetime, expected: Counter[str]) -> Counter[str]:
    done: Counter[str] = Counter()
    length = _total(expected)
    with click.progressbar(length=length, label="Apagando", file=sys.stderr) as bar:
        for step in pruning(before):
            done += step
            bar.update(_total(step))
    return done


def _total(counts: Counter[str]) -> int:
    return sum(counts[kind] for kind in GOING)


def _sentences(counts: Counter[str], before: datetime, *, dry_run: bool) -> str:
    moment = f"{before:%d/%m/%Y %H:%M} UTC"
    going = [f"  {counts[kind]} {_WORDS[kind]}" for kind in GOING if counts[kind]]
    kept = [f"  {counts[kind]} {_WORDS[kind]}" for kind in KEPT if counts[kind]]
    if going:
        going.insert(0, f"{'Seria apagado' if dry_run else 'Apagado'}, de antes de {moment}:")
    else:
        going = [f"Nada a apagar de antes de {moment}."]
    return "\n".join([*going, *(["Também de antes, e fica:", *kept] if kept else [])])
