"""Files with secrets in what reads them: shells, python-dotenv, Node, curl; over all that can be typed."""

import dataclasses
import io
import json
import os
import re
import string
import subprocess
from collections.abc import Callable
from pathlib import Path

import dotenv
import pytest

from robots.tokens import environment_exports
from robots.tokens.export_shapes import Export, Handover, PersonalHandover
from robots.tokens.exports import forms_of
from tests.interop.processes import PATIENCE_SECONDS, ROOT, require_tool
from tests.robots.tokens.handed import OWN, TOKEN

NODE = """
const fs = require("fs"), util = require("util"), dotenv = require("dotenv");
const texts = JSON.parse(fs.readFileSync(0, "utf8"));
const token = text => text.ROSTER_TOKEN;
console.log(JSON.stringify(texts.map(text => [token(dotenv.parse(text)), token(util.parseEnv(text))])));
"""
PRINTABLE = [sign for sign in string.printable if sign.isprintable() and sign != " "]
SECRETS = [
    TOKEN.secret,
    OWN,
    *(f"{sign}ab{sign}cd{sign}" for sign in PRINTABLE),
    *(f"ab{sign}{sign}cd" for sign in PRINTABLE),
    *(
        "ab${HOME}cd",
        "ab$HOME",
        "ab$(id)",
        "ab\\ncd",
        "ab\\",
        '"ab"',
        "`ab`",
        "ab'#cd",
        "#ab",
        "ab\"'`cd",
    ),
]


def made(secret: str) -> dict[str, Export]:
    return forms_of(dataclasses.replace(TOKEN, secret=secret))


def by_shell(texts: list[str]) -> list[str]:
    return [_by_shell(text) for text in texts]


def _by_shell(text: str) -> str:
    script = f'{text}printf %s "$ROSTER_TOKEN"'
    return subprocess.run(
        ["/bin/sh", "-euc", script], capture_output=True, text=True, check=True
    ).stdout


def by_python_dotenv(texts: list[str]) -> list[str]:
    return [str(dotenv.dotenv_values(stream=io.StringIO(text))["ROSTER_TOKEN"]) for text in texts]


def by_docker(texts: list[str]) -> list[str]:
    """Its documentation: everything behind the first = as it is; no docker is needed for that."""
    return [
        dict(line.split("=", 1) for line in text.splitlines())["ROSTER_TOKEN"] for text in texts
    ]


def by_node(texts: list[str]) -> list[list[str]]:
    """By npm's dotenv, and by what `node --env-file` is made of."""
    modules = ROOT / ".venv/node/node_modules"
    if not (modules / "dotenv").exists() and os.environ.get("CI") != "true":
        pytest.skip("dotenv of npm is not installed")
    done = subprocess.run(
        [require_tool("node"), "-e", NODE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        env=os.environ | {"NODE_PATH": str(modules)},
    )
    read: list[list[str]] = json.loads(done.stdout)
    return read


def first_of_node(texts: list[str]) -> list[str]:
    return [first for first, _ in by_node(texts)]


def second_of_node(texts: list[str]) -> list[str]:
    return [second for _, second in by_node(texts)]


Reader = Callable[[list[str]], list[str]]
DOTENV: list[Reader] = [by_python_dotenv, first_of_node, second_of_node]
READERS: dict[str, list[Reader]] = {
    environment_exports.BY_ALL: [by_shell, *DOTENV, by_docker],
    environment_exports.BY_QUOTES: [by_shell, *DOTENV],
    environment_exports.BY_SHELLS: [by_shell],
    environment_exports.AS_IT_IS: [by_docker],
}


@pytest.mark.parametrize(
    ("note", "reader"), [(note, reader) for note, readers in READERS.items() for reader in readers]
)
def test_who_is_said_to_read_a_file_reads_it_right(note: str, reader: Reader) -> None:
    texts = {
        export.text: secret
        for secret in SECRETS
        for export in made(secret).values()
        if export.note == note
    }
    assert texts
    assert reader(list(texts)) == list(texts.values())


def test_a_second_file_is_offered_where_one_does_not_do_for_all() -> None:
    for secret in SECRETS:
        forms = made(secret)
        assert ("env-docker" in forms) == (forms["env"].note != environment_exports.BY_ALL), secret
    assert "env-docker" not in made(TOKEN.secret)


def test_node_reads_the_file_itself(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text(made("a#b&c")["env"].text)
    code = "process.stdout.write(process.env.ROSTER_TOKEN)"
    done = subprocess.run(
        [require_tool("node"), f"--env-file={file}", "-e", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.stdout == "a#b&c"


@pytest.mark.parametrize("shell", ["sh", "bash", "fish"])
def test_curl_is_given_the_secret_by_every_shell(tmp_path: Path, shell: str) -> None:
    """A curl that says what came in; one script asks for all secrets."""
    curl = tmp_path / "curl"
    curl.write_text("#!/bin/sh\ncat\n")
    curl.chmod(0o755)
    script = "".join(made(secret)["curl"].text for secret in SECRETS)
    done = subprocess.run(
        [require_tool(shell), "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
    )
    lines = [re.fullmatch(r'user = "(.*)"', line) for line in done.stdout.splitlines()]
    said = [re.sub(r"\\(.)", r"\1", line[1]) for line in lines if line]
    assert said == [f"{TOKEN.login_name}:{secret}" for secret in SECRETS]


def test_a_persons_own_token_has_the_same_files() -> None:
    own = PersonalHandover(TOKEN.access_id, "it's", "laptop", TOKEN.origin)
    assert not isinstance(own, Handover)
    assert {"secret", "env", "env-docker", "curl"} <= set(forms_of(own))
