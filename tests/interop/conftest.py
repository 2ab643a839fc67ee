"""One Roster and one registry for all interop tests of a run."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.fronts import asked, front, fronts, robots
from tests.interop.images import Skopeo, write_image
from tests.interop.mail import mail_server
from tests.interop.processes import Installation, Serving, registry, require_tool, serving

__all__ = ["asked", "front", "fronts", "mail_server", "robots"]


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that a first start leaves, to be copied: made once for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    shared: Path = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    prepared, unfinished = shared / "prepared-data", shared / "unfinished-data"
    with (shared / "prepared-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            Installation(unfinished).do("prepare")
            unfinished.rename(prepared)
    return prepared


@pytest.fixture(scope="session")
def installation(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation.copied(prepared_data, tmp_path_factory.mktemp("roster"))


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
def personal_token(server: Serving, builder: dict[str, Any]) -> str:
    """A personal token of acme's owner."""
    return str(server.installation.do("personal_token")["secret"])


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
