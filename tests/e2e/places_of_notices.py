"""The pages of the bell and of webhooks."""

from playwright.sync_api import Page

from tests.e2e.scenes import Place, press
from tests.e2e.secret_scenes import give_password, reveal_service

ORGANIZATION = "organization"
SITE_WEBHOOK = "site-webhook"
WEBHOOK, QUIET = "organization webhook", "organization quiet-webhook"


def save_nothing(page: Page) -> None:
    """Untick every kind, and save."""
    for box in page.locator("input[name=kinds]").all():
        box.uncheck()
    press("Save Webhook")(page)


WHO_IS_TOLD = (
    Place("notices", "console:notice-list"),
    Place("notices-unread", "console:notice-list", "", "?show=unread"),
    Place("notices-none", "console:notice-list", who="newcomer"),
    Place("own-notice-settings", "console:own-notice-settings"),
    Place("notice-settings", "console:notice-settings", ORGANIZATION),
    Place("notice-settings-member", "console:notice-settings", ORGANIZATION, who="member"),
    Place("webhooks", "console:webhook-list", ORGANIZATION),
    Place("webhooks-none", "console:webhook-list", "empty"),
    Place("webhook-create", "console:webhook-create", ORGANIZATION, act=give_password),
    Place("webhook", "console:webhook", WEBHOOK),
    Place("webhook-quiet", "console:webhook", QUIET),
    Place("webhook-refused", "console:webhook", WEBHOOK, act=save_nothing),
    Place("webhook-secret", "console:webhook-secret-create", WEBHOOK, act=give_password),
    Place("webhook-secret-reveal", "console:webhook-secret-create", WEBHOOK, act=reveal_service),
    Place("webhook-delete", "console:webhook-delete", WEBHOOK),
    Place("webhook-delivery", "console:webhook-delivery", "organization webhook delivery"),
    Place("site-webhooks", "console:site-webhook-list", who="operator"),
    Place("site-webhook-create", "console:site-webhook-create", who="operator", act=give_password),
    Place("site-webhook", "console:site-webhook", SITE_WEBHOOK, who="operator"),
    Place(
        "site-webhook-secret",
        "console:site-webhook-secret-create",
        SITE_WEBHOOK,
        who="operator",
        act=give_password,
    ),
    Place("site-webhook-delete", "console:site-webhook-delete", SITE_WEBHOOK, who="operator"),
    Place(
        "site-webhook-delivery",
        "console:site-webhook-delivery",
        f"{SITE_WEBHOOK} site-delivery",
        who="operator",
    ),
)
