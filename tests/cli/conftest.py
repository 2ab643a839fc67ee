"""A shell for each test, and what it may talk to: nobody, a stand-in, or Roster itself."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from robots.models import Robot
from robots.secrets import signing_keys
from teams.models import User
from tests.api.callers import token_of
from tests.cli.jobs import REGISTRY, Workplace
from tests.cli.keyrings import know_keyrings
from tests.cli.shells import Shell
from tests.cli.standins import SECRET, StandIn, standing_in
from tests.conftest import Cast
from tests.robots.trusts.foreign import Issuer, trusting
from tests.wsgi import mount

As = Callable[[User | Robot], Shell]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def rings(shell: Shell) -> Shell:
    """A shell whose Python knows three keyrings."""
    know_keyrings(shell)
    return shell


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


@pytest.fixture
def here(shell: Shell, standin: StandIn) -> Shell:
    """A shell that is logged in at the stand-in."""
    shell.log_in(standin.url, SECRET, "acme")
    return shell


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens, and nobody else will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def as_(live_server: LiveServer, cast: Cast, tmp_path: Path) -> As:
    """The shell of somebody who is logged in to acme."""

    def shell_of(owner: User | Robot) -> Shell:
        home = tmp_path / str(owner.uuid)
        home.mkdir()
        shell = Shell(home)
        shell.log_in(live_server.url, token_of(owner)[1], cast.organization.slug)
        return shell

    return shell_of


@pytest.fixture
def roster(as_: As, cast: Cast) -> Shell:
    """The owner's shell."""
    return as_(cast.owner)


@pytest.fixture
def job(
    live_server: LiveServer, cast: Cast, settings: Settings, signer: Issuer
) -> Iterator[Workplace]:
    """Somewhere a job of project 7 may log in as the cast's robot."""
    server = live_server.thread.httpd
    pages = server.get_app()
    assert pages is not None
    server.set_app(mount(pages))
    settings.ROSTER_ORIGIN = live_server.url
    settings.ROSTER_REGISTRY_HOST = REGISTRY
    signing_keys.forget()
    yield Workplace(live_server.url, trusting(cast, signer), signer)
    server.set_app(pages)


@pytest.fixture
def signer() -> Issuer:
    """The issuer of jobs, whose keys are pasted."""
    return Issuer()
