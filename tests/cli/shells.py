"""A home folder in which the command runs, with and without a terminal."""

import os
import pty
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = (sys.executable, "-m", "roster")
# How long until a command that should end counts as broken; nothing is measured by it.
PATIENCE_SECONDS = 60
# Its stdin becomes the terminal it belongs to, so that Ctrl-C reaches it.
AT_TERMINAL = (
    "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
NO_KEYRING = "keyring.backends.fail.Keyring"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The error's text, alone on the last line."""
        last = self.err.splitlines()[-1] if self.err else ""
        assert last.startswith("roster: error: "), self
        return last.removeprefix("roster: error: ")


class Shell:
    """A person's shell: their home folder and environment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "cli"),
            "PYTHON_KEYRING_BACKEND": NO_KEYRING,
            "NO_PROXY": "*",
        }

    @property
    def config(self) -> Path:
        return self.home / ".config" / "roster" / "config"

    def __call__(self, *arguments: str, typed: str = "", **environment: str) -> Ran:
        """Run `roster` with arguments, without a terminal."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.home,
            env=self.environment | environment,
            text=True,
            input=typed,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def good(self, *arguments: str, typed: str = "", **environment: str) -> str:
        """What a command that has to work prints."""
        ran = self(*arguments, typed=typed, **environment)
        assert ran.code == 0, ran
        return ran.out

    def at_terminal(self, *arguments: str, answers: str = "", until: bytes = b"") -> Ran:
        """Run `roster` at a terminal; all that it shows is `out`.

        Each line of `answers` is typed when `until` is shown once more.
        """
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, *PROGRAM[1:], *arguments],
            cwd=self.home,
            env=self.environment | {"TERM": "xterm"},
            stdin=slave,
        )
        os.close(slave)
        shown = b""
        for count, answer in enumerate(answers.splitlines(keepends=True), start=1):
            shown = _read(master, shown, until, count)
            os.write(master, answer.encode())
        shown = _read(master, shown)
        os.close(master)
        return Ran(process.wait(PATIENCE_SECONDS), shown.decode().replace("\r\n", "\n"), "")

    def log_in(self, server: str, token: str, organization: str | None = None) -> None:
        """The configuration that a login leaves."""
        profile = {"server": server, "organization": organization, "token": token}
        self.write({"current": "default", "profiles": {"default": profile}})

    def write(self, content: object) -> None:
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        self.config.chmod(0o600)


def _read(master: int, text: bytes, until: bytes = b"", count: int = 0) -> bytes:
    """What the terminal shows until `until` stands there so often, or the program has ended."""
    while not (until and text.count(until) >= count):
        assert select.select([master], [], [], PATIENCE_SECONDS)[0], f"it waits: {text!r}"
        try:
            more = os.read(master, 4096)
        except OSError:  # Linux says so when nobody holds the other end any longer.
            break
        if not more:
            break
        text += more
    return text
