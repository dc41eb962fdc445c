"""`secretaria conversation show|bot|human|mute NUMBER`: who has a conversation."""

from typing import Literal

import click

from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.cli.number import digits_of
from secretaria.services.steer import NoConversation, Steer

_WHO = {"bot": "com a secretária", "human": "com pessoas", "muted": "muda: ninguém responde"}


@click.group()
def conversation() -> None:
    """Mostra e muda quem tem a conversa de um número: a secretária, pessoas ou ninguém."""


@conversation.command()
@click.argument("number")
def show(number: str) -> None:
    """Mostra quem tem a conversa de NUMBER e cada troca, com a origem e a prova."""
    try:
        standing = _steer().show(digits_of(number))
    except NoConversation:
        raise click.ClickException(_UNKNOWN) from None
    until = f", até {standing.until:%d/%m %H:%M} UTC" if standing.until else ""
    click.echo(f"Conversa {standing.conversation_id}: {_WHO[standing.status]}{until}.")
    for change in standing.changes:
        evidence = f" ({change.evidence})" if change.evidence else ""
        moment = f"{change.created_at:%d/%m/%Y %H:%M:%S}"
        click.echo(f"{moment}  {change.status}  {change.source}{evidence}")


@conversation.command()
@click.argument("number")
def bot(number: str) -> None:
    """Devolve a conversa de NUMBER à secretária, a partir da próxima mensagem."""
    _turn_over(number, "bot")


@conversation.command()
@click.argument("number")
def human(number: str) -> None:
    """Passa a conversa de NUMBER a pessoas, por HUMAN_TAKEOVER_HOURS."""
    _turn_over(number, "human")


@conversation.command()
@click.argument("number")
def mute(number: str) -> None:
    """Cala a secretária na conversa de NUMBER até `secretaria conversation bot`."""
    _turn_over(number, "muted")


_UNKNOWN = "Ninguém com esse número escreveu até agora."


def _turn_over(number: str, status: Literal["bot", "human", "muted"]) -> None:
    try:
        _steer().turn_over(digits_of(number), status)
    except NoConversation:
        raise click.ClickException(_UNKNOWN) from None
    click.echo(f"A conversa está agora {_WHO[status]}.")


def _steer() -> Steer:
    chosen = environment.read()
    database = common.command_database(chosen, name="conversation")
    return Steer(database, chosen.human_takeover_hours)
