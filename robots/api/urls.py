"""Addresses of the API that need robots; the last one is any other address."""

from django.urls import URLPattern, URLResolver, include, path

from console.api.resources import Nowhere
from robots.api import (
    explain,
    grants,
    me,
    personal_tokens,
    places,
    policy,
    robots,
    roles,
    teams,
    tokens,
    usage,
)

of_token = [
    path("", tokens.TokenResource.as_view(), name="token"),
    path("rotation/", tokens.TokenRotation.as_view(), name="token-rotation"),
    path("refresh/", tokens.TokenRefresh.as_view(), name="token-refresh"),
    path("secrets/<int:secret>/", tokens.SecretResource.as_view(), name="secret"),
]
of_robot: list[URLPattern | URLResolver] = [
    path("", robots.RobotResource.as_view(), name="robot"),
    path("access/", usage.RobotAccess.as_view(), name="robot-access"),
    path("usage/", usage.RobotUsage.as_view(), name="robot-usage"),
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/<uuid:token>/", include(of_token)),
]
of_team = [
    path("", teams.TeamResource.as_view(), name="team"),
    path("members/", teams.TeamMembers.as_view(), name="team-members"),
    path("members/<uuid:user>/", teams.TeamMemberResource.as_view(), name="team-member"),
    path("robots/", teams.TeamRobots.as_view(), name="team-robots"),
    path("robots/<uuid:robot>/", teams.TeamRobotResource.as_view(), name="team-robot"),
]
of_project = [
    path("", places.Project.as_view(), name="project"),
    path("policy/", policy.ProjectPolicyResource.as_view(), name="project-policy"),
    path("policy/preview/", policy.ProjectPolicyPreview.as_view(), name="project-policy-preview"),
]
of_organization: list[URLPattern | URLResolver] = [
    path("projects/<name:project>/", include(of_project)),
    path("repositories/<uuid:repository>/", places.Repository.as_view(), name="repository"),
    path("teams/", teams.Teams.as_view(), name="teams"),
    path("teams/<uuid:team>/", include(of_team)),
    path("grants/", grants.Grants.as_view(), name="grants"),
    path("grants/<uuid:grant>/", grants.GrantResource.as_view(), name="grant"),
    path("roles/", roles.Roles.as_view(), name="roles"),
    path("roles/<uuid:role>/", roles.RoleResource.as_view(), name="role"),
    path("role-tokens/", roles.RoleTokens.as_view(), name="role-tokens"),
    path("role-tokens/<uuid:token>/", roles.RoleTokenResource.as_view(), name="role-token"),
    path("robots/", robots.Robots.as_view(), name="robots"),
    path("robots/<uuid:robot>/", include(of_robot)),
    path("policy/", policy.PolicyResource.as_view(), name="policy"),
    path("policy/preview/", policy.PolicyPreview.as_view(), name="policy-preview"),
    path("usage/", usage.OrganizationUsage.as_view(), name="usage"),
    path("explain/", explain.Explain.as_view(), name="explain"),
    path("reach/", explain.Reach.as_view(), name="reach"),
]
of_personal_token = [
    path("", personal_tokens.PersonalToken.as_view(), name="personal-token"),
    path(
        "rotation/", personal_tokens.PersonalTokenRotation.as_view(), name="personal-token-rotation"
    ),
    path("refresh/", personal_tokens.PersonalTokenRefresh.as_view(), name="personal-token-refresh"),
]
of_me: list[URLPattern | URLResolver] = [
    path("", me.Me.as_view(), name="me"),
    path("token/", me.OwnToken.as_view(), name="own-token"),
    path("token/rotation/", me.OwnTokenRotation.as_view(), name="own-token-rotation"),
    path("tokens/", personal_tokens.PersonalTokens.as_view(), name="personal-tokens"),
    path("tokens/<uuid:token>/", include(of_personal_token)),
]
urlpatterns = [
    path("me/", include(of_me)),
    path("organizations/<slug:organization>/", include(of_organization)),
    path("<rest:rest>", Nowhere.as_view(), name="nowhere"),
]
