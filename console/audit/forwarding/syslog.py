"""A syslog server: RFC 5424 over UDP (RFC 5426), TCP (RFC 6587), TLS (RFC 5425), or the machine's socket."""

import json
import socket
import ssl
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from console.configuration.collectors import SyslogAddress
from console.models import Event

# Facility 13 (log audit), severity 6 (informational).
PRIORITY = 13 * 8 + 6
PATIENCE_SECONDS = 10.0
# What a datagram carries; the rest of the event is in the audit log.
MOST_IN_DATAGRAM = 60_000
LEFT_OUT = ("before", "after")


class Syslog:
    """One server. Over TCP and TLS it has taken a batch when it has read the end of the connection."""

    def __init__(self, address: SyslogAddress, authorities: Path | None) -> None:
        self.address, self.authorities = address, authorities
        self.host = settings.ALLOWED_HOSTS[0]

    def take(self, events: list[Event], lines: list[str]) -> None:
        """Send a message for each event."""
        pairs = zip(events, lines, strict=True)
        if self.address.is_stream:
            self._stream(b"".join(_framed(self._message(*pair)) for pair in pairs))
        else:
            self._datagrams([self._message(event, _shortened(text)) for event, text in pairs])

    def _message(self, event: Event, text: str) -> bytes:
        moment = event.created_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return f"<{PRIORITY}>1 {moment} {self.host} roster - audit - {text}".encode()

    def _datagrams(self, messages: list[bytes]) -> None:
        with self._datagram_socket() as sender:
            for message in messages:
                sender.send(message)

    def _datagram_socket(self) -> socket.socket:
        if self.address.path:
            family, target = socket.AF_UNIX, self.address.path
            return _connected(family, target)
        found = socket.getaddrinfo(self.address.host, self.address.port, type=socket.SOCK_DGRAM)
        return _connected(found[0][0], found[0][4])

    def _stream(self, content: bytes) -> None:
        place = (self.address.host, self.address.port)
        with socket.create_connection(place, PATIENCE_SECONDS) as connection:
            if self.address.scheme == "tls":
                self._send_sealed(connection, content)
            else:
                connection.sendall(content)
                connection.shutdown(socket.SHUT_WR)
                _read_to_end(connection)

    def _send_sealed(self, connection: socket.socket, content: bytes) -> None:
        context = ssl.create_default_context()
        if self.authorities:
            context.load_verify_locations(self.authorities)
        with context.wrap_socket(connection, server_hostname=self.address.host) as sealed:
            sealed.sendall(content)
            # Many servers just close the connection once they have read its end.
            with suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError):
                _read_to_end(sealed.unwrap())


def _connected(family: int, target: object) -> socket.socket:
    sender = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sender.settimeout(PATIENCE_SECONDS)
        sender.connect(target)  # type: ignore[arg-type] # a path or a pair, as the family has it
    except OSError:
        sender.close()
        raise
    return sender


def _read_to_end(connection: socket.socket) -> None:
    """Until the other side closes, which it does when it has read everything."""
    while connection.recv(4096):
        pass


def _framed(message: bytes) -> bytes:
    return b"%d %b" % (len(message), message)


def _shortened(text: str) -> str:
    """What a datagram carries: of a change that is too long for it, without the values."""
    if len(text) <= MOST_IN_DATAGRAM:
        return text
    entry = {name: value for name, value in json.loads(text).items() if name not in LEFT_OUT}
    return json.dumps(entry | {"shortened": True}, separators=(",", ":"))
