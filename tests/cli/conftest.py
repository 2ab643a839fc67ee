"""A shell for each test, and what it may talk to."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shells import Shell
from tests.cli.standins import StandIn, standing_in


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens, and nobody else will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
