"""12: bodies that nobody's Whaticket sends."""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import gevent

from ops.chaos.driver import payload_of
from ops.chaos.scenario import Run, scenario
from ops.chaos.webhook import Signed, sign_body
from secretaria.playground.engines.process import LOOPBACK

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
MOST_GROWTH_MEBIBYTES = 50
PATIENCE_SECONDS = 20.0
ID = b"<id>"

Send = Callable[[socket.socket], None]


@scenario(
    12,
    "corpos hostis",
    quick={"times": 1, "sent_mebibytes": 8},
    full={"times": 10, "sent_mebibytes": 256},
)
def send_hostile_bodies(run: Run, *, times: int, sent_mebibytes: int) -> None:
    """No body gets a 500, none makes the web process grow, and customers are answered."""
    web_bytes = run.arena.memory_bytes("web")
    run.driver.talk(5, 2 * times, pause_seconds=0.2)
    answers: dict[str, set[int | None]] = {}
    for _ in range(times):
        attacks = dict(_attacks(run, sent_mebibytes))
        attacking = {name: gevent.spawn(_attack, run, send) for name, send in attacks.items()}
        gevent.joinall(list(attacking.values()), raise_error=True)
        for name, greenlet in attacking.items():
            answers.setdefault(name, set()).add(greenlet.value)
    for name, statuses in answers.items():
        run.report(name, ", ".join(str(status) for status in statuses))
        worst = max(status or 0 for status in statuses)
        run.expect(worst < 500, f"{name} não recebe {worst}")  # noqa: PLR2004 - HTTP
    run.settle()
    growth = (run.arena.memory_bytes("web") - web_bytes) / MEBIBYTE
    run.limit("crescimento", max(growth, 0.0), MOST_GROWTH_MEBIBYTES, "MiB")


def _attacks(run: Run, sent_mebibytes: int) -> Iterator[tuple[str, Send]]:
    yield "1 GB anunciado", _flood(f"Content-Length: {GIBIBYTE}", sent_mebibytes)
    yield "1 GB em pedaços", _flood("Transfer-Encoding: chunked", sent_mebibytes, chunked=True)
    good = sign_body(json.dumps(payload_of(run.driver.compose(run.driver.new_number()))).encode())
    run.driver.written.pop()
    size = len(good.body)
    yield "tamanho maior que o corpo", _whole(good, {"Content-Length": str(size + 100)})
    yield "tamanho menor que o corpo", _whole(good, {"Content-Length": str(size // 2)})
    yield "tamanho negativo", _whole(good, {"Content-Length": "-1"})
    yield "dois tamanhos", _whole(good, {"Content-Length": f"{size}\r\nContent-Length: 7"})
    for name, body in _bodies().items():
        fresh = body.replace(ID, b"%030x" % run.chance.randrange(1 << 120))
        yield name, _whole(sign_body(fresh), {})


def _bodies() -> Mapping[str, bytes]:
    """Bodies that are signed as they should be, with a place for an id."""
    deep = 100_000
    number = b"5511900000000@s.whatsapp.net"
    key = b'"key": {"remoteJid": "%s", "fromMe": false, "id": "%s"}' % (number, ID)
    message = b'"message": {"conversation": "eco"}'
    return {
        "listas aninhadas": b"[" * deep + b"]" * deep,
        "objetos aninhados": b'{"a":' * deep + b"1" + b"}" * deep,
        "aninhado na mensagem": b"{%s, %s, " % (key, b'"message": ' + b"[" * deep + b"]" * deep)
        + b'"x": 1}',
        "NaN": b'{%s, %s, "messageTimestamp": NaN}' % (key, message),
        "Infinity": b'{%s, %s, "messageTimestamp": -Infinity}' % (key, message),
        "UTF-8 quebrado": b'{%s, "message": {"conversation": "\xff\xfe\xc3"}}' % key,
        "substituto solto": b'{%s, "message": {"conversation": "\\ud800"}}' % key,
        "zero no texto": b'{%s, "message": {"conversation": "a\\u0000b"}}' % key,
        "número de 5.000 algarismos": b'{%s, %s, "messageTimestamp": %s}'
        % (key, message, b"9" * 5000),
        "expoente enorme": b'{%s, %s, "messageTimestamp": 1e400}' % (key, message),
        "chaves repetidas": b'{%s, %s, %s, "message": {"conversation": "outra"}}'
        % (key, key, message),
        "vazio": b"",
        "não é objeto": b'"texto"',
    }


def _attack(run: Run, send: Send) -> int | None:
    """Send, and read the status of the answer; None when the connection is just closed."""
    with socket.create_connection((LOOPBACK, run.arena.web_port), PATIENCE_SECONDS) as connection:
        with suppress(OSError):  # it was closed on us, perhaps after an answer
            send(connection)
        with suppress(OSError):
            head = connection.recv(64)
            if head.startswith(b"HTTP/"):
                return int(head.split()[1])
    return None


def _flood(header: str, mebibytes: int, *, chunked: bool = False) -> Send:
    """Announce a huge body, and send as much of it as is taken."""

    def send(connection: socket.socket) -> None:
        signed = sign_body(b"x")
        connection.sendall(_head({**signed.headers, "X-Flood": f"1\r\n{header}"}))
        block = b"x" * MEBIBYTE
        for _ in range(mebibytes):
            connection.sendall(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
            time.sleep(0)

    return send


def _whole(request: Signed, headers: Mapping[str, str]) -> Send:
    usual = {**request.headers, "Content-Length": str(len(request.body))}
    return lambda connection: connection.sendall(_head({**usual, **headers}) + request.body)


def _head(headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /webhook/whaticket HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode()
