"""`secretaria say "text"`: one turn, printed; nothing is stored or sent."""

import click

from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.core import turn
from secretaria.core.attacks import find_attacks
from secretaria.core.memory import Utterance
from secretaria.core.text import normalise
from secretaria.core.turn import Standing

_FRESH = Standing(attempts=1, replies_in_the_last_hour=0, tokens_today=0, holding_seconds=None)


@click.command()
@click.argument("text")
def say(text: str) -> None:
    """Diz TEXT à secretária e mostra a resposta; nada é gravado nem enviado."""
    from secretaria.bootstrap import worker  # noqa: PLC0415 - the model's SDK is slow to load

    said = normalise(text)
    if not said:
        raise click.BadParameter("espera-se um texto", param_hint="TEXT")
    chosen = environment.read()
    clock = common.clock()
    database = common.command_database(chosen, name="say")
    composing = worker.compose(chosen, database, clock)
    if find_attacks([said]):
        closing = turn.refuse(composing.profile.sentences, "attack")
    else:
        draft = composing.speak((), (Utterance("customer", said),), None, _FRESH)
        closing = draft.closing
    click.echo(closing.line.text if closing.line else "")
    if closing.outcome != "answered":
        click.echo(f"({closing.outcome}: {closing.reason})", err=True)
