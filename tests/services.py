"""Every service that names its actor: how it is called, and the event that it writes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.audit.services import note_export
from console.organizations.services import (
    change_repository,
    create_project,
    create_repository,
    rename_organization,
    update_project,
)
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project, delete_repository, delete_team
from robots.access.services.matrix import LevelChange, change_levels
from robots.access.services.roles import (
    RoleAt,
    create_role_token,
    create_role_token_by_link,
    delete_role,
)
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.editing import update_robot
from robots.accounts.services.expiry import extend_robot
from robots.accounts.services.robots import create_robot, delete_robot, disable_robot, enable_robot
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Token, TokenPolicy
from robots.policies.services import change_policy
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.handovers import create_link, create_token_by_link, withdraw_link
from robots.tokens.services.secrets import end_secret, refresh_token, rotate_token
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from robots.tokens.services.update import update_token
from teams.grants.services import GrantSpec, change_grant, give, take
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
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    leave_team,
    remove_team_member,
    update_team,
)
from teams.users.services import change_profile, create_organization
from tests.factories import UserFactory
from tests.fixtures import INVITED
from tests.stage import Stage, soon

PUSH = frozenset({Permission.ARTIFACT_PUSH})


@dataclass(frozen=True)
class Row:
    """How a service is called, the action of its event, and what that is about (else what it returns)."""

    call: Callable[[Any, Stage], Any]
    action: str
    target: Callable[[Stage], Any] | None = None
    # Those who do it to themselves have no other actor.
    actor: Callable[[Stage], User] | None = None


def invited(stage: Stage) -> User:
    found: User = UserFactory(email=INVITED)
    return found


def person(stage: Stage) -> User:
    return stage.person


# A link is a person's, who has to hold what it confers when it is opened.
def owner(stage: Stage) -> User:
    return stage.owner


def only_secret(token: Token) -> int:
    return token.secrets.live().get().pk


ROWS: dict[Callable[..., Any], Row] = {
    rename_organization: Row(
        lambda actor, on: rename_organization(
            actor=actor, organization=on.organization, name="Works"
        ),
        "organization:updated",
    ),
    create_project: Row(
        lambda actor, on: create_project(
            actor=actor, organization=on.organization, slug="infra", name="Infra"
        ),
        "project:created",
    ),
    update_project: Row(
        lambda actor, on: update_project(
            actor=actor, project=on.project, name="X", description="x", public=True
        ),
        "project:updated",
    ),
    create_repository: Row(
        lambda actor, on: create_repository(actor=actor, project=on.project, name="web"),
        "repository:created",
    ),
    change_repository: Row(
        lambda actor, on: change_repository(
            actor=actor, repository=on.repository, description="x", public=True
        ),
        "repository:updated",
    ),
    delete_repository: Row(
        lambda actor, on: delete_repository(actor=actor, repository=on.repository),
        "repository:deleted",
        lambda on: on.repository,
    ),
    delete_project: Row(
        lambda actor, on: delete_project(actor=actor, project=on.project),
        "project:deleted",
        lambda on: on.project,
    ),
    change_levels: Row(
        lambda actor, on: change_levels(
            actor=actor, repository=on.repository, changes=[LevelChange(on.outsider, "", "read")]
        ),
        "repository:permissions-changed",
        lambda on: on.repository,
    ),
    give: Row(
        lambda actor, on: give(
            actor=actor,
            holder=on.outsider,
            spec=GrantSpec(on.organization, on.project, role="project:guest"),
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
    create_organization: Row(
        lambda actor, on: create_organization(actor=actor, slug="initech", name="Initech"),
        "organization:created",
        actor=person,
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
    delete_role: Row(
        lambda actor, on: delete_role(actor=actor, role=on.role), "role:deleted", lambda on: on.role
    ),
    create_role_token: Row(
        lambda actor, on: (
            create_role_token(
                actor=actor, role=RoleAt(on.organization, custom=on.role), name="t", kind="compact"
            ).token
        ),
        "token:created",
    ),
    create_role_token_by_link: Row(
        lambda actor, on: (
            create_role_token_by_link(
                actor=actor, role=RoleAt(on.organization, custom=on.role), name="t", kind="compact"
            ).handover.token
        ),
        "token:created",
        actor=owner,
    ),
    create_team: Row(
        lambda actor, on: create_team(actor=actor, organization=on.organization, name="docs"),
        "team:created",
    ),
    update_team: Row(
        lambda actor, on: update_team(actor=actor, team=on.team, description="x", secret=True),
        "team:updated",
    ),
    delete_team: Row(
        lambda actor, on: delete_team(actor=actor, team=on.team), "team:deleted", lambda on: on.team
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
    add_team_robots: Row(
        lambda actor, on: add_team_robots(actor=actor, team=on.team, robots=[on.spare]),
        "team:robots-added",
        lambda on: on.team,
    ),
    remove_team_robot: Row(
        lambda actor, on: remove_team_robot(actor=actor, team=on.team, robot=on.in_team),
        "team:robot-removed",
        lambda on: on.team,
    ),
    create_robot: Row(
        lambda actor, on: create_robot(actor=actor, organization=on.organization, name="new"),
        "robot:created",
    ),
    disable_robot: Row(
        lambda actor, on: disable_robot(actor=actor, robot=on.robot), "robot:disabled"
    ),
    enable_robot: Row(lambda actor, on: enable_robot(actor=actor, robot=on.robot), "robot:enabled"),
    delete_robot: Row(
        lambda actor, on: delete_robot(actor=actor, robot=on.robot),
        "robot:deleted",
        lambda on: on.robot,
    ),
    create_token: Row(
        lambda actor, on: create_token(actor=actor, robot=on.robot, name="t", kind="compact").token,
        "token:created",
    ),
    create_personal_token: Row(
        lambda actor, on: create_personal_token(actor=actor, name="t", kind="compact").token,
        "token:created",
        actor=person,
    ),
    create_token_by_link: Row(
        lambda actor, on: (
            create_token_by_link(
                actor=actor, robot=on.robot, name="t", kind="compact"
            ).handover.token
        ),
        "token:created",
        actor=owner,
    ),
    create_link: Row(
        lambda actor, on: (
            create_link(
                actor=actor, token=on.fresh, purpose="refresh", kind="compact"
            ).handover.token
        ),
        "handover:created",
        actor=owner,
    ),
    withdraw_link: Row(
        lambda actor, on: withdraw_link(actor=actor, handover=on.token.handovers.get()),
        "handover:withdrawn",
        lambda on: on.token,
    ),
    rotate_token: Row(
        lambda actor, on: (
            rotate_token(
                actor=actor, token=on.fresh, current=only_secret(on.fresh), kind="compact"
            ).token
        ),
        "token:rotated",
    ),
    refresh_token: Row(
        lambda actor, on: (
            refresh_token(
                actor=actor, token=on.fresh, current=only_secret(on.fresh), kind="compact"
            ).token
        ),
        "token:refreshed",
    ),
    end_secret: Row(
        lambda actor, on: end_secret(
            actor=actor, token=on.token, secret_id=on.token.secrets.earliest("id").pk
        ),
        "secret:ended",
        lambda on: on.token,
    ),
    disable_token: Row(
        lambda actor, on: disable_token(actor=actor, token=on.fresh), "token:disabled"
    ),
    enable_token: Row(
        lambda actor, on: enable_token(actor=actor, token=on.stopped), "token:enabled"
    ),
    update_token: Row(
        lambda actor, on: update_token(actor=actor, token=on.fresh, disabled=True), "token:disabled"
    ),
    change_token_expiry: Row(
        lambda actor, on: change_token_expiry(actor=actor, token=on.token, expires_at=soon()),
        "token:expiry-changed",
        lambda on: on.token,
    ),
    change_token_addresses: Row(
        lambda actor, on: change_token_addresses(
            actor=actor, token=on.token, addresses="10.0.0.0/8"
        ),
        "token:addresses-changed",
        lambda on: on.token,
    ),
    change_robot_addresses: Row(
        lambda actor, on: change_robot_addresses(
            actor=actor, robot=on.robot, addresses="10.0.0.0/8"
        ),
        "robot:addresses-changed",
        lambda on: on.robot,
    ),
    extend_robot: Row(
        lambda actor, on: extend_robot(actor=actor, robot=on.robot, expires_at=soon()),
        "robot:extended",
        lambda on: on.robot,
    ),
    update_robot: Row(
        lambda actor, on: update_robot(actor=actor, robot=on.robot, description="x"),
        "robot:updated",
        lambda on: on.robot,
    ),
    change_policy: Row(
        lambda actor, on: change_policy(actor=actor, policy=on.rule, unused_days=30),
        "policy:updated",
        lambda on: TokenPolicy.objects.get(organization=on.organization, project=None),
    ),
    note_export: Row(
        lambda actor, on: note_export(
            actor=actor, organization=on.organization, form="csv", filters={}
        ),
        "audit-log:exported",
        lambda on: on.organization,
    ),
    delete_token: Row(
        lambda actor, on: delete_token(actor=actor, token=on.token),
        "token:deleted",
        lambda on: on.token,
    ),
}
