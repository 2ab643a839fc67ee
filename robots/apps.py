"""The app's name for Django."""

from django.apps import AppConfig


class RobotsConfig(AppConfig):
    name = "robots"
