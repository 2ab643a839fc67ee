"""The keyring: made once, kept apart, never guessed at."""

import base64
import json
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from console import keyring
from console.models import KeyringRoot


@pytest.fixture
def place(db: None, settings: Settings, tmp_path: Path) -> Path:
    """Where the keyring of a database that has none belongs."""
    KeyringRoot.objects.all().delete()
    settings.ROSTER_KEYRING_FILE = tmp_path / "folder" / "keyring.json"
    return tmp_path / "folder" / "keyring.json"


@pytest.fixture
def file(place: Path) -> Path:
    """A keyring."""
    assert keyring.create()
    return place


def roots(file: Path) -> dict[int, bytes]:
    rows = json.loads(file.read_text())["roots"]
    return {row["number"]: base64.b64decode(row["key"]) for row in rows}


def test_it_is_made_as_a_file_that_only_its_owner_reads(file: Path) -> None:
    assert keyring.numbers() == [1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [len(root) for root in roots(file).values()] == [32]
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_is_there_is_never_written_over(file: Path) -> None:
    keyring.current()
    content = file.read_bytes()
    keyring.forget()
    assert keyring.current() == 1
    assert keyring.create() is False
    assert file.read_bytes() == content


def test_no_use_of_it_makes_one(place: Path) -> None:
    for use in (keyring.current, keyring.add_root, lambda: keyring.key("a", 1)):
        with pytest.raises(ImproperlyConfigured, match="correct ROSTER_KEYRING_FILE, or restore"):
            use()
    assert not place.parent.exists()


def test_keys_differ_by_purpose_and_by_number_and_stay_the_same(file: Path) -> None:
    keyring.current()
    keyring.add_root()
    derived = {
        keyring.key(purpose, number) for purpose in ("a", "b") for number in keyring.numbers()
    }
    assert len(derived) == 4
    again = keyring.key("a", 1)
    keyring.forget()
    assert keyring.key("a", 1) == again


def test_a_new_root_is_for_new_rows_and_older_ones_stay(file: Path) -> None:
    sealed = keyring.encrypt("test", keyring.current(), b"plain", bound_to="row")
    before = roots(file)
    assert keyring.add_root() == keyring.current() == 2
    assert roots(file).items() > before.items()
    assert keyring.decrypt("test", 1, sealed, bound_to="row") == b"plain"


def test_a_root_that_another_process_added_is_seen_at_the_next_use(file: Path) -> None:
    assert keyring.current() == 1
    rows = json.loads(file.read_text())
    rows["roots"].append({"number": 2, "key": base64.b64encode(b"x" * 32).decode()})
    replacement = file.with_name("replacement")
    replacement.write_text(json.dumps(rows))
    replacement.replace(file)
    assert keyring.numbers() == [1, 2]
    assert keyring.key("a", 2) != keyring.key("a", 1)


def test_a_file_that_is_gone_for_a_moment_changes_nothing_and_is_not_made_again(
    file: Path,
) -> None:
    before = keyring.key("a", 1)
    file.unlink()
    assert (keyring.current(), keyring.key("a", 1)) == (1, before)
    assert not file.exists()


def test_what_is_sealed_opens_only_for_its_purpose_number_and_row(file: Path) -> None:
    sealed = keyring.encrypt("test", 1, b"plain", bound_to="row")
    keyring.add_root()
    assert keyring.encrypt("test", 1, b"plain", bound_to="row") != sealed
    for purpose, number, row in (("other", 1, "row"), ("test", 2, "row"), ("test", 1, "other")):
        with pytest.raises(InvalidTag):
            keyring.decrypt(purpose, number, sealed, bound_to=row)
    for changed in (sealed[:-1], sealed + b"x", bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(InvalidTag):
            keyring.decrypt("test", 1, changed, bound_to="row")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"roots": []}',
        '{"roots": [{"number": 1}]}',
        '{"roots": 7}',
        '{"roots": [{"number": 1, "key": "c2hvcnQ="}]}',
        '{"roots": [{"number": 1, "key": "?"}]}',
    ],
)
def test_a_file_that_is_no_keyring_is_refused_and_left_alone(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(ImproperlyConfigured, match="is not a keyring"):
        keyring.current()
    assert file.read_text() == content


def test_a_number_that_is_not_there_names_the_file(file: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="no root number 9"):
        keyring.key("a", 9)
