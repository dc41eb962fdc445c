"""A telephone number as an operator types it."""

import click

from secretaria.core import phone


def digits_of(number: str) -> str:
    """The digits of a number, with Brazil's 55 where it is missing; raises `BadParameter`."""
    digits = "".join(character for character in number if character.isdigit())
    if not digits:
        raise click.BadParameter("espera-se um número de telefone", param_hint="NUMBER")
    return phone.readable(digits) or digits
