"""How connections to either database are opened. Part of the settings."""

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
# PostgreSQL: a connection a thread, checked before use; nothing is prepared unless asked for.
POSTGRESQL_OPTIONS = {"prepare_threshold": 2, "connect_timeout": 5}
