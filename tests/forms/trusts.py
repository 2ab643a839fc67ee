"""The forms of robots' trusts."""

from tests.fixtures import JOBS
from tests.forms.fields import EXPIRY, HEAD
from tests.forms.form import Form

RULE = {
    "issuer": JOBS["issuer"],
    "audience": "https://roster.example.com",
    "key_source": "issuer",
    "claim-repository_id": "74",
    "claim-ref": "refs/heads/main",
}
FIELDS = (
    *("issuer", "audience", "key_source", "keys", "claim-repository_id", "claim-sub"),
    *("conditions", "lifetime_minutes", *EXPIRY, "permissions"),
)
# A token that nobody has signed: {"alg":"ES256"}, {"iss":"https://ci.example.com","aud":"roster"}.
UNSIGNED = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2NpLmV4YW1wbGUuY29tIiwiYXVkIjoicm9zdGVyIn0.eA"
FORMS = (
    Form(
        "robots:trust-create",
        RULE | {"name": "fresh", "lifetime_minutes": "15", "expiry": "never"},
        ("name", *FIELDS),
        HEAD,
        {"Token", "Secret", "Trust", "Event"},
    ),
    Form(
        "robots:trust-edit",
        RULE | {"lifetime_minutes": "20", "expiry": "keep"},
        FIELDS,
        HEAD | {"Trust.audience", "Trust.lifetime_seconds", "Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form("robots:trust-delete", {}, (), HEAD | {"Token.revoked_at"}, {"Event"}),
    Form("robots:trust-disable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
    Form("robots:trust-enable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
    Form("robots:trust-trial", {"token": UNSIGNED}, ("token",)),
    Form("robots:trusts-trial", {"token": UNSIGNED}, ("token",)),
)
