"""The forms about what is held where: roles, members, permissions, and deletions that take them along."""

from tests.forms.fields import EXPIRY, HEAD, NEW_TOKEN
from tests.forms.form import Form

ROLE = ("name", "description", "level", "project", "permissions", "project_permissions")
NEW_ROLE = {"name": "pusher", "level": "organization", "permissions": "artifact:push"}
ROLE_TOKEN = {"Robot", "RobotGrant", "Token", "Secret", "Event"}
LEVEL = ("level-person-{person}", "seen-person-{person}")
FORMS = (
    Form("robots:team-robot-add", {"robot": "{spare}"}, ("robot",), HEAD, {"TeamRobot", "Event"}),
    Form("robots:team-robot-remove", {}, (), HEAD, {"Event"}, {"TeamRobot"}),
    Form(
        "robots:team-delete",
        {"name": "build"},
        ("name",),
        HEAD,
        {"Event"},
        {"Team", "TeamMember", "TeamGrant", "TeamRobot"},
    ),
    Form("robots:role-create", NEW_ROLE, ROLE, HEAD, {"Role", "Event"}),
    Form("robots:role-copy", NEW_ROLE, ROLE, HEAD, {"Role", "Event"}),
    Form("robots:builtin-role-copy", NEW_ROLE, ROLE, HEAD, {"Role", "Event"}),
    Form(
        "robots:role-settings",
        {"description": "x", "permissions": "artifact:push"},
        ("description", "permissions"),
        HEAD | {"Role.description", "Role.permissions"},
        {"Event"},
    ),
    Form("robots:role-delete", {"name": "puller"}, ("name",), HEAD, {"Event"}, {"Role"}),
    Form(
        "robots:role-token-create",
        NEW_TOKEN,
        ("name", "kind", *EXPIRY, "request_key"),
        HEAD,
        ROLE_TOKEN,
    ),
    Form(
        "robots:builtin-role-token-create",
        NEW_TOKEN | {"project": "{project}"},
        ("project", "name", "kind", *EXPIRY, "request_key"),
        HEAD,
        ROLE_TOKEN,
    ),
    Form(
        "robots:project-settings",
        {"name": "Works"},
        ("name", "description"),
        HEAD | {"Project.name", "Project.description", "Project.public"},
        {"Event"},
    ),
    Form(
        "robots:project-member-create",
        {"holder": "person-{person}", "role": "project:guest"},
        ("holder", "role"),
        HEAD,
        {"UserGrant", "Event"},
    ),
    Form(
        "robots:project-member",
        {"role": "project:guest"},
        ("role",),
        HEAD | {"UserGrant.role"},
        {"Event"},
    ),
    Form("robots:project-member-delete", {}, (), HEAD, {"Event"}, {"UserGrant"}),
    Form(
        "robots:project-delete",
        {"name": "payments"},
        ("name",),
        HEAD | {"Robot.deleted_at", "Robot.project_id", "Token.revoked_at"},
        {"RetiredPath", "Event"},
        {"Project", "Repository", "TeamGrant", "UserGrant", "RobotGrant"},
    ),
    Form(
        "robots:repository-delete",
        {"name": "api"},
        ("name",),
        HEAD,
        {"RetiredPath", "Event"},
        {"Repository"},
    ),
    Form(
        "robots:repository-permissions",
        {LEVEL[0]: "read", LEVEL[1]: ""},
        LEVEL,
        HEAD,
        {"UserGrant", "Event"},
    ),
)
