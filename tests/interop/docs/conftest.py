"""A Roster for each page: two pages may make a robot account of the same name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.docs.pages import guide
from tests.interop.processes import Installation, Serving, serving

__all__ = ["guide"]


@pytest.fixture
def server(prepared_data: Path, tmp_path: Path) -> Iterator[Serving]:
    with serving(Installation.copied(prepared_data, tmp_path / "roster")) as running:
        yield running


@pytest.fixture
def builder(server: Serving) -> dict[str, Any]:
    """A robot that may push and pull in acme/payments."""
    made: dict[str, Any] = server.installation.do("furnish")
    return made


@pytest.fixture
def personal_token(server: Serving, builder: dict[str, Any]) -> str:
    """A personal token of acme's owner."""
    return str(server.installation.do("personal_token")["secret"])
