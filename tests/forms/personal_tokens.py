"""The forms of people's own tokens."""

from tests.forms.fields import EXPIRY, HEAD, NEW_SECRET, NEW_TOKEN
from tests.forms.form import Form, observing

FORMS = (
    Form("robots:personal-token-disable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
    Form("robots:personal-token-enable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
    Form(
        "robots:personal-token-create",
        NEW_TOKEN,
        ("name", "kind", *EXPIRY, "permissions", "addresses", "network_mode", "request_key"),
        HEAD,
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:personal-token-rotate",
        NEW_SECRET | {"old_ends": "1h", "current": "{own_only}"},
        ("kind", "old_ends", "current", "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:personal-token-refresh",
        NEW_SECRET | {"current": "{own_new}"},
        ("kind", "current", "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form("robots:personal-secret-end", {}, (), HEAD | {"Secret.ends_at"}, {"Event"}),
    Form(
        "robots:personal-token-addresses",
        {"addresses": "10.0.0.0/8", "network_mode": "observe"},
        ("addresses", "network_mode", "proposed"),
        HEAD | {"Token.addresses", "Token.network_mode"},
        {"Event"},
    ),
    Form(
        "robots:personal-token-addresses-enforce",
        {},
        (),
        HEAD | {"Token.network_mode"},
        {"Event"},
        sender=observing,
    ),
    Form(
        "robots:personal-token-expiry",
        {"expiry": "30"},
        EXPIRY,
        HEAD | {"Token.expires_at", "Token.renewed_at"},
        {"Event"},
    ),
    Form("robots:personal-token-delete", {}, (), HEAD | {"Token.revoked_at"}, {"Event"}),
)
