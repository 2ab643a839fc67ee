"""The file of checkpoints: what it says of the log, and whatever is done to the file itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from console.audit.checkpoints import checkpoint
from console.models import AuditHead
from tests.console.logs import CHECKPOINTS, Log, go_on, verified


@pytest.fixture(autouse=True)
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "audit" / "checkpoints.jsonl"
    path: Path = settings.ROSTER_AUDIT_CHECKPOINTS
    return path


@pytest.fixture
def log(db: None) -> Log:
    return Log()


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def test_the_file_is_the_owners_and_grows_only_when_a_chain_moved(log: Log, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert checkpoint() == 1
    content = file.read_bytes()
    assert checkpoint() == 0
    assert file.read_bytes() == content
    assert content.count(b"\n") == len(CHECKPOINTS) + 1


def tamper_number(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b'"number":13', b'"number":12'), *lines[2:]]


def tamper_mac(lines: list[bytes]) -> list[bytes]:
    last = b"1" if lines[1].endswith(b'0"}\n') else b"0"
    return [lines[0], lines[1][:-4] + last + b'"}\n', *lines[2:]]


FILES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], set[str]]] = {
    "a number": (tamper_number, {"checkpoints: line 2: the checkpoint is not as it was written"}),
    "a signature": (tamper_mac, {"checkpoints: line 2: the checkpoint is not as it was written"}),
    "nonsense": (
        lambda lines: [lines[0], b"[]\n", *lines[1:]],
        {"checkpoints: line 2: the checkpoint is not as it was written"},
    ),
    "one from the middle": (
        lambda lines: [lines[0], lines[2]],
        {"checkpoints: line 2: a checkpoint before this one is missing"},
    ),
    "the first": (
        lambda lines: lines[1:],
        {"checkpoints: line 1: a checkpoint before this one is missing"},
    ),
    "the last": (
        lambda lines: lines[:-1],
        {"acme: event 20: the checkpoint of event 20 is missing from the file"},
    ),
    "half of the last": (
        lambda lines: [*lines[:-1], lines[-1][:40]],
        {"acme: event 20: the checkpoint of event 20 is missing from the file"},
    ),
    "all of it": (
        lambda lines: [],
        {"acme: event 20: the checkpoint of event 20 is missing from the file"},
    ),
    "two swapped": (
        lambda lines: [lines[1], lines[0], lines[2]],
        {
            "checkpoints: line 1: a checkpoint before this one is missing",
            "checkpoints: line 2: a checkpoint before this one is missing",
        },
    ),
}


@pytest.mark.parametrize(("tamper", "said"), FILES.values(), ids=FILES.keys())
def test_what_was_done_to_the_file_is_found(
    log: Log, file: Path, tamper: Callable[[list[bytes]], list[bytes]], said: set[str]
) -> None:
    file.write_bytes(b"".join(tamper(lines_of(file))))
    code, lines = verified()
    assert code == 1
    assert said <= set(lines)


def test_a_checkpoint_that_a_crash_left_unfinished_counts_for_nothing(log: Log, file: Path) -> None:
    with file.open("ab") as opened:
        opened.write(lines_of(file)[-1][:50])
    assert verified()[0] == 0
    go_on(log.organization)
    checkpoint()
    assert verified() == (0, ["1 chains, 25 events, 4 checkpoints: all in order"])


def test_a_chain_that_does_not_end_right_gets_no_checkpoint(log: Log, file: Path) -> None:
    content = file.read_bytes()
    AuditHead.objects.update(link=b"x" * 32)
    assert checkpoint() == 0
    assert file.read_bytes() == content


def test_machines_over_one_database_may_have_a_file_each(
    log: Log, file: Path, settings: Settings
) -> None:
    """What another machine wrote down is not missing here; what was written here is."""
    settings.ROSTER_AUDIT_CHECKPOINTS = file.with_name("other.jsonl")
    assert verified()[0] == 0
    go_on(log.organization)
    checkpoint()
    assert verified() == (0, ["1 chains, 25 events, 1 checkpoints: all in order"])
    settings.ROSTER_AUDIT_CHECKPOINTS.unlink()
    assert verified()[0] == 1
