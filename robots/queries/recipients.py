"""Who is to know what happens to a token: whoever can do something about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from console.models import Organization
from robots.models import Robot, TeamRobot, Token
from teams.models import Membership, Team, TeamMember, User


class Why(StrEnum):
    """Why somebody is told of a token."""

    CREATOR = "creator"
    TEAM_OWNER = "team owner"
    OWNER = "owner"
    OWN_TOKEN = "own token"  # noqa: S105 - a reason


Recipients = tuple[Why, list[User]]


@dataclass(frozen=True, slots=True)
class Known:
    """Who there is to be told, asked once for many tokens of one organization."""

    creators: dict[str, User]
    team_owners: dict[int, list[User]]
    owners: list[User]

    @classmethod
    def of(cls, organization: Organization, tokens: Collection[Token]) -> "Known":
        people = User.objects.filter(is_active=True, memberships__organization=organization)
        creators = people.filter(email__in={token.created_by for token in tokens})
        owners = Membership.objects.owners(organization.pk).order_by("user__email")
        return cls(
            {person.email: person for person in creators},
            _team_owners(organization, {token.robot_id for token in tokens}),
            [membership.user for membership in owners],
        )

    def recipients(self, token: Token) -> Recipients:
        """Why they are told, and who: the first of creator, team owners, owners where somebody is."""
        if creator := self.creators.get(token.created_by):
            return Why.CREATOR, [creator]
        if of_teams := self.team_owners.get(token.robot_id or 0):
            return Why.TEAM_OWNER, of_teams
        return Why.OWNER, self.owners


def recipients_of(token: Token) -> Recipients:
    """The same of one token: of a person's own that person alone, while the account is active."""
    if token.user is not None:
        return Why.OWN_TOKEN, [token.user] if token.user.is_active else []
    return Known.of(token.of_robot.organization, [token]).recipients(token)


def _team_owners(organization: Organization, robots: Iterable[int | None]) -> dict[int, list[User]]:
    """The active owners of each robot's teams."""
    places = list(TeamRobot.objects.filter(robot__in=robots).values_list("robot_id", "team_id"))
    owners = TeamMember.objects.filter(
        team__in={team for _, team in places},
        role=TeamMember.Role.OWNER,
        user__is_active=True,
        user__memberships__organization=organization,
    ).order_by("user__email")
    of_team: dict[int, list[User]] = defaultdict(list)
    for place in owners.select_related("user"):
        of_team[place.team_id].append(place.user)
    found: dict[int, list[User]] = defaultdict(list)
    for robot, team in places:
        found[robot] += [person for person in of_team[team] if person not in found[robot]]
    return found


def responsible_for(organization: Organization, holder: Robot | Team) -> list[User]:
    """Who is to know what becomes of what a robot or team holds: the first that there are of whoever is
    responsible for the robot, owners of its teams or of the team, owners of the organization.
    """
    if isinstance(holder, Robot):
        responsible = holder.responsible
        if responsible and responsible.user.is_active:
            return [responsible.user]
        of_teams = _team_owners(organization, [holder.pk])[holder.pk]
    else:
        places = holder.members.filter(role=TeamMember.Role.OWNER, user__is_active=True)
        of_teams = [place.user for place in places.select_related("user")]
    return of_teams or [it.user for it in Membership.objects.owners(organization.pk)]
