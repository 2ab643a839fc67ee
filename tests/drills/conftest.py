"""What a first start leaves, made once for all drills; and the figures that they tell."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from tests.drills.cluster.replicas import Replica
from tests.drills.cluster.running import Prepared
from tests.interop.conftest import prepared_data
from tests.interop.postgresql import postgresql

__all__ = ["prepared_data"]

_figures: list[str] = []


class Tell(Protocol):
    def __call__(self, words: str) -> None: ...


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Say a figure at the end of the run. Nothing is decided by one."""

    def note(words: str) -> None:
        _figures.append(f"{request.node.name}: {words}")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(_figures))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("prepared")
    shared = folder / "shared"
    shared.mkdir(mode=0o700)
    with postgresql(folder) as database:
        environment = {
            "ROSTER_ORIGIN": "https://localhost",
            "ROSTER_DATABASE_URL": database.url,
        }
        Replica("first", folder, shared, environment).do("prepare")
        database.stop()
        yield Prepared(database.folder, shared)
