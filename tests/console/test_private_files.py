"""Files that hold secrets: readable by their owner alone, made so or refused in words."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from console.private_files import keep_private

ROOT = Path(__file__).resolve().parent.parent.parent
KEYRING = '{"roots": [{"number": 1, "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}'
OURS = (
    "secret_key",
    "keyring.json",
    "keyring.json.old",
    "roster.sqlite3",
    "roster.sqlite3-wal",
    "roster.sqlite3-shm",
    "audit-checkpoints.jsonl",
)
NOBODY, STRANGER = 65_534, 65_533
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="files of other accounts take root")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def command(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check`, which asks nothing of the files itself, run with the usual umask."""
    foreign = ("ROSTER_", "DJANGO_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        umask=0o022,
        text=True,
        env=clean | {"ROSTER_DATA": str(data)} | environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def put(path: Path, permissions: int, content: str = KEYRING) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o755)
    path.write_text(content)
    path.chmod(permissions)
    return path


def test_any_command_makes_private_what_was_there_before(tmp_path: Path) -> None:
    data = tmp_path / "data"
    elsewhere = [put(tmp_path / name, 0o644, "") for name in ("my.db", "my.db-wal", "ends.jsonl")]
    files = [put(data / name, 0o644) for name in OURS] + elsewhere
    data.chmod(0o755)
    environment = {
        "ROSTER_DATABASE_URL": f"sqlite:///{tmp_path}/my.db",
        "ROSTER_AUDIT_CHECKPOINTS": str(tmp_path / "ends.jsonl"),
    }
    first = command(data, **environment)
    assert first.returncode == 0, first.stderr
    assert {mode(file) for file in files} == {0o600}
    assert mode(data) == 0o700
    for path, before in [(data, "0755"), *((file, "0644") for file in files)]:
        assert f'"path": "{path}", "mode": "{before}"' in first.stderr
    assert "open to others" not in command(data, **environment).stderr


def test_what_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert command(data).returncode == 0
    assert (mode(data), mode(data / "secret_key")) == (0o700, 0o600)


@pytest.mark.parametrize("permissions", [0o644, 0o640, 0o604, 0o620, 0o601])
@pytest.mark.parametrize("is_link", [True, False])
def test_what_was_put_elsewhere_is_refused_with_what_to_run_and_left_alone(
    tmp_path: Path, permissions: int, is_link: bool
) -> None:
    keyring = put(tmp_path / "etc" / "keyring.json", permissions)
    secret = put(tmp_path / "etc" / "secret", permissions, "only-for-tests-" * 4)
    named = keyring
    if is_link:
        named = tmp_path / "link"
        named.symlink_to(keyring)
    with pytest.raises(ImproperlyConfigured) as fault:
        keep_private(tmp_path / "data", made=[], given=[named, secret])
    for path in (named, secret):
        words = f"{path} is open to others (mode {permissions:04o}); run: chmod 600 {path}"
        assert words in str(fault.value)
    assert {mode(keyring), mode(secret)} == {permissions}


def test_a_command_refuses_in_plain_words(tmp_path: Path) -> None:
    keyring = put(tmp_path / "etc" / "keyring.json", 0o644)
    secret = put(tmp_path / "etc" / "secret", 0o644, "only-for-tests-" * 4)
    refused = command(
        tmp_path / "data", ROSTER_KEYRING_FILE=str(keyring), ROSTER_SECRET_KEY_FILE=str(secret)
    )
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert refused.stderr.startswith("roster: error: secrets are not private\n")
    for path in (keyring, secret):
        assert f"chmod 600 {path}" in refused.stderr
    assert not (tmp_path / "data").exists()
    keyring.chmod(0o400)
    secret.chmod(0o600)
    taken = command(
        tmp_path / "data", ROSTER_KEYRING_FILE=str(keyring), ROSTER_SECRET_KEY_FILE=str(secret)
    )
    assert taken.returncode == 0, taken.stderr


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every account gets at; pytest's own are root's."""
    folder = Path(tempfile.mkdtemp(prefix="roster-files-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def running_as(account: int) -> Iterator[None]:
    os.setegid(account)
    os.seteuid(account)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def owned(path: Path, owner: int, group: int, permissions: int) -> Path:
    os.chown(path, owner, group)
    path.chmod(permissions)
    return path


@as_root
@pytest.mark.parametrize(
    ("owner", "permissions", "words"),
    [
        # As Kubernetes mounts a secret for a pod's group, and as packages keep one in /etc.
        (0, 0o440, ""),
        (0, 0o640, ""),
        (NOBODY, 0o400, ""),
        (NOBODY, 0o600, ""),
        (0, 0o444, "open to others (mode 0444); run: chmod 640"),
        (0, 0o644, "open to others (mode 0644); run: chmod 640"),
        (0, 0o660, "open to others (mode 0660); run: chmod 640"),
        (NOBODY, 0o440, "open to others (mode 0440); run: chmod 600"),
        (STRANGER, 0o440, f"run it as {STRANGER}, or: chown {NOBODY}"),
        (STRANGER, 0o600, f"run it as {STRANGER}, or: chown {NOBODY}"),
    ],
)
def test_a_keyring_may_be_lent_by_root_to_a_group_that_reads_it(
    reachable: Path, owner: int, permissions: int, words: str
) -> None:
    file = owned(put(reachable / "etc" / "keyring.json", 0o600), owner, NOBODY, permissions)
    found = ""
    with running_as(NOBODY):
        try:
            keep_private(reachable / "data", made=[], given=[file])
        except ImproperlyConfigured as fault:
            found = str(fault)
    assert (words in found) if words else (found == "")
    assert mode(file) == permissions


@as_root
@pytest.mark.parametrize(
    ("owner", "permissions", "words"),
    [
        # As Kubernetes mounts a volume for a pod's group.
        (0, 0o2775, ""),
        (0, 0o770, ""),
        (0, 0o1777, "open to others (mode 1777); run: chmod o-w"),
        (STRANGER, 0o700, f"belongs to account {STRANGER}"),
        (STRANGER, 0o777, f"belongs to account {STRANGER}"),
    ],
)
def test_a_folder_is_ours_or_a_volume_of_roots(
    reachable: Path, owner: int, permissions: int, words: str
) -> None:
    folder = reachable / "data"
    folder.mkdir()
    owned(folder, owner, NOBODY, permissions)
    found = ""
    with running_as(NOBODY):
        try:
            keep_private(folder, made=[], given=[])
        except ImproperlyConfigured as fault:
            found = str(fault)
    assert (words in found) if words else (found == "")
    assert mode(folder) == permissions


@as_root
def test_files_of_somebody_else_in_the_folder_are_named_all_at_once(reachable: Path) -> None:
    folder = reachable / "data"
    files = [owned(put(folder / name, 0o600), STRANGER, STRANGER, 0o600) for name in OURS]
    owned(folder, NOBODY, NOBODY, 0o700)
    with running_as(NOBODY), pytest.raises(ImproperlyConfigured) as fault:
        keep_private(folder, made=[], given=[])
    for file in files:
        assert f"chown {NOBODY} {file}" in str(fault.value)
