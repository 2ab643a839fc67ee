"""The forms of token policies, and of what an overview points out."""

from tests.forms.fields import HEAD
from tests.forms.form import Form, answered

POLICY = {
    "default_days": "30",
    "unused_days": "90",
    "disable_tokens_days": "90",
    "disable_robots_days": "180",
    "never_allowed": "on",
    "own_secrets_allowed": "on",
    "seen": "{nothing_hit}",
}
TEXTS = (
    "default_days",
    "maximum_days",
    "unused_days",
    "disable_tokens_days",
    "disable_robots_days",
    "seen",
)
FORMS = (
    Form(
        "robots:robot-networks-change",
        {"addresses": "127.0.0.0/8", "network_mode": "observe"},
        ("addresses", "network_mode"),
        HEAD | {"Organization.robot_networks", "Organization.robot_network_mode"},
        {"Event"},
    ),
    Form(
        "robots:need-answer",
        {"kind": "acknowledged", "given_to": "", "reason": ""},
        ("kind", "given_to", "reason"),
        HEAD,
        {"NeedAnswer", "Event"},
    ),
    Form("robots:need-reopen", {}, (), HEAD, {"Event"}, {"NeedAnswer"}, sender=answered),
    Form(
        "robots:project-need-answer",
        {"kind": "acknowledged", "given_to": "", "reason": ""},
        ("kind", "given_to", "reason"),
        HEAD,
        {"NeedAnswer", "Event"},
    ),
    Form("robots:project-need-reopen", {}, (), HEAD, {"Event"}, {"NeedAnswer"}, sender=answered),
    Form("robots:policy-change", POLICY, TEXTS, HEAD, {"TokenPolicy", "Event"}),
    Form("robots:project-policy-change", POLICY, TEXTS, HEAD, {"TokenPolicy", "Event"}),
)
