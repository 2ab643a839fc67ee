"""What else an organization may have: a team, a role, an invitation, a member of the project."""

from datetime import timedelta

from console.models import Organization, Project, Service
from console.organizations.services import create_project, create_repository
from console.permissions.vocabulary import TICKABLE, Permission
from console.services.services import create_service, create_service_secret
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot, Token
from robots.tokens.services.handovers import create_link
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.tokens import create_personal_token, create_token
from teams.grants.services import GrantSpec, give
from teams.members.services import invite
from teams.models import Invitation, Role, Team, TeamMember, User, UserGrant
from teams.roles.services import create_role
from teams.teams.services import add_team_members, create_team
from tests.conftest import Cast
from tests.conftest import person as make_person

INVITED = "new@acme.example.com"


def furnish_more(cast: Cast) -> None:
    """The same in both organizations."""
    create_service(actor=cast.operator, organization=None, name="mirror", host="mirror.example.com")
    create_service(actor=cast.operator, organization=None, name="status", kind="resource")
    _furnish(cast.project, cast.owner, cast.organization_robot)
    robot = create_robot(actor=cast.stranger, organization=cast.other_organization, name="deploy")
    _furnish(cast.other_project, cast.stranger, robot)


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
    _equip(owner)
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
    """A token with two secrets and a link that waits, and one with a single secret."""
    create_token(actor=owner, robot=robot, name="steady", kind="compact")
    token = robot.tokens.get(name="nightly")
    current = token.secrets.get().pk
    rotate_token(actor=owner, token=token, current=current, old_ends="by-hand", kind="compact")
    create_link(actor=owner, token=token, purpose="refresh", kind="compact")


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
    minted = create_token(actor=owner, robot=robot, name=HIDDEN, kind="compact")
    role = _pulling_role(owner, organization, HIDDEN, project)
    person = furnished.organization.teams.get(name="build").members.earliest("id").user
    spec = GrantSpec(organization, project, custom_role=role)
    holders = (furnished.organization_robot, person)
    grants = [give(actor=owner, holder=holder, spec=spec) for holder in holders]
    return {
        "project": project.slug,
        "repository": repository.uuid,
        "robot": robot.uuid,
        "token": minted.token.uuid,
        "role": role.uuid,
        "member_grant": grants[1].uuid,
        "team": _secret_team(furnished, person).uuid,
    }


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
        "site_service": Service.objects.get(name="mirror").uuid,
        "site_resource": Service.objects.get(name="status").uuid,
    }


def more_places(organization: Organization) -> dict[str, object]:
    """What stands in addresses for it; nothing where `furnish_more` did not run."""
    team = Team.objects.filter(organization=organization, name="build").first()
    if team is None:
        return {}
    place = TeamMember.objects.filter(team=team).earliest("id")
    nightly = Token.objects.get(robot__organization=organization, name="nightly")
    own = Token.objects.filter(user__memberships__organization=organization)
    laptop = own.get(name="own-laptop")
    return _services(organization) | {
        "own_token": laptop.uuid,
        "own_secret": laptop.secrets.earliest("id").pk,
        "own_steady": own.get(name="own-steady").uuid,
        "secret": nightly.secrets.earliest("id").pk,
        "handover": nightly.handovers.latest("id").uuid,
        "steady": nightly.of_robot.tokens.get(name="steady").uuid,
        "spare": organization.robots.get(name="spare").uuid,
        "team": team.uuid,
        "place": place.uuid,
        "grant": team.grants.get().uuid,
        "team_robot": organization.robots.get(name="deploy").uuid,
        "member": place.user.memberships.get(organization=organization).uuid,
        "member_grant": UserGrant.objects.filter(user=place.user).earliest("id").uuid,
        "role": organization.roles.get(name="puller").uuid,
        "invitation": Invitation.objects.get(organization=organization).uuid,
    }
