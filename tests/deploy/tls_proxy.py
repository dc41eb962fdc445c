"""A Redis behind TLS with a certificate that nobody has signed, as Heroku's is."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from gevent.server import StreamServer

from secretaria.playground.engines.process import LOOPBACK

CHUNK_BYTES = 65_536


@contextmanager
def tls_in_front_of(port: int, folder: Path) -> Iterator[int]:
    """Terminate TLS and pass everything on; answers the port of the proxy."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))

    def serve(caller: socket.socket, _: object) -> None:
        with (
            suppress(OSError),  # whoever does not trust us hangs up
            context.wrap_socket(caller, server_side=True) as client,
            socket.create_connection((LOOPBACK, port)) as server,
        ):
            copying = [gevent.spawn(_copy, *pair) for pair in ((client, server), (server, client))]
            gevent.joinall(copying, count=1)
            gevent.killall(copying)

    proxy = StreamServer((LOOPBACK, 0), serve)
    proxy.start()
    try:
        yield proxy.server_port
    finally:
        proxy.stop()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            sink.sendall(data)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "another-host.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "redis.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
