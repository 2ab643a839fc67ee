"""The forms of robot accounts, one at a time and many at once."""

from tests.forms.fields import EXPIRY, HEAD
from tests.forms.form import Form

MOVED_END = {"Robot.expires_at", "Robot.next_expiry_at", "Token.renewed_at", "Token.sorted_end"}
TICKED = {"robot": "{robot}", "confirmed": "on"}
NEW_ROBOT = {"name": "builder", "level": "organization", "expiry": "never"}
OF_ROBOT = (
    *("name", "description", "purpose", "level", "project", "what", "permissions", "team"),
    *(
        "access-all-choice",
        "access-all-permissions",
        "addresses",
        "network_mode",
        "labels",
        "responsible",
    ),
    *EXPIRY,
)
NEW_FIRST_TOKEN = {
    "token-name": "default",
    "token-expiry": "never",
    "token-kind": "compact",
    "token-request_key": "{key}",
}
FORMS = (
    Form(
        "robots:robot-create",
        NEW_ROBOT,
        OF_ROBOT,
        HEAD,
        {"Robot", "Event"},
    ),
    Form(
        "robots:robot-token-create",
        NEW_ROBOT | NEW_FIRST_TOKEN,
        (*OF_ROBOT, *NEW_FIRST_TOKEN),
        HEAD,
        {"Robot", "Token", "Secret", "Event"},
    ),
    Form(
        "robots:robot-copy",
        NEW_ROBOT,
        OF_ROBOT,
        HEAD,
        {"Robot", "Event"},
    ),
    Form("robots:robots-copy", TICKED, ("robot",)),
    Form(
        "robots:robot-settings",
        {"description": "Builds", "expiry": "keep"},
        ("description", "purpose", *EXPIRY, "labels", "responsible"),
        HEAD | {"Robot.description"},
        {"Event"},
    ),
    Form(
        "robots:robot-extend",
        {"expiry": "30", "earlier": "on"},
        EXPIRY,
        HEAD | MOVED_END,
        {"Event"},
    ),
    Form("robots:robots-disable", TICKED, ("robot",), HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("robots:robots-enable", TICKED, ("robot",), HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("robots:robots-edit", TICKED, ("robot",)),
    Form("robots:robots-refresh", TICKED, ("robot",)),
    Form(
        "robots:robots-extend",
        TICKED | {"until": "2099-01-01T00:00Z", "earlier": "on"},
        ("robot",),
        HEAD | MOVED_END,
        {"Event"},
    ),
    Form(
        "robots:robots-delete",
        TICKED | {"typed": "ci"},
        ("robot", "typed"),
        HEAD | {"Robot.deleted_at", "Token.revoked_at"},
        {"Event"},
        {"RobotGrant"},
    ),
    Form(
        "robots:robot-delete",
        {"name": "ci"},
        ("name",),
        HEAD | {"Robot.deleted_at", "Token.revoked_at"},
        {"Event"},
        {"RobotGrant"},
    ),
    Form("robots:robot-disable", {}, (), HEAD | {"Robot.disabled_at"}, {"Event"}),
    Form("robots:robot-enable", {}, (), HEAD | {"Robot.disabled_at"}, {"Event"}),
)
