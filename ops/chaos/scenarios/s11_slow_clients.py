"""11: clients that are slow with their headers, with their bodies, or with reading."""

import socket
import time
from contextlib import closing, suppress

import gevent
from gevent.event import Event

from ops.chaos.scenario import Run, scenario
from secretaria.playground.engines.process import LOOPBACK

MOST_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
SMALLEST_BUFFER_BYTES = 1024
START = b"POST /webhook/whaticket HTTP/1.1\r\nHost: a\r\n"
BODY = START + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
QUESTION = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"


@scenario(
    11,
    "cabeçalhos lentos, corpos lentos, clientes que não leem",
    quick={"clients": 20, "customers": 5, "seconds": 5.0},
    full={"clients": 200, "customers": 10, "seconds": 30.0},
)
def be_slow(run: Run, *, clients: int, customers: int, seconds: float) -> None:
    """However many slow clients there are, a healthy one is answered within a second."""
    ended = Event()
    for _ in range(clients):
        run.beside(lambda: _drip(run, START, b"X-Slow: 1\r\n", ended))
        run.beside(lambda: _drip(run, BODY, b"x", ended))
        run.beside(lambda: _never_read(run, ended))
    gevent.sleep(1)
    began = time.time()
    with run.driver.chatter(customers):
        gevent.sleep(seconds)
    ended.set()
    run.latencies(since=began, most_seconds=MOST_SECONDS)
    statuses = {answer.status for answer in run.driver.answers(began)}
    run.expect(statuses == {202}, f"o cliente saudável recebe sempre 202, e não {statuses}")


def _drip(run: Run, opening: bytes, drop: bytes, ended: Event) -> None:
    """Send a little a second; when thrown out, come again."""
    while not ended.is_set():
        with suppress(OSError), closing(_connect(run)) as connection:
            connection.sendall(opening)
            while not ended.wait(1):
                connection.sendall(drop)


def _never_read(run: Run, ended: Event) -> None:
    """Ask and ask, and leave the answers where they are: the little room for them is soon full."""
    while not ended.is_set():
        with suppress(OSError), closing(socket.socket()) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER_BYTES)
            connection.settimeout(PATIENCE_SECONDS)
            connection.connect((LOOPBACK, run.arena.web_port))
            connection.sendall(QUESTION * 10)
            while not ended.wait(1):
                connection.sendall(QUESTION)


def _connect(run: Run) -> socket.socket:
    return socket.create_connection((LOOPBACK, run.arena.web_port), PATIENCE_SECONDS)
