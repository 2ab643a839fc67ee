"""Addresses of what is held: roles, matrices, teams' robots, a project's robots and members."""

from django.urls import URLPattern, URLResolver, include, path

from robots.access.api import bulk, deletions, explain, grants
from robots.access.api import narrowing as narrowing_api
from robots.access.api import role_tokens as role_tokens_api
from robots.access.api import roles as roles_api
from robots.access.api import teams as teams_api
from robots.access.views import (
    additions,
    matrix,
    narrowing,
    organizations,
    project_members,
    projects,
    reach,
    repositories,
    role_tokens,
    roles,
    teams,
)

of_repository = [
    path("permissions/", matrix.repository_permissions, name="repository-permissions"),
    path("permissions/new/", additions.repository_access_add, name="repository-access-add"),
    path("reach/", reach.repository_reach, name="repository-reach"),
    path("reach.csv", reach.repository_reach_export, name="repository-reach-export"),
    path("deletion/", repositories.repository_delete, name="repository-delete"),
]
of_robot = [
    path("access/", reach.robot_access, name="robot-access"),
    path("access.csv", reach.robot_access_export, name="robot-access-export"),
    path("access/new/", additions.robot_access_add, name="robot-access-add"),
    path("access/narrowing/", narrowing.robot_narrow, name="robot-narrow"),
]
of_team = [
    path("permissions/new/", additions.team_access_add, name="team-access-add"),
    path("robots/", teams.team_robots, name="team-robots"),
    path("robots/new/", teams.team_robot_add, name="team-robot-add"),
    path("robots/<uuid:robot>/removal/", teams.team_robot_remove, name="team-robot-remove"),
    path("deletion/", teams.team_delete, name="team-delete"),
]
# Custom roles by UUID, built-in ones by what they are for and their name.
of_role = [
    path("", roles.role, name="role"),
    path("copy/", roles.role_create, name="role-copy"),
    path("settings/", roles.role_settings, name="role-settings"),
    path("deletion/", roles.role_delete, name="role-delete"),
    path("tokens/", role_tokens.role_tokens, name="role-tokens"),
    path("tokens/new/", role_tokens.role_token_create, name="role-token-create"),
]
of_builtin_role = [
    path("", roles.role, name="builtin-role"),
    path("copy/", roles.role_create, name="builtin-role-copy"),
    path("tokens/", role_tokens.role_tokens, name="builtin-role-tokens"),
    path("tokens/new/", role_tokens.role_token_create, name="builtin-role-token-create"),
]
of_project = [
    path("robots/", projects.project_robots, name="project-robots"),
    path("members/", project_members.project_members, name="project-members"),
    path("members/new/", project_members.project_member_create, name="project-member-create"),
    path("members/<uuid:grant>/", project_members.project_member, name="project-member"),
    path(
        "members/<uuid:grant>/deletion/",
        project_members.project_member_delete,
        name="project-member-delete",
    ),
    path("reach/", reach.project_reach, name="project-reach"),
    path("reach.csv", reach.project_reach_export, name="project-reach-export"),
    path("reach/new/", additions.project_access_add, name="project-access-add"),
    path("settings/", projects.project_settings, name="project-settings"),
    path("deletion/", projects.project_delete, name="project-delete"),
]
of_organization: list[URLPattern | URLResolver] = [
    path("settings/deletion/", organizations.organization_delete, name="organization-delete"),
    path("repositories/<uuid:repository>/", include(of_repository)),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/<uuid:team>/", include(of_team)),
    path("users/<uuid:member>/access/new/", additions.member_access_add, name="member-access-add"),
    path("roles/", roles.role_list, name="role-list"),
    path("roles/new/", roles.role_create, name="role-create"),
    path("roles/<uuid:role>/", include(of_role)),
    path("roles/built-in/<name:scope>/<name:name>/", include(of_builtin_role)),
]

api_of_robot = [
    path("access/", explain.RobotAccess.as_view(), name="robot-access"),
    path(
        "unused-permissions/",
        narrowing_api.UnusedPermissions.as_view(),
        name="robot-unused-permissions",
    ),
    path("narrow/", narrowing_api.Narrowing.as_view(), name="robot-narrow"),
]
api_of_project = [path("", deletions.Project.as_view(), name="project")]
api_of_team = [
    path("", teams_api.TeamResource.as_view(), name="team"),
    path("members/", teams_api.TeamMembers.as_view(), name="team-members"),
    path("members/<uuid:user>/", teams_api.TeamMemberResource.as_view(), name="team-member"),
    path("robots/", teams_api.TeamRobots.as_view(), name="team-robots"),
    path("robots/<uuid:robot>/", teams_api.TeamRobotResource.as_view(), name="team-robot"),
]
api_of_organization: list[URLPattern | URLResolver] = [
    path("repositories/<uuid:repository>/", deletions.Repository.as_view(), name="repository"),
    path("teams/", teams_api.Teams.as_view(), name="teams"),
    path("teams/<uuid:team>/", include(api_of_team)),
    path("grants/", grants.Grants.as_view(), name="grants"),
    path("grants/bulk/", bulk.GrantsBulk.as_view(), name="grants-bulk"),
    path("grants/<uuid:grant>/", grants.GrantResource.as_view(), name="grant"),
    path("roles/", roles_api.Roles.as_view(), name="roles"),
    path("roles/<uuid:role>/", roles_api.RoleResource.as_view(), name="role"),
    path("role-tokens/", role_tokens_api.RoleTokens.as_view(), name="role-tokens"),
    path(
        "role-tokens/<uuid:token>/", role_tokens_api.RoleTokenResource.as_view(), name="role-token"
    ),
    path("explain/", explain.Explain.as_view(), name="explain"),
    path("reach/", explain.Reach.as_view(), name="reach"),
]
