"""The audit log's checkpoints where several replicas write them: in one file of all, or in one each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.cluster.databases import primary
from tests.drills.cluster.replicas import Replica
from tests.drills.cluster.running import Prepared
from tests.interop.postgresql import PostgreSQL

Replicas = list[Replica]
# What somebody does who wants the newest event gone: it goes, and the chain ends where it ended before.
CUT = """
DELETE FROM console_event WHERE chain = %(chain)s AND number > %(number)s
"""


@pytest.fixture
def database(prepared: Prepared, tmp_path: Path) -> Iterator[PostgreSQL]:
    with primary(tmp_path, prepared.database) as server:
        yield server
