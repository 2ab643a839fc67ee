"""Checks of the installation as a whole: whether it takes changes, its servers, its backups."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat

from console import __version__, moments
from console.databases import clock
from console.databases.statements import POSTGRESQL
from console.health.databases import NEAR
from console.health.findings import Finding, failed, not_applicable, ok, several, warning
from console.models import Backup, Maintenance, Replica
from console.read_only import sentence

# They say every half minute that they are there.
SILENT_AFTER = timedelta(minutes=2)
MOST_NAMED = 4
# What a standby may lag behind before somebody should look.
MOST_BEHIND_SECONDS, MOST_BEHIND_BYTES = 60, 64 * 1024 * 1024
STANDBYS = """
SELECT application_name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), extract(epoch FROM replay_lag)
FROM pg_stat_replication ORDER BY application_name
"""


def maintenance() -> Finding:
    """Whether changes are taken."""
    if on := Maintenance.objects.under_way():
        return warning(f"{sentence(on)} Verifiers go on; `manage.py maintenance off` ends it.")
    return ok("Changes are taken.")


def replicas() -> Finding:
    """Each server that was heard of in the last day."""
    heard = list(Replica.objects.order_by("name", "begun_at"))
    if not heard:
        return not_applicable("No server has said that it serves. Each does within half a minute.")
    now = clock.now()
    faults = [f"{it}: {words}" for it in heard if (words := _fault(it, now))]
    if faults:
        more = len(faults) - MOST_NAMED
        named = "; ".join(faults[:MOST_NAMED])
        return warning(f"{named}; and {more} more." if more > 0 else f"{named}.")
    named = ", ".join(map(str, heard[:MOST_NAMED]))
    return ok(
        f"{several(len(heard), 'server serves', 'servers serve')} version {__version__} ({named}), the last"
        f" heard of {moments.relative(max(it.heard_at for it in heard), now)}; their clocks agree."
    )


def _fault(replica: Replica, now: datetime) -> str:
    """What is wrong with one, in words; empty if it is well."""
    if now - replica.heard_at > SILENT_AFTER:
        return f"not heard of since {moments.relative(replica.heard_at, now)}, and not stopped in order"
    return ", ".join(_differences(replica))


def _differences(replica: Replica) -> Iterator[str]:
    if replica.version != __version__:
        yield f"serves version {replica.version}, and this is {__version__}"
    if replica.lacking:
        yield f"waits for {several(replica.lacking, 'migration', 'migrations')}"
    if replica.unknown:
        yield "is older than the database: restart it with this version"
    if abs(replica.ahead_seconds) >= NEAR.total_seconds():
        side = "ahead of" if replica.ahead_seconds > 0 else "behind"
        yield f"its clock is {abs(replica.ahead_seconds):,.0f} seconds {side} the database's"


def standbys() -> Finding:
    """How far PostgreSQL's standbys are behind."""
    if connection.vendor != POSTGRESQL:
        return not_applicable("SQLite has no standbys.")
    with connection.cursor() as cursor:
        cursor.execute(STANDBYS)
        rows = cursor.fetchall()
    if not rows:
        return not_applicable("No standby follows this database.")
    if any(behind is None for _, behind, _ in rows):
        return ok(
            f"{several(len(rows), 'standby follows', 'standbys follow')}. How far behind, this account may"
            " not see: grant it `pg_monitor`."
        )
    words = "; ".join(f"{name} is {_behind(size, lag)}" for name, size, lag in rows[:MOST_NAMED])
    if any(size > MOST_BEHIND_BYTES or (lag or 0) > MOST_BEHIND_SECONDS for _, size, lag in rows):
        return warning(f"{words}. After a fail-over what it lacks would be lost: look at its log.")
    return ok(f"{words}.")


def _behind(size: Decimal, lag: Decimal | None) -> str:
    if not size:
        return "not behind"
    return f"{_bytes(int(size))}{f' and {lag:,.1f} seconds' if lag else ''} behind"


def backups() -> Finding:
    """When the last good one was made, and whether it was proven."""
    newest = Backup.objects.order_by("-made_at").first()
    if newest is None:
        return _no_backup()
    if newest.fault:
        return failed(
            f"The newest backup, {newest}, cannot be put back: {newest.fault}. Make another one."
        )
    return _judged(newest)


def _no_backup() -> Finding:
    words = "The database knows of no backup by `manage.py backup`, which writes each down."
    if not settings.ROSTER_BACKUP_WARNING_HOURS:
        return not_applicable(words)
    return warning(f"{words} Where backups are made otherwise, set ROSTER_BACKUP_WARNING_HOURS=0.")


def _judged(newest: Backup) -> Finding:
    now, hours = clock.now(), settings.ROSTER_BACKUP_WARNING_HOURS
    made = f"The last backup was made {moments.relative(newest.made_at, now)}"
    proven = (
        f"proven {moments.relative(newest.proven_at, now)}"
        if newest.proven_at
        else "not proven yet, which `manage.py backup --verify` does"
    )
    words = f"{made} ({newest}, {_bytes(newest.size)}), {proven}."
    if hours and now - newest.made_at > timedelta(hours=hours):
        return warning(f"{words} ROSTER_BACKUP_WARNING_HOURS wants one every {hours} hours.")
    return ok(words)


def _bytes(size: int) -> str:
    return filesizeformat(size).replace("\N{NO-BREAK SPACE}", " ")
