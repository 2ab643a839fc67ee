"""The people, teams and the role of the demonstration."""

from console.models import Organization, Project
from console.permissions.vocabulary import Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.teams import add_team_robots
from robots.models import Robot
from robots.tokens.services.minting import mark_handed_over
from teams.grants.services import GrantSpec, give
from teams.models import Membership, Role, Team, User
from teams.roles.services import create_role
from teams.teams.services import add_team_members, create_team

PEOPLE = ("Ines Varga", "Tomas Lind", "Mei Tanaka")
# name, description, secret, owner, members, projects it may write to or scans, level, robots
TEAMS = (
    (
        "build",
        "Builds and ships everything",
        False,
        "Ines Varga",
        ("Tomas Lind", "Mei Tanaka"),
        ("platform", "payments"),
        "write",
        ("deploy-prod", "preview"),
    ),
    (
        "security",
        "Looks for what should not be there",
        True,
        "Mei Tanaka",
        ("Tomas Lind",),
        ("payments",),
        "read",
        ("scanner",),
    ),
)
ROLE = "release-manager"
RELEASING = frozenset(
    {
        Permission.ARTIFACT_PULL,
        Permission.ARTIFACT_PUSH,
        Permission.TAG_CREATE,
        Permission.TAG_DELETE,
        Permission.CHART_READ,
        Permission.CHART_CREATE,
    }
)


def add_people_and_teams(
    owner: User, organization: Organization, projects: dict[str, Project]
) -> None:
    """People directly, as nobody may be sent an invitation; all else through the services."""
    people = {name: _person(organization, name) for name in PEOPLE}
    for name, about, secret, lead, members, reach, level, robots in TEAMS:
        team = create_team(
            actor=owner, organization=organization, name=name, description=about, secret=secret
        )
        add_team_members(actor=owner, team=team, users=[people[lead]], role="owner")
        add_team_members(
            actor=owner, team=team, users=map(people.__getitem__, members), role="member"
        )
        _equip(owner, team, [projects[slug] for slug in reach], level, robots)
    role = _role(owner, organization)
    spec = GrantSpec(organization, projects["payments"], custom_role=role)
    give(actor=owner, holder=people["Mei Tanaka"], spec=spec)
    developer = GrantSpec(organization, projects["docs"], role="project:developer")
    give(actor=owner, holder=people["Tomas Lind"], spec=developer)


def _person(organization: Organization, name: str) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}@{organization.slug}.example"
    user, is_new = User.objects.get_or_create(email=email, defaults={"name": name})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    Membership.objects.create(organization=organization, user=user, role=Membership.Role.MEMBER)
    return user


def _equip(
    owner: User, team: Team, projects: list[Project], level: str, robots: tuple[str, ...]
) -> None:
    for project in projects:
        spec = GrantSpec(team.organization, project, role=f"repository:{level}")
        give(actor=owner, holder=team, spec=spec)
    found = Robot.objects.living().filter(organization=team.organization, name__in=robots)
    add_team_robots(actor=owner, team=team, robots=found)


def _role(owner: User, organization: Organization) -> Role:
    role = create_role(
        actor=owner,
        organization=organization,
        name=ROLE,
        permissions=RELEASING,
        description="Tags and publishes what is released",
    )
    at = RoleAt(organization, custom=role)
    mark_handed_over(create_role_token(actor=owner, role=at, name="publishing").secret)
    return role
