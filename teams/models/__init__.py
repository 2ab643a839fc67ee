"""People, teams, roles, and what they hold."""

from teams.models.departures import Departure
from teams.models.grants import AccessGrant, TeamGrant, UserGrant
from teams.models.invited import InvitedPlace
from teams.models.memberships import Invitation, Membership
from teams.models.roles import Role
from teams.models.sign_ins import KnownSignIn
from teams.models.teams import Team, TeamMember
from teams.models.users import User

__all__ = [
    "AccessGrant",
    "Departure",
    "Invitation",
    "InvitedPlace",
    "KnownSignIn",
    "Membership",
    "Role",
    "Team",
    "TeamGrant",
    "TeamMember",
    "User",
    "UserGrant",
]
