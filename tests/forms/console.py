"""The forms of the ground: the organization, its projects and repositories, the audit log, the theme."""

from tests.forms.fields import HEAD
from tests.forms.form import Form, operator
from tests.scanning import new_key, public_pem

OTHER_SERVICE = {"description": "x", "host": "cache.example.com", "personal_tokens": "all"}
NEW_SERVICE = OTHER_SERVICE | {"name": "cache"}
SERVICE = HEAD | {f"Service.{column}" for column in (*OTHER_SERVICE, "uses_x5c")}
NEW_SECRET = {"overlap": "0", "request_key": "{key}"}
ENDING = HEAD | {"ServiceSecret.ends_at"}
OTHER_WEBHOOK = {
    "name": "pager",
    "description": "x",
    "url": "https://pager.example.com/hooks",
    "kinds": "token.leaked",
    "active": "on",
}
NEW_WEBHOOK = OTHER_WEBHOOK | {"request_key": "{key}"}
SITE_WEBHOOK = OTHER_WEBHOOK | {"kinds": "mail.given-up"}
NEW_SITE_WEBHOOK = NEW_WEBHOOK | {"kinds": "mail.given-up"}
SWITCHED = ("disabled_at", "disabled_because", "failing_since")
WEBHOOK = HEAD | {
    f"Webhook.{column}" for column in ("name", "description", "url", "kinds", *SWITCHED)
}
AGAIN = HEAD | {f"WebhookDelivery.{column}" for column in ("state", "attempts", "due_at")}
LETTERS = {"kinds": "token.leaked", "sent": "yes"}
FORMS = (
    Form(
        "console:project-create",
        {"slug": "infra", "name": "Infra"},
        ("slug", "name", "description"),
        HEAD,
        {"Project", "Event"},
    ),
    Form(
        "console:repository-create",
        {"name": "web"},
        ("name", "description"),
        HEAD,
        {"Repository", "Event"},
    ),
    Form(
        "console:repository",
        {"description": "x"},
        ("description",),
        HEAD | {"Repository.description", "Repository.public"},
        {"Event"},
    ),
    Form(
        "console:organization-settings",
        {"name": "Works"},
        ("name",),
        HEAD | {"Organization.name"},
        {"Event"},
    ),
    Form(
        "console:service-create",
        NEW_SERVICE,
        ("name", "description", "host", "personal_tokens"),
        HEAD,
        {"Service", "Event"},
    ),
    Form(
        "console:service",
        OTHER_SERVICE,
        ("description", "host", "personal_tokens"),
        SERVICE,
        {"Event"},
    ),
    Form("console:service-delete", {"name": "registry"}, ("name",), HEAD, {"Event"}, {"Service"}),
    Form(
        "console:site-service-create",
        NEW_SERVICE,
        ("name", "description", "host", "personal_tokens"),
        HEAD,
        {"Service", "Event"},
        sender=operator,
    ),
    Form(
        "console:site-service",
        OTHER_SERVICE,
        ("description", "host", "personal_tokens"),
        SERVICE,
        {"Event"},
        sender=operator,
    ),
    Form(
        "console:site-service-delete",
        {"name": "mirror"},
        ("name",),
        HEAD,
        {"Event"},
        {"Service"},
        operator,
    ),
    Form("console:service-secret-create", NEW_SECRET, (), ENDING, {"ServiceSecret", "Event"}),
    Form(
        "console:site-service-secret-create",
        NEW_SECRET,
        (),
        ENDING,
        {"ServiceSecret", "Event"},
        sender=operator,
    ),
    Form(
        "console:webhook-create",
        NEW_WEBHOOK,
        ("name", "description", "url"),
        HEAD,
        {"Webhook", "WebhookSecret", "Event"},
    ),
    Form(
        "console:webhook",
        OTHER_WEBHOOK,
        ("name", "description", "url"),
        WEBHOOK,
        {"Event"},
    ),
    Form(
        "console:webhook-delete",
        {},
        (),
        HEAD,
        {"Event"},
        {"Webhook", "WebhookSecret", "WebhookDelivery"},
    ),
    Form(
        "console:webhook-secret-create",
        NEW_SECRET,
        (),
        HEAD | {"WebhookSecret.ends_at"},
        {"WebhookSecret", "Event"},
    ),
    Form(
        "console:site-webhook-create",
        NEW_SITE_WEBHOOK,
        ("name", "description", "url"),
        HEAD,
        {"Webhook", "WebhookSecret", "Event"},
        sender=operator,
    ),
    Form(
        "console:site-webhook",
        SITE_WEBHOOK,
        ("name", "description", "url"),
        WEBHOOK,
        {"Event"},
        sender=operator,
    ),
    Form(
        "console:site-webhook-delete",
        {},
        (),
        HEAD,
        {"Event"},
        {"Webhook", "WebhookSecret", "WebhookDelivery"},
        operator,
    ),
    Form(
        "console:site-webhook-secret-create",
        NEW_SECRET,
        (),
        HEAD | {"WebhookSecret.ends_at"},
        {"WebhookSecret", "Event"},
        sender=operator,
    ),
    Form(
        "console:site-webhook-test",
        {},
        (),
        HEAD,
        {"WebhookDelivery", "Event"},
        sender=operator,
    ),
    Form("console:site-webhook-delivery-repeat", {}, (), AGAIN, {"Event"}, sender=operator),
    Form("console:webhook-test", {}, (), HEAD, {"WebhookDelivery", "Event"}),
    Form("console:webhook-delivery-repeat", {}, (), AGAIN, {"Event"}),
    Form("console:notice-read", {}, (), {"NoticeReader.read_at"}),
    Form("console:notices-read", {"last": "999999"}, (), {"NoticeReader.read_at"}),
    Form("console:notice-settings", LETTERS, (), HEAD, {"NoticeChoice", "Event"}),
    Form("console:own-notice-settings", LETTERS, (), HEAD, {"NoticeChoice", "Event"}),
    Form(
        "console:partner-create",
        {"name": "GitHub"},
        ("name",),
        HEAD,
        {"ScanningPartner", "Event"},
        sender=operator,
    ),
    Form(
        "console:partner-delete",
        {"name": "Scanner"},
        ("name",),
        HEAD,
        {"Event"},
        {"ScanningPartner", "ScanningKey"},
        operator,
    ),
    Form(
        "console:partner-key-create",
        {"identifier": "second-key", "public_pem": public_pem(new_key())},
        ("identifier", "public_pem"),
        HEAD,
        {"ScanningKey", "Event"},
        sender=operator,
    ),
    Form(
        "console:partner-key-delete",
        {},
        (),
        HEAD,
        {"Event"},
        {"ScanningKey"},
        operator,
    ),
    Form("console:event-export", {"form": "csv"}, ("form",), HEAD, {"Event"}),
    Form("console:theme", {"theme": "dark"}, ("theme", "next")),
)
