"""The operator's pages of the whole installation."""

from tests.e2e.scenes import Place
from tests.e2e.site_steps import give_password

WHAT_OPERATORS_SEE = (
    Place("installation", "console:installation", who="operator"),
    Place("jobs", "console:job-list", who="operator"),
    Place("letters", "console:letter-list", who="operator"),
    Place("letters-given-up", "console:letter-list", "", "?show=failed", who="operator"),
    Place("failing-webhooks", "console:failing-webhook-list", who="operator"),
    Place("site-organizations", "robots:site-organization-list", who="operator"),
    Place("site-organizations-none", "robots:site-organization-list", "", "?q=no", who="operator"),
    Place("people", "teams:person-list", who="operator"),
    Place("people-none", "teams:person-list", "", "?q=nobody-at-all", who="operator"),
    Place("person", "teams:person", "member-account", who="operator"),
    Place("person-disabled", "teams:person", "disabled-account", who="operator"),
    Place(
        "person-disable",
        "teams:person-disable",
        "owner-account",
        who="operator",
        act=give_password,
    ),
    Place(
        "person-enable",
        "teams:person-enable",
        "disabled-account",
        who="operator",
        act=give_password,
    ),
    Place(
        "person-sessions",
        "teams:person-sessions",
        "member-account",
        who="operator",
        act=give_password,
    ),
    Place("person-link", "teams:person-link", "member-account", who="operator", act=give_password),
    Place("keys", "robots:key-list", who="operator"),
    Place("site-audit-log", "console:site-event-list", who="operator"),
    Place("site-event", "console:site-event", "site-event", who="operator"),
)
