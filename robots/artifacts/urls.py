"""Addresses of what registries say: of a repository's tags, of its use, and of a robot's."""

from django.urls import path

from robots.artifacts import api, views

of_organization = [
    path("repositories/<uuid:repository>/tags/", views.repository_tags, name="repository-tags"),
    path(
        "repositories/<uuid:repository>/activity/",
        views.repository_activity,
        name="repository-activity",
    ),
]
api_of_robot = [path("activity/", api.RobotActivity.as_view(), name="robot-activity")]
api_of_organization = [
    path(
        "repositories/<uuid:repository>/tags/",
        api.RepositoryTags.as_view(),
        name="repository-tags",
    ),
    path(
        "repositories/<uuid:repository>/activity/",
        api.RepositoryActivity.as_view(),
        name="repository-activity",
    ),
]
