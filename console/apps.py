"""The app's name for Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
