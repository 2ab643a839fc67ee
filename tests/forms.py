"""Every form that changes something: its address, what a right one says, and who sends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from robots.models import Token
from robots.policies.services import Effects
from robots.tokens.services.handovers import create_link
from teams.models import Invitation, User
from tests.addresses import acme, address_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory
from tests.fixtures import INVITED

Sender = Callable[..., Client]


def owner(cast: Cast, **options: Any) -> Client:
    return browser(cast.owner, confirmed=True, **options)


def typing(cast: Cast, **options: Any) -> Client:
    """The owner, who chooses the secret."""
    return owner(cast, **options)


def member(cast: Cast, **options: Any) -> Client:
    return browser(cast.member, **options)


def hand(cast: Cast, **options: Any) -> Client:
    """Whoever is in the team."""
    return browser(User.objects.get(email="hand@acme.example.com"), **options)


def newcomer(cast: Cast, user: User | None = None, **options: Any) -> Client:
    """Somebody who has followed the link of the invitation."""
    client, invitation = browser(user, **options), Invitation.objects.get(email=INVITED)
    client.get(reverse("teams:invitation", args=[invitation.uuid, invitation.key()]))
    return client


def receiver(cast: Cast, **options: Any) -> Client:
    """Somebody who has followed a one-time link."""
    client = browser(**options)
    link = create_link(actor=cast.owner, token=cast.token, purpose="refresh", kind="compact")
    client.get(reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()]))
    return client


def invited(cast: Cast, **options: Any) -> Client:
    """Somebody invited who has an account already."""
    user = User.objects.filter(email=INVITED).first() or UserFactory(email=INVITED)
    return newcomer(cast, user, **options)


@dataclass(frozen=True)
class Form:
    """One form, with a right answer.

    `fields` are all of its fields that take a text, `changes` what of existing rows it may change,
    `makes` and `ends` which rows come and go. `{robot}` and the like stand for what is there.
    """

    name: str
    right: dict[str, str]
    fields: tuple[str, ...] = ()
    changes: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    sender: Sender = owner

    def __str__(self) -> str:
        return self.name if self.sender is owner else f"{self.name}-{self.sender.__name__}"

    def opened(self, cast: Cast, **options: Any) -> "Opened":
        """The form in the browser of whoever sends it."""
        client = self.sender(cast, **options)
        places = acme(cast)
        return Opened(self, client, address_of(self.name, places), known_in(cast, places))


@dataclass(frozen=True)
class Opened:
    """A form in a browser, and what is known to fill it in."""

    form: Form
    client: Client
    address: str
    known: dict[str, object]

    def named(self, field: str) -> str:
        """The name that the field has on this page."""
        return field.format(**self.known)

    def data(self, **changes: object) -> dict[str, Any]:
        """What a browser sends when all is well, with `changes`."""
        known = self.known | {"key": uuid4()}
        right = {self.named(key): value.format(**known) for key, value in self.form.right.items()}
        return right | {self.named(key): value for key, value in changes.items()}

    def send(self, **changes: object) -> Any:
        return self.client.post(self.address, self.data(**changes))


def known_in(cast: Cast, places: dict[str, object]) -> dict[str, object]:
    """What may stand in a form: acme's things by identifier, and those that are not yet where they go."""
    organization, own = cast.organization, Token.objects.filter(user=cast.owner)
    return places | {
        "project": cast.project.uuid,
        "secret": cast.secret,
        "person": cast.member.uuid,
        "outsider": cast.member.memberships.get(organization=organization).uuid,
        "spare": organization.robots.get(name="spare").uuid,
        "nothing_hit": Effects().fingerprint,
        "new_secret": cast.token.secrets.latest("id").pk,
        "own_new": own.get(name="own-laptop").secrets.latest("id").pk,
        "own_only": own.get(name="own-steady").secrets.get().pk,
        "steady_secret": cast.robot.tokens.get(name="steady").secrets.get().pk,
    }


