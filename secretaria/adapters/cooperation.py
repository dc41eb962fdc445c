"""That gevent stands behind every call that waits: one that it missed would stop everybody."""

from gevent import monkey

from secretaria.errors import Misconfigured

WAITING_CALLS = (
    ("socket", "socket"),
    ("socket", "getaddrinfo"),
    ("ssl", "SSLContext"),
    ("select", "select"),
    ("select", "poll"),
    ("time", "sleep"),
    ("threading", "_start_new_thread"),
    ("threading", "Event"),
    ("queue", "SimpleQueue"),
    ("os", "waitpid"),
    ("subprocess", "Popen"),
)


def require() -> None:
    """Refuse to go on in a process that gevent has not patched; raises `Misconfigured`."""
    missed = [
        f"{module}.{name}"
        for module, name in WAITING_CALLS
        if not monkey.is_object_patched(module, name)
    ]
    if missed:
        raise Misconfigured(
            "Este processo pararia a cada espera: o gevent não tomou conta de "
            f"{', '.join(missed)}. Inicie-o com a linha do Procfile."
        )
