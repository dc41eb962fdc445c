"""`secretaria`: the command-line program; commands live in modules of their own."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - gevent patches first
import os  # noqa: E402

os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # a command has no series to tell

import sys  # noqa: E402

import click  # noqa: E402

from secretaria import logs  # noqa: E402
from secretaria.cli.conversation import conversation  # noqa: E402
from secretaria.cli.dead import dead  # noqa: E402
from secretaria.cli.demo import demo  # noqa: E402
from secretaria.cli.dev import dev  # noqa: E402
from secretaria.cli.doctor import doctor  # noqa: E402
from secretaria.cli.prune import prune  # noqa: E402
from secretaria.cli.say import say  # noqa: E402
from secretaria.cli.status import status  # noqa: E402
from secretaria.cli.who import who  # noqa: E402
from secretaria.errors import DatabaseUnavailable, Misconfigured  # noqa: E402


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
