"""`secretaria dev`: web and worker while you write code."""

from pathlib import Path

import click

from secretaria.cli.stopping import stop_what_was_started


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".dev"),
    show_default=True,
    help="Onde ficam os dados dos motores embutidos.",
)
def dev(folder: Path) -> None:
    """Roda web e worker, recarregando a cada mudança no código."""
    from secretaria.playground.dev import develop  # noqa: PLC0415 - needs the demo extra

    stop_what_was_started()
    develop(folder)
