"""How gunicorn serves the web process; every number that an owner may change is in Settings."""

import signal
import sys
from importlib.metadata import version

import structlog
from gunicorn.arbiter import Arbiter

from secretaria import logs, metrics_folder, settings
from secretaria.adapters import cooperation, garbage
from secretaria.errors import Misconfigured

log = structlog.get_logger("secretaria.web")

try:
    _settings = settings.load()
    _metrics_folder = metrics_folder.open_folder(_settings.prometheus_multiproc_dir)
except Misconfigured as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)

bind = f"0.0.0.0:{_settings.port}"
workers = _settings.web_concurrency
worker_class = "secretaria.adapters.web_worker.WebWorker"
logger_class = "secretaria.adapters.web_worker.WebLogger"
worker_connections = 1000
backlog = 2048
# A process that leaks is gone before it matters, and never all of them at once.
max_requests = 100_000
max_requests_jitter = 20_000
timeout = 30
graceful_timeout = 20
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
# Nobody in front of us may rewrite a request's path or scheme with a header.
forwarder_headers = ""
secure_scheme_headers = {}
proc_name = "secretaria-web"
accesslog = None
logconfig_dict = logs.logging_config(
    level=_settings.log_level,
    format=_settings.log_format,
    secrets=_settings.secrets(),
)


def on_starting(server):  # noqa: ANN001, ANN201, D103 - gunicorn's hook
    if server.cfg.preload_app:
        sys.stderr.write(
            "Os processos não podem dividir as conexões do processo que os cria: sem --preload.\n"
        )
        sys.exit(2)
    garbage.look_for_less()  # also while each web process loads


def post_worker_init(worker):  # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    from secretaria.adapters import loop_lag  # noqa: PLC0415 - not before the folder is set

    try:
        cooperation.require()
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(Arbiter.WORKER_BOOT_ERROR)  # which ends its parent too
    logs.configure(
        level=_settings.log_level,
        format=_settings.log_format,
        secrets=_settings.secrets(),
    )
    garbage.look_for_less()
    loop_lag.watch("web")
    log.info("web.ready", version=version("secretaria"))


def worker_exit(server, worker):  # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    from secretaria.adapters import stopping  # noqa: PLC0415 - not before gevent has patched all

    for finish in stopping.LAST:
        finish()
    log.info("web.stopped", version=version("secretaria"))


def child_exit(server, worker):  # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    from secretaria import metrics  # noqa: PLC0415 - not before the folder is set

    metrics.mark_process_dead(worker.pid)


def on_exit(server):  # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # Python's last steps end at a second one
    _metrics_folder.close()
