"""HTTPS servers on this machine that answer with exactly these bytes, and an authority for certificates."""

import atexit
import datetime
import functools
import ipaddress
import re
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

# No test depends on its day.
BEGIN, END = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2000, 2099))
LOCAL = ("localhost", "127.0.0.1", "::1")


def answer(status: int = 200, body: bytes | str = b"", **headers: str) -> bytes:
    """An answer whose length is said; `content_type="text/plain"` is a header."""
    body = body.encode() if isinstance(body, str) else body
    said = {"content-length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Visit:
    """A request that came, and the connection on which to answer."""

    connection: socket.socket
    head: str
    body: bytes
    asked_for_name: str | None

    @property
    def target(self) -> str:
        return self.head.split(" ")[1]

    @property
    def headers(self) -> dict[str, str]:
        lines = [line.partition(": ") for line in self.head.split("\r\n")[1:]]
        return {name.lower(): value for name, _, value in lines}

    def send(self, answer: bytes) -> None:
        self.connection.sendall(answer)


Handler = Callable[[Visit], None]


@dataclass
class Server:
    """One that takes any number of connections; without `context` it speaks no TLS, and at once.

    With `reads_bodies=False` a handler is called as soon as the head of a request has come.
    """

    handler: Handler
    context: ssl.SSLContext | None
    host: str = "127.0.0.1"
    reads_bodies: bool = True
    visits: list[Visit] = field(default_factory=list)
    connections: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.listener = socket.create_server((self.host, 0), family=family)
        self.port: int = self.listener.getsockname()[1]
        self.stopped = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, target: str = "/", host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{target}"

    def close(self) -> None:
        """Let go of the port and of whoever is still here."""
        self.stopped.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        for connection in (self.listener, *self.connections):
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections.append(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            visit = self._visit(connection)
            with visit.connection:
                self.handler(visit)

    def _visit(self, plain: socket.socket) -> Visit:
        if self.context is None:
            return Visit(plain, "", b"", None)
        names: list[str | None] = []
        self.context.sni_callback = lambda _, name, __: names.append(name)
        connection = self.context.wrap_socket(plain, server_side=True)
        self.connections.append(connection)
        visit = Visit(connection, *self._request(connection), names[0] if names else None)
        self.visits.append(visit)
        return visit

    def _request(self, connection: socket.socket) -> tuple[str, bytes]:
        with connection.makefile("rb") as stream:
            lines = [stream.readline()]
            while lines[-1] not in {b"\r\n", b""}:
                lines.append(stream.readline())
            if not lines.pop():
                raise ConnectionError  # before its end
            head = b"".join(lines).decode().removesuffix("\r\n")
            lengths = (
                re.findall(r"content-length: (\d+)", head.lower()) if self.reads_bodies else []
            )
            return head, stream.read(sum(map(int, lengths)))


class Authority:
    """One that certifies servers; `file` is its certificate in PEM."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "authority.pem"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of tests")])
        certificate = self._sign(self.name, self.key, (), END, is_authority=True)
        self.file.write_bytes(certificate)

    def context(self, *names: str, end: datetime.datetime = END) -> ssl.SSLContext:
        """What a server has that is called so; names of the local machine unless others are given."""
        file = self.folder / "server.pem"
        file.write_bytes(self.certified(*names, end=end))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        file.unlink()
        return context

    def certified(self, *names: str, end: datetime.datetime = END) -> bytes:
        """A new key and its certificate, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A server of tests")])
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem + self._sign(subject, key, names or LOCAL, end)

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: tuple[str, ...],
        end: datetime.datetime,
        *,
        is_authority: bool = False,
    ) -> bytes:
        builder = (
            x509.CertificateBuilder(self.name, subject, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if names:
            known = x509.SubjectAlternativeName(list(map(_name, names)))
            builder = builder.add_extension(known, critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)


@functools.cache
def authority() -> Authority:
    """The one of this process."""
    folder = tempfile.mkdtemp(prefix="roster-tests-authority-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Authority(Path(folder))


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
