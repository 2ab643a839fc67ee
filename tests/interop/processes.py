"""Real servers for tests: started on free ports of 127.0.0.1, stopped by their own process id."""

import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
# How long until a process that should answer counts as broken; nothing is measured by it.
PATIENCE_SECONDS = 300
PAUSE_SECONDS = 0.05


def require_tool(*candidates: str) -> str:
    """The path of an installed program; without one the test is skipped, or fails in CI."""
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{candidates[0]} is not installed")
    pytest.skip(f"{candidates[0]} is not installed")


def free_port() -> int:
    """One that nobody listens on, below those that outgoing connections get: they would take it meanwhile."""
    while True:
        port = 15_000 + secrets.randbelow(17_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def eventually(check: Callable[[], Any], what: str) -> Any:
    """The first true value of `check`."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE_SECONDS
    while not (value := check()):
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        pause.wait(PAUSE_SECONDS)
    return value


def fetch(
    url: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    patience: float = PATIENCE_SECONDS,
) -> tuple[int, bytes]:
    """Status and body, whatever the status; 0 when nobody answers."""
    request = urllib.request.Request(url, body, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=patience) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except (OSError, http.client.HTTPException):
        return 0, b""


class Installation:
    """One Roster: a data folder, and `manage.py` commands over it."""

    # Whose code runs: another version's has a folder of its own.
    code = ROOT

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ROSTER_", "PROMETHEUS_", "DJANGO_", "GRANIAN_"))
        }
        self.environment = (
            inherited
            | {
                "ROSTER_DATA": str(folder),
                "PORT": str(self.port),
                "ROSTER_WORKERS": "2",
                "DJANGO_SETTINGS_MODULE": "console.settings",
            }
            | environment
        )

    @classmethod
    def copied(cls, data: Path, folder: Path, **environment: str) -> Self:
        """One whose data folder is a copy of `data`."""
        shutil.copytree(data, folder, dirs_exist_ok=True)
        return cls(folder, **environment)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Whether its server says so."""
        return fetch(f"{self.origin}/readyz")[0] == 200

    def is_unready(self) -> bool:
        """Whether its server says that it is not."""
        return fetch(f"{self.origin}/readyz")[0] == 503

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("manage.py", *arguments)

    def set_up(self) -> None:
        """Schema, cache and keyring, and nothing else that `serve` makes."""
        for command in ("migrate --verbosity=0", "createcachetable", "keyring --init"):
            done = self.manage(*command.split())
            assert done.returncode == 0, done.stderr

    def refusal(self, *arguments: str) -> str:
        """The one line with which a command refuses to go on."""
        done = self.manage(*arguments)
        (line,) = [line for line in done.stderr.splitlines() if line.strip()]
        assert (done.returncode, done.stdout) == (1, "")
        return line

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A `manage.py` command that goes on; whoever starts it ends it."""
        with self.folder.with_suffix(".log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=self.code,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def do(self, action: str, *, of: str = "actions", **arguments: object) -> Any:
        """Run a function of a module in a process of this installation: of this folder, or with its dots."""
        module = of if "." in of else f"tests.interop.{of}"
        result = self._run("-m", module, action, json.dumps(arguments))
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    def say(self, action: str, *, of: str) -> str:
        """What `do` leaves on standard output: the lines of its events."""
        result = self._run("-m", f"tests.interop.{of}", action, "{}")
        assert result.returncode == 0, result.stderr
        return result.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.code,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )


class Serving:
    """A running `manage.py serve`: once it is ready (or says that it is not), or at once without `wait`."""

    def __init__(
        self, installation: Installation, *, ready: bool = True, wait: bool = True
    ) -> None:
        self.installation, self.ready = installation, ready
        self.log = installation.folder.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=installation.code,
                env=installation.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        eventually(self.is_ready, f"serve becomes ready: {self.output}")

    @property
    def output(self) -> str:
        return self.log.read_text()

    def require_said(self, text: str) -> None:
        """It stands in the output, or will: several processes write there, each in its own time."""
        eventually(lambda: text in self.output, f"it says {text}")

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.output
        return self.installation.is_ready() if self.ready else self.installation.is_unready()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def child(self, word: str) -> list[int]:
        """The process id of the child that `word` stands in the command of, while there is one."""
        return [pid for pid in children(self.process.pid) if word in command_of(pid)]

    def server_process(self) -> int:
        """The process id of granian's main process."""
        return self.child("robots.server.workers")[0]

    def workers(self) -> list[int]:
        """The process ids of the workers that are there now."""
        return [pid for parent in self.child("robots.server.workers") for pid in children(parent)]


def command_of(pid: int) -> str:
    """What a process was started with (Linux); empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def children(pid: int) -> list[int]:
    """The direct children of a process (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\t{pid}$", text, re.MULTILINE) and "State:\tZ" not in text:
            found.append(int(status.parent.name))
    return sorted(found)


@contextmanager
def serving(installation: Installation, *, ready: bool = True) -> Iterator[Serving]:
    server = Serving(installation, ready=ready)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def registry(installation: Installation, folder: Path) -> Iterator[str]:
    """A real registry with the repository's own configuration; gives its host and port."""
    with registry_at(installation, folder, f"127.0.0.1:{free_port()}") as host:
        yield host


@contextmanager
def registry_at(installation: Installation, folder: Path, host: str) -> Iterator[str]:
    """The same at a place that was free, or where one was before with what is in its folder."""
    program = require_tool("docker-registry", "registry")
    bundle = folder / "roster.pem"
    config = str(ROOT / "deploy" / "registry" / "config.yml")
    realm = str(yaml.safe_load(Path(config).read_text())["auth"]["token"]["realm"])
    exported = installation.manage("registry_bundle", "--output", str(bundle), "--force")
    assert exported.returncode == 0, exported.stderr
    environment = os.environ | {
        "REGISTRY_HTTP_ADDR": host,
        "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY": str(folder / "registry"),
        "REGISTRY_AUTH_TOKEN_REALM": realm.replace(":8000/", f":{installation.port}/"),
        "REGISTRY_AUTH_TOKEN_ISSUER": installation.origin,
        "REGISTRY_AUTH_TOKEN_ROOTCERTBUNDLE": str(bundle),
        "REGISTRY_NOTIFICATIONS_ENDPOINTS": notifications(installation, config),
    }
    with (folder / "registry.log").open("ab") as log:
        process = subprocess.Popen(
            [program, "serve", config], env=environment, stdout=log, stderr=log
        )
    try:
        eventually(lambda: fetch(f"http://{host}/v2/")[0] == 401, "the registry answers")
        yield host
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def notifications(installation: Installation, config: str) -> str:
    """Where the configuration tells what happens, with the installation's address and a secret."""
    endpoints = yaml.safe_load(Path(config).read_text())["notifications"]["endpoints"]
    text = yaml.safe_dump(endpoints).replace("http://127.0.0.1:8000", installation.origin)
    kept = installation.folder.with_suffix(".registry-secret")
    if not kept.exists():
        kept.write_text(str(installation.do("registry_secret")))
    return text.replace("SECRET", kept.read_text())
