"""Addresses of robots and tokens, by UUID, so that an old link never reaches a new robot."""

from django.urls import URLPattern, URLResolver, include, path

from robots.views import (
    addresses,
    bulk,
    editing,
    export,
    handovers,
    matrix,
    needs,
    overview,
    personal_tokens,
    policy,
    project_members,
    projects,
    repositories,
    robots,
    role_tokens,
    roles,
    secrets,
    teams,
    token_expiry,
    token_search,
    tokens,
)

of_token: list[URLPattern] = [
    path("", tokens.token, name="token"),
    path("download/", tokens.token_download, name="token-download"),
    path("addresses/", addresses.token_addresses, name="token-addresses"),
    path("expiry/", token_expiry.token_expiry, name="token-expiry"),
    path("suspension/", tokens.token_disable, name="token-disable"),
    path("resumption/", tokens.token_enable, name="token-enable"),
    path("deletion/", tokens.token_delete, name="token-delete"),
    path("rotation/", secrets.token_rotate, name="token-rotate"),
    path("refresh/", secrets.token_refresh, name="token-refresh"),
    path("secrets/<int:secret>/ending/", secrets.secret_end, name="secret-end"),
    path(
        "handovers/<uuid:handover>/withdrawal/",
        handovers.handover_withdraw,
        name="handover-withdraw",
    ),
]
of_robot: list[URLPattern | URLResolver] = [
    path("", robots.robot, name="robot"),
    path("access/", robots.robot_access, name="robot-access"),
    path("activity/", robots.robot_activity, name="robot-activity"),
    path("settings/", editing.robot_settings, name="robot-settings"),
    path("extension/", editing.robot_extend, name="robot-extend"),
    path("addresses/", addresses.robot_addresses, name="robot-addresses"),
    path("suspension/", robots.robot_disable, name="robot-disable"),
    path("resumption/", robots.robot_enable, name="robot-enable"),
    path("deletion/", robots.robot_delete, name="robot-delete"),
    path("refresh/", secrets.robot_refresh, name="robot-refresh"),
    path("tokens/new/", tokens.token_create, name="token-create"),
    path("tokens/<uuid:token>/", include(of_token)),
]
of_repository: list[URLPattern | URLResolver] = [
    path("permissions/", matrix.repository_permissions, name="repository-permissions"),
    path("reach/", matrix.repository_reach, name="repository-reach"),
    path("deletion/", repositories.repository_delete, name="repository-delete"),
]
of_team: list[URLPattern | URLResolver] = [
    path("robots/", teams.team_robots, name="team-robots"),
    path("robots/new/", teams.team_robot_add, name="team-robot-add"),
    path("robots/<uuid:robot>/removal/", teams.team_robot_remove, name="team-robot-remove"),
    path("deletion/", teams.team_delete, name="team-delete"),
]
# Custom roles by UUID, built-in ones by what they are for and their name.
of_role: list[URLPattern] = [
    path("", roles.role, name="role"),
    path("copy/", roles.role_create, name="role-copy"),
    path("settings/", roles.role_settings, name="role-settings"),
    path("deletion/", roles.role_delete, name="role-delete"),
    path("tokens/", role_tokens.role_tokens, name="role-tokens"),
    path("tokens/new/", role_tokens.role_token_create, name="role-token-create"),
]
of_builtin_role: list[URLPattern] = [
    path("", roles.role, name="builtin-role"),
    path("copy/", roles.role_create, name="builtin-role-copy"),
    path("tokens/", role_tokens.role_tokens, name="builtin-role-tokens"),
    path("tokens/new/", role_tokens.role_token_create, name="builtin-role-token-create"),
]
of_project: list[URLPattern] = [
    path("robots/", projects.project_robots, name="project-robots"),
    path("members/", project_members.project_members, name="project-members"),
    path("members/new/", project_members.project_member_create, name="project-member-create"),
    path("members/<uuid:grant>/", project_members.project_member, name="project-member"),
    path(
        "members/<uuid:grant>/deletion/",
        project_members.project_member_delete,
        name="project-member-delete",
    ),
    path("settings/", projects.project_settings, name="project-settings"),
    path("settings/policy/", policy.project_policy, name="project-policy"),
    path("settings/policy/change/", policy.project_policy_change, name="project-policy-change"),
    path("deletion/", projects.project_delete, name="project-delete"),
]
of_organization: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("attention/<name:need>/", needs.need, name="need"),
    path("settings/policy/", policy.policy, name="policy"),
    path("settings/policy/change/", policy.policy_change, name="policy-change"),
    path("audit-log/token/", token_search.event_token, name="event-token"),
    path("repositories/<uuid:repository>/", include(of_repository)),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/<uuid:team>/", include(of_team)),
    path("robots/", robots.robot_list, name="robot-list"),
    path("robots/new/", robots.robot_create, name="robot-create"),
    path("robots.csv", export.robot_export, name="robot-export"),
    path("robots/suspension/", bulk.robots_disable, name="robots-disable"),
    path("robots/resumption/", bulk.robots_enable, name="robots-enable"),
    path("robots/extension/", bulk.robots_extend, name="robots-extend"),
    path("robots/deletion/", bulk.robots_delete, name="robots-delete"),
    path("robots/settings/", bulk.robots_edit, name="robots-edit"),
    path("robots/refresh/", bulk.robots_refresh, name="robots-refresh"),
    path("robots/<uuid:robot>/", include(of_robot)),
    path("projects/<name:project>/", include(of_project)),
    path("roles/", roles.role_list, name="role-list"),
    path("roles/new/", roles.role_create, name="role-create"),
    path("roles/<uuid:role>/", include(of_role)),
    path("roles/built-in/<name:scope>/<name:name>/", include(of_builtin_role)),
]

# The same pages of a person's own token.
of_personal_token: list[URLPattern] = [
    path("", tokens.token, name="personal-token"),
    path("download/", tokens.token_download, name="personal-token-download"),
    path("addresses/", addresses.token_addresses, name="personal-token-addresses"),
    path("expiry/", token_expiry.token_expiry, name="personal-token-expiry"),
    path("suspension/", tokens.token_disable, name="personal-token-disable"),
    path("resumption/", tokens.token_enable, name="personal-token-enable"),
    path("deletion/", tokens.token_delete, name="personal-token-delete"),
    path("rotation/", secrets.token_rotate, name="personal-token-rotate"),
    path("refresh/", secrets.token_refresh, name="personal-token-refresh"),
    path("secrets/<int:secret>/ending/", secrets.secret_end, name="personal-secret-end"),
]
of_everybody: list[URLPattern | URLResolver] = [
    path("account/tokens/", personal_tokens.personal_token_list, name="personal-token-list"),
    path(
        "account/tokens/new/",
        personal_tokens.personal_token_create,
        name="personal-token-create",
    ),
    path("account/tokens/<uuid:token>/", include(of_personal_token)),
    path("handover/<uuid:handover>/", handovers.handover_open, name="handover-open"),
    path(
        "handover/<uuid:handover>/download/", handovers.handover_download, name="handover-download"
    ),
    path("handover/<uuid:handover>/<slug:key>/", handovers.handover, name="handover"),
    path("o/<slug:organization>/", include(of_organization)),
]

urlpatterns = [path("", include((of_everybody, "robots")))]
