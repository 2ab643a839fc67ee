"""The app's name for Django, and the parts of addresses that all apps may use."""

from django.apps import AppConfig
from django.urls import register_converter

from console.converters import NameConverter, RestConverter
from console.databases import folding, locks, overlapping


class ConsoleConfig(AppConfig):
    name = "console"

    def ready(self) -> None:
        folding.install()
        locks.install()
        overlapping.install()
        register_converter(NameConverter, "name")
        register_converter(RestConverter, "rest")
