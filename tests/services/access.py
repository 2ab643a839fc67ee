"""The services about what is held where: levels, tokens for roles, and deletions that take grants along."""

from robots.access.services.deletions import delete_project, delete_repository, delete_team
from robots.access.services.matrix import LevelChange, change_levels
from robots.access.services.roles import (
    RoleAt,
    create_role_token,
    create_role_token_by_link,
    delete_role,
)
from tests.services.row import Row, Rows, owner

ROWS: Rows = {
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
    delete_team: Row(
        lambda actor, on: delete_team(actor=actor, team=on.team), "team:deleted", lambda on: on.team
    ),
}
