"""How connections to either database are opened, and how long a thread waits for it. Part of the settings."""

import re
import threading
from pathlib import Path
from typing import Any

import dj_database_url

# How long somebody before a page waits for SQLite's lock at most.
SQLITE_SECONDS = 5.0
# SQLite: several worker processes share one file. IMMEDIATE takes the write lock at BEGIN, so a
# transaction never fails half way through; FULL keeps what was acknowledged through a power cut. What
# may have to wait for a lock comes later, in locks.py.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": SQLITE_SECONDS,
    "init_command": (
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456"
    ),
}
# PostgreSQL: a connection a thread, checked before use; nothing is prepared unless asked for. The rest
# are the kernel's own deadlines, in seconds and milliseconds, for a network that swallows packets.
POSTGRESQL_ENGINE = "console.databases.postgresql"
POSTGRESQL_OPTIONS = {
    "prepare_threshold": 2,
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A standby lags: it would still accept what the primary has revoked. Of several hosts the one that is
    # the primary is found, also after a fail-over.
    "target_session_attrs": "primary",
}
# What an address may say otherwise than above.
CHOSEN = {"target_session_attrs"}
# Other values would let a standby answer.
PRIMARY_ALONE = {"primary", "read-write"}
SEVERAL_HOSTS = re.compile(
    r"(?P<start>postgres(?:ql)?://(?:[^/?#@]*@)?)(?P<hosts>[^/?#@]*,[^/?#@]*)(?P<rest>.*)"
)
ONE_HOST = re.compile(r"(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>\d+))?")
URL_FORM = (
    "Is not the address of a PostgreSQL database; signs other than letters, digits and - . _ ~ in a"
    " user's name or password are written like in a URL (%40 for @), like"
    " `postgresql://user:password@host:5432/name` or, for a server with standbys,"
    " `postgresql://user:password@host-1:5432,host-2:5432/name`."
)

_thread = threading.local()


def limit_waiting(seconds: float | None) -> None:
    """Let this thread wait so long for an answer of the database. Without a limit it waits for ever,
    as commands do: a migration takes its time. (For the lock of SQLite, for a minute.)
    """
    _thread.seconds = seconds


def patience() -> float | None:
    """How many seconds this thread waits for the database; `None` is for ever."""
    seconds: float | None = getattr(_thread, "seconds", None)
    return seconds


def is_postgresql(url: str) -> bool:
    """Which of the two databases `url` is about."""
    return url.startswith(("postgres://", "postgresql://"))


def postgresql_fault(url: str) -> str:
    """What is wrong with the address of a PostgreSQL; empty if nothing is. It names no password."""
    try:
        parsed = dj_database_url.parse(with_hosts_apart(url))
    except ValueError:
        return URL_FORM
    wanted = parsed.get("OPTIONS", {}).get("target_session_attrs", "primary")
    if wanted not in PRIMARY_ALONE:
        return (
            "target_session_attrs has to be primary or read-write: a standby lags behind,"
            " like `postgresql://host-1,host-2/name?target_session_attrs=primary`."
        )
    return ""


def with_hosts_apart(url: str) -> str:
    """`h1:p1,h2:p2`, as libpq takes it, in the form that Django's settings take: `?host=h1,h2&port=p1,p2`."""
    several = SEVERAL_HOSTS.fullmatch(url)
    if several is None:
        return url
    found = [ONE_HOST.fullmatch(part) for part in several["hosts"].split(",")]
    hosts = [part["host"].strip("[]") for part in found if part]
    if len(hosts) < len(found):
        raise ValueError(URL_FORM)
    ports = [part["port"] or "5432" for part in found if part]
    joint = "&" if "?" in several["rest"] else "?"
    added = f"{joint}host={','.join(hosts)}&port={','.join(ports)}"
    return f"{several['start']}{several['rest']}{added}"


def database_of(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`."""
    is_server = is_postgresql(url)
    parsed = dj_database_url.parse(with_hosts_apart(url), conn_health_checks=is_server)
    said: dict[str, Any] = parsed.get("OPTIONS", {})
    options = POSTGRESQL_OPTIONS if is_server else SQLITE_OPTIONS
    return {
        **parsed,
        "ENGINE": POSTGRESQL_ENGINE if is_server else parsed["ENGINE"],
        "CONN_MAX_AGE": None if is_server else 600,
        "OPTIONS": said | options | {name: said[name] for name in CHOSEN & said.keys()},
    }


def sqlite_files(url: str) -> list[Path]:
    """The files there are of an SQLite database: its own, the log's, copies beside them."""
    if not url.startswith("sqlite://"):
        return []
    file = Path(dj_database_url.parse(url)["NAME"])
    return list(file.parent.glob(f"{file.name}*"))
