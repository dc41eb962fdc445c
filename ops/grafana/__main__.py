"""`python -m ops.grafana`: run the service with faults for some minutes, and draw its dashboard."""

from gevent import monkey

monkey.patch_all()

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from ops.grafana import panels
from ops.grafana.drawing import draw
from ops.grafana.evening import SECONDS, Evening
from ops.grafana.prometheus import PROGRAM, Prometheus
from secretaria.errors import Misconfigured
from secretaria.playground.engines.process import free_port
from secretaria.playground.stack import Stack

PICTURE = Path(__file__).resolve().parents[1] / "pictures" / "grafana.png"


def main() -> int:
    """Draw the picture; answers 1 where there is no Prometheus, or the service does not start."""
    parser = argparse.ArgumentParser(prog="python -m ops.grafana", description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURE, help="onde gravar a figura")
    options = parser.parse_args()
    if shutil.which(PROGRAM) is None:
        sys.stderr.write("É preciso um Prometheus no PATH (no Debian, o pacote prometheus).\n")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="grafana-"))
    try:
        _run(folder, options.out)
    except Misconfigured as error:
        sys.stderr.write(f"Não deu para desenhar: {error}\nLogs: {folder}\n")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"{options.out}\n")
    return 0


def _run(folder: Path, picture: Path) -> None:
    worker_port = free_port()
    environment = {"WORKER_METRICS_PORT": str(worker_port), **Evening.environment}
    stack = Stack(folder / "stack", environment=environment)
    targets = {
        "secretaria-web": f"127.0.0.1:{stack.web_port}",
        "secretaria-worker": f"127.0.0.1:{worker_port}",
    }
    with stack, Prometheus(folder / "prometheus", targets) as prometheus:
        began = time.time()
        Evening(stack, prometheus, _say).pass_by()
        _say("desenhando", SECONDS)
        draw(panels.read(), prometheus, began, time.time(), picture)


def _say(what: str, second: float) -> None:
    sys.stderr.write(f"{second:4.0f}/{SECONDS} s  {what}\n")


if __name__ == "__main__":
    sys.exit(main())
