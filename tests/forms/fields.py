"""What several forms take alike, and what every recorded change moves besides its own rows."""

EXPIRY = ("expiry", "expiry_days", "expiry_date")
HEAD = {"AuditHead.number", "AuditHead.link", "AuditHead.seal"}
NEW_TOKEN = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": "{key}"}
NEW_SECRET = {"kind": "compact", "request_key": "{key}"}
