"""The forms of robots' tokens, their secrets and one-time links."""

from tests.forms.fields import EXPIRY, HEAD, NEW_SECRET, NEW_TOKEN
from tests.forms.form import Form, observing, receiver, typing

OWN_SECRET = NEW_SECRET | dict.fromkeys(("own_secret", "own_secret_again"), "A-good-one-4-tests")
DELIVERY = ("manual", "delivery", "life")
TICKED = {"token": "{steady}", "confirmed": "on"}
SWITCHED = HEAD | {"Token.disabled_at"}
FORMS = (
    Form(
        "robots:token-view-create",
        {"name": "Mine", "query": "?state=active"},
        ("name", "query"),
        HEAD,
        {"TokenView", "Event"},
    ),
    Form("robots:token-view-delete", {}, (), HEAD, {"Event"}, {"TokenView"}),
    Form("robots:tokens-disable", TICKED, ("token",), SWITCHED, {"Event"}),
    Form("robots:tokens-enable", TICKED, ("token",), SWITCHED, {"Event"}),
    Form(
        "robots:tokens-extend",
        TICKED | {"until": "2099-01-01T00:00Z", "earlier": "on"},
        ("token",),
        HEAD | {"Token.expires_at", "Token.sorted_end", "Token.renewed_at", "Robot.next_expiry_at"},
        {"Event"},
    ),
    Form(
        "robots:tokens-delete",
        TICKED | {"typed": "steady"},
        ("token", "typed"),
        HEAD | {"Token.revoked_at"},
        {"Event"},
    ),
    Form(
        "robots:tokens-hand-over",
        TICKED | {"old_ends": "1h", "life": "1h", "request_key": "{key}"},
        ("token", "old_ends", "life", "request_key"),
        HEAD,
        {"Handover", "Event"},
    ),
    Form(
        "robots:departure-rotate",
        TICKED | {"old_ends": "1h", "life": "1h", "request_key": "{key}"},
        ("token", "old_ends", "life", "request_key"),
        HEAD,
        {"Handover", "Event"},
    ),
    Form(
        "robots:robot-addresses",
        {"addresses": "10.0.0.0/8", "network_mode": "observe"},
        ("addresses", "network_mode", "proposed"),
        HEAD | {"Robot.addresses", "Robot.network_mode"},
        {"Event"},
    ),
    Form(
        "robots:robot-addresses-enforce",
        {},
        (),
        HEAD | {"Robot.network_mode"},
        {"Event"},
        sender=observing,
    ),
    Form(
        "robots:token-addresses",
        {"addresses": "10.0.0.0/8", "network_mode": "observe"},
        ("addresses", "network_mode", "proposed"),
        HEAD | {"Token.addresses", "Token.network_mode"},
        {"Event"},
    ),
    Form(
        "robots:token-addresses-enforce",
        {},
        (),
        HEAD | {"Token.network_mode"},
        {"Event"},
        sender=observing,
    ),
    Form(
        "robots:token-expiry",
        {"expiry": "30"},
        EXPIRY,
        HEAD | {"Token.expires_at", "Token.sorted_end", "Token.renewed_at", "Robot.next_expiry_at"},
        {"Event"},
    ),
    Form("robots:event-token", {"token": "{secret}"}, ("token",)),
    Form("robots:search", {"q": "deploy"}, ("q",)),
    Form("robots:search-everywhere", {"q": "deploy"}, ("q",)),
    Form(
        "robots:token-create",
        NEW_TOKEN,
        (
            "name",
            "kind",
            *EXPIRY,
            *DELIVERY,
            "permissions",
            "addresses",
            "network_mode",
            "request_key",
        ),
        HEAD | {"Robot.next_expiry_at"},
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:robot-refresh",
        NEW_SECRET,
        ("kind", *DELIVERY, "request_key"),
        HEAD | {"Robot.next_expiry_at"},
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:token-rotate",
        NEW_SECRET | {"old_ends": "1h", "current": "{steady_secret}"},
        ("kind", "old_ends", "current", *DELIVERY, "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:token-refresh",
        NEW_SECRET | {"current": "{new_secret}"},
        ("kind", "current", *DELIVERY, "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:token-refresh",
        OWN_SECRET | {"manual": "on", "current": "{new_secret}"},
        ("own_secret", "own_secret_again"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
        sender=typing,
    ),
    Form("robots:secret-end", {}, (), HEAD | {"Secret.ends_at"}, {"Event"}),
    Form("robots:handover-withdraw", {}, (), HEAD | {"Handover.withdrawn_at"}, {"Event"}),
    Form(
        "robots:handover-open",
        {},
        (),
        HEAD
        | {"Secret.ends_at", "Handover.opened_at", "Handover.opened_address", "Handover.secret_id"},
        {"Secret", "Event"},
        sender=receiver,
    ),
    Form(
        "robots:token-download",
        {"form": "json", "secret": "{secret}"},
        ("form", "secret", "namespace"),
    ),
    Form(
        "robots:token-delete",
        {},
        (),
        HEAD | {"Token.revoked_at", "Robot.next_expiry_at"},
        {"Event"},
    ),
    Form("robots:token-disable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
    Form("robots:token-enable", {}, (), HEAD | {"Token.disabled_at"}, {"Event"}),
)
