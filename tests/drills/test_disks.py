"""A disk that is full, and one that takes nothing any more: what is said is true, and nothing is lost."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.disks import Disk, small_disk
from tests.drills.installations import LIMITS
from tests.drills.traffic import Traffic, require_calm, traffic
from tests.interop.console import Console, Refused
from tests.interop.processes import Installation, eventually, fetch, serving

PASSWORD = "a long enough phrase"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path, 64) as made:
        yield made


@pytest.fixture
def own(prepared_data: Path, disk: Disk) -> Installation:
    """All of it on the small disk: database, keys, checkpoints, log, and what its processes share."""
    folder, temporary = disk.folder / "roster", disk.folder / "tmp"
    shutil.copytree(prepared_data, folder)
    temporary.mkdir()
    return Installation(folder, TMPDIR=str(temporary), **LIMITS)


def readiness(own: Installation) -> object:
    return json.loads(fetch(f"{own.origin}/readyz")[1])


def require_reading_alone(own: Installation, programs: Traffic, console: Console) -> None:
    """Verifiers answer, changes do not, and everybody is told in words."""
    programs.fails("creation")
    before = programs.told.answers("kept", 200)
    eventually(lambda: programs.told.answers("kept", 200) > before + 10, "verifiers answer")
    eventually(lambda: readiness(own) == {"status": "ok", "degraded": ["disk"]}, "it says so")
    assert fetch(f"{own.origin}/livez")[0] == 200
    with pytest.raises(Refused, match="The database does not answer") as refused:
        console.send("projects/new/", slug="another", name="Another")
    assert refused.value.status == 503


def signed_in(own: Installation) -> Console:
    """The owner of an organization, whose audit log has begun."""
    email = own.do("organization", slug="globex", password=PASSWORD)["owner"]
    console = Console(own.origin, "globex", email, PASSWORD)
    console.send("projects/new/", slug="web", name="Web")
    return console


def test_on_a_full_disk_verifiers_answer_and_nothing_is_lost(own: Installation, disk: Disk) -> None:
    with serving(own) as server:
        console = signed_in(own)
        with traffic(own) as programs:
            disk.fill()
            require_reading_alone(own, programs, console)
            workers = server.workers()
            disk.free()
            programs.flows()
            assert server.workers() == workers, "somebody died of it"
            eventually(lambda: readiness(own) == {"status": "ok"}, "it is ready, with all it needs")
        assert own.manage("run_jobs", "audit-checkpoints").returncode == 0
        programs.require_kept()
        require_calm(server.output)


def test_a_disk_that_breaks_down_takes_no_change_and_verifiers_answer(
    own: Installation, disk: Disk
) -> None:
    with serving(own) as server:
        console = signed_in(own)
        with traffic(own) as programs:
            disk.break_down()
            require_reading_alone(own, programs, console)
        assert programs.told.wrong == []
        assert server.stop() == 0
        require_calm(server.output)
