"""`secretaria who NUMBER`: the name that stands for a contact in the logs."""

import click

from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.core import phone
from secretaria.services.name_contact import identity_of


@click.command()
@click.argument("number")
def who(number: str) -> None:
    """Mostra o nome que representa um NÚMERO nos logs."""
    digits = "".join(character for character in number if character.isdigit())
    if not digits:
        raise click.BadParameter("espera-se um número de telefone", param_hint="NUMBER")
    chosen = environment.read()
    database = common.worker_database(chosen, name="secretaria-who")
    identity = identity_of(phone.readable(digits) or digits, None, None)
    click.echo(common.name_contact(chosen, database)(identity))
