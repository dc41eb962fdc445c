"""The web process as the Procfile starts it, and clients for it that hide nothing."""

import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import requests
from prometheus_client.parser import text_string_to_metric_families

from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import LOOPBACK, wait_until
from secretaria.playground.stack import SHARED_SECRET, Stack

PATH = "/webhook/whaticket"
PATIENCE_SECONDS = 20


@dataclass
class Web:
    """A running web process."""

    stack: Stack
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        url = self.stack.url + path
        return self.session.request(method, url, timeout=PATIENCE_SECONDS, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, body: bytes, headers: dict[str, Any] | None = None) -> requests.Response:
        """Post a body to the webhook; genuine unless headers say otherwise."""
        return self.call("POST", PATH, data=body, headers=signed(body) | (headers or {}))

    def say(self, payload: Any, **how: Any) -> requests.Response:
        body = json.dumps(payload).encode()
        return self.call("POST", PATH, data=body, headers=signed(body, **how))

    def connect(self) -> "Connection":
        connection = socket.create_connection((LOOPBACK, self.stack.web_port), PATIENCE_SECONDS)
        return Connection(connection)

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stack.log("web").splitlines()]

    def request_lines(self, correlation_id: str) -> list[dict[str, Any]]:
        return [
            line
            for line in self.log_lines()
            if line["event"] == "http.request" and line["correlation_id"] == correlation_id
        ]

    def metric(self, name: str, **labels: str) -> float:
        for family in text_string_to_metric_families(self.get("/metrics").text):
            for sample in family.samples:
                if sample.name == f"secretaria_{name}" and sample.labels == labels:
                    return sample.value
        return 0.0

    def outcomes(self) -> dict[str, float]:
        """What has been counted of every outcome that there was."""
        families = text_string_to_metric_families(self.get("/metrics").text)
        samples = [sample for family in families for sample in family.samples]
        wanted = [one for one in samples if one.name == "secretaria_webhooks_total"]
        return {one.labels["outcome"]: one.value for one in wanted}

    @contextmanager
    def counting(self, **expected: int) -> Iterator[None]:
        """These outcomes are counted in the block, if a little later, and no others."""
        before = self.outcomes()
        yield
        wait_until(lambda: self._counted_since(before) == expected, seconds=30)
        assert self._counted_since(before) == expected

    def _counted_since(self, before: dict[str, float]) -> dict[str, float]:
        risen = {name: after - before[name] for name, after in self.outcomes().items()}
        return {name: count for name, count in risen.items() if count}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Connection:
    """A bare socket to the web process."""

    socket: socket.socket
    rest: bytes = b""

    def send(self, *parts: bytes) -> Self:
        self.socket.sendall(b"".join(parts))
        return self

    def answer(self) -> Answer:
        """Read one answer."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        status_line, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        headers = {name.lower(): value for name, value in pairs}
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(int(status_line.split()[1]), headers, body)

    def is_closed(self, *, seconds: float = 20.0) -> bool:
        """Whether the other side has said, or says in this time, that nothing more comes."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def _more(self) -> None:
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise ConnectionError("closed without an answer")
        self.rest += chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def signed(
    body: bytes,
    *,
    secret: str = SHARED_SECRET,
    seconds_ago: int = 0,
    timestamp: str | None = None,
    token: str | None = None,
) -> dict[str, str]:
    """The headers of a genuine request."""
    timestamp = timestamp or str(int(time.time()) - seconds_ago)
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Timestamp": timestamp,
        "X-Signature": signature,
    } | ({"X-Webhook-Token": token} if token else {})


def text_message(text: str = "olá", *, number: str = "5511999999999", **more: Any) -> Any:
    return {"message": {"conversation": text}, "number": number} | more


def baileys_message(text: str, *, provider_id: str, number: str = "5511999999999") -> Any:
    key = {"remoteJid": f"{number}@s.whatsapp.net", "fromMe": False, "id": provider_id}
    return {"key": key, "pushName": "Ana", "message": {"conversation": text}}


def head(*lines: str, method: str = "POST", path: str = PATH) -> bytes:
    """The beginning of a request on a bare socket; without lines, of a JSON webhook."""
    usual = ("Host: secretaria", "Content-Type: application/json")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *usual, *lines, "", ""]).encode("latin-1")


def genuine(payload: Any) -> bytes:
    """A whole genuine request as it goes over the wire."""
    body = json.dumps(payload).encode()
    proof = [f"{name}: {value}" for name, value in signed(body).items() if name != "Content-Type"]
    return head(*proof, f"Content-Length: {len(body)}") + body


@contextmanager
def serving(folder: Path, engines: Engines, **environment: str) -> Iterator[Web]:
    """A web process alone: what it leaves behind are rows and the bell's wake-ups."""
    folder.mkdir(parents=True, exist_ok=True)
    stack = Stack(folder, environment=environment, engines=engines)
    stack.run("web")
    try:
        stack.wait_until_ready()
        web = Web(stack)
        yield web
        web.session.close()
    finally:
        stack.end("web")
