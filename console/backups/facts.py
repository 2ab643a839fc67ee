"""What a manifest says of the database that the process speaks to."""

from collections.abc import Mapping

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Min

from console.audit.verification import Known
from console.backups.errors import BackupError
from console.backups.manifest import ChainEnd
from console.models import AuditHead, Event, KeyringRoot


def roots() -> dict[str, str]:
    """Check values of the keyring's roots, by number."""
    return {str(root.number): root.check_value for root in KeyringRoot.objects.order_by("number")}


def migrations() -> list[str]:
    """All that were applied, as `app.name`."""
    applied = MigrationLoader(connection).applied_migrations or {}
    return sorted(f"{app}.{name}" for app, name in applied)


def chains(known: Mapping[str, Known]) -> list[ChainEnd]:
    """Each chain's beginning and end. `known` is what the checkpoints say of purges."""
    heads = AuditHead.objects.order_by("chain").values_list("chain", "number", "link")
    return [
        ChainEnd(chain, number, bytes(link).hex(), *_purged(chain, number, known.get(chain)))
        for chain, number, link in heads
    ]


def _purged(chain: str, number: int, known: Known | None) -> tuple[int, str]:
    first = Event.objects.filter(chain=chain).aggregate(first=Min("number"))["first"]
    purged = number if first is None else first - 1
    if purged and (known is None or known.purged != purged):
        raise BackupError(
            "the checkpoints do not say what was purged last: see verify_audit, or try again"
        )
    return (purged, known.purged_link.hex()) if purged and known else (0, "")
