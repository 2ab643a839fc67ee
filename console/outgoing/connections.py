"""TLS connections to addresses that were looked up and checked before."""

import functools
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from console.networks import Address
from console.outgoing.deadlines import Deadline
from console.outgoing.places import Place

# Of a name that has more, the rest is not tried.
MOST_TRIES = 4


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Whose certificates are believed: the system's authorities, and those in `ca_file`. TLS 1.2 or newer.

    Raises `OSError` (`ssl.SSLError` is one) if the file cannot be read.
    """
    return _trust(ca_file, ca_file.stat().st_mtime_ns if ca_file else 0)


@functools.lru_cache(maxsize=2)
def _trust(ca_file: Path | None, _changed_at: int) -> ssl.SSLContext:
    """The system's authorities are some hundred, and take longer to read than an answer does."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


def connect(
    place: Place, addresses: Iterable[Address], context: ssl.SSLContext, deadline: Deadline
) -> ssl.SSLSocket:
    """A connection to the first of the addresses that takes one; the certificate is `place`'s.

    Raises `OSError`: `TimeoutError` if it took too long, `ssl.SSLError` where TLS failed.
    """
    plain = _connected(list(addresses)[:MOST_TRIES], place.port, deadline)
    try:
        plain.settimeout(deadline.left())
        return context.wrap_socket(plain, server_hostname=place.host)
    except BaseException:
        plain.close()
        raise


def _connected(addresses: list[Address], port: int, deadline: Deadline) -> socket.socket:
    """One that is silent leaves time for the others."""
    *others, last = addresses
    for tried, address in enumerate(others):
        with suppress(OSError):
            return _connection(address, port, deadline.left() / (len(addresses) - tried))
    return _connection(last, port, deadline.left())


def _connection(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((str(address), port))
    except BaseException:
        connection.close()
        raise
    return connection
