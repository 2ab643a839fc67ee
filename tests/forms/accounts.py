"""The forms of robot accounts, one at a time and many at once."""

from tests.forms.fields import EXPIRY, HEAD
from tests.forms.form import Form

MOVED_END = {"Robot.expires_at", "Robot.next_expiry_at", "Token.renewed_at"}
TICKED = {"robot": "{robot}", "confirmed": "on"}
FORMS = (
    Form(
        "robots:robot-create",
        {"name": "builder", "level": "organization", "expiry": "never"},
        (
            "name",
            "description",
            "purpose",
            "level",
            "project",
            *EXPIRY,
            "permissions",
            "access-all-choice",
            "access-all-permissions",
            "labels",
            "responsible",
        ),
        HEAD,
        {"Robot", "Event"},
    ),
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
        TICKED | {"until": "2099-01-01T00:00Z"},
        ("robot",),
        HEAD | MOVED_END,
        {"Event"},
    ),
    Form(
        "robots:robots-delete",
        TICKED | {"count": "1"},
        ("robot", "count"),
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
