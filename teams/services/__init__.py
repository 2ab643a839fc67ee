"""Changes to people, teams, roles and grants, one function each."""

from teams.services.grants import GrantSpec, change_grant, give, require_to_hold, take
from teams.services.members import (
    accept_invitation,
    change_member_role,
    invite,
    leave,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.services.people import (
    change_profile,
    create_first_owner,
    create_invited_user,
    create_organization,
    is_setup_key,
    may_create_organization,
    note_about_account,
    setup_key,
)
from teams.services.roles import create_role, update_role
from teams.services.teams import (
    add_team_members,
    change_team_role,
    create_team,
    leave_team,
    remove_team_member,
    update_team,
)

__all__ = [
    "GrantSpec",
    "accept_invitation",
    "add_team_members",
    "change_grant",
    "change_member_role",
    "change_profile",
    "change_team_role",
    "create_first_owner",
    "create_invited_user",
    "create_organization",
    "create_role",
    "create_team",
    "give",
    "invite",
    "is_setup_key",
    "leave",
    "leave_team",
    "may_create_organization",
    "note_about_account",
    "remove_member",
    "remove_team_member",
    "require_to_hold",
    "resend_invitation",
    "setup_key",
    "take",
    "update_role",
    "update_team",
    "withdraw_invitation",
]
