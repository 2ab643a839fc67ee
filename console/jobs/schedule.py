"""What `run_jobs` runs: name -> dotted path and seconds between two runs. Part of the settings."""

DAY, HOUR = 24 * 3600, 3600

JOBS = {
    "send-mail": ("console.mail.outbox.send_due", 5),
    "send-webhooks": ("console.webhooks.sending.send_due", 5),
    "audit-checkpoints": ("console.audit.checkpoints.checkpoint", HOUR),
    "forward-audit": ("console.audit.forwarding.forward.forward", 5),
    "verify-audit": ("console.notices.audit_faults.verify_audit", DAY),
    "purge-audit": ("console.audit.purge.purge_old", DAY),
    "forget-told": ("console.jobs.purges.forget_told", DAY),
    "forget-mail": ("console.jobs.purges.forget_mail", DAY),
    "forget-sessions": ("console.jobs.purges.forget_sessions", DAY),
    "forget-cached": ("console.jobs.purges.forget_cached", HOUR),
    "forget-locks": ("console.jobs.purges.forget_locks", DAY),
    "forget-replicas": ("console.jobs.purges.forget_replicas", HOUR),
    "forget-backups": ("console.jobs.purges.forget_backups", DAY),
    "forget-invitations": ("teams.members.purges.forget_invitations", DAY),
    "forget-departures": ("teams.members.purges.forget_departures", DAY),
    "announce-required": ("teams.sign_in_rules.announcing.announce_requirements", HOUR),
    "next-ends": ("robots.jobs.next_expiry.move_on", 300),
    "end-grants": ("robots.jobs.grant_ends.end_grants", 60),
    "disable-unused": ("robots.jobs.unused.disable_unused", HOUR),
    "send-notices": ("robots.jobs.notices.send_notices", HOUR),
    "forget-notices": ("robots.jobs.purges.forget_notices", DAY),
    "forget-deleted": ("robots.jobs.purges.forget_deleted", DAY),
    "forget-keys": ("robots.secrets.key_changes.forget_keys", DAY),
    "forget-secrets": ("robots.jobs.purges.forget_secrets", DAY),
    "statistics": ("console.jobs.statistics.refresh", HOUR),
    "shrink": ("console.jobs.statistics.shrink", DAY),
    "forget-registry-events": ("robots.jobs.purges.forget_registry_events", DAY),
    "roll-up-usage": ("robots.jobs.purges.roll_up_usage", DAY),
}
# Once more when `run_jobs` is stopped.
JOBS_AT_STOP = ["audit-checkpoints"]
