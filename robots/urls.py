"""Addresses of robots and tokens, by UUID, so that an old link never reaches a new robot."""

from django.urls import URLPattern, URLResolver, include, path

from robots.views import overview, robots, tokens

of_token: list[URLPattern] = [
    path("", tokens.token, name="token"),
    path("download/", tokens.token_download, name="token-download"),
    path("deletion/", tokens.token_delete, name="token-delete"),
]
of_robot: list[URLPattern | URLResolver] = [
    path("", robots.robot, name="robot"),
    path("access/", robots.robot_access, name="robot-access"),
    path("activity/", robots.robot_activity, name="robot-activity"),
    path("settings/", robots.robot_settings, name="robot-settings"),
    path("suspension/", robots.robot_disable, name="robot-disable"),
    path("resumption/", robots.robot_enable, name="robot-enable"),
    path("deletion/", robots.robot_delete, name="robot-delete"),
    path("tokens/new/", tokens.token_create, name="token-create"),
    path("tokens/<uuid:token>/", include(of_token)),
]
of_organization: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("robots/", robots.robot_list, name="robot-list"),
    path("robots/new/", robots.robot_create, name="robot-create"),
    path("robots/<uuid:robot>/", include(of_robot)),
    path("projects/<name:project>/robots/", robots.project_robots, name="project-robots"),
]

urlpatterns = [path("o/<slug:organization>/", include((of_organization, "robots")))]
