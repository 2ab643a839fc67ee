"""Addresses of figures of use."""

from django.urls import path

from robots.usage import api

api_of_robot = [path("usage/", api.RobotUsage.as_view(), name="robot-usage")]
api_of_organization = [path("usage/", api.OrganizationUsage.as_view(), name="usage")]
