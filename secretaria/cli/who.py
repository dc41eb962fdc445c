"""`secretaria who NUMBER`: the name that stands for a contact in the logs."""

import click

from secretaria.bootstrap import common
from secretaria.cli import environment
from secretaria.cli.number import digits_of
from secretaria.services.name_contact import identity_of


@click.command()
@click.argument("number")
def who(number: str) -> None:
    """Mostra o nome que representa um NÚMERO nos logs."""
    digits = digits_of(number)
    chosen = environment.read()
    database = common.command_database(chosen, name="who")
    click.echo(common.name_contact(chosen, database)(identity_of(digits, None, None)))
