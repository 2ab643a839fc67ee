"""Which keyring a database takes: what it knows of each root, and what an older one can tell."""

import base64
import json
import secrets
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from console import keyring, keyring_checks
from console.audit.recording import OPERATOR, changing, record
from console.models import AuditHead, KeyringRoot
from robots.models import SigningKey
from tests.conftest import Cast


def recorded() -> dict[int, str]:
    return dict(KeyringRoot.objects.values_list("number", "check_value"))


@pytest.fixture
def file(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The right keyring, in a file of the test's own, which this process has not seen yet."""
    monkeypatch.setattr(keyring, "_fitting", set())
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    return copied


def write(file: Path, **roots: bytes) -> None:
    """Another file: roots by their number."""
    rows = [
        {"number": int(number.removeprefix("root_")), "key": base64.b64encode(root).decode()}
        for number, root in roots.items()
    ]
    file.write_text(json.dumps({"roots": rows}))
    keyring.forget()


def first(file: Path) -> bytes:
    """The right root of number 1."""
    return base64.b64decode(json.loads(file.read_text())["roots"][0]["key"])


@pytest.fixture
def older(cast: Cast, file: Path) -> Path:
    """The keyring's file beside a database of a version that kept no check values."""
    KeyringRoot.objects.all().delete()
    return file


def refused(match: str) -> None:
    before = recorded()
    for use in (keyring.current, lambda: keyring.key("test", 1)):
        with pytest.raises(ImproperlyConfigured, match=match):
            use()
    assert recorded() == before


def test_a_root_is_known_by_its_number_and_a_value_that_no_key_is(file: Path) -> None:
    keyring_checks.require_fitting()
    known = recorded()
    assert list(known) == [1]
    assert known[1] not in {keyring.key(purpose, 1).hex() for purpose in ("", "audit-chain:v1")}
    assert first(file).hex() not in known[1]


def test_another_root_of_the_same_number_is_refused_by_its_number(file: Path) -> None:
    keyring_checks.require_fitting()
    right = first(file)
    write(file, root_1=secrets.token_bytes(32))
    refused(r"root 1 does not fit; restore it from its backup, or correct ROSTER_KEYRING_FILE")
    write(file, root_1=secrets.token_bytes(32), root_2=secrets.token_bytes(32))
    refused("root 1 does not fit")
    write(file, root_1=right)
    assert keyring.current() == 1


def test_a_new_root_is_noted_and_then_held_to_as_well(file: Path) -> None:
    keyring_checks.require_fitting()
    right = first(file)
    write(file, root_1=right, root_2=secrets.token_bytes(32))
    assert keyring.numbers() == sorted(recorded()) == [1, 2]
    write(file, root_1=right, root_2=secrets.token_bytes(32))
    refused("root 2 does not fit")


def test_a_root_that_rows_were_made_under_has_to_be_there(cast: Cast, file: Path) -> None:
    keyring_checks.require_fitting()
    right, added = first(file), secrets.token_bytes(32)
    write(file, root_1=right, root_2=added)
    keyring.current()
    write(file, root_2=added)
    refused("root 1 is missing")
    write(file, root_1=right)
    assert keyring.current() == 1  # nothing was made under the second one


def test_an_older_database_notes_the_roots_that_open_its_keys(older: Path) -> None:
    write(older, root_1=first(older), root_2=secrets.token_bytes(32))
    assert keyring.numbers() == sorted(recorded()) == [1, 2]


def test_an_older_database_refuses_what_opens_none_of_its_keys(older: Path) -> None:
    write(older, root_1=secrets.token_bytes(32))
    refused("root 1 does not fit")


def test_an_older_database_misses_the_roots_that_it_was_made_with(older: Path) -> None:
    write(older, root_7=secrets.token_bytes(32))
    refused("root 1 is missing")


def test_where_there_is_no_key_the_end_of_a_chain_has_to_be_sealed(older: Path) -> None:
    SigningKey.objects.all().delete()
    right = first(older)
    write(older, root_1=secrets.token_bytes(32))
    refused("root 1 does not fit")
    write(older, root_1=right)
    assert keyring.numbers() == sorted(recorded()) == [1]


def test_what_nothing_tells_of_is_refused_unless_another_root_is_known(
    cast: Cast, older: Path
) -> None:
    right, added = first(older), secrets.token_bytes(32)
    write(older, root_1=right, root_2=added)
    with changing(cast.organization) as chain:
        record(chain, actor=OPERATOR, action="x", target=cast.organization)
    AuditHead.objects.filter(root_number=2).update(root_number=1)
    KeyringRoot.objects.all().delete()
    write(older, root_2=added, root_1=right)
    assert sorted(keyring.numbers()) == sorted(recorded()) == [1, 2]
    SigningKey.objects.all().delete()
    AuditHead.objects.all().delete()
    KeyringRoot.objects.all().delete()
    write(older, root_1=right, root_2=added, root_3=secrets.token_bytes(32))
    refused("root 1 does not fit, root 2 does not fit;")
