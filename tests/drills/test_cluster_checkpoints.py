"""The audit log's checkpoints where several replicas write them: in one file of all, or in a file each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.cluster.databases import primary
from tests.drills.cluster.replicas import Replica
from tests.drills.cluster.running import PLACES, Prepared, replicas_of
from tests.interop.postgresql import PostgreSQL

# What somebody does in the database who wants an older end of the chains to be the newest.
REMEMBER = "CREATE TABLE older AS SELECT * FROM console_audithead"
CUT = """
DELETE FROM console_event USING older
WHERE console_event.chain = older.chain AND console_event.number > older.number;
UPDATE console_audithead SET number = older.number, link = older.link, root_number = older.root_number,
    seal = older.seal, checkpointed = older.checkpointed, checkpoint_place = older.checkpoint_place
FROM older WHERE console_audithead.chain = older.chain
"""


@pytest.fixture
def database(prepared: Prepared, tmp_path: Path) -> Iterator[PostgreSQL]:
    with primary(tmp_path, prepared.database) as server:
        yield server


@pytest.fixture
def replicas(database: PostgreSQL, prepared: Prepared, tmp_path: Path) -> list[Replica]:
    """Without servers: what their jobs do is done by hand. Something has happened in acme."""
    environment = {"ROSTER_ORIGIN": "https://localhost", "ROSTER_DATABASE_URL": database.url}
    made = replicas_of(tmp_path, prepared, environment)
    made[0].act("furnish")
    return made


def write(replica: Replica) -> None:
    """What the job does that runs hourly on one of the replicas."""
    assert replica.manage("run_jobs", "audit-checkpoints").returncode == 0


def verdict(replica: Replica) -> tuple[int, str]:
    """Exit code and last line of verifying."""
    done = replica.manage("verify_audit")
    return done.returncode, done.stdout.splitlines()[-1]


def test_all_go_on_in_one_file(replicas: list[Replica]) -> None:
    file = Path(replicas[0].environment["ROSTER_AUDIT_CHECKPOINTS"])
    for number, replica in enumerate(replicas):
        replica.act("tokens", name=f"of-{replica.name}", count=1)
        write(replicas[number])
    lines = file.read_text().count("\n")
    assert lines > len(PLACES)
    for replica in replicas:
        code, line = verdict(replica)
        assert (code, f"{lines} checkpoints: all in order" in line) == (0, True), line


def test_with_a_file_each_the_one_who_wrote_last_knows_most(
    replicas: list[Replica], database: PostgreSQL
) -> None:
    for replica in replicas:
        replica.environment["ROSTER_AUDIT_CHECKPOINTS"] = str(replica.folder / "checkpoints.jsonl")
    first, second, third = replicas
    write(first)
    database.run(REMEMBER)
    first.act("tokens", name="later", count=1)
    write(second)
    assert [verdict(replica)[0] for replica in replicas] == [0, 0, 0]
    database.run(CUT)
    assert [verdict(replica)[0] for replica in (first, third)] == [0, 0]
    code, line = verdict(second)
    assert (code, "fault" in line) == (1, True)
