"""Real proxies with TLS, started with the configurations in deploy/proxies or with wrong ones."""

import http.client
import os
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.interop.processes import PATIENCE_SECONDS, ROOT, eventually, free_port, require_tool

NAME = "roster.example.com"
CLIENT = "127.0.0.9"
NAMES = [x509.DNSName(NAME), x509.DNSName("localhost")]
NGINX = """
{user} daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {server}
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder}/caddy\n}}\n{server}"
ADDRESSES = {"443": "{port}", "127.0.0.1:8000": "{upstream}", "/etc/ssl/": "{folder}/"}


@dataclass(frozen=True)
class Proxy:
    """A proxy that listens with TLS on a port of 127.0.0.1, for one name."""

    port: int
    name: str = NAME

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of a request for its name; in names of headers `__` is a dash."""
        return self.ask("GET", path, **headers)

    def ask(
        self, method: str, path: str, body: bytes | None = None, /, **headers: str
    ) -> tuple[int, bytes]:
        """`get` with any method."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.sock = self._connected()
        sent = {name.replace("__", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": self.name} | sent)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def _connected(self) -> socket.socket:
        """From an address that is not a proxy's, for its name, whoever signed its certificate."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(
            ("127.0.0.1", self.port), PATIENCE_SECONDS, source_address=(CLIENT, 0)
        )
        return context.wrap_socket(plain, server_hostname=self.name)


def make_certificate(folder: Path) -> None:
    """`roster.pem`, `roster.key` and both in one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(NAMES), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for ending, content in (
        ("pem", certificate),
        ("key", private),
        ("both.pem", certificate + private),
    ):
        (folder / f"roster.{ending}").write_bytes(content)


def deployed(file: str, **changes: str) -> str:
    """A configuration of deploy/proxies with `changes` made to its text, each of which has to be in it."""
    text = (ROOT / "deploy" / "proxies" / file).read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(file: str, *lines: str) -> str:
    """A configuration of deploy/proxies without the lines in which these words stand."""
    text = deployed(file)
    for words in lines:
        assert words in text, words
        text = "\n".join(line for line in text.splitlines() if words not in line)
    return text + "\n"


@contextmanager
def proxy(
    program: str,
    configuration: str,
    upstream: str,
    folder: Path,
    name: str = NAME,
    ready: tuple[str, int] = ("/livez", 200),
    port: int = 0,
) -> Iterator[Proxy]:
    """`program` in front of `upstream`, an address or a socket, until the block ends.

    It serves `name`, at `port` if one was chosen, and is there when it answers the path in `ready` with the
    status beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    make_certificate(folder)
    port, file = port or free_port(), folder / "configuration"
    values = {"port": str(port), "upstream": upstream, "folder": str(folder)}
    for old, new in ADDRESSES.items():
        # Not in another port that has it in itself.
        configuration = re.sub(
            rf"(?<!\d){re.escape(old)}(?!\d)", new.format(**values), configuration
        )
    file.write_text(_whole(program, configuration, values, name))
    command = {
        "nginx": [require_tool("nginx", "/usr/sbin/nginx"), "-c", str(file), "-p", str(folder)],
        "caddy": [require_tool("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"],
        "haproxy": [require_tool("haproxy", "/usr/sbin/haproxy"), "-db", "-f", str(file)],
    }[program]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        running = Proxy(port, name)
        eventually(lambda: _answers(running, ready, process, folder), f"{program} answers")
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _whole(program: str, server: str, values: dict[str, str], name: str) -> str:
    """What a system's own configuration says around it."""
    if program == "nginx":
        # Its workers would be somebody else, who may not open the socket in a folder of the test's own.
        user = "user root;" if os.geteuid() == 0 else ""
        return NGINX.format(server=server, user=user, **values)
    if program == "caddy":
        named = server.replace(name, f"https://{name}:{values['port']}")
        return CADDY.format(server=named, **values)
    return server


def _answers(
    running: Proxy, ready: tuple[str, int], process: "subprocess.Popen[bytes]", folder: Path
) -> bool:
    assert process.poll() is None, (folder / "log").read_text()
    path, status = ready
    try:
        return running.get(path)[0] == status
    except OSError:
        return False
