"""Addresses of robots, by UUID, so that an old link never reaches a new robot."""

from django.urls import path

from robots.accounts.api import robots as api
from robots.accounts.views import bulk, editing, export, robots

of_robot = [
    path("", robots.robot, name="robot"),
    path("activity/", robots.robot_activity, name="robot-activity"),
    path("settings/", editing.robot_settings, name="robot-settings"),
    path("extension/", editing.robot_extend, name="robot-extend"),
    path("suspension/", robots.robot_disable, name="robot-disable"),
    path("resumption/", robots.robot_enable, name="robot-enable"),
    path("deletion/", robots.robot_delete, name="robot-delete"),
]
of_organization = [
    path("robots/", robots.robot_list, name="robot-list"),
    path("robots.csv", export.robot_export, name="robot-export"),
    path("robots/suspension/", bulk.robots_disable, name="robots-disable"),
    path("robots/resumption/", bulk.robots_enable, name="robots-enable"),
    path("robots/extension/", bulk.robots_extend, name="robots-extend"),
    path("robots/deletion/", bulk.robots_delete, name="robots-delete"),
    path("robots/settings/", bulk.robots_edit, name="robots-edit"),
    path("robots/copy/", bulk.robots_copy, name="robots-copy"),
    path("robots/refresh/", bulk.robots_refresh, name="robots-refresh"),
]
api_of_robot = [path("", api.RobotResource.as_view(), name="robot")]