EXPIRY = ("expiry", "expiry_days", "expiry_date")
HEAD = {"AuditHead.number", "AuditHead.link", "AuditHead.seal"}
ROLE = ("name", "description", "level", "project", "permissions", "project_permissions")
NEW_ROLE = {"name": "pusher", "level": "organization", "permissions": "artifact:push"}
NEW_TOKEN = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": "{key}"}
NEW_SECRET = {"kind": "compact", "request_key": "{key}"}
OWN_SECRET = NEW_SECRET | dict.fromkeys(("own_secret", "own_secret_again"), "A-good-one-4-tests")
DELIVERY = ("manual", "delivery", "life")
ROLE_TOKEN = {"Robot", "RobotGrant", "Token", "Secret", "Event"}
MOVED_END = {"Robot.expires_at", "Robot.next_expiry_at", "Token.renewed_at"}
TICKED = {"robot": "{robot}", "confirmed": "on"}
LEVEL = ("level-person-{person}", "seen-person-{person}")
FORMS = (
    Form(
        "console:project-create",
        {"slug": "infra", "name": "Infra"},
        ("slug", "name", "description"),
        HEAD,
        {"Project", "Event"},
    ),
    Form(
        "console:repository-create",
        {"name": "web"},
        ("name", "description"),
        HEAD,
        {"Repository", "Event"},
    ),
    Form(
        "console:repository",
        {"description": "x"},
        ("description",),
        HEAD | {"Repository.description", "Repository.public"},
        {"Event"},
    ),
    Form(
        "console:organization-settings",
        {"name": "Works"},
        ("name",),
        HEAD | {"Organization.name"},
        {"Event"},
    ),
    Form(
        "robots:policy-change",
        {
            "default_days": "30",
            "unused_days": "90",
            "never_allowed": "on",
            "own_secrets_allowed": "on",
            "seen": "{nothing_hit}",
        },
        ("default_days", "maximum_days", "unused_days", "seen"),
        HEAD,
        {"TokenPolicy", "Event"},
    ),
    Form(
        "robots:project-policy-change",
        {
            "default_days": "30",
            "unused_days": "90",
            "never_allowed": "on",
            "own_secrets_allowed": "on",
            "seen": "{nothing_hit}",
        },
        ("default_days", "maximum_days", "unused_days", "seen"),
        HEAD,
        {"TokenPolicy", "Event"},
    ),
    Form(
        "robots:robot-addresses",
        {"addresses": "10.0.0.0/8"},
        ("addresses",),
        HEAD | {"Robot.addresses"},
        {"Event"},
    ),
    Form(
        "robots:token-addresses",
        {"addresses": "10.0.0.0/8"},
        ("addresses",),
        HEAD | {"Token.addresses"},
        {"Event"},
    ),
    Form(
        "robots:token-expiry",
        {"expiry": "30"},
        EXPIRY,
        HEAD | {"Token.expires_at", "Token.renewed_at", "Robot.next_expiry_at"},
        {"Event"},
    ),
    Form("console:event-export", {"form": "csv"}, ("form",), HEAD, {"Event"}),
    Form("robots:event-token", {"token": "{secret}"}, ("token",)),
    Form("console:theme", {"theme": "dark"}, ("theme", "next")),
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
        {"User", "Membership", "Event"},
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
        {"email": "other@example.com", "role": "member"},
        ("email", "role"),
        HEAD,
        {"Invitation", "OutgoingMail", "Event"},
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
    Form("teams:member-remove", {}, (), HEAD, {"Event"}, {"Membership", "TeamMember", "UserGrant"}),
    Form("teams:member-leave", {}, (), HEAD, {"Event"}, {"Membership"}, member),
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
    Form(
        "teams:team-grant-create",
        {"level": "read", "scope": "repository:{repository}"},
        ("level", "scope"),
        HEAD,
        {"TeamGrant", "Event"},
    ),
    Form("teams:team-grant-delete", {}, (), HEAD, {"Event"}, {"TeamGrant"}),
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
    Form("robots:robot-extend", {"expiry": "30"}, EXPIRY, HEAD | MOVED_END, {"Event"}),
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
    Form(
        "robots:token-create",
        NEW_TOKEN,
        ("name", "kind", *EXPIRY, *DELIVERY, "permissions", "addresses", "request_key"),
        HEAD | {"Robot.next_expiry_at"},
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:robot-refresh",
        NEW_SECRET,
        ("kind", *DELIVERY, "request_key"),
        HEAD | {"Robot.next_expiry_at"},
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:token-rotate",
        NEW_SECRET | {"old_ends": "1h", "current": "{steady_secret}"},
        ("kind", "old_ends", "current", *DELIVERY, "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:token-refresh",
        NEW_SECRET | {"current": "{new_secret}"},
        ("kind", "current", *DELIVERY, "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:token-refresh",
        OWN_SECRET | {"manual": "on", "current": "{new_secret}"},
        ("own_secret", "own_secret_again"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
        sender=typing,
    ),
    Form("robots:secret-end", {}, (), HEAD | {"Secret.ends_at"}, {"Event"}),
    Form("robots:handover-withdraw", {}, (), HEAD | {"Handover.withdrawn_at"}, {"Event"}),
    Form(
        "robots:handover-open",
        {},
        (),
        HEAD
        | {"Secret.ends_at", "Handover.opened_at", "Handover.opened_address", "Handover.secret_id"},
        {"Secret", "Event"},
        sender=receiver,
    ),
    Form(
        "robots:token-download",
        {"form": "json", "secret": "{secret}"},
        ("form", "secret", "namespace"),
    ),
    Form(
        "robots:token-delete",
        {},
        (),
        HEAD | {"Token.revoked_at", "Robot.next_expiry_at"},
        {"Event"},
    ),
    *(
        Form(f"robots:{name}able", {}, (), HEAD | {"Token.disabled_at"}, {"Event"})
        for name in ("token-dis", "token-en", "personal-token-dis", "personal-token-en")
    ),
    Form(
        "robots:personal-token-create",
        NEW_TOKEN,
        ("name", "kind", *EXPIRY, "permissions", "addresses", "request_key"),
        HEAD,
        {"Token", "Secret", "Event"},
    ),
    Form(
        "robots:personal-token-rotate",
        NEW_SECRET | {"old_ends": "1h", "current": "{own_only}"},
        ("kind", "old_ends", "current", "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form(
        "robots:personal-token-refresh",
        NEW_SECRET | {"current": "{own_new}"},
        ("kind", "current", "request_key"),
        HEAD | {"Secret.ends_at"},
        {"Secret", "Event"},
    ),
    Form("robots:personal-secret-end", {}, (), HEAD | {"Secret.ends_at"}, {"Event"}),
    Form(
        "robots:personal-token-addresses",
        {"addresses": "10.0.0.0/8"},
        ("addresses",),
        HEAD | {"Token.addresses"},
        {"Event"},
    ),
    Form(
        "robots:personal-token-expiry",
        {"expiry": "30"},
        EXPIRY,
        HEAD | {"Token.expires_at", "Token.renewed_at"},
        {"Event"},
    ),
    Form("robots:personal-token-delete", {}, (), HEAD | {"Token.revoked_at"}, {"Event"}),
)
# What takes POST and has no row, and why.
ELSEWHERE = dict.fromkeys(
    (
        "account_login",
        "account_logout",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_from_key",
    ),
    "django-allauth's own; what we say about it stands in test_sign_in.py",
) | {
    "teams:setup": "answers while nobody exists, for test_setup.py",
    "robots:personal-token-download": "takes a secret, in test_personal_token_pages.py",
    "robots:handover-download": "takes the secret of an opened link, in test_handover.py",
}
APPS = ("console", "teams", "robots")


def forms_of(app: str) -> list[Form]:
    """The forms in one app's addresses."""
    return [form for form in FORMS if form.name.startswith(f"{app}:")]
