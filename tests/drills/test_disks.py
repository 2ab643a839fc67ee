"""A disk that is full, and one that takes nothing any more: what is said is true, and nothing is lost."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.disks import Disk, small_disk
from tests.drills.installations import LIMITS, over
from tests.drills.traffic import Traffic, require_calm, traffic
from tests.interop.console import Console, Refused
from tests.interop.postgresql import PostgreSQL, reachable, running
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


def test_checkpoints_that_a_full_disk_cut_off_are_written_when_there_is_room(
    own: Installation, disk: Disk
) -> None:
    own.do("furnish")
    assert own.manage("run_jobs", "audit-checkpoints").returncode == 0
    file = own.folder / "audit-checkpoints.jsonl"
    before = file.read_bytes()
    own.do("robot_in", project="payments", name="another")
    disk.fill()
    done = own.manage("run_jobs", "audit-checkpoints")
    assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (1, False), done
    disk.free()
    assert own.manage("run_jobs", "audit-checkpoints").returncode == 0
    assert file.read_bytes().startswith(before)
    verified = own.manage("verify_audit")
    assert verified.returncode == 0, verified.stdout


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


def fill(disk: Disk) -> None:
    disk.fill()


def break_down(disk: Disk) -> None:
    disk.break_down()


@pytest.mark.parametrize("how", [fill, break_down])
def test_a_start_without_room_is_refused_in_one_line(
    own: Installation, disk: Disk, how: Callable[[Disk], None]
) -> None:
    how(disk)
    assert own.refusal("serve").startswith("roster: error: ")


@contextmanager
def tight(folder: Path) -> Iterator[tuple[PostgreSQL, Disk]]:
    """A PostgreSQL whose data, its log of transactions included, is on a small disk."""
    with reachable(folder, "disk") as place:
        place.chmod(0o711)
        with small_disk(place, 160) as disk, running(PostgreSQL(disk.folder)) as database:
            yield database, disk


def test_postgresql_on_a_full_disk(tmp_path: Path) -> None:
    with tight(tmp_path) as (database, disk):
        own = over(database, tmp_path)
        with serving(own) as server:
            with traffic(own) as programs:
                disk.fill()
                programs.fails()
                assert fetch(f"{own.origin}/livez")[0] == 200
                disk.free()
                eventually(lambda: is_back(database), "PostgreSQL answers")
                programs.flows()
                eventually(server.is_ready, "it is ready")
            programs.require_kept()
            require_calm(server.output)


def is_back(database: PostgreSQL) -> bool:
    """Without room for its log it ends, and whoever runs it starts it again."""
    if database.process is None or database.process.poll() is not None:
        database.start()
    return database.answers()
