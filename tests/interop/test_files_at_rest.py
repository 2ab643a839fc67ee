"""What lies in the data folder of a server that runs: nothing for others, and nobody's session."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.console import Console
from tests.interop.processes import Installation, Serving, eventually, serving

PASSWORD = "a long enough phrase"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Over a folder that was there, open to everybody, and a database that others could read."""
    folder = tmp_path_factory.mktemp("roster") / "data"
    folder.mkdir()
    folder.chmod(0o755)
    installation = Installation(folder)
    assert installation.manage("migrate").returncode == 0
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)
    with serving(installation) as running:
        yield running


def files(server: Serving) -> dict[str, Path]:
    found = server.installation.folder.iterdir()
    return {path.name: path for path in found if path.is_file()}


def open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def test_a_server_keeps_its_folder_and_its_files_to_itself(server: Serving) -> None:
    server.installation.do("furnish")
    found = files(server)
    assert {"keyring.json", "secret_key", "roster.sqlite3", "roster.sqlite3-wal"} <= set(found)
    assert [name for name, path in found.items() if open_to_others(path)] == []
    assert not open_to_others(server.installation.folder)


def umask_of(pid: int) -> str:
    (found,) = re.findall(r"^Umask:\t(\d+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return str(found)


def test_no_process_of_a_server_makes_files_for_others(server: Serving) -> None:
    jobs = eventually(lambda: server.child("run_jobs"), "jobs")
    workers = eventually(server.workers, "workers")
    everything = [server.process.pid, server.server_process(), *jobs, *workers]
    assert {umask_of(pid) for pid in everything} == {"0077"}


def test_the_cookie_of_who_is_signed_in_lies_in_no_file(server: Serving) -> None:
    owner = server.installation.do("organization", slug="initech", password=PASSWORD)["owner"]
    console = Console(server.installation.origin, "initech", owner, PASSWORD)
    assert "initech" in console.page("robots/")
    (key,) = [cookie.value for cookie in console.cookies if cookie.name == "roster-session"]
    assert key is not None
    content = {name: path.read_bytes() for name, path in files(server).items()}
    assert any(b"user:signed-in" in each for each in content.values())
    assert [name for name, each in content.items() if key.encode() in each] == []
