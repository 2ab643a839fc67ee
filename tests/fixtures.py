"""What else an organization may have: a team, a role, an invitation, a member of the project."""

from datetime import timedelta

from console.models import (
    Event,
    Organization,
    OutgoingMail,
    Project,
    ScanningKey,
    ScanningPartner,
    Service,
    Webhook,
    WebhookDelivery,
)
from console.models.events import SITE
from console.notices.kinds import TOKEN_NEW_ADDRESS
from console.notices.telling import News, people_of, tell
from console.organizations.services import create_project, create_repository
from console.permissions.vocabulary import TICKABLE, Permission
from console.scanning.services import add_key, create_partner
from console.services.services import create_service, create_service_secret
from console.webhooks.services.webhooks import create_webhook, send_test
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.base.claim_conditions import Condition
from robots.models import Robot, Token, TokenView, Trust
from robots.tokens.services.handovers import create_link
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.tokens import create_personal_token, create_token
from robots.tokens.services.views import save_token_view
from robots.trusts.services import TrustChanges, create_trust
from teams.grants.services import GrantSpec, give
from teams.members.services import invite
from teams.models import Invitation, Role, Team, TeamMember, User, UserGrant
from teams.roles.services import create_role
from teams.teams.services import add_team_members, create_team
from tests.conftest import Cast
from tests.conftest import person as make_person
from tests.robots.artifacts import telling
from tests.scanning import IDENTIFIER, KEY, public_pem

INVITED = "new@acme.example.com"
# What a trust in the jobs of one repository says.
JOBS: TrustChanges = {
    "preset": "github",
    "issuer": "https://token.actions.githubusercontent.com",
    "conditions": [Condition("repository_id", "74"), Condition("ref", "refs/heads/main")],
}


def furnish_more(cast: Cast) -> None:
    """The same in both organizations, and what of it stands in addresses."""
    create_service(actor=cast.operator, organization=None, name="mirror", host="mirror.example.com")
    create_service(actor=cast.operator, organization=None, name="status", kind="resource")
    alarm = create_webhook(
        actor=cast.operator,
        organization=None,
        name="alarm",
        url="https://alarm.example.com/hooks",
        kinds=["audit.fault"],
    )
    send_test(actor=cast.operator, webhook=alarm.webhook)
    partner = create_partner(actor=cast.operator, name="Scanner")
    add_key(actor=cast.operator, partner=partner, identifier=IDENTIFIER, public_pem=public_pem(KEY))
    _furnish(cast.project, cast.owner, cast.organization_robot)
    robot = create_robot(actor=cast.stranger, organization=cast.other_organization, name="deploy")
    _furnish(cast.other_project, cast.stranger, robot)
    for organization in (cast.organization, cast.other_organization):
        cast.places[organization.pk] = _places_of(organization)


def _furnish(project: Project, owner: User, robot: Robot) -> None:
    organization = project.organization
    hand = make_person(organization, "member", f"hand@{organization.slug}.example.com")
    team = create_team(actor=owner, organization=organization, name="build", secret=False)
    add_team_members(actor=owner, team=team, users=[hand], role="member")
    add_team_robots(actor=owner, team=team, robots=[robot])
    create_robot(actor=owner, organization=organization, name="spare")
    give(actor=owner, holder=team, spec=GrantSpec(organization, project, role="repository:write"))
    give(actor=owner, holder=hand, spec=GrantSpec(organization, project, role="project:developer"))
    _pulling_role(owner, organization, "puller")
    _register(owner, organization)
    _turn_over(owner, organization.robots.get(name="ci"))
    _listen(owner, organization)
    _equip(owner)
    save_token_view(actor=owner, organization=organization, name="Idle", query="?unused=30")
    email = INVITED.replace("acme", organization.slug)
    found = invite(actor=owner, organization=organization, email=email, role="member")
    # Long enough ago to be sent again.
    found.sent_at -= timedelta(hours=2)
    found.save(update_fields=["sent_at"])


def _register(owner: User, organization: Organization) -> None:
    """A registry, and a resource server with a secret."""
    create_service(
        actor=owner,
        organization=organization,
        name="registry",
        host=f"registry.{organization.slug}.example.com",
        personal_tokens="pull",
    )
    resource = create_service(
        actor=owner,
        organization=organization,
        name="api",
        kind="resource",
        audience=f"https://api.{organization.slug}.example.com",
    )
    create_service_secret(actor=owner, service=resource)


def _listen(owner: User, organization: Organization) -> None:
    """A webhook, and a notice that waits for it and stands under its owners' bells."""
    create_webhook(
        actor=owner,
        organization=organization,
        name="chat",
        url=f"https://chat.{organization.slug}.example.com/hooks",
        kinds=[TOKEN_NEW_ADDRESS.name],
    )
    token = Token.objects.get(robot__organization=organization, name="nightly")
    words, people = f"The token {token} moved", people_of(organization)
    news = News(token, words, token.get_absolute_url(), people)
    tell(TOKEN_NEW_ADDRESS, organization, news)


def _pulling_role(
    owner: User, organization: Organization, name: str, project: Project | None = None
) -> Role:
    """A custom role of the organization, or of one project, that may pull and nothing else."""
    return create_role(
        actor=owner,
        organization=organization,
        project=project,
        name=name,
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )


def _turn_over(owner: User, robot: Robot) -> None:
    """A token with two secrets and a link that waits, one with a single secret, and a trust."""
    create_token(actor=owner, robot=robot, name="steady", kind="compact")
    token = robot.tokens.get(name="nightly")
    current = token.secrets.get().pk
    rotate_token(actor=owner, token=token, current=current, old_ends="by-hand", kind="compact")
    create_link(actor=owner, token=token, purpose="refresh", kind="compact")
    create_trust(actor=owner, robot=robot, name="jobs", **JOBS)


