"""How gunicorn serves the ceiling: the same numbers as in ops/gunicorn.conf.py."""

from secretaria.adapters import garbage

worker_class = "secretaria.adapters.web_worker.WebWorker"
logger_class = "secretaria.adapters.web_worker.WebLogger"
worker_connections = 1000
backlog = 2048
max_requests = 100_000
max_requests_jitter = 20_000
timeout = 30
graceful_timeout = 20
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
forwarder_headers = ""
secure_scheme_headers = {}  # type: ignore[var-annotated] # gunicorn reads it as it stands
accesslog = None


def post_worker_init(worker):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    garbage.look_for_less()
