"""A small HTTP server that speaks JSON, misbehaves on demand, and is controlled over HTTP too."""

import argparse
import signal
import socket
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import gevent
from gevent import monkey
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from secretaria.playground.engines.process import LOOPBACK, free_port
from secretaria.playground.faults import Fault, Plan
from secretaria.playground.wire import Request, Response, json_response, read_request, status_line

CONTROL_PREFIX = "/_simulator/"
_MOST_CONNECTIONS = 10_000


class Simulator(ABC):
    """A server whose answers are planned, and which remembers what it was asked.

    In a process that gevent has patched it serves from a greenlet; as a process of its own it is
    controlled over HTTP. Both ways use the same methods.
    """

    def __init__(
        self,
        kinds: Iterable[str],
        *,
        host: str = LOOPBACK,
        port: int = 0,
        default_delay_seconds: float = 0.0,
    ) -> None:
        self.default_delay_seconds = default_delay_seconds
        self._usual_delay_seconds = default_delay_seconds
        self._plan = Plan(kinds)
        self._host = host
        self._port = port
        self._server: WSGIServer | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Listen on the given port, or on a free one, which a later start keeps."""
        if not monkey.is_module_patched("socket"):
            raise RuntimeError("a simulator needs a process patched by gevent.monkey.patch_all()")
        if self._server is not None:
            return
        server = WSGIServer(
            (self._host, self._port or free_port()),
            self._application,
            spawn=Pool(_MOST_CONNECTIONS),
            log=None,
            error_log=sys.stderr,
            handler_class=_Handler,
            environ={"SERVER_NAME": LOOPBACK},
        )
        server.start()
        self._server = server
        self._port = server.server_port

    def stop(self) -> None:
        """Stop listening, and end every connection, hanging or not."""
        if self._server is not None:
            self._server.stop(timeout=0)
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def plan(self, *faults: Fault) -> None:
        """Set what happens next, in place of what was planned; without faults all is as usual.

        Raises:
            ValueError: a kind that this simulator does not know.

        """
        self._plan.replace(faults)

    def reset(self) -> None:
        """Forget the plan and all that happened."""
        self._plan.replace([])
        self.default_delay_seconds = self._usual_delay_seconds
        self._forget()

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """Answer a request of the simulated service."""

    @abstractmethod
    def ledger_json(self) -> dict[str, Any]:
        """Return what happened so far."""

    @abstractmethod
    def _forget(self) -> None:
        """Empty the ledger."""

    def controls(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        """Return the control routes: "METHOD name" and what it does with its arguments."""
        return {
            "POST plan": self._plan_from_json,
            "GET ledger": lambda _: self.ledger_json(),
            "POST reset": lambda _: self.reset(),
        }

    def _plan_from_json(self, payload: Mapping[str, Any]) -> None:
        """Take {"faults": [...]} or one fault alone, "default_delay_seconds", or both."""
        settings = dict(payload)
        delay = settings.pop("default_delay_seconds", None)
        if settings or delay is None:
            self.plan(*map(Fault.from_json, settings.get("faults", [settings])))
        if delay is not None:
            self.default_delay_seconds = float(delay)

    def _application(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = read_request(environ)
        is_control = request.path.startswith(CONTROL_PREFIX)
        response = self._control(request) if is_control else self.answer(request)
        headers = {"Content-Length": str(len(response.body)), **response.headers}
        start_response(status_line(response.status), list(headers.items()))
        return response.chunks()

    def _control(self, request: Request) -> Response:
        name = request.path.removeprefix(CONTROL_PREFIX)
        act = self.controls().get(f"{request.method} {name}")
        if act is None:
            return json_response({"error": f"no control {request.method} {name}"}, 404)
        arguments = request.query if request.method == "GET" else request.json() or {}
        try:
            outcome = act(arguments)
        except (KeyError, TypeError, ValueError) as error:
            return json_response({"error": str(error)}, 400)
        except OSError as error:
            return json_response({"error": str(error)}, 502)
        return json_response({"ok": True} if outcome is None else outcome)


class _Handler(WSGIHandler):  # type: ignore[misc] # gevent has no types
    """Let the application reach its connection, and break it."""

    def handle(self) -> None:
        """Serve a connection; a body follows its head at once.

        By itself the kernel holds it back until the head is acknowledged, which takes 40 ms.
        """
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ["simulator.connection"] = self.socket
        return environ

    def handle_error(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        """End a request of a stopping server as a crash would, where gevent would say 500."""
        if issubclass(kind, gevent.GreenletExit):
            self.close_connection = True
            return
        super().handle_error(kind, error, trace)


def command_line(description: str) -> argparse.ArgumentParser:
    """Return the options that every simulator has as a process."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default=LOOPBACK, help="0.0.0.0: para outros contêineres")
    parser.add_argument("--port", type=int, default=0, help="0: uma porta livre")
    parser.add_argument("--delay", type=float, default=0.0, help="demora de cada resposta, em s")
    return parser


def serve(simulator: Simulator) -> None:
    """Print the URL and serve until SIGTERM or SIGINT."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    with simulator:
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        stopping.wait()
