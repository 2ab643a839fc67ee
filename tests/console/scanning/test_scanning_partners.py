"""`manage.py scanning_partners`: partners and their keys from a shell; nothing is fetched."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from console.models import ScanningKey
from tests.actors import events_written
from tests.conftest import Cast
from tests.console.scanning.keys import NO_KEYS
from tests.scanning import KEY, new_key, public_pem

PEM = public_pem(KEY)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("scanning_partners", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "key.pem"
    made.write_text(PEM)
    return made


def published(**keys: str) -> str:
    """As GitHub publishes its own."""
    listed = [
        {"key_identifier": name, "key": pem, "is_current": True} for name, pem in keys.items()
    ]
    return json.dumps({"public_keys": listed})


def test_from_nothing_to_a_key_and_back(db: None, file: Path) -> None:
    assert run() == "PARTNER   KEY   ADDED   BY\n"
    assert run("--add", " Own scanner ") == (
        "Own scanner may report leaked secrets, once it has a key\n"
    )
    assert run().splitlines()[1] == "Own scanner   none"
    said = run("--add-key", "Own scanner", "one", str(file))
    assert said == "what one signs is believed from now on\n"
    assert [row.split("   ")[:2] for row in run().splitlines()[1:]] == [["Own scanner", "one"]]
    assert run("--remove-key", "one") == "what one signs is refused from now on\n"
    run("--add-key", "Own scanner", "one", str(file))
    assert run("--delete", "Own scanner") == "Own scanner is deleted: its reports are refused\n"
    assert run() == "PARTNER   KEY   ADDED   BY\n"


def test_each_is_an_event_by_the_operator(db: None, file: Path) -> None:
    with events_written() as events:
        run("--add", "GitHub")
        run("--add-key", "GitHub", "one", str(file))
    assert [(event.action, event.actor_label) for event in events] == [
        ("scanning-partner:created", "operator"),
        ("scanning-key:added", "operator"),
    ]


def test_published_keys_are_taken_as_they_are(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--add", "GitHub")
    text = published(one=PEM, two=public_pem(new_key()))
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert run("--take-keys", "GitHub", "-").splitlines() == [
        "what one signs is believed from now on",
        "what two signs is believed from now on",
        "GitHub has 2 keys now",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO(published(two=PEM)))
    assert run("--take-keys", "GitHub", "-").splitlines() == [
        "what one signs is refused from now on",
        "what two signs is refused from now on",
        "what two signs is believed from now on",
        "GitHub has 1 keys now",
    ]
    assert ScanningKey.objects.get().public_pem == PEM


NOT_PUBLISHED = [
    "",
    "[]",
    "{}",
    '{"public_keys": {"a": 1}}',
    '{"public_keys": [{"key": "x"}]}',
    '{"public_keys": [{"key_identifier": 1, "key": "x"}]}',
    '{"public_keys": [{"key_identifier": [], "key": "x"}]}',
    "[" * 20_000,
]


@pytest.mark.parametrize("text", NOT_PUBLISHED, ids=range(len(NOT_PUBLISHED)))
def test_another_document_takes_no_key_away(cast: Cast, tmp_path: Path, text: str) -> None:
    run("--add", "GitHub")
    file = tmp_path / "keys.json"
    file.write_text(published(one=PEM))
    run("--take-keys", "GitHub", str(file))
    file.write_text(text)
    with pytest.raises(CommandError, match="This is not how keys are published"):
        run("--take-keys", "GitHub", str(file))
    file.write_text(published())
    with pytest.raises(CommandError, match="There are no keys in it"):
        run("--take-keys", "GitHub", str(file))
    file.write_text(published(one=PEM, two=NO_KEYS["RSA"]))
    with pytest.raises(CommandError, match="a public key of the curve P-256"):
        run("--take-keys", "GitHub", str(file))
    assert ScanningKey.objects.get().identifier == "one"


def test_what_cannot_be_is_said_in_a_line(db: None, file: Path, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\xff")
    run("--add", "GitHub")
    faults = {
        ("--add", "GitHub"): "There is a partner of this name.",
        ("--add", " "): "This field cannot be blank.",
        ("--delete", "Nobody"): "there is no scanning partner Nobody",
        ("--add-key", "Nobody", "one", str(file)): "there is no scanning partner Nobody",
        ("--add-key", "GitHub", "one", f"{file}.not"): "No such file or directory",
        ("--add-key", "GitHub", "one", str(tmp_path / "odd")): "is neither JSON nor PEM",
        ("--add-key", "GitHub", "a b", str(file)): "printable ASCII characters without spaces",
        ("--remove-key", "one"): "no partner has a key one",
    }
    for arguments, words in faults.items():
        with pytest.raises(CommandError) as said:
            run(*arguments)
        assert words in str(said.value)
