"""The command: every check in order, and the exit code."""

import sys

import click

from secretaria.cli import environment as environments
from secretaria.cli.doctor import secrets, sign_in, systems, trial, whaticket
from secretaria.errors import Misconfigured


@click.command()
@click.option("--number", default=None, help="manda uma frase de teste a este número, só a ele")
def doctor(number: str | None) -> None:
    """Confere a configuração e cada sistema externo; sem --number, nada é enviado a ninguém."""
    try:
        environment = environments.read()
    except Misconfigured as error:
        click.echo(f"✗ {error}")
        sys.exit(1)
    click.echo("✓ As variáveis de ambiente estão completas.")
    findings = []
    looks = (secrets.look, systems.look, whaticket.look, sign_in.look, trial.of(number))
    for check in looks:
        for finding in check(environment):
            findings.append(finding)
            click.echo(finding.line)
    sys.exit(0 if all(finding.is_good for finding in findings) else 1)
