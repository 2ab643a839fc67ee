"""What else an organization may have: a team, a role, an invitation, a member of the project."""

from console.models import Organization, Project
from console.permissions import Permission
from robots.models import Robot
from robots.services import add_team_robots, create_robot
from teams.models import Invitation, Role, Team, TeamMember, User, UserGrant
from teams.services import GrantSpec, add_team_members, create_role, create_team, give, invite
from tests.conftest import Cast, person


def furnish_more(cast: Cast) -> None:
    """The same in both organizations."""
    _furnish(cast.project, cast.owner, cast.organization_robot)
    robot = create_robot(
        actor=cast.stranger, organization=cast.other_organization, name="deploy"
    )  # fmt: skip
    _furnish(cast.other_project, cast.stranger, robot)


def _furnish(project: Project, owner: User, robot: Robot) -> None:
    organization = project.organization
    hand = person(organization, "member", f"hand@{organization.slug}.example.com")
    team = create_team(actor=owner, organization=organization, name="build", secret=False)
    add_team_members(actor=owner, team=team, users=[hand], role="member")
    add_team_robots(actor=owner, team=team, robots=[robot])
    give(actor=owner, holder=team, spec=GrantSpec(organization, project, role="repository:write"))
    give(actor=owner, holder=hand, spec=GrantSpec(organization, project, role="project:developer"))
    create_role(
        actor=owner, organization=organization, name="puller",
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )  # fmt: skip
    email = f"new@{organization.slug}.example.com"
    invite(actor=owner, organization=organization, email=email, role="member")


def more_places(organization: Organization) -> dict[str, object]:
    """What stands in addresses for it; nothing where `furnish_more` did not run."""
    team = Team.objects.filter(organization=organization, name="build").first()
    if team is None:
        return {}
    place = TeamMember.objects.filter(team=team).earliest("id")
    return {
        "team": team.uuid, "place": place.uuid, "grant": team.grants.get().uuid,
        "team_robot": organization.robots.get(name="deploy").uuid,
        "member": place.user.memberships.get(organization=organization).uuid,
        "member_grant": UserGrant.objects.get(user=place.user).uuid,
        "role": Role.objects.get(organization=organization).uuid,
        "invitation": Invitation.objects.get(organization=organization).uuid,
    }  # fmt: skip
