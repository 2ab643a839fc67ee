"""The app's name for Django."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
