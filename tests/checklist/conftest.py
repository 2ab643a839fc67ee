"""What Roster answers, gathered once for all requirements that are about every answer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from robots.secrets import signing_keys
from tests.checklist import ROOT
from tests.checklist.answers import Answer, every
from tests.conftest import Cast
from tests.console.reading import environment_of
from tests.console.test_settings import PRODUCTION
from tests.interop.processes import Installation, Serving, serving
from tests.robots.trusts.foreign import Issuer

_answers: list[Answer] = []
Got = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    """Those that another test made went with its rows."""
    signing_keys.forget()


@pytest.fixture
def answers(
    furnished: Cast, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> list[Answer]:
    """Every answer, of every address and of what goes wrong."""
    if not _answers:
        settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
        _answers.extend(every(furnished, settings.STATIC_ROOT))
    return _answers


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Got:
    """What a browser gets of an installation in production, over https."""
    environment = environment_of(tmp_path_factory.mktemp("production"), PRODUCTION)
    done = subprocess.run(
        [sys.executable, "-m", "tests.checklist.production"],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "console.settings"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Got = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def signer() -> Issuer:
    """Somebody else's issuer, whose keys are pasted."""
    return Issuer()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A running server with an installation of its own."""
    with serving(Installation(tmp_path_factory.mktemp("server") / "data")) as running:
        yield running
