"""How connections to either database are opened, and how long a thread waits for it. Part of the settings."""

import threading
from pathlib import Path
from typing import Any

import dj_database_url

# SQLite: several worker processes share one file. IMMEDIATE takes the write lock at BEGIN, so a
# transaction never fails half way through; FULL keeps what was acknowledged through a power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
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
}

_thread = threading.local()


def limit_waiting(seconds: float) -> None:
    """Let this thread wait so long for an answer of the database. Without a limit it waits for ever,
    as commands do: a migration takes its time.
    """
    _thread.seconds = seconds


def patience() -> float | None:
    """How many seconds this thread waits for the database; `None` is for ever."""
    seconds: float | None = getattr(_thread, "seconds", None)
    return seconds


def is_postgresql(url: str) -> bool:
    """Which of the two databases `url` is about."""
    return url.startswith(("postgres://", "postgresql://"))


def database_of(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`."""
    is_server = is_postgresql(url)
    parsed = dj_database_url.parse(url, conn_health_checks=is_server)
    options = POSTGRESQL_OPTIONS if is_server else SQLITE_OPTIONS
    return {
        **parsed,
        "ENGINE": POSTGRESQL_ENGINE if is_server else parsed["ENGINE"],
        "CONN_MAX_AGE": None if is_server else 600,
        "OPTIONS": parsed.get("OPTIONS", {}) | options,
    }


def sqlite_files(url: str) -> list[Path]:
    """The files there are of an SQLite database: its own, the log's, copies beside them."""
    if not url.startswith("sqlite://"):
        return []
    file = Path(dj_database_url.parse(url)["NAME"])
    return list(file.parent.glob(f"{file.name}*"))
