"""`python -m actors`: Dramatiq's gevent worker with our settings, and JSON logs in its parent too.

The same as `dramatiq-gevent actors.worker:boot`, which works as well; see
ops/decisions/0003-worker-launcher.md.
"""

from gevent import monkey

monkey.patch_all()

import os

os.environ.setdefault("dramatiq_restart_delay", "1000")

import signal
import sys

from dramatiq import cli

from secretaria import logs, metrics_folder, settings
from secretaria.adapters import garbage, profile_file
from secretaria.bootstrap import connections
from secretaria.errors import Misconfigured

SHUTDOWN_TIMEOUT_MILLISECONDS = 18_000


def main() -> int:
    """Run the workers until SIGTERM; answers the exit code."""
    try:
        environment = settings.load()
        connections.check(environment)
        profile_file.load(environment.secretaria_profile)
        folder = metrics_folder.open_folder(environment.prometheus_multiproc_dir)
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure(
        level=environment.log_level,
        format=environment.log_format,
        secrets=environment.secrets(),
    )
    arguments = [
        "actors.worker:boot",
        f"--processes={environment.worker_processes}",
        f"--threads={environment.worker_threads}",
        f"--worker-shutdown-timeout={SHUTDOWN_TIMEOUT_MILLISECONDS}",
        "--skip-logging",
    ]
    garbage.look_for_less()  # also while each worker process loads
    try:
        return int(cli.main(cli.make_argument_parser().parse_args(arguments)) or 0)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # Python's last steps end at a second one
        folder.close()


if __name__ == "__main__":
    sys.exit(main())
