"""The services about people: accounts, members, teams, their roles and grants."""

from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, change_grant, give, give_all, take
from teams.invitations.services import join
from teams.members.services import (
    accept_invitation,
    change_member_role,
    invite,
    leave,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.models import User
from teams.roles.services import create_role, update_role
from teams.sign_in_rules.services import change_sign_in_rules
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    leave_team,
    remove_team_member,
    update_team,
)
from teams.users.services import change_profile
from tests.factories import UserFactory
from tests.fixtures import INVITED
from tests.services.row import Row, Rows, person
from tests.stage import Stage, soon

PUSH = frozenset({Permission.ARTIFACT_PUSH})


def invited(stage: Stage) -> User:
    found: User = UserFactory(email=INVITED)
    return found


ROWS: Rows = {
    change_sign_in_rules: Row(
        lambda actor, on: change_sign_in_rules(
            actor=actor,
            organization=on.organization,
            required_factor="factor",
            factor_from=soon().date(),
        ),
        "sign-in-rules:updated",
        is_for_people=True,
    ),
    give: Row(
        lambda actor, on: give(
            actor=actor,
            holder=on.outsider,
            spec=GrantSpec(on.organization, on.project, role="project:guest"),
        ),
        "grant:created",
    ),
    give_all: Row(
        lambda actor, on: (
            give_all(
                actor=actor,
                organization=on.organization,
                wishes=[
                    (on.outsider, GrantSpec(on.organization, on.project, role="project:guest"))
                ],
            )[0].grant
        ),
        "grant:created",
    ),
    change_grant: Row(
        lambda actor, on: change_grant(actor=actor, grant=on.grant, role="project:guest"),
        "grant:updated",
    ),
    take: Row(
        lambda actor, on: take(actor=actor, grant=on.team_grant),
        "grant:deleted",
        lambda on: on.team_grant,
    ),
    invite: Row(
        lambda actor, on: invite(
            actor=actor, organization=on.organization, email="o@example.com", role="member"
        ),
        "member:invited",
    ),
    resend_invitation: Row(
        lambda actor, on: resend_invitation(actor=actor, invitation=on.invitation),
        "invitation:sent",
    ),
    withdraw_invitation: Row(
        lambda actor, on: withdraw_invitation(actor=actor, invitation=on.invitation),
        "invitation:withdrawn",
        lambda on: on.invitation,
    ),
    accept_invitation: Row(
        lambda actor, on: accept_invitation(
            actor=actor, invitation=on.invitation, key=on.invitation.key()
        ),
        "member:joined",
        actor=invited,
    ),
    join: Row(
        lambda actor, on: (
            join(actor=actor, invitation=on.invitation, key=on.invitation.key()).membership
        ),
        "member:joined",
        actor=invited,
    ),
    change_member_role: Row(
        lambda actor, on: change_member_role(
            actor=actor, membership=on.second_owner, role="member"
        ),
        "member:updated",
    ),
    remove_member: Row(
        lambda actor, on: remove_member(actor=actor, membership=on.membership),
        "member:removed",
        lambda on: on.membership,
    ),
    leave: Row(
        lambda actor, on: leave(actor=actor, membership=on.membership),
        "member:left",
        lambda on: on.membership,
        person,
    ),
    change_profile: Row(
        lambda actor, on: change_profile(actor=actor, name="Handy"), "user:updated", actor=person
    ),
    create_role: Row(
        lambda actor, on: create_role(
            actor=actor, organization=on.organization, name="pusher", permissions=PUSH
        ),
        "role:created",
    ),
    update_role: Row(
        lambda actor, on: update_role(actor=actor, role=on.role, description="x", permissions=PUSH),
        "role:updated",
    ),
    create_team: Row(
        lambda actor, on: create_team(actor=actor, organization=on.organization, name="docs"),
        "team:created",
    ),
    update_team: Row(
        lambda actor, on: update_team(actor=actor, team=on.team, description="x", secret=True),
        "team:updated",
    ),
    add_team_members: Row(
        lambda actor, on: add_team_members(
            actor=actor, team=on.team, users=[on.outsider], role="member"
        ),
        "team:members-added",
        lambda on: on.team,
    ),
    change_team_role: Row(
        lambda actor, on: change_team_role(actor=actor, place=on.place, role="owner"),
        "team:member-updated",
    ),
    remove_team_member: Row(
        lambda actor, on: remove_team_member(actor=actor, place=on.place),
        "team:member-removed",
        lambda on: on.place,
    ),
    leave_team: Row(
        lambda actor, on: leave_team(actor=actor, place=on.place),
        "team:member-left",
        lambda on: on.place,
        person,
    ),
}
