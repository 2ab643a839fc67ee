"""The app's name for Django, and the parts of addresses that all apps may use."""

from django.apps import AppConfig
from django.urls import register_converter

from console.converters import NameConverter, RestConverter


class ConsoleConfig(AppConfig):
    name = "console"

    def ready(self) -> None:
        register_converter(NameConverter, "name")
        register_converter(RestConverter, "rest")
