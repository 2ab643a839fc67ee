"""One Roster and one registry for all interop tests of a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.images import Skopeo, write_image
from tests.interop.mail import mail_server
from tests.interop.processes import Installation, Serving, registry, require_tool, serving

__all__ = ["mail_server"]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("roster"))


@pytest.fixture(scope="session")
def server(installation: Installation) -> Iterator[Serving]:
    require_tool("skopeo")
    with serving(installation) as running:
        yield running


@pytest.fixture(scope="session")
def builder(server: Serving) -> dict[str, Any]:
    """A robot that may push and pull in acme/payments."""
    made: dict[str, Any] = server.installation.do("furnish")
    return made


@pytest.fixture(scope="session")
def host(server: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with registry(server.installation, tmp_path_factory.mktemp("registry")) as address:
        yield address


@pytest.fixture
def skopeo(tmp_path: Path, host: str) -> Skopeo:
    return Skopeo(tmp_path, host)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_image(tmp_path_factory.mktemp("image"))
