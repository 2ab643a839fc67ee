"""What stands behind a proxy that asks Roster: a registry that asks nobody, and a server that records."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tests.interop.processes import (
    PATIENCE_SECONDS,
    ROOT,
    Installation,
    eventually,
    fetch,
    free_port,
    notifications,
    require_tool,
)


@contextmanager
def open_registry(folder: Path, told: Installation) -> Iterator[str]:
    """A real registry that asks nobody anything, and tells what happens; gives its host and port."""
    program, host = require_tool("docker-registry", "registry"), f"127.0.0.1:{free_port()}"
    folder.mkdir(parents=True, exist_ok=True)
    deployed = ROOT / "deploy" / "registry" / "config.yml"
    config = yaml.safe_load(deployed.read_text())
    del config["auth"]
    config["notifications"]["endpoints"] = yaml.safe_load(notifications(told, str(deployed)))
    config["http"]["addr"] = host
    config["storage"]["filesystem"]["rootdirectory"] = str(folder / "registry")
    file = folder / "config.yml"
    file.write_text(yaml.safe_dump(config))
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", str(file)], stdout=log, stderr=log)
    try:
        eventually(lambda: fetch(f"http://{host}/v2/")[0] == 200, "the registry answers")
        yield host
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@dataclass
class Seen:
    """One request as it came through: headers with names as they were written."""

    method: str
    uri: str
    headers: list[tuple[str, str]]

    def values(self, name: str) -> list[str]:
        """The values of every header that is `name` when its underscores are dashes."""
        found = [(key.lower().replace("_", "-"), value) for key, value in self.headers]
        return [value for key, value in found if key == name.lower()]


@dataclass
class Recorder:
    """A server that takes whatever comes, and remembers it."""

    host: str
    seen: list[Seen]


class Handler(BaseHTTPRequestHandler):
    """Takes a request whole, and answers 200."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        assert isinstance(server, RecordingServer)
        server.seen.append(Seen(self.command, self.path, self.headers.items()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Nothing on standard error."""


class RecordingServer(ThreadingHTTPServer):
    """A server that remembers what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[Seen] = []

    def handle_error(self, *arguments: object) -> None:
        """A proxy that ends takes its connections with it."""


@contextmanager
def recording() -> Iterator[Recorder]:
    """A recorder on a port of its own."""
    with RecordingServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Recorder(f"127.0.0.1:{server.server_port}", server.seen)
        server.shutdown()
        thread.join()
