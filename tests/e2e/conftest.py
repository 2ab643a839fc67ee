"""The browser, the server it visits, and what no page may ever do."""

import copy
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Cast
from tests.database_copies import DatabaseCopies
from tests.e2e.bundles import write_bundles
from tests.e2e.logins import Logins, forget_uses
from tests.e2e.long_names import lengthen_all
from tests.e2e.scenes import Scene, give_passwords
from tests.e2e.watching import sign_in, watch
from tests.wsgi import mount

# Playwright runs an event loop in the tests' thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# The server answers several requests at once; in memory they would all share one connection.
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    _folder = tempfile.mkdtemp(prefix="database-", dir=settings.ROSTER_DATA)
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{_folder}/e2e.sqlite3"

# The server finds the one style sheet and the one script as `collectstatic` makes them, before their sources.
_served = Path(tempfile.mkdtemp(prefix="static-", dir=settings.ROSTER_DATA))
write_bundles(_served)
settings.STATICFILES_DIRS = [_served, *settings.STATICFILES_DIRS]

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
DESKTOP = {"width": 1280, "height": 800}
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(program).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed, and CI runs the browser tests")
        pytest.skip("chromium is not installed")
    return browser_type_launch_args | {"executable_path": program, "args": ARGUMENTS.split()}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Where the pages are, and ahead of them what machines ask, as in the product."""
    server = live_server.thread.httpd
    pages = server.get_app()
    assert pages is not None
    server.set_app(mount(pages))
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    return browser_context_args | {
        "base_url": base_url,
        "viewport": DESKTOP,
        "locale": "en-GB",
        "reduced_motion": "reduce",
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What pages did that no page may do; every test ends with none."""
    seen: list[str] = []
    yield seen
    assert seen == []


@pytest.fixture
def new_context(new_context: NewContext, faults: list[str], base_url: str) -> NewContext:
    def watched(**arguments: Any) -> BrowserContext:
        context = new_context(**arguments)
        context.set_default_timeout(10_000)
        watch(context, base_url, faults)
        return context

    return watched


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    """Counters of sign-ins stand in the cache, which the end of a test does not empty."""
    cache.clear()


@pytest.fixture
def scene(cast: Cast, copies: DatabaseCopies) -> Scene:
    made: Scene = copies.begin_with("scene", lambda: Scene.of(cast))
    return copy.deepcopy(made)


@pytest.fixture
def long_scene(scene: Scene) -> Scene:
    """The same, and everything in it is called as long as it may be."""
    lengthen_all()
    return scene


@pytest.fixture
def logins(base_url: str) -> Logins:
    forget_uses()
    return Logins(base_url)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def owner_page(new_context: NewContext, scripts: bool, cast: Cast, base_url: str) -> Page:
    """A page of a browser in which the owner is signed in, with scripts and without."""
    give_passwords({"owner": cast.owner})
    context = new_context(java_script_enabled=scripts)
    sign_in(context, cast.owner, base_url)
    return context.new_page()
