"""Where robot accounts are made."""

from django.urls import path

from robots.creation.api import robots as api
from robots.creation.views import robots

of_robot = [path("copy/", robots.robot_copy, name="robot-copy")]
of_organization = [
    path("robots/new/", robots.robot_create, name="robot-create"),
    path("robots/new/token/", robots.robot_token_create, name="robot-token-create"),
]
api_of_organization = [path("robots/", api.Robots.as_view(), name="robots")]
