"""Eight processes that start at once over an empty folder make one of everything."""

import hashlib
import json
import multiprocessing
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import Installation

PROCESSES = 8
# Of each purpose one that signs and one that comes next.
KEYS = {"robot-tokens": 2, "registry": 2, "registry-ca": 2, "access-tokens": 2}
# Each round makes sixteen RSA keys of which two are kept: all twenty rounds only where time is ours.
ROUNDS = 20 if os.environ.get("CI") == "true" else 3


def start(environment: dict[str, str], barrier: Any, answers: Any) -> None:
    """What a process does first, except that nothing keeps the others waiting: no lock file."""
    os.environ.update(environment)
    import django
    from django.conf import settings

    barrier.wait()
    django.setup()

    from console import keyring
    from robots.secrets import signing_keys

    keyring.create()
    signing_keys.ensure_all()
    answers.put(
        [
            hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest(),
            keyring.key("test", keyring.current()).hex(),
            *(
                signing_keys.current(purpose).signer.kid
                for purpose in sorted(signing_keys.Purpose.values)
            ),
        ]
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it."""
    folder: Path = tmp_path_factory.mktemp("empty")
    migrated = Installation(folder).manage("migrate", "--verbosity=0")
    assert migrated.returncode == 0, migrated.stderr
    return folder / "roster.sqlite3"


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_keyring_one_secret_key_and_one_key_of_each_purpose(
    number: int, empty: Path, tmp_path: Path
) -> None:
    shutil.copy(empty, tmp_path)
    installation = Installation(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    barrier, answers = spawn.Barrier(PROCESSES), spawn.SimpleQueue()
    chosen = {
        name: installation.environment[name]
        for name in ("ROSTER_DATA", "PORT", "DJANGO_SETTINGS_MODULE")
    }
    for name in ("ROSTER_KEYRING_FILE", "ROSTER_SECRET_KEY"):
        chosen[name] = ""
    processes = [
        spawn.Process(target=start, args=(chosen, barrier, answers)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    found = [json.dumps(answers.get()) for _ in range(PROCESSES)]
    assert len(set(found)) == 1
    assert installation.do("keys") == KEYS


def test_several_servers_prepare_one_empty_folder_at_once(tmp_path: Path) -> None:
    """The whole of `serve`'s preparation, with migrations and static files."""
    several = [Installation(tmp_path / "roster") for _ in range(4)]
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=prepare, args=(one.environment,)) for one in several]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(several)
    assert several[0].do("keys") == KEYS


def prepare(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    for name in ("ROSTER_KEYRING_FILE", "ROSTER_SECRET_KEY", "ROSTER_DATABASE_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from robots.server.preparation import prepare as prepare_installation

    prepare_installation()