def _equip(owner: User) -> None:
    """Personal tokens: one with two secrets, and one with a single secret."""
    create_personal_token(actor=owner, name="own-steady", kind="compact")
    made = create_personal_token(actor=owner, name="own-laptop", kind="compact")
    rotate_token(
        actor=owner, token=made.token, current=made.secret.pk, old_ends="by-hand", kind="compact"
    )


HIDDEN = "submarine"


def hide_a_project(furnished: Cast) -> dict[str, object]:
    """One more project of acme, with as much in it; what stands in addresses for it.

    All its names have `HIDDEN` in them. Who and what is in both projects: the robot `deploy`, the
    person with the project's grant. A secret team of that name may write in the first project.
    """
    owner, organization = furnished.owner, furnished.organization
    project = create_project(actor=owner, organization=organization, slug=HIDDEN, name=HIDDEN)
    repository = create_repository(actor=owner, project=project, name=HIDDEN)
    given = [GrantRequest(project, frozenset(TICKABLE))]
    robot = create_robot(
        actor=owner, organization=organization, project=project, name=HIDDEN, grants=given
    )
    token = create_token(actor=owner, robot=robot, name=HIDDEN, kind="compact").token
    trust = create_trust(actor=owner, robot=robot, name=HIDDEN, **JOBS)
    role = _pulling_role(owner, organization, HIDDEN, project)
    person = furnished.organization.teams.get(name="build").members.earliest("id").user
    spec = GrantSpec(organization, project, custom_role=role)
    holders = (furnished.organization_robot, person)
    grants = [give(actor=owner, holder=holder, spec=spec) for holder in holders]
    _pull_from_each_other(robot)
    return {
        "project": project.slug,
        "repository": repository.uuid,
        "robot": robot.uuid,
        "token": token.uuid,
        "trust": trust.uuid,
        "role": role.uuid,
        "member_grant": grants[1].uuid,
        "team": _secret_team(furnished, person).uuid,
    }


def _pull_from_each_other(robot: Robot) -> None:
    """The robot of each project has pulled in the other."""
    path = f"acme/{HIDDEN}/{HIDDEN}"
    telling.note(telling.event(actor=robot.login_name), telling.event("pull", HIDDEN, path=path))


def _secret_team(furnished: Cast, person: User) -> Team:
    """A team that only its members see; it may write in the project that everybody knows."""
    owner, organization = furnished.owner, furnished.organization
    team = create_team(actor=owner, organization=organization, name=HIDDEN, secret=True)
    add_team_robots(actor=owner, team=team, robots=[furnished.organization_robot])
    add_team_members(actor=owner, team=team, users=[person], role="member")
    spec = GrantSpec(organization, furnished.project, role="repository:write")
    give(actor=owner, holder=team, spec=spec)
    return team


def _services(organization: Organization) -> dict[str, object]:
    return {
        "service": organization.services.get(name="registry").uuid,
        "resource": organization.services.get(name="api").uuid,
        "webhook": organization.webhooks.get().uuid,
        "delivery": WebhookDelivery.objects.get(webhook__organization=organization).uuid,
        "site_webhook": Webhook.objects.get(organization=None).uuid,
        "site_delivery": WebhookDelivery.objects.get(webhook__organization=None).uuid,
        "notice": organization.notices.get().uuid,
        "site_service": Service.objects.get(name="mirror").uuid,
        "partner": ScanningPartner.objects.get().uuid,
        "partner_key": ScanningKey.objects.get().uuid,
        "site_resource": Service.objects.get(name="status").uuid,
        "site_event": Event.objects.filter(chain=SITE).latest("id").uuid,
        "letter": OutgoingMail.objects.latest("id").uuid,
        "person": organization.memberships.earliest("id").user.uuid,
    }


def _places_of(organization: Organization) -> dict[str, object]:
    team = Team.objects.get(organization=organization, name="build")
    place = TeamMember.objects.filter(team=team).earliest("id")
    return (
        _services(organization)
        | _tokens(organization)
        | {
            "spare": organization.robots.get(name="spare").uuid,
            "team": team.uuid,
            "place": place.uuid,
            "grant": team.grants.get().uuid,
            "view": TokenView.objects.get(membership__organization=organization).uuid,
            "team_robot": organization.robots.get(name="deploy").uuid,
            "person": organization.memberships.filter(role="owner").earliest("id").user.uuid,
            "member": place.user.memberships.get(organization=organization).uuid,
            "member_grant": UserGrant.objects.filter(user=place.user).earliest("id").uuid,
            "role": organization.roles.get(name="puller").uuid,
            "invitation": Invitation.objects.get(organization=organization).uuid,
        }
    )


def _tokens(organization: Organization) -> dict[str, object]:
    """A robot's and a person's, of each the one with two secrets and the one with one; and a trust."""
    nightly = Token.objects.get(robot__organization=organization, name="nightly")
    steady = nightly.of_robot.tokens.get(name="steady")
    own = Token.objects.filter(user__memberships__organization=organization)
    laptop, own_steady = own.get(name="own-laptop"), own.get(name="own-steady")
    return {
        "own_token": laptop.uuid,
        "own_secret": laptop.secrets.earliest("id").pk,
        "own_new": laptop.secrets.latest("id").pk,
        "own_steady": own_steady.uuid,
        "own_only": own_steady.secrets.get().pk,
        "secret": nightly.secrets.earliest("id").pk,
        "new_secret": nightly.secrets.latest("id").pk,
        "handover": nightly.handovers.latest("id").uuid,
        "trust": Trust.objects.get(token__robot=nightly.of_robot).uuid,
        "steady": steady.uuid,
        "steady_secret": steady.secrets.get().pk,
    }
