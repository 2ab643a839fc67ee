"""A keyring that does not belong to the database is used by nothing, and nothing makes one by mistake."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.asking import token_status
from tests.interop.postgresql import on_postgresql, postgresql
from tests.interop.processes import Installation, eventually, fetch, serving

USING_KEYS = (
    "serve",
    "run_jobs",
    "run_jobs --once",
    "verify_audit",
    "keyring",
    "keyring --add",
    "rotate_signing_key registry",
    "account_link owner@example.com",
)


@pytest.fixture(scope="module")
def furnished_data(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one that was started before, with an organization: to be copied."""
    installation = Installation.copied(prepared_data, tmp_path_factory.mktemp("furnished"))
    installation.do("furnish")
    return installation.folder


@pytest.fixture
def own(furnished_data: Path, tmp_path: Path) -> Installation:
    return Installation.copied(furnished_data, tmp_path / "roster")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keyring of another installation, with the same numbers; tests only read it."""
    folder = tmp_path_factory.mktemp("other")
    file = folder / "keyring.json"
    made = Installation(folder, ROSTER_KEYRING_FILE=str(file)).manage("keyring", "--init")
    assert made.returncode == 0, made.stderr
    return file


@pytest.mark.parametrize("command", USING_KEYS)
def test_one_of_the_same_numbers_is_refused(own: Installation, other: Path, command: str) -> None:
    shutil.copy(other, own.folder / "keyring.json")
    assert "was made with: root 1 does not fit; restore it" in own.refusal(*command.split())
    assert (own.folder / "keyring.json").read_bytes() == other.read_bytes()


@pytest.mark.parametrize("command", USING_KEYS)
def test_a_mistyped_name_makes_no_file(own: Installation, command: str) -> None:
    mistyped = own.folder / "kering" / "keyring.json"
    own.environment["ROSTER_KEYRING_FILE"] = str(mistyped)
    line = own.refusal(*command.split())
    assert f"there is no keyring {mistyped}; correct ROSTER_KEYRING_FILE, or restore" in line
    assert not mistyped.parent.exists()


def test_one_without_a_root_that_is_used_is_refused(own: Installation) -> None:
    file = own.folder / "keyring.json"
    file.write_text(file.read_text().replace('"number": 1', '"number": 7'))
    assert "root 1 is missing; restore it from its backup" in own.refusal("serve")


def test_a_root_that_was_added_is_known_from_then_on_and_its_number_is_used_once(
    own: Installation,
) -> None:
    file = own.folder / "keyring.json"
    before = file.read_bytes()
    assert "root 2 added" in own.manage("keyring", "--add").stderr
    file.write_bytes(before)  # nothing uses the new root yet
    assert "root 3 added" in own.manage("keyring", "--add").stderr
    file.write_text(file.read_text().replace('"number": 3', '"number": 2'))
    assert "root 2 does not fit" in own.refusal("keyring")


def test_a_running_server_lets_nobody_in_with_another(own: Installation, other: Path) -> None:
    file = own.folder / "keyring.json"
    made = own.do("robot_in", project="payments", name="other")
    kept = file.read_bytes()
    with serving(own) as server:
        assert token_status(own, made) == 200
        shutil.copy(other, file)
        assert token_status(own, made) == 503
        assert fetch(f"{own.origin}/readyz")[1] == b'{"status":"unavailable","failed":["keyring"]}'
        server.require_said("root 1 does not fit")
        file.write_bytes(kept)
        eventually(lambda: token_status(own, made) == 200, "it lets in again")


def test_a_server_over_an_empty_database_takes_the_keyring_that_was_made_ahead(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mounted" / "keyring.json"
    installation = Installation(
        tmp_path / "roster",
        ROSTER_KEYRING_FILE=str(file),
        ROSTER_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere",
        ROSTER_SECRET_KEY="only-for-tests-" * 4,
    )
    made = installation.manage("keyring", "--init")
    assert (made.returncode, made.stderr) == (
        0,
        f"{file} made; back it up apart from the database\n",
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    for spelling in ("--init", "--create"):
        assert "is there already, and is left" in installation.refusal("keyring", spelling)
    del installation.environment["ROSTER_DATABASE_URL"]
    installation.do("prepare")
    assert file.read_bytes() == content
    assert installation.manage("keyring").returncode == 0


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[Installation]]:
    """Two over one database that each have a folder of their own, the keyring in it."""
    with postgresql(tmp_path) as database:
        yield [on_postgresql(database, tmp_path / name) for name in ("first", "second")]


def test_a_replica_with_a_keyring_of_its_own_is_refused(replicas: list[Installation]) -> None:
    first, second = replicas
    first.do("prepare")
    assert "there is no keyring" in second.refusal("serve")
    assert second.manage("keyring", "--init").returncode == 0
    assert "root 1 does not fit" in second.refusal("serve")
    shutil.copy(first.folder / "keyring.json", second.folder / "keyring.json")
    second.do("prepare")
