"""The forms about people: their accounts, invitations, memberships and teams."""

from tests.factories import PASSWORD
from tests.forms.fields import HEAD
from tests.forms.form import Form, hand, invited, member, newcomer

FORMS = (
    Form("teams:my-account", {"name": "Olga"}, ("name",), HEAD | {"User.name"}, {"Event"}),
    Form(
        "teams:organization-create",
        {"name": "Initech", "slug": "initech"},
        ("name", "slug"),
        set(),
        {"Organization", "Membership", "Event", "AuditHead"},
    ),
    Form(
        "teams:invitation-accept",
        {"name": "New", "password": PASSWORD},
        ("name", "password"),
        HEAD | {"Invitation.accepted_at"},
        {"User", "Membership", "Event", "KnownSignIn"},
        sender=newcomer,
    ),
    Form(
        "teams:invitation-accept",
        {},
        (),
        HEAD | {"Invitation.accepted_at"},
        {"Membership", "Event"},
        sender=invited,
    ),
    Form(
        "teams:invitation-create",
        {
            "email": "other@example.com",
            "role": "member",
            "project": "payments",
            "project_role": "project:developer",
            "team-{team}": "member",
        },
        ("email", "role", "project", "project_role", "team-{team}"),
        HEAD,
        {"Invitation", "InvitedPlace", "OutgoingMail", "Event"},
    ),
    Form(
        "teams:invitation-upload",
        {"email": "email,teams\nother@example.com,build"},
        ("email",),
        HEAD,
        {"Invitation", "InvitedPlace", "OutgoingMail", "Event"},
    ),
    Form(
        "teams:invitation-resend",
        {},
        (),
        HEAD | {"Invitation.sent_at", "Invitation.sent_count"},
        {"OutgoingMail", "Event"},
    ),
    Form("teams:invitation-withdraw", {}, (), HEAD | {"Invitation.withdrawn_at"}, {"Event"}),
    Form("teams:member-role", {"role": "owner"}, ("role",), HEAD | {"Membership.role"}, {"Event"}),
    Form(
        "teams:member-remove",
        {},
        (),
        HEAD,
        {"Departure", "Event"},
        {"Membership", "TeamMember", "UserGrant"},
    ),
    Form(
        "teams:member-leave",
        {},
        (),
        HEAD,
        {"Departure", "Notice", "NoticeReader", "OutgoingMail", "Event"},
        {"Membership"},
        member,
    ),
    Form(
        "teams:team-create",
        {"name": "docs", "visibility": "visible"},
        ("name", "description", "visibility"),
        HEAD,
        {"Team", "Event"},
    ),
    Form(
        "teams:team-settings",
        {"description": "x", "visibility": "visible"},
        ("description", "visibility"),
        HEAD | {"Team.description", "Team.secret"},
        {"Event"},
    ),
    Form(
        "teams:team-member-add",
        {"member": "{outsider}", "role": "member"},
        ("member", "role"),
        HEAD,
        {"TeamMember", "Event"},
    ),
    Form(
        "teams:team-member-role",
        {"role": "owner"},
        ("role",),
        HEAD | {"TeamMember.role"},
        {"Event"},
    ),
    Form("teams:team-member-remove", {}, (), HEAD, {"Event"}, {"TeamMember"}),
    Form("teams:team-leave", {}, (), HEAD, {"Event"}, {"TeamMember"}, hand),
    Form("teams:team-grant-delete", {}, (), HEAD, {"Event"}, {"TeamGrant"}),
)
