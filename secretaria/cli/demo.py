"""`secretaria demo`: the whole service on this machine, with a customer to play."""

import sys
from pathlib import Path

import click

from secretaria.cli.stopping import stop_what_was_started
from secretaria.errors import Misconfigured


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Onde ficam os dados e os logs da demonstração.",
)
def demo(folder: Path) -> None:
    """Sobe tudo nesta máquina, com Whaticket e Gemini simulados, para conversar."""
    try:
        from secretaria.playground import demo as playing  # noqa: PLC0415 - needs the demo extra
    except ImportError:
        raise Misconfigured("A demonstração precisa de: pip install 'secretaria[demo]'") from None
    stop_what_was_started()
    sys.exit(playing.play(folder))
