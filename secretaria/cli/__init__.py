"""`secretaria`: the command-line program; commands live in modules of their own."""

from gevent import monkey

monkey.patch_all()

import gc
import os

os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # a command has no series to tell

import sys

import click

from secretaria import logs
from secretaria.cli.conversation import conversation
from secretaria.cli.dead import dead
from secretaria.cli.demo import demo
from secretaria.cli.dev import dev
from secretaria.cli.doctor import doctor
from secretaria.cli.prune import prune
from secretaria.cli.say import say
from secretaria.cli.status import status
from secretaria.cli.who import who
from secretaria.errors import DatabaseUnavailable, Misconfigured


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def program() -> None:
    """Secretaria: a secretária virtual que atende no WhatsApp pelo Whaticket."""


for command in (demo, dev, status, doctor, dead, conversation, say, who, prune):
    program.add_command(command)


def main() -> None:
    """Run the program; a fault that a person can mend is one sentence, not a traceback."""
    gc.freeze()  # what is loaded stays to the end, which need not look through it for garbage
    logs.configure(level="ERROR", format="console", secrets=())
    try:
        program(prog_name="secretaria")
    except Misconfigured as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except DatabaseUnavailable:
        click.echo("O banco de dados não respondeu. Confira DATABASE_URL.", err=True)
        sys.exit(1)
