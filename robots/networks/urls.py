"""Addresses of an organization's networks for robots."""

from django.urls import path

from robots.networks import api, views

of_organization = [
    path("settings/networks/", views.robot_networks, name="robot-networks"),
    path("settings/networks/change/", views.robot_networks_change, name="robot-networks-change"),
]
api_of_organization = [
    path("robot-networks/", api.RobotNetworksResource.as_view(), name="robot-networks"),
    path(
        "robot-networks/preview/", api.RobotNetworksPreview.as_view(), name="robot-networks-preview"
    ),
]
