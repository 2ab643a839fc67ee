"""The forms of token policies, an organization's and a project's."""

from tests.forms.fields import HEAD
from tests.forms.form import Form

POLICY = {
    "default_days": "30",
    "unused_days": "90",
    "never_allowed": "on",
    "own_secrets_allowed": "on",
    "seen": "{nothing_hit}",
}
TEXTS = ("default_days", "maximum_days", "unused_days", "seen")
FORMS = (
    Form("robots:policy-change", POLICY, TEXTS, HEAD, {"TokenPolicy", "Event"}),
    Form("robots:project-policy-change", POLICY, TEXTS, HEAD, {"TokenPolicy", "Event"}),
)
