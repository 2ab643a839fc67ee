"""The forms about what is held where: roles, members, permissions, and deletions that take them along."""

from tests.forms.fields import EXPIRY, HEAD, NEW_TOKEN
from tests.forms.form import Form, narrowing, sure_member

# All that goes with an organization.
OF_AN_ORGANIZATION = {
    *("Handover", "Invitation", "Membership", "Notice", "NoticeReader"),
    *("Organization", "Project", "Repository", "Robot", "RobotGrant"),
    *("Role", "Secret", "Service", "ServiceSecret", "Team"),
    *("TeamGrant", "TeamMember", "TeamRobot", "Token", "TokenView"),
    *("Trust", "UserGrant", "Webhook", "WebhookDelivery", "WebhookSecret"),
}

ROLE = ("name", "description", "level", "project", "permissions", "project_permissions")
NEW_ROLE = {"name": "pusher", "level": "organization", "permissions": "artifact:push"}
ROLE_TOKEN = {"Robot", "RobotGrant", "Token", "Secret", "Event"}
LEVEL = ("level-person-{person}", "seen-person-{person}")
GIVING = ("what", "role", "permissions")
FORMS = (
    Form(
        "robots:robot-access-add",
        {"what": "read", "place": "repository:{repository}"},
        ("place", *GIVING),
        HEAD,
        {"RobotGrant", "Event"},
    ),
    Form(
        "robots:robot-narrow",
        {"grant": "{narrowing}", "shown": "1"},
        ("grant", "shown"),
        HEAD | {"RobotGrant.permissions"},
        {"Event"},
        sender=narrowing,
    ),
    Form(
        "robots:team-access-add",
        {"what": "read", "place": "repository:{repository}"},
        ("place", *GIVING),
        HEAD,
        {"TeamGrant", "Event"},
    ),
    Form(
        "robots:member-access-add",
        {"what": "read", "place": "repository:{repository}"},
        ("place", *GIVING),
        HEAD,
        {"UserGrant", "Event"},
    ),
    Form(
        "robots:repository-access-add",
        {"what": "read", "holder": "robot-{spare}"},
        ("holder", "what", "permissions"),
        HEAD,
        {"RobotGrant", "Event"},
    ),
    Form(
        "robots:project-access-add",
        {"what": "read", "holder": "robot-{spare}"},
        ("holder", *GIVING),
        HEAD,
        {"RobotGrant", "Event"},
    ),
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
        "robots:account-delete",
        {"name": "member@example.com"},
        ("name",),
        HEAD,
        {"Departure", "Notice", "NoticeReader", "OutgoingMail", "Event"},
        {"Membership", "User"},
        sure_member,
    ),
    Form(
        "robots:organization-delete",
        {"name": "acme"},
        ("name",),
        {"AuditHead.deleted_organization", *HEAD},
        {"RetiredPath", "Event", "OutgoingMail"},
        OF_AN_ORGANIZATION,
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
