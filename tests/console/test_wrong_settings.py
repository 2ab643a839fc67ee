"""Every setting with values that it cannot have: refused at start in words, with what would be right."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.configuration.environment import OF_THE_COMMAND
from console.settings import env
from tests.console.reading import ROOT
from tests.console.test_settings import POSTGRESQL, read, told
from tests.console.wrong_values import SECRET, WRONG

# Reads the settings once for each pair; a name that there is not stops it before anything is made.
READ = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
os.environ["ROSTER_STOPS_HERE"] = "1"
for name, value in json.load(sys.stdin):
    os.environ[name] = value
    try:
        importlib.import_module("console.settings")
    except ImproperlyConfigured as fault:
        print(json.dumps(str(fault)))
    del os.environ[name]
"""
Pair = tuple[str, str]


def refusals(pairs: Sequence[Pair]) -> dict[Pair, dict[str, str]]:
    """What is said of each setting, when these are given one after the other."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
    ran = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env=clean,
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    texts = map(json.loads, ran.stdout.splitlines())
    return {pair: _by_name(text) for pair, text in zip(pairs, texts, strict=True)}


def _by_name(text: str) -> dict[str, str]:
    _, *lines = text.splitlines()
    said = {name: why for name, _, why in (line.strip().partition(": ") for line in lines)}
    assert len(said) == len(lines), "each once"
    del said["ROSTER_STOPS_HERE"]
    return said


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[Pair, dict[str, str]]:
    """What is said of every wrong value."""
    data = tmp_path_factory.mktemp("wrong")
    (data / "file").touch()
    places = {"data": str(data), "file": str(data / "file")}
    pairs = [(name, value.format(**places)) for name, given in WRONG.items() for value in given]
    return refusals(pairs)


@pytest.fixture(scope="session")
def right(wrong: dict[Pair, dict[str, str]]) -> dict[str, dict[Pair, dict[str, str]]]:
    """What is said of each value that the refusals of a setting call right, by setting."""
    pairs = {
        (name, example)
        for (name, _), said in wrong.items()
        for example in examples(said.get(name, ""))
    }
    told = refusals(sorted(pairs))
    return {name: {pair: told[pair] for pair in told if pair[0] == name} for name in WRONG}


def test_every_setting_is_tried_with_wrong_values() -> None:
    assert set(WRONG) == env.names


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_refused_with_a_right_one_beside_it(
    wrong: dict[Pair, dict[str, str]], right: dict[str, dict[Pair, dict[str, str]]], name: str
) -> None:
    of_name = {value: said for (found, value), said in wrong.items() if found == name}
    for value, said in of_name.items():
        assert set(said) == {name}, value
        assert "the-password" not in said[name]
        if name not in SECRET and value.strip():
            assert repr(value).strip("'")[:30] in said[name]
        assert examples(said[name]), said[name]
    assert right[name]
    assert [pair for pair, said in right[name].items() if name in said] == []


def examples(text: str) -> list[str]:
    """The values that a fault says would be right; a command that makes one stands for a secret."""
    found = re.findall(r"`([^`]+)`", "`" + text.partition("like `")[2])
    return [secrets.token_urlsafe(48) if each.startswith("$(") else each for each in found]


def test_the_documented_settings_are_those_there_are() -> None:
    """README's table has a row for each, and no other document names one that there is not."""
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == env.names
    known = env.names | {f"{name}_FILE" for name in env.names} | OF_THE_COMMAND
    documents = [*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.*"), ROOT / "cli/README.md"]
    named = {
        name
        for path in documents
        for name in re.findall(r"\bROSTER_[A-Z0-9_]+\b", path.read_text())
        if not name.endswith("_")
    }
    assert named - known == set()


def test_what_the_command_reads_is_no_mistake_of_the_server() -> None:
    code = "".join(path.read_text() for path in (ROOT / "cli/roster").rglob("*.py"))
    assert set(re.findall(r"\bROSTER_[A-Z]+\b", code)) <= OF_THE_COMMAND
    exports = "".join(path.read_text() for path in (ROOT / "robots/tokens").glob("*exports.py"))
    assert set(re.findall(r'"(ROSTER_[A-Z_]+)"', exports)) <= OF_THE_COMMAND | env.names


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("ROSTER_REGISTRY_HOSTS", "registry.example.com", "ROSTER_REGISTRY_HOST"),
        ("ROSTER_TRUSTED_PROXY", "10.0.0.1", "ROSTER_TRUSTED_PROXIES"),
        ("ROSTER_DATABSE_URL", "x", "ROSTER_DATABASE_URL"),
        ("ROSTER_KEYRING", "x", "ROSTER_KEYRING_FILE"),
        ("ROSTER_PORT", "8000", "PORT"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_was_meant(
    tmp_path: Path, name: str, value: str, meant: str
) -> None:
    said = told(tmp_path, **{name: value})
    assert said == {name: f"There is no such setting. Did you mean {meant}?"}


def test_a_name_like_nothing_is_told_as_well(tmp_path: Path) -> None:
    said = told(tmp_path, ROSTER_XYZZY="")
    assert said == {"ROSTER_XYZZY": "There is no such setting. README.md lists all there are."}


def test_variables_of_the_command_and_of_kubernetes_are_left_alone(tmp_path: Path) -> None:
    of_kubernetes = {
        "ROSTER_SERVICE_HOST": "10.0.0.1",
        "ROSTER_SERVICE_PORT_HTTP": "8000",
        "ROSTER_PORT": "tcp://10.0.0.1:8000",
        "ROSTER_PORT_8000_TCP_ADDR": "10.0.0.1",
        "ROSTER_REDIS_SERVICE_PORT": "6379",
        "ROSTER_REDIS_PORT": "tcp://10.0.0.2:6379",
    }
    read(tmp_path, **of_kubernetes, **dict.fromkeys(OF_THE_COMMAND, "x"))


def test_what_is_wrong_with_a_file_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe" * 40)
    (tmp_path / "short").write_text("short")
    paths = {
        "/nowhere": "cannot be read: No such file",
        str(tmp_path): "cannot be read: Is a dir",
        str(tmp_path / "empty"): "is empty",
        str(tmp_path / "bytes"): "is not text",
        str(tmp_path / "short"): "Is too easy to guess with 5 characters",
    }
    for path, words in paths.items():
        for more in ({}, POSTGRESQL | {"ROSTER_SECRET_KEY": "UNSET"}):
            said = told(tmp_path, **more, ROSTER_SECRET_KEY_FILE=path)
            assert set(said) == {"ROSTER_SECRET_KEY_FILE"}
            assert words in said["ROSTER_SECRET_KEY_FILE"]


def test_a_setting_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "host").write_text("registry.example.com\n")
    both = {"ROSTER_REGISTRY_HOST": "a.example.com", "ROSTER_REGISTRY_HOST_FILE": "{data}/host"}
    said = told(tmp_path, **both)
    assert set(said) == {"ROSTER_REGISTRY_HOST"}
    assert "ROSTER_REGISTRY_HOST_FILE" in said["ROSTER_REGISTRY_HOST"]
    assert read(tmp_path, **both | {"ROSTER_REGISTRY_HOST": ""})["ROSTER_REGISTRY_HOST"] == (
        "registry.example.com"
    )


def test_what_is_needed_has_an_example(tmp_path: Path) -> None:
    only = {"ROSTER_ORIGIN": "https://roster.example.com", "ROSTER_DATA": "UNSET"}
    said = told(tmp_path, **only, ROSTER_DATABASE_URL="postgresql://db/roster")
    assert len(said) == 6
    assert all("Has to be set: " in text and "like `" in text for text in said.values())


@pytest.mark.parametrize("command", [["check"], ["migrate"], ["run_jobs", "--list"], ["serve"]])
def test_every_command_says_what_is_wrong_without_a_traceback(
    tmp_path: Path, command: list[str]
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
    wrong = {"ROSTER_DATA": str(tmp_path), "ROSTER_REGISTRY_HOST": "not a host", "PORT": "x"}
    wrong["DJANGO_SETTINGS_MODULE"] = "console.settings"
    ran = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=clean | wrong,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("roster: error: the environment is not usable\n  PORT: 'x' is no")
    assert [line.split(":")[0].strip() for line in ran.stderr.splitlines()[1:]] == [
        "PORT",
        "ROSTER_REGISTRY_HOST",
    ]
