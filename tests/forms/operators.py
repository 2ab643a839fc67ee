"""The forms of operators' pages."""

from tests.forms.fields import HEAD
from tests.forms.form import Form, operator

FORMS = (
    Form("console:job-run", {}, (), HEAD, {"JobLock", "Event"}, sender=operator),
    # None waits for later.
    Form("console:letters-retry", {}, sender=operator),
    Form(
        "console:letter-retry",
        {},
        (),
        HEAD | {"OutgoingMail.due_at"},
        {"Event"},
        sender=operator,
    ),
    Form(
        "teams:person-disable",
        {},
        (),
        HEAD | {"User.is_active"},
        {"Event"},
        sender=operator,
    ),
    Form("teams:person-enable", {}, (), HEAD | {"User.is_active"}, {"Event"}, sender=operator),
    Form("teams:person-sessions", {}, (), HEAD, {"Event"}, sender=operator),
    Form("teams:person-link", {}, (), HEAD, {"OutgoingMail", "Event"}, sender=operator),
)
