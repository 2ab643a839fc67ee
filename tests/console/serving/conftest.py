"""The application over the tests' own verifiers and pages."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from console.serving.application import Application
from console.serving.callers import Proxies
from tests.console.serving.handlers import PROXY, Pages, gate


@pytest.fixture
def pages() -> Pages:
    """What stands behind the application for Django."""
    return Pages()


@pytest.fixture
def app(settings: Settings, pages: Pages) -> Iterator[Application]:
    gate.clear()
    here = "tests.console.serving.handlers"
    settings.FRONT_ROUTES = {
        "/echo": f"{here}.echo",
        "/echo/long": f"{here}.echo_long",
        "/hearing": f"{here}.hear",
        "/wait": f"{here}.wait",
        "/livez": f"{here}.live",
        "/recall": f"{here}.recall",
    }
    settings.PROXIES = Proxies()
    yield Application(pages)
    gate.set()


@pytest.fixture
def production(settings: Settings, app: Application) -> Application:
    settings.SECURE, settings.ROSTER_ORIGIN = True, "https://roster.example.com"
    settings.PROXIES = Proxies(PROXY)
    return app
