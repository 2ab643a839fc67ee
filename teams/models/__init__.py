"""People, teams, roles, and what they hold."""

from teams.models.grants import AccessGrant, TeamGrant, UserGrant
from teams.models.memberships import Invitation, Membership
from teams.models.roles import Role
from teams.models.teams import Team, TeamMember
from teams.models.users import User

__all__ = [
    "AccessGrant",
    "Invitation",
    "Membership",
    "Role",
    "Team",
    "TeamGrant",
    "TeamMember",
    "User",
    "UserGrant",
]
