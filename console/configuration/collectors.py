"""Where copies of the audit log go. Part of the settings."""

from typing import NamedTuple
from urllib.parse import urlsplit

# Without a port: of syslog, and of syslog over TLS.
PORTS = {"udp": 514, "tcp": 514, "tls": 6514}
UNIX = "unix:"
# What the system lets a socket be called.
LONGEST_PATH = 107
FORM = (
    "Is not the address of a syslog server. Write it like `tls://logs.example.com:6514`,"
    " `tcp://logs.example.com:601`, `udp://logs.example.com:514` or `unix:/dev/log`."
)


class SyslogAddress(NamedTuple):
    """A server at `host` and `port`, or the socket `path`."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_stream(self) -> bool:
        """Whether messages follow each other on a connection."""
        return self.scheme in {"tcp", "tls"}


def syslog(text: str) -> SyslogAddress:
    """Scheme, host and port, or `unix:` and a path."""
    if not text.isprintable() or " " in text:
        raise ValueError(FORM)
    if text.startswith(UNIX):
        path = text.removeprefix(UNIX)
        if not path.startswith("/") or path.endswith("/") or len(path.encode()) > LONGEST_PATH:
            raise ValueError(FORM)
        return SyslogAddress("unix", path=path)
    return _server(text)


def _server(text: str) -> SyslogAddress:
    try:
        parts = urlsplit(text)
        port = parts.port if parts.port is not None else PORTS.get(parts.scheme, 0)
    except ValueError as fault:
        raise ValueError(FORM) from fault
    is_bare = text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    if parts.scheme not in PORTS or not parts.hostname or not port or not is_bare:
        raise ValueError(FORM)
    return SyslogAddress(parts.scheme, parts.hostname, port)
