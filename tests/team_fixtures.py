"""Teams for tests: a visible and a secret one of the cast's organization, with people and a robot."""

from dataclasses import dataclass

from robots.accounts.services.teams import add_team_robots
from teams.grants.services import GrantSpec, give
from teams.models import Team, TeamMember, User
from teams.models.grants import AccessGrant
from teams.teams.services import add_team_members, create_team
from tests.conftest import Cast, person


@dataclass
class Crew:
    """`team` is visible, `secret` is not; both have the same owner and member, one grant, one robot."""

    team: Team
    secret: Team
    owner: User
    member: User
    grant: AccessGrant

    def place(self, user: User) -> TeamMember:
        return self.team.members.get(user=user)


def crew_of(cast: Cast) -> Crew:
    """Make the teams `build` and `hush`. What a team of the cast's project holds: `write`."""
    owner = person(cast.organization, "member", "lead@example.com")
    member = person(cast.organization, "member", "hand@example.com")
    teams = [_team(cast, name, owner, member) for name in ("build", "hush")]
    grants = [give_level(cast, team, "write") for team in teams]
    return Crew(teams[0], teams[1], owner, member, grants[0])


def _team(cast: Cast, name: str, owner: User, member: User) -> Team:
    team = create_team(
        actor=cast.owner, organization=cast.organization, name=name, secret=name == "hush"
    )
    add_team_members(actor=cast.owner, team=team, users=[owner], role="owner")
    add_team_members(actor=cast.owner, team=team, users=[member], role="member")
    add_team_robots(actor=cast.owner, team=team, robots=[cast.organization_robot])
    return team


def give_level(cast: Cast, team: Team, level: str) -> AccessGrant:
    """A level on all repositories of the cast's project."""
    spec = GrantSpec(cast.organization, cast.project, role=f"repository:{level}")
    return give(actor=cast.owner, holder=team, spec=spec)
