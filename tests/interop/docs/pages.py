"""The pages of docs/, and somebody who types what they tell people to type."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.interop.images import write_image
from tests.interop.processes import PATIENCE_SECONDS, ROOT, Installation, require_tool

DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What would be code as well, and in no block.
UNREAD = re.compile(r"^(?: {4}|\t|\s*(?:```|~~~)).*$", re.MULTILINE)
POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}'


def walks(*names: str) -> pytest.MarkDecorator:
    """The test takes each block of these pages."""
    return pytest.mark.parametrize("guide", names, indirect=True)


class Guide:
    """A page whose blocks are taken one after the other."""

    def __init__(self, name: str) -> None:
        text = (DOCS / name).read_text()
        self.name, self.blocks = name, BLOCK.findall(text)
        assert not (unread := UNREAD.search(BLOCK.sub("", text))), (name, unread)

    def take(self, language: str) -> str:
        """The next block, which has to be in this language."""
        found, text = self.blocks.pop(0)
        assert found == language, (self.name, text)
        return str(text)

    @property
    def next_language(self) -> str:
        """That of the block that comes next; empty behind the last one."""
        return str(self.blocks[0][0]) if self.blocks else ""


class Typist:
    """Somebody at a machine of their own, on which `places` stand for those of the pages."""

    def __init__(self, home: Path, places: Mapping[str, str], **known: str) -> None:
        self.home, self.places, self.known = home, dict(places), known
        self.programs = home / "bin"
        for folder in (self.programs, home / ".config" / "containers", home / "run"):
            folder.mkdir(parents=True)
        (home / ".config" / "containers" / "policy.json").write_text(POLICY)
        write_image(home / "app")

    def translated(self, text: str) -> str:
        """The text of a page with this machine's places."""
        for old, new in self.places.items():
            text = text.replace(old, new)
        return text

    def follows(self, guide: Guide, **more: str) -> str:
        """Type the next block; what it prints is what stands in a block of text behind it."""
        printed = self.types(guide.take("sh"), **more)
        if guide.next_language == "text":
            expected = self.translated(guide.take("text"))
            assert printed.rstrip("\n") == expected.rstrip("\n"), printed
        return printed

    def types(self, text: str, language: str = "sh", **more: str) -> str:
        """What it prints; it has to end well."""
        done = subprocess.run(
            self._command(text, language),
            cwd=self.home,
            env=self.environment(more),
            text=True,
            capture_output=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done
        return done.stdout

    @contextmanager
    def running(self, text: str) -> Iterator["subprocess.Popen[bytes]"]:
        """What a block starts that goes on, until the end of the `with`."""
        with (self.home / "log").open("ab") as output:
            process = subprocess.Popen(
                self._command(f"exec {text}", "sh"),
                cwd=self.home,
                env=self.environment(),
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)

    def installs(self, name: str, program: str, **environment: str) -> None:
        """Give the command `name` to the shell: `program` with this in its environment."""
        lines = [f"export {key}={shlex.quote(value)}" for key, value in environment.items()]
        file = self.programs / name
        file.write_text("\n".join(["#!/bin/sh", *lines, f'exec {program} "$@"', ""]))
        file.chmod(0o755)

    def _command(self, text: str, language: str) -> list[str]:
        node = require_tool("node") if language == "js" else ""
        commands = {"sh": ["sh", "-ec"], "python": [sys.executable, "-c"], "js": [node, "-e"]}
        return [*commands[language], self.translated(text)]

    def environment(self, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """What the shell knows."""
        path = (str(self.programs), str(Path(sys.executable).parent), os.environ["PATH"])
        return {
            "HOME": str(self.home),
            "PATH": ":".join((*path, "/usr/sbin")),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(ROOT / "cli"),
            "NODE_PATH": str(ROOT / ".venv/node/node_modules"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            **self.known,
            **more,
        }


def typist_of(installation: Installation, secret: str, home: Path, **places: str) -> Typist:
    """Somebody of acme with this personal token."""
    return Typist(
        home,
        places,
        ROSTER=installation.origin,
        ROSTER_SERVER=installation.origin,
        ROSTER_ORGANIZATION="acme",
        ROSTER_TOKEN=secret,
    )


@pytest.fixture
def guide(request: pytest.FixtureRequest) -> Iterator[Guide]:
    """The page that the test walks through, to the end."""
    walked = Guide(request.param)
    yield walked
    assert walked.blocks == [], "blocks that no test runs"
