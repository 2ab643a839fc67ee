"""Every check, in the order in which `doctor` and the operator's page tell of them."""

from django.conf import settings
from django.utils.module_loading import import_string

from console.health import audit, databases, installation, machine, network, origin, work
from console.health.findings import Asks, Check

CHECKS = (
    Check("database", "Database", databases.database),
    Check("migrations", "Migrations", databases.migrations),
    Check("maintenance", "Changes", installation.maintenance),
    Check("replicas", "Servers", installation.replicas),
    Check("standbys", "Standbys", installation.standbys),
    Check("clock", "Clock", databases.clock),
    Check("keyring", "Keyring", databases.keyring_fits),
    Check("origin", "Address and proxy", origin.origin, Asks.NETWORK),
    Check("redis", "Redis", network.redis, Asks.NETWORK),
    Check("mail-server", "Mail server", network.mail_server, Asks.NETWORK),
    Check("mail", "Outgoing mail", work.mail),
    Check("jobs", "Jobs", work.jobs),
    Check("webhooks", "Webhooks", work.webhooks),
    Check("audit-log", "Audit log", audit.audit_log),
    Check("checkpoints", "Checkpoints", audit.checkpoints),
    Check("backups", "Backups", installation.backups),
    Check("disk", "Disk", machine.disk, Asks.MACHINE),
    Check("static-files", "Static files", machine.static_files, Asks.MACHINE),
    Check("log", "Log", machine.log, Asks.MACHINE),
)


def all_checks() -> list[Check]:
    """Those above, and of the apps above console what `settings.HEALTH_CHECKS` names by dotted path."""
    return [*CHECKS, *map(import_string, settings.HEALTH_CHECKS)]
